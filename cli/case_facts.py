"""The commands `tilbake case …` that record what happens to an absence and to its notes.

A function here makes the fact; cli/case_change.py records it or shows what it would move.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated
from uuid import uuid4

import typer

from cli.case_change import Change, NoteDraft, change
from cli.case_options import note_id, on_day, span
from domain.facts import (
    AbsenceContinues,
    Died,
    EmploymentEnded,
    GradeChanged,
    LeaveTaken,
    NoteReceived,
    NoteReplaced,
    NoteWithdrawn,
    ReturnedToWork,
    SelfCertified,
    VacationTaken,
)
from domain.ids import NoteId
from domain.notes import Activity, Note, Period
from domain.refusals import InvalidValue

_FULL = 100

First = Annotated[date, on_day("--from", "The first day.")]
Last = Annotated[date, on_day("--to", "The last day, included.")]
Grade = Annotated[
    int, typer.Option("--grade", metavar="0-100", help="The sick share: 60 is 60 % off work.")
]


def _note(name: str | None, first: date, last: date, grade: int) -> Note:
    activity = Activity.NO_ACTIVITY if grade == _FULL else Activity.GRADED
    period = Period(
        span=span(first, last), activity=activity, grade=None if grade == _FULL else grade
    )
    return Note(note_id=NoteId(name or f"hand-{uuid4()}"), periods=(period,))


@change
def open_(
    first: First,
    last: Last,
    grade: Grade = _FULL,
    self_certified: Annotated[
        bool, typer.Option("--self-certified", help="Self-certified days, not a sick note.")
    ] = False,
    note: Annotated[
        str | None,
        typer.Option(
            parser=note_id, metavar="ID", help="The note's own id (sykmeldingId), if known."
        ),
    ] = None,
) -> Change:
    """Record an absence by hand: a sick note on paper, or self-certified days.

    Opens a case, continues one, or changes nothing, as the days say. Example:
    `tilbake case open -n 1001 --from 2026-01-05 --to 2026-02-01 --grade 60`.
    """
    if self_certified:
        if grade != _FULL:
            raise InvalidValue("--grade", "self-certified days are whole days")
        return SelfCertified(span=span(first, last))
    return NoteReceived(note=_note(note, first, last, grade))


@change
def grade(first: First, share: Grade) -> Change:
    """Change the grade from a day on; it rules until a later note says otherwise (R37)."""
    return GradeChanged(on=first, grade=share)


@change
def return_(on: Annotated[date, on_day("--on", "The first day back.")]) -> Change:
    """Record that the employee is back in full work (R14)."""
    return ReturnedToWork(on=on)


@change
def continues(until: Annotated[date, on_day("--until", "Away at least until then.")]) -> Change:
    """Record that the employee is still away and a note is expected (R14b)."""
    return AbsenceContinues(until=until)


@change
def vacation(first: First, last: Last) -> Change:
    """Record vacation (R5)."""
    return VacationTaken(span=span(first, last))


@change
def leave(first: First, last: Last) -> Change:
    """Record leave of absence (R5)."""
    return LeaveTaken(span=span(first, last))


@change
def ended(on: Annotated[date, on_day("--on", "The last day of the employment.")]) -> Change:
    """Record that the employment ends; `tilbake directory import` does so by itself (R15)."""
    return EmploymentEnded(on=on)


@change
def died(on: Annotated[date, on_day("--on", "The day.")]) -> Change:
    """Record that the employee died: everything stops on that day (R15)."""
    return Died(on=on)


@change
def withdraw(
    note: Annotated[
        str, typer.Option("--note", parser=note_id, metavar="ID", help="The id of the note.")
    ],
) -> Change:
    """Take a sick note back: it counts for nothing from now on (R7)."""
    return NoteWithdrawn(note_id=NoteId(note))


@change
def replace(
    note: Annotated[
        str, typer.Option("--note", parser=note_id, metavar="ID", help="The id of the old note.")
    ],
    by: Annotated[
        Path, typer.Option("--by", metavar="FILE", help="The new note, as NAV writes it (JSON).")
    ],
) -> Change:
    """Withdraw a sick note and record another in its place (R7)."""
    from adapters.formats.located import Fault, Faulty  # noqa: PLC0415 - keeps others fast
    from adapters.formats.note_source import stream_notes  # noqa: PLC0415 - as above

    [*found] = stream_notes([by])
    if len(found) != 1:
        raise Faulty(str(by), Fault(place="", text=f"must hold one note, not {len(found)}"))
    [one] = found
    if isinstance(one, Faulty):
        raise one
    if one.found.note.note_id == note:
        text = "must be another id than that of the note it replaces"
        raise Faulty(str(by), Fault(place="sykmeldingId", text=text))
    return NoteDraft(
        fact=NoteReplaced(note_id=NoteId(note), by=one.found.note),
        text=one.found.sealed_text(),
        national_id=one.found.national_id,
        orgnr=one.found.orgnr,
    )


_ABSENCE = "What happens to the absence"
_NOTES = "Notes"


def register(app: typer.Typer) -> None:
    """Add these commands to the group `case`."""
    for name, command, panel in (
        ("open", open_, _ABSENCE),
        ("grade", grade, _ABSENCE),
        ("return", return_, _ABSENCE),
        ("continues", continues, _ABSENCE),
        ("vacation", vacation, _ABSENCE),
        ("leave", leave, _ABSENCE),
        ("ended", ended, _ABSENCE),
        ("died", died, _ABSENCE),
        ("withdraw", withdraw, _NOTES),
        ("replace", replace, _NOTES),
    ):
        app.command(name, rich_help_panel=panel)(command)
