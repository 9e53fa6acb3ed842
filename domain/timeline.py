"""One class per calendar day of an employment (R1-R5, R14, R14b, R37).

The result depends on what was told, not on the order in which it came, with one
exception that the rules make themselves: of two grade changes from the same day the later
told counts. Inside this module and domain/cases.py days are ordinals (`date.toordinal`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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
from domain.ids import UNTOLD, CauseId, NoteId, RowId
from domain.localtime import local_date
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
_RANK: Final = {DayClass.FULL: 4, DayClass.WORK: 3, DayClass.PARTIAL: 2, DayClass.SELF: 1}
_FULL_GRADE: Final = 100
_LONGEST_HOLIDAY: Final = 14
"""No run of weekends and red days is longer; it spares looking at long gaps day by day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A fact about absence and the instant at which it was learnt."""

    at: datetime
    fact: AbsenceFact
    cause: CauseId = UNTOLD
    """The command that told it."""


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
    """Sort what was told by kind, without what was withdrawn (R3b).

    A note id that is told twice counts as it was told first (R7); one that is withdrawn or
    replaced, ever, counts for nothing. So the order of arrival changes no date (R4).
    """
    known = Known()
    ordered = sorted(told, key=lambda one: one.at)
    removed = {one.fact.row for one in ordered if isinstance(one.fact, RowWithdrawn)}
    for one in ordered:
        _take(known, one, removed)
    for note_id in known.withdrawn:
        known.notes.pop(note_id, None)
    known.grades.sort(key=lambda change: change.on)
    known.returns.sort()
    return known


def _take(known: Known, one: Told, removed: set[RowId]) -> None:  # noqa: C901 - one a kind
    match one.fact:
        case NoteReceived(note=note):
            known.notes.setdefault(note.note_id, (one.at, note))
        case NoteWithdrawn(note_id=note_id):
            known.withdrawn.add(note_id)
        case NoteReplaced(note_id=note_id, by=note):
            known.withdrawn.add(note_id)
            known.notes.setdefault(note.note_id, (one.at, note))
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
    days.update(_off_days(known.off))
    days.update(dict.fromkeys(known.returns, DayClass.WORK))
    days = _until_end(days, known)
    _continue(days, known)
    days = dict(sorted(_until_end(days, known).items()))
    return _enclose(days) if policy.enclosed_weekends else days


def _until_end(days: dict[int, DayClass], known: Known) -> dict[int, DayClass]:
    """Leave out what lies after the end of the employment or a death (R3b)."""
    last = known.ended
    return days if last is None else {day: kind for day, kind in days.items() if day <= last}


class _Claims:
    """Days as the notes claim them, the strongest claim first (R4)."""

    def __init__(self) -> None:
        self.days: dict[int, DayClass] = {}
        self._ranks: dict[int, int] = {}

    def claim(self, first: int, last: int, kind: DayClass) -> None:
        """Claim a span of days."""
        rank, ranks, days = _RANK[kind], self._ranks, self.days
        for number in range(first, last + 1):
            if rank > ranks.get(number, 0):
                ranks[number] = rank
                days[number] = kind


def _note_days(known: Known) -> dict[int, DayClass]:
    claims = _Claims()
    for _, note in known.notes.values():
        until = last_day_of(note, known)
        changes = [one for one in known.grades if one.on >= note.begins_on]
        for period in note.periods:
            for first, last, kind in _graded(period, changes):
                claims.claim(first, min(last, until), kind)
        for span in note.self_certified:
            claims.claim(span.first.toordinal(), min(span.last.toordinal(), until), DayClass.SELF)
    for _, span in known.certified:
        claims.claim(span.first.toordinal(), span.last.toordinal(), DayClass.SELF)
    return claims.days


def last_day_of(note: Note, known: Known) -> int:
    """Give the last day that a note speaks of, as an ordinal: a return ends it before (R14)."""
    begins, last = note.begins_on.toordinal(), note.last_covered.toordinal()
    return next((day - 1 for day in known.returns if begins < day <= last), last)


def class_of(period: Period) -> DayClass:
    """Give the class of a period's days as the note states it (R2)."""
    match period.activity:
        case Activity.NO_ACTIVITY:
            return DayClass.FULL
        case Activity.GRADED:
            return _class_of_grade(period.grade or 0)
        case Activity.TREATMENT_DAYS | Activity.TRAVEL_GRANT | Activity.ADVICE:
            return DayClass.WORK


def _class_of_grade(grade: int) -> DayClass:
    if grade >= _FULL_GRADE:
        return DayClass.FULL
    return DayClass.PARTIAL if grade > 0 else DayClass.WORK


def _graded(period: Period, changes: list[GradeChanged]) -> Iterator[tuple[int, int, DayClass]]:
    """Cut a period where the changes that rule it begin (R37); `changes` are in order of day."""
    first, last = period.span.first.toordinal(), period.span.last.toordinal()
    kind = class_of(period)
    if kind in ABSENT:
        for change in changes:
            on = change.on.toordinal()
            if on > last:
                break
            if on > first:
                yield first, on - 1, kind
                first = on
            kind = _class_of_grade(change.grade)
    yield first, last, kind


def _continue(days: dict[int, DayClass], known: Known) -> None:
    """Fill what no note covers up to the day until which the absence is said to go on (R14b).

    It begins after the last day of absence on or before the day on which it was said, goes on
    in the class of the latest day of absence, and ends with a return.
    """
    returns = set(known.returns)
    for at, until in known.continues:
        said = min(local_date(at).toordinal(), until)
        absent = [day for day, kind in days.items() if kind in ABSENT]
        if not absent:
            return
        anchor = max((day for day in absent if day <= said), default=min(absent))
        carried = days[anchor]
        for day in range(anchor + 1, until + 1):
            if day in returns:
                break
            kind = days.setdefault(day, carried)
            if kind in ABSENT:
                carried = kind


def _off_days(off: Iterable[tuple[DateSpan, DayClass]]) -> dict[int, DayClass]:
    """Give the days of vacation and leave; what only a weekend parts is one span (R5b)."""
    found: dict[int, DayClass] = {}
    for span, kind in sorted(off):
        for number in range(span.first.toordinal(), span.last.toordinal() + 1):
            found.setdefault(number, kind)
    return _bridged(dict(sorted(found.items())), OFF)


def _enclose(days: dict[int, DayClass]) -> dict[int, DayClass]:
    """Count a gap of Saturdays, Sundays and red days between absence as absence (section 3)."""
    return _bridged(days, ABSENT)


def _bridged(days: dict[int, DayClass], kinds: frozenset[DayClass]) -> dict[int, DayClass]:
    """Fill the non-working gaps between days of some kinds with the class of the day before."""
    filled = dict(days)
    bridged = False
    for one, two in pairwise(days):
        if two - one > 1 and days[one] in kinds and days[two] in kinds:
            between = range(one + 1, two)
            if len(between) <= _LONGEST_HOLIDAY and all(
                is_non_working(date.fromordinal(number)) for number in between
            ):
                filled.update(dict.fromkeys(between, days[one]))
                bridged = True
    return dict(sorted(filled.items())) if bridged else days
