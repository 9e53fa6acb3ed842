"""Sick notes (sykmelding) as far as dates and grades go (R2, R3). No diagnosis, no texts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise

from domain.ids import NoteId
from domain.refusals import InvalidValue
from domain.spans import DateSpan


class Activity(StrEnum):
    """What a period of a note says about work (R2)."""

    NO_ACTIVITY = "no_activity"
    GRADED = "graded"
    TREATMENT_DAYS = "treatment_days"
    TRAVEL_GRANT = "travel_grant"
    ADVICE = "advice"


def check_grade(field: str, grade: int) -> None:
    """Refuse a sick share outside 0-100 per cent (60 means 60 % off work).

    Raises:
        InvalidValue: outside the range.
    """
    if not 0 <= grade <= 100:  # noqa: PLR2004 - per cent
        raise InvalidValue(field, f"{grade} must lie between 0 and 100")


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """One period of a note; `grade` is the sick share in per cent and only set when graded."""

    span: DateSpan
    activity: Activity
    grade: int | None = None

    def __post_init__(self) -> None:
        """Keep grade and activity consistent."""
        if (self.activity is Activity.GRADED) != (self.grade is not None):
            raise InvalidValue("grade", "is given for a graded period, and only there")
        if self.grade is not None:
            check_grade("sykmeldingsgrad", self.grade)


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A sick note: its periods in order, and the self-certified days it reports (R3)."""

    note_id: NoteId
    periods: tuple[Period, ...]
    self_certified: tuple[DateSpan, ...] = ()
    nav_start: date | None = None
    """NAV's own start of the absence (`sykefravaerFom`, R9); shown, never used in a date."""

    def __post_init__(self) -> None:
        """Refuse a note without periods, or with periods that overlap or are out of order."""
        if not self.periods:
            raise InvalidValue("sykmeldingPerioder", "must hold at least one period")
        for number, (one, two) in enumerate(pairwise(self.periods), start=1):
            if two.span.first <= one.span.last:
                raise InvalidValue(
                    f"sykmeldingPerioder[{number}].fom",
                    f"{two.span.first} must be after {one.span.last}, the end of the period before",
                )

    @property
    def begins_on(self) -> date:
        """The first day of its periods, self-certified days not counted (R14)."""
        return self.periods[0].span.first

    @property
    def first_covered(self) -> date:
        """The first day it covers, self-certified days included."""
        return min([self.begins_on, *(span.first for span in self.self_certified)])

    @property
    def last_covered(self) -> date:
        """The last day it covers, self-certified days included."""
        return max([self.periods[-1].span.last, *(span.last for span in self.self_certified)])
