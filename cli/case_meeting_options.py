"""Options of meetings: who takes part and how, who was left out and why, times and steps."""

from __future__ import annotations

import re
from datetime import date, time
from enum import StrEnum
from typing import Annotated, Final, TypeAlias, TypeVar

import typer

from cli.case_options import short_id
from cli.options import day
from domain.facts import LeftOut, LeftOutReason, Meeting, Participant, Role, Step, TimeSlot, Way
from domain.refusals import InvalidValue

E = TypeVar("E", bound=StrEnum)

_CLOCK: Final = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
_GRADE: Final = re.compile(r"[0-9]{1,3}")


def clock(text: str) -> time:
    """Read a time of the day such as 10:00.

    Raises:
        typer.BadParameter: it is none.
    """
    found = _CLOCK.fullmatch(text)
    if found is None:
        raise typer.BadParameter("must be a time such as 10:00")
    return time(int(found[1]), int(found[2]))


def moment(text: str) -> TimeSlot:
    """Read a day and a time such as 2026-02-18T10:00.

    Raises:
        typer.BadParameter: it is none.
    """
    on, _, begins = text.partition("T")
    try:
        return TimeSlot(on=day(on), begins=clock(begins))
    except typer.BadParameter:
        raise typer.BadParameter("must be a day and a time such as 2026-02-18T10:00") from None


def taking_part(text: str) -> Participant:
    """Read who takes part how, such as practitioner=phone.

    Raises:
        typer.BadParameter: it is none.
    """
    who, how = _pair(text)
    return Participant(role=_word(Role, who), way=_word(Way, how))


def not_called(text: str) -> LeftOut:
    """Read who was not called and why, such as practitioner=not_available.

    Raises:
        typer.BadParameter: it is none.
    """
    who, why = _pair(text)
    return LeftOut(role=_word(Role, who), reason=_word(LeftOutReason, why))


def step(text: str) -> Step:
    """Read from when on which grade is agreed, such as 2026-03-02=50.

    Raises:
        typer.BadParameter: it is none.
    """
    on, grade = _pair(text)
    if not _GRADE.fullmatch(grade):
        raise typer.BadParameter("must be a day and a grade such as 2026-03-02=50")
    try:
        return Step(on=day(on), grade=int(grade))
    except InvalidValue as refused:
        raise typer.BadParameter(refused.text) from None


def slot(on: date, at: time | None, minutes: int) -> TimeSlot | None:
    """Give the time of a meeting, if one was said."""
    return None if at is None else TimeSlot(on=on, begins=at, minutes=minutes)


def _pair(text: str) -> tuple[str, str]:
    first, equals, second = text.partition("=")
    if not equals:
        raise typer.BadParameter("must have an = in it")
    return first, second


def _word(kind: type[E], text: str) -> E:
    try:
        return kind(text)
    except ValueError:
        raise typer.BadParameter(f"must be one of {', '.join(kind)}") from None


Which: TypeAlias = Annotated[
    Meeting, typer.Option("--which", help="dm1, an additional one, or NAV's dm2.")
]
Name: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--name",
        parser=short_id,
        metavar="NAME",
        help="The meeting's name (`case meeting list`), when there are several.",
    ),
]
At: TypeAlias = Annotated[
    time | None, typer.Option("--at", parser=clock, metavar="HH:MM", help="When it begins.")
]
Minutes: TypeAlias = Annotated[int, typer.Option("--minutes", help="How long it takes.")]
Invited: TypeAlias = Annotated[
    list[Role], typer.Option("--with", help="Who is called; repeat it.", show_default=False)
]
Ways: TypeAlias = Annotated[
    list[Participant] | None,
    typer.Option(
        "--way",
        parser=taking_part,
        metavar="ROLE=WAY",
        help="Who takes part by phone or video: practitioner=phone; repeat it.",
    ),
]
LeftOutOnes: TypeAlias = Annotated[
    list[LeftOut] | None,
    typer.Option(
        "--left-out",
        parser=not_called,
        metavar="ROLE=REASON",
        help="Whom the employee wants and who is not called, and why: ohs=not_available.",
    ),
]
Slots: TypeAlias = Annotated[
    list[TimeSlot],
    typer.Option(
        "--time",
        parser=moment,
        metavar="DATETHH:MM",
        help="A time, such as 2026-02-18T10:00; repeat it.",
    ),
]
Steps: TypeAlias = Annotated[
    list[Step] | None,
    typer.Option(
        "--step",
        parser=step,
        metavar="DATE=GRADE",
        help="Agreed step: from that day on so much sick leave, 2026-03-02=50; repeat it.",
    ),
]
