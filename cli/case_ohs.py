"""The group `tilbake case ohs`: advice in private, or asking that OHS attends for all to see.

A private question is no part of a case: it is in no history and no view, and the record of
accesses names neither the case nor the person.
"""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from cli.case_change import Change, Made, change_in
from cli.case_options import EmployeeNumber, Format, Who, YesNo, check_named, on_day
from cli.case_texts import Anyway, TextFile, Words, needed_words
from cli.case_wish import stated
from cli.output import OutputFormat
from cli.running import actor, on_desk
from domain.facts import Matter, Role, Via
from domain.refusals import InvalidValue

if TYPE_CHECKING:
    from adapters.postgres.ohs_questions import Question
    from service.case_finder import Found
    from service.desk import Desk
    from service.drafts import CaseNow

app = typer.Typer(
    help=(
        "Occupational health service: independent, for both sides (R35).\n\n"
        "`advise` asks in private: the other side never sees that you asked. `attend` asks that "
        "OHS comes to the meeting: both sides see it."
    ),
    no_args_is_help=True,
)


def advise(
    *,
    who: Who = None,
    employee_number: EmployeeNumber = None,
    by: Annotated[
        Role, typer.Option("--by", help="Who asks: employee or manager.")
    ] = Role.EMPLOYEE,
    text: TextFile = None,
    anyway: Anyway = False,
    output: Format = OutputFormat.TEXT,
) -> None:
    """Ask OHS for advice in private: sealed for the asker, no part of the case, only counted."""
    check_named(who, employee_number)
    words = needed_words(text, anyway=anyway)

    async def work(desk: Desk) -> str:
        from service.desk import NOBODY  # noqa: PLC0415 - keeps other commands fast

        found = await desk.find(who, employee_number, desk.today())
        await desk.access.record(actor(), "case ohs advise", [NOBODY])
        return await _ask(desk, found, by, words)

    question = on_desk(work)
    if output is OutputFormat.JSON:
        typer.echo(json.dumps({"question": question}))
        return
    typer.echo(f"kept as {question}: `tilbake case ohs read {question}` opens it for OHS")


async def _ask(desk: Desk, found: Found, by: Role, words: Words) -> str:
    from domain.ids import case_mark  # noqa: PLC0415 - as above

    match by:
        case Role.EMPLOYEE:
            asker = await desk.directory.person_of(found.employment)
        case Role.MANAGER:
            asker = await desk.directory.responsible_on(found.employment, desk.today())
        case _:
            raise InvalidValue("--by", "must be employee or manager")
    if asker is None:
        raise InvalidValue("--by", f"the directory knows no {by} of this employment")
    mark = case_mark(found.case) if found.case else ""
    return await desk.ohs_questions.ask(asker, mark, words.content, desk.today())


def read(
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="Its id, q-….")],
    output: Format = OutputFormat.TEXT,
) -> None:
    """Open a private question, for OHS; that one was opened is recorded, not whose."""

    async def work(desk: Desk) -> Question:
        from service.desk import NOBODY  # noqa: PLC0415 - as above

        await desk.access.record(actor(), "case ohs read", [NOBODY])
        return await desk.ohs_questions.open(question)

    found = on_desk(work)
    if output is OutputFormat.JSON:
        said = {"asked_on": found.asked_on.isoformat(), "mark": found.mark, "text": found.text}
        typer.echo(json.dumps(said, ensure_ascii=False))
        return
    typer.echo(f"{found.asked_on} {found.mark}\n{found.text}")


def counted(output: Format = OutputFormat.TEXT) -> None:
    """Say how many private questions were asked in each year, in the whole house."""
    found = on_desk(lambda desk: desk.ohs_questions.counted())
    if output is OutputFormat.JSON:
        typer.echo(json.dumps({"asked": {str(year): number for year, number in found.items()}}))
        return
    typer.echo("\n".join(f"{year}: {number}" for year, number in found.items()) or "None.")


@change_in("ohs")
def attend(
    via: Annotated[Via, typer.Option("--via", help="How it was asked.")],
    by: Annotated[Role, typer.Option("--by", help="Who asks.")] = Role.EMPLOYEE,
    wanted: Annotated[YesNo, typer.Option("--wanted", help="Or that they do not.")] = YesNo.YES,
    on: Annotated[date | None, on_day("--on", "When it was asked; today without it.")] = None,
) -> Change:
    """Record that somebody asks for OHS in the meeting, and order it; both sides see it.

    The order names nobody. It goes out once, as a mail or else as a letter, and says whether a
    plan exists: OHS gets the plan from the manager. `--wanted no` takes the order back.
    """

    async def made(now: CaseNow, desk: Desk) -> Made:
        from service.drafts import Draft  # noqa: PLC0415 - as above

        if not now.policy.has_ohs:
            raise InvalidValue("about", "this employer has no OHS (has_ohs in the policy)")
        fact = stated(
            by=by,
            about=Role.OHS,
            wanted=wanted is YesNo.YES,
            via=via,
            on=on or now.today,
            matter=Matter.CALL,
        )
        employment = now.state.employment
        known = await desk.directory.recipient(employment, Role.OHS, now.today)
        hint = (
            "OHS gets the order by mail, and the time when the meeting is called with --with ohs."
            if known
            else "No mailbox of OHS is in the directory: the order becomes a letter to post, "
            "in the folder `letters`."
        )
        return Draft(fact=fact, hint=hint if wanted is YesNo.YES else None)

    return made


for _name, _command in (
    ("advise", advise),
    ("read", read),
    ("counted", counted),
    ("attend", attend),
):
    app.command(_name)(_command)
