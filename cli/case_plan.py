"""The group `tilbake case plan`: drafts, versions, who was given them, and whether they work.

The words of a plan are in a TOML file (adapters/formats/plan_file.py); they are sealed.
"""

from __future__ import annotations

import difflib
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from adapters.formats.plan_file import PlanWords, read_plan
from adapters.formats.plan_text import kept_plan, template_of
from cli.case_change import Change, Made, Say, change_in, look_in
from cli.case_options import on_day, short_id
from cli.case_texts import Anyway, TextFile, needed_words, read_words
from domain.facts import (
    MeasureEvaluated,
    MeasureOutcome,
    NotSentReason,
    PlanChannel,
    PlanCommented,
    PlanCompleted,
    PlanDrafted,
    PlanNotSent,
    PlanReceiver,
    PlanSent,
    PlanShown,
    Role,
)
from domain.ids import MeasureId
from domain.refusals import InvalidValue

if TYPE_CHECKING:
    from service.desk import Desk
    from service.drafts import CaseNow

app = typer.Typer(
    help=(
        "The follow-up plan: write it, hand it over, see whether it works (R31, R32).\n\n"
        "`tilbake case plan template K-7F3Q > plan.toml`, fill it in, and then "
        "`tilbake case plan complete K-7F3Q --text plan.toml`."
    ),
    no_args_is_help=True,
)

Version = Annotated[
    int | None, typer.Option("--version", min=1, help="Which version; the last one without it.")
]


@look_in("plan")
def template(
    nav: Annotated[
        bool, typer.Option("--nav", help="With what NAV asks besides, for a plan sent through NAV.")
    ] = False,
) -> Change:
    """Print a file to fill in: the four parts of the Act, with what the last version says."""

    async def made(now: CaseNow, desk: Desk) -> Made:
        last = await _last(now, desk)
        catalogue = now.policy.measures
        text = template_of(last, seen=now.told, catalogue=catalogue, with_nav=nav)
        return Say(text=text, data={"template": text, "seen": now.told})

    return made


async def _last(now: CaseNow, desk: Desk) -> PlanWords:
    """Give the words that are the newest: of a draft, else of the last version."""
    found: PlanDrafted | PlanCompleted | None = now.draft()
    if found is None and now.doings.versions():
        found = now.version(None)
    if found is None or found.document is None:
        return PlanWords()
    return read_plan("the last version", await desk.safe.open(found.document))


@change_in("plan")
def draft(text: TextFile = None, anyway: Anyway = False) -> Change:
    """Save a draft of the next version; the reminders before the date then pause (R43)."""
    words = needed_words(text, anyway=anyway)

    def made(now: CaseNow, _: Desk) -> Made:
        from service.drafts import Draft  # noqa: PLC0415 - keeps other commands fast

        plan = read_plan(words.name, words.content, now.policy.measures)
        fact = PlanDrafted(version=now.next_version())
        return Draft(fact=fact, text=kept_plan(plan), seen=plan.seen)

    return made


@change_in("plan")
def complete(
    text: TextFile = None,
    anyway: Anyway = False,
    on: Annotated[
        date | None, on_day("--on", "The day on which it was completed; today without it.")
    ] = None,
) -> Change:
    """Complete the plan, or a new version of it; each part is filled, or says why it is not.

    Without --text it is a plan that is kept elsewhere, on paper or in another system: then only
    the day is recorded.
    """
    words = read_words(text, anyway=anyway)
    if words is None:
        if on is None:
            raise typer.BadParameter(
                "give --text FILE, or --on DATE alone for a plan that is kept elsewhere"
            )
        return PlanCompleted(on=on)

    def made(now: CaseNow, _: Desk) -> Made:
        from service.drafts import Draft  # noqa: PLC0415 - as above

        plan = read_plan(words.name, words.content, now.policy.measures)
        fact = PlanCompleted(
            on=on or now.today,
            version=now.next_version(),
            answers=plan.answers(),
            employee_took_part=plan.employee_took_part,
            no_part_because=plan.no_part_because,
            measures=tuple(row.measure for row in plan.measures),
            shown_to=plan.shown_to,
        )
        return Draft(fact=fact, text=kept_plan(plan), seen=plan.seen)

    return made


@look_in("plan")
def show(
    version: Version = None,
    is_draft: Annotated[bool, typer.Option("--draft", help="The draft instead.")] = False,
) -> Change:
    """Open a version of the plan, or the draft, and print it; who looked is recorded."""

    async def made(now: CaseNow, desk: Desk) -> Made:
        found = now.draft() if is_draft else now.version(version)
        if found is None:
            raise InvalidValue("--draft", "there is none that is newer than the last version")
        if found.document is None:
            raise InvalidValue("version", f"{found.version} was recorded without words")
        text = await desk.safe.open(found.document)
        head = f"# Version {found.version}{' (draft)' * is_draft}, {now.told} facts told so far"
        data = {"version": found.version, "draft": is_draft, "seen": now.told, "text": text}
        return Say(text=f"{head}\n{text}", data=data)

    return made


