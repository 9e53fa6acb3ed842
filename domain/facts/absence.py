"""Facts about absence: they can change the class of a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from domain.facts.parties import DocumentRef
from domain.ids import NoteId, RowId
from domain.notes import Note, check_grade
from domain.spans import DateSpan, check_day


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteReceived:
    """A sick note came in (R6)."""

    kind: ClassVar[str] = "note_received"
    note: Note
    texts: DocumentRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteWithdrawn:
    """A sick note was taken back; it counts for nothing from now on (R3b, R7)."""

    kind: ClassVar[str] = "note_withdrawn"
    note_id: NoteId


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteReplaced:
    """A sick note was withdrawn and another came in its place (R3b)."""

    kind: ClassVar[str] = "note_replaced"
    note_id: NoteId
    by: Note
    texts: DocumentRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeChanged:
    """From `on` the sick share is `grade` per cent (R37)."""

    kind: ClassVar[str] = "grade_changed"
    on: date
    grade: int
    source: str | None = None

    def __post_init__(self) -> None:
        """Refuse an impossible grade or date."""
        check_day("on", self.on)
        check_grade("grade", self.grade)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnedToWork:
    """The employee is back in full work on `on` (R14)."""

    kind: ClassVar[str] = "returned_to_work"
    on: date

    def __post_init__(self) -> None:
        """Refuse an absurd date."""
        check_day("on", self.on)


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsenceContinues:
    """The employee is still away, a note is expected; known until `until` (R14b)."""

    kind: ClassVar[str] = "absence_continues"
    until: date

    def __post_init__(self) -> None:
        """Refuse an absurd date."""
        check_day("until", self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfCertified:
    """Self-certified days (egenmelding), R3b. `row` names a payroll row, if it came from one."""

    kind: ClassVar[str] = "self_certified"
    span: DateSpan
    row: RowId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VacationTaken:
    """Vacation (ferie), R5."""

    kind: ClassVar[str] = "vacation"
    span: DateSpan
    row: RowId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveTaken:
    """Leave of absence (permisjon), R5."""

    kind: ClassVar[str] = "leave"
    span: DateSpan
    row: RowId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RowWithdrawn:
    """A payroll row was removed at its source; what it said counts no longer."""

    kind: ClassVar[str] = "row_withdrawn"
    row: RowId


@dataclass(frozen=True, slots=True, kw_only=True)
class EmploymentEnded:
    """The employment ends; `on` is its last day (R15)."""

    kind: ClassVar[str] = "employment_ended"
    on: date

    def __post_init__(self) -> None:
        """Refuse an absurd date."""
        check_day("on", self.on)


@dataclass(frozen=True, slots=True, kw_only=True)
class Died:
    """The employee died; everything stops on that date (R15)."""

    kind: ClassVar[str] = "died"
    on: date

    def __post_init__(self) -> None:
        """Refuse an absurd date."""
        check_day("on", self.on)
