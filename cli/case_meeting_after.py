"""The group `tilbake case meeting`, from the meeting on: held or not, minutes, is one useful."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from cli.case_change import Change, Made, Say, change_in, look_in
from cli.case_meeting_options import Name, Steps, Ways, Which
from cli.case_options import YesNo, on_day
from cli.case_texts import Anyway, TextFile, read_words, text_of
from domain.facts import (
    AbsentReason,
    AnotherMeetingAnswered,
    Contribution,
    Meeting,
    MeetingHeld,
    MeetingNotAttended,
    MeetingUseful,
    MinutesAnswered,
    Role,
    Via,
    named,
)
from domain.refusals import InvalidValue

if TYPE_CHECKING:
    from service.desk import Desk
    from service.drafts import CaseNow


@change_in("meeting")
def held(
    *,
    on: Annotated[date, on_day("--on", "The day on which it took place.")],
    people: Annotated[
        list[Role],
        typer.Option("--with", help="Who took part; repeat it.", show_default=False),
    ],
    text: TextFile = None,
    anyway: Anyway = False,
    ways: Ways = None,
    others: Annotated[
        Contribution | None,
        typer.Option("--others", help="Was a contribution from others considered?"),
    ] = None,
    ohs: Annotated[
        Contribution | None, typer.Option("--ohs", help="Was one from OHS considered?")
    ] = None,
    goal: Annotated[date | None, on_day("--goal", "The agreed goal: back on that day.")] = None,
    steps: Steps = None,
    which: Which = Meeting.DIALOGUE_1,
    name: Name = None,
) -> Change:
    """Record that a meeting took place: who came, what was agreed; --text are the minutes.

    `tilbake case meeting held K-7F3Q --on 2026-02-18 --with employee --with manager`. A meeting
    is held only when the employee and the employer were there. The plan is then to be updated.
    """
    words = read_words(text, anyway=anyway)

    def made(now: CaseNow, _: Desk) -> Made:
        from service.drafts import Draft  # noqa: PLC0415 - keeps other commands fast

        fact = MeetingHeld(
            meeting=which,
            on=on,
            attendees=tuple(people),
            name=now.called_name(which, name),
            ways=tuple(ways or ()),
            others=others,
            ohs=ohs,
            goal_on=goal,
            steps=tuple(steps or ()),
        )
        return Draft(fact=fact, text=text_of(words))

    return made


@change_in("meeting")
def absent(
    on: Annotated[date, on_day("--on", "The day on which it was to be.")],
    missing: Annotated[
        list[Role],
        typer.Option("--without", help="Who did not come; repeat it.", show_default=False),
    ],
    reason: Annotated[AbsentReason, typer.Option("--reason", help="Why.")],
    name: Name = None,
) -> Change:
    """Record that a called meeting was not held since somebody did not come; the duty stays."""
    return lambda now, _: MeetingNotAttended(
        name=now.open_meeting(name), on=on, absent=tuple(missing), reason=reason
    )


@change_in("meeting")
def another(
    *,
    answer: Annotated[YesNo, typer.Option("--answer", help="Is one more meeting useful?")],
    by: Annotated[Role, typer.Option("--by", help="Who answers.")],
    on: Annotated[date, on_day("--on", "The day of the answer.")],
    text: TextFile = None,
    anyway: Anyway = False,
) -> Change:
    """Record whether one more meeting is useful, with the reason as --text (R37, R37b).

    Asked after a change of grade, when a measure does not work, and in week 18; never a duty.
    """
    words = read_words(text, anyway=anyway)

    def made(_now: CaseNow, _: Desk) -> Made:
        from service.drafts import Draft  # noqa: PLC0415 - keeps other commands fast

        fact = AnotherMeetingAnswered(by=by, wanted=answer is YesNo.YES, on=on)
        return Draft(fact=fact, text=text_of(words))

    return made


@change_in("meeting")
def useful(
    answer: Annotated[YesNo, typer.Option("--answer", help="Is dialogue meeting 1 useful?")],
    by: Annotated[
        Role, typer.Option("--by", help="Who answered: employee, manager or practitioner.")
    ],
    via: Annotated[Via | None, typer.Option("--via", help="How the answer came.")] = None,
    on: Annotated[date | None, on_day("--on", "When; today without it.")] = None,
) -> Change:
    """Record whether a meeting is useful while graded; one yes makes it a duty (R22)."""
    return MeetingUseful(by=by, answer=answer is YesNo.YES, via=via, on=on)


@change_in("meeting")
def minutes(
    by: Annotated[Role, typer.Option("--by", help="Whose word it is.")] = Role.EMPLOYEE,
    disputed: Annotated[
        bool, typer.Option("--disputed", help="They say that the minutes are not right.")
    ] = False,
    text: TextFile = None,
    anyway: Anyway = False,
    name: Name = None,
) -> Change:
    """Record a comment on the minutes of a meeting, or that they are disputed.

    `tilbake case meeting read` opens the minutes themselves.
    """
    words = read_words(text, anyway=anyway)
    if words is None and not disputed:
        raise typer.BadParameter("give a comment, --text FILE, or --disputed, or both")

    def made(now: CaseNow, _: Desk) -> Made:
        from service.drafts import Draft  # noqa: PLC0415 - as above

        fact = MinutesAnswered(name=now.held_meeting(name), by=by, disputed=disputed)
        return Draft(fact=fact, text=text_of(words))

    return made


@look_in("meeting")
def read(name: Name = None) -> Change:
    """Open the minutes of a meeting and print them; who looked is recorded."""

    async def made(now: CaseNow, desk: Desk) -> Made:
        wanted = now.held_meeting(name)
        facts = [
            fact
            for _, fact in now.doings.of(MeetingHeld)
            if named(fact.name, fact.meeting) == wanted and fact.document is not None
        ]
        if not facts or facts[-1].document is None:
            raise InvalidValue("name", f"no minutes were written of {wanted}")
        text = await desk.safe.open(facts[-1].document)
        return Say(text=text, data={"name": wanted, "on": str(facts[-1].on), "text": text})

    return made


def register(app: typer.Typer) -> None:
    """Add these commands to the group `meeting`."""
    for name, command in (
        ("held", held),
        ("absent", absent),
        ("useful", useful),
        ("another", another),
        ("minutes", minutes),
        ("read", read),
    ):
        app.command(name)(command)