@look_in("plan")
def diff(
    old: Annotated[
        int | None,
        typer.Option("--from", min=1, help="The older version; the last but one without it."),
    ] = None,
    new: Annotated[
        int | None, typer.Option("--to", min=1, help="The newer one; the last without it.")
    ] = None,
) -> Change:
    """Show what is different between two versions of the plan."""

    async def made(now: CaseNow, desk: Desk) -> Made:
        after = now.version(new)
        numbers = [one for one in now.doings.versions() if one < (after.version or 0)]
        if old is None and not numbers:
            raise InvalidValue("--from", "there is no older version to compare with")
        before = now.version(old or numbers[-1])
        lines = difflib.unified_diff(
            await _opened(before, desk),
            await _opened(after, desk),
            f"version {before.version}",
            f"version {after.version}",
            lineterm="",
            n=1,
        )
        text = "\n".join(lines) or "Nothing is different."
        data = {"from": before.version, "to": after.version, "diff": text}
        return Say(text=text, data=data)

    return made


async def _opened(plan: PlanCompleted, desk: Desk) -> list[str]:
    if plan.document is None:
        raise InvalidValue("version", f"{plan.version} was recorded without words")
    return (await desk.safe.open(plan.document)).splitlines()


To = Annotated[PlanReceiver, typer.Option("--to", help="Who it was for.")]


@change_in("plan")
def send(
    to: To,
    channel: Annotated[
        PlanChannel | None, typer.Option("--channel", help="How; never by plain e-mail.")
    ] = None,
    on: Annotated[
        date | None, on_day("--on", "The day on which it was handed over; today without it.")
    ] = None,
    version: Version = None,
) -> Change:
    """Record that the plan was handed to the practitioner, or to NAV (R32, R27).

    Through NAV (`--channel nav`) it must also say what NAV's form asks:
    `tilbake case plan template CASE --nav` prints those questions.
    """

    async def made(now: CaseNow, desk: Desk) -> Made:
        known = now.doings.versions()
        number = version or (known[-1] if known else None)
        if to is PlanReceiver.NAV and channel is PlanChannel.NAV and number in known:
            await _check_for_nav(now.version(number), desk, on or now.today)
        return PlanSent(to=to, channel=channel, on=on, version=number)

    return made


async def _check_for_nav(plan: PlanCompleted, desk: Desk, sent_on: date) -> None:
    """See that the plan answers what NAV's form asks.

    Raises:
        InvalidValue: it does not; names the first field, and how many more there are.
    """
    if plan.document is None:
        return
    words = read_plan("the plan", await desk.safe.open(plan.document))
    faults = words.refused_by_nav(sent_on)
    if faults:
        field, text = faults[0]
        more = f" (+{len(faults) - 1} more)" if len(faults) > 1 else ""
        raise InvalidValue(field, text + more)


@change_in("plan")
def not_sent(
    to: To,
    reason: Annotated[NotSentReason, typer.Option("--reason", help="Why.")],
    on: Annotated[date | None, on_day("--on", "When it was tried; today without it.")] = None,
) -> Change:
    """Record that the plan could not be handed over; without a practitioner the duty ends."""
    return lambda now, _: PlanNotSent(to=to, reason=reason, on=on or now.today)


@change_in("plan")
def comment(
    by: Annotated[Role, typer.Option("--by", help="Whose comment it is.")] = Role.EMPLOYEE,
    text: TextFile = None,
    anyway: Anyway = False,
    version: Version = None,
) -> Change:
    """Record a comment on a version of the plan, above all the employee's own."""
    words = needed_words(text, anyway=anyway)

    def made(now: CaseNow, _: Desk) -> Made:
        from service.drafts import Draft  # noqa: PLC0415 - as above

        fact = PlanCommented(version=_number(now, version), by=by)
        return Draft(fact=fact, text=words.content)

    return made


@change_in("plan")
def shown(
    to: Annotated[Role, typer.Option("--to", help="Who was shown it.")],
    on: Annotated[date | None, on_day("--on", "When; today without it.")] = None,
    version: Version = None,
) -> Change:
    """Record that a version of the plan was shown to somebody."""
    return lambda now, _: PlanShown(version=_number(now, version), to=to, on=on or now.today)


def _number(now: CaseNow, version: int | None) -> int:
    return version or now.version(None).version or 1


@change_in("plan")
def evaluate(
    measure: Annotated[
        str,
        typer.Option(
            "--measure", parser=short_id, metavar="ID", help="The measure, as the plan names it."
        ),
    ],
    outcome: Annotated[MeasureOutcome, typer.Option("--outcome", help="Whether it works.")],
    on: Annotated[date | None, on_day("--on", "When it was found; today without it.")] = None,
) -> Change:
    """Record whether a measure works; one that does not suggests a meeting (R37)."""
    return lambda now, _: MeasureEvaluated(
        measure=MeasureId(measure), outcome=outcome, on=on or now.today
    )


for _name, _command in (
    ("template", template),
    ("draft", draft),
    ("complete", complete),
    ("show", show),
    ("diff", diff),
    ("comment", comment),
    ("shown", shown),
    ("send", send),
    ("not-sent", not_sent),
    ("evaluate", evaluate),
):
    app.command(_name)(_command)
