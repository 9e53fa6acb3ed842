"""One class per calendar day of an employment (R1-R5, R14, R14b, R37).

The result depends on what was told, not on the order in which it came, with one
exception that the rules make themselves: of two grade changes from the same day the later
told counts. Inside this module and domain/cases.py days are ordinals (`date.toordinal`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from itertools import pairwise
from typing import Final

from domain.calendar import is_non_working
from domain.facts import (
    AbsenceContinues,
    AbsenceFact,
    Died,
    EmploymentEnded,
    GradeChanged,
    LeaveTaken,
    NoteReceived,
    NoteReplaced,
    NoteWithdrawn,
    ReturnedToWork,
    RowWithdrawn,
    SelfCertified,
    VacationTaken,
)
from domain.ids import NoteId, RowId
from domain.notes import Activity, Note, Period
from domain.policy import Policy
from domain.spans import DateSpan


class DayClass(StrEnum):
    """What a day is (R2)."""

    FULL = "full"
    PARTIAL = "partial"
    SELF = "self"
    VACATION = "vacation"
    LEAVE = "leave"
    WORK = "work"


ABSENT: Final = frozenset({DayClass.FULL, DayClass.PARTIAL, DayClass.SELF})
FULLY_ABSENT: Final = frozenset({DayClass.FULL, DayClass.SELF})
OFF: Final = frozenset({DayClass.VACATION, DayClass.LEAVE})

# Among notes: 100 % > 0 % and the kinds that count as work > graded > self-certified (R4).
# A note that a return has ended still covers its days, and any other note outranks it.
_RANK: Final = {DayClass.FULL: 4, DayClass.WORK: 3, DayClass.PARTIAL: 2, DayClass.SELF: 1}
_FULL_GRADE: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A fact about absence and the instant at which it was learnt."""

    at: datetime
    fact: AbsenceFact


@dataclass(slots=True)
class Known:
    """What counts after withdrawals and replacements, gathered from everything told."""

    notes: dict[NoteId, tuple[datetime, Note]] = field(default_factory=dict)
    withdrawn: set[NoteId] = field(default_factory=set)
    grades: list[GradeChanged] = field(default_factory=list)
    returns: list[int] = field(default_factory=list)
    continues: list[tuple[datetime, int]] = field(default_factory=list)
    certified: list[tuple[datetime, DateSpan]] = field(default_factory=list)
    off: list[tuple[DateSpan, DayClass]] = field(default_factory=list)
    ended: int | None = None
    """Last day that can count: the end of the employment or the death."""
    died: bool = False


def gather(told: Iterable[Told]) -> Known:
    """Sort what was told by kind, without what was withdrawn (R3b)."""
    known = Known()
    ordered = sorted(told, key=lambda one: one.at)
    removed = {one.fact.row for one in ordered if isinstance(one.fact, RowWithdrawn)}
    for one in ordered:
        _take(known, one, removed)
    known.grades.sort(key=lambda change: change.on)
    known.returns.sort()
    return known


def _take(known: Known, one: Told, removed: set[RowId]) -> None:
    match one.fact:
        case NoteReceived(note=note):
            if note.note_id not in known.withdrawn:
                known.notes.setdefault(note.note_id, (one.at, note))
        case NoteWithdrawn(note_id=note_id):
            known.withdrawn.add(note_id)
            known.notes.pop(note_id, None)
        case NoteReplaced(note_id=note_id, by=note):
            known.withdrawn.add(note_id)
            known.notes.pop(note_id, None)
            known.notes[note.note_id] = (one.at, note)
        case GradeChanged():
            known.grades.append(one.fact)
        case ReturnedToWork(on=on):
            known.returns.append(on.toordinal())
        case AbsenceContinues(until=until):
            known.continues.append((one.at, until.toordinal()))
        case SelfCertified(span=span, row=row) if row is None or row not in removed:
            known.certified.append((one.at, span))
        case VacationTaken(span=span, row=row) if row is None or row not in removed:
            known.off.append((span, DayClass.VACATION))
        case LeaveTaken(span=span, row=row) if row is None or row not in removed:
            known.off.append((span, DayClass.LEAVE))
        case EmploymentEnded(on=on) | Died(on=on):
            last = on.toordinal()
            known.ended = last if known.ended is None else min(known.ended, last)
            known.died = known.died or isinstance(one.fact, Died)
        case _:
            pass


def classify(known: Known, policy: Policy) -> dict[int, DayClass]:
    """Give the class of every day that anything was said about, in order of days (R4)."""
    days = _note_days(known)
    _continue(days, known, policy)
    for span, kind in _off_spans(known.off):
        days.update(dict.fromkeys(range(span[0], span[1] + 1), kind))
    days.update(dict.fromkeys(known.returns, DayClass.WORK))
    if known.ended is not None:
        last = known.ended
        days = {day: kind for day, kind in days.items() if day <= last}
    days = dict(sorted(days.items()))
    if policy.enclosed_weekends:
        days = _enclose(days)
    return days


def _note_days(known: Known) -> dict[int, DayClass]:
    days: dict[int, DayClass] = {}
    ranks: dict[int, int] = {}

    def claim(numbers: Iterable[int], kind: DayClass, rank: int) -> None:
        for number in numbers:
            if rank > ranks.get(number, -1):
                ranks[number] = rank
                days[number] = kind

    for _, note in known.notes.values():
        begins = note.begins_on.toordinal()
        cut = _ended_by_return(begins, known.returns)
        for period in note.periods:
            for first, last, kind in _graded(period, note.begins_on, known.grades):
                _claim_until(claim, first, last, kind, cut)
        for span in note.self_certified:
            _claim_until(claim, span.first.toordinal(), span.last.toordinal(), DayClass.SELF, cut)
    for _, span in known.certified:
        first, last = span.first.toordinal(), span.last.toordinal()
        cut = _ended_by_return(first, known.returns)
        _claim_until(claim, first, last, DayClass.SELF, cut)
    return days


def _claim_until(claim, first: int, last: int, kind: DayClass, cut: int | None) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    end = last if cut is None else min(last, cut - 1)
    claim(range(first, end + 1), kind, _RANK[kind])
    if cut is not None and cut <= last:
        claim(range(max(first, cut), last + 1), DayClass.WORK, 0)
