"""Whether a case is active, waits for a note, sleeps or is closed on a date (R14, R14b, R15)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from domain.cases import Case
from domain.events import CloseReason, PauseReason
from domain.policy import Policy
from domain.timeline import Known


class CaseState(StrEnum):
    """The state of a case on a date."""

    ACTIVE = "active"
    AWAITING_NOTE = "awaiting_note"
    """The last note has ended, no return is known, and the grace has not run out (R14b)."""
    DORMANT = "dormant"
    CLOSED = "closed"


OPEN: Final = frozenset({CaseState.ACTIVE, CaseState.AWAITING_NOTE})
"""States in which the manager is reminded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How a case goes on after its last counted day, as far as is known."""

    last: int
    returned: int | None
    """First return after the last day, as an ordinal."""
    ended: int | None
    """Last day of the employment, as an ordinal."""
    died: bool
    followed: bool
    """A later case follows."""

    @property
    def may_go_on(self) -> bool:
        """Say whether nothing is known that ends the absence; only then it is projected."""
        return not self.followed and self.returned is None and self.ended is None


def course_of(case: Case, known: Known, *, followed: bool) -> Course:
    """Gather what is known about the time after a case."""
    return Course(
        last=case.last,
        returned=next((day for day in known.returns if day > case.last), None),
        ended=known.ended,
        died=known.died,
        followed=followed,
    )


def state_on(course: Course, policy: Policy, on: date) -> CaseState:
    """Give the state of a case on a date."""
    day, after = on.toordinal(), on.toordinal() - course.last
    if after <= 0:
        return CaseState.ACTIVE
    if after >= policy.case_gap_days or (course.ended is not None and course.ended <= day):
        return CaseState.CLOSED
    if course.returned is not None and course.returned <= day:
        return CaseState.DORMANT
    return CaseState.AWAITING_NOTE if after <= policy.note_gap_grace else CaseState.DORMANT


def is_projected(course: Course, policy: Policy, on: date) -> bool:
    """Say whether the case is taken to go on past its last known day (design, section 4)."""
    return course.may_go_on and state_on(course, policy, on) in OPEN


def changes_on(course: Course, policy: Policy) -> tuple[date, ...]:
    """Give the dates on which the state of a case changes by time alone."""
    last = course.last
    days = [last + 1, last + policy.note_gap_grace + 1, last + policy.case_gap_days]
    if course.returned is not None:
        days.append(course.returned)
    if course.ended is not None:
        days.append(max(last + 1, course.ended))
    return tuple(date.fromordinal(day) for day in sorted(set(days)))


def pause_reason(course: Course, on: date) -> PauseReason:
    """Say why a case sleeps on a date."""
    returned = course.returned is not None and course.returned <= on.toordinal()
    return PauseReason.RETURNED if returned else PauseReason.NO_NOTE


def close_reason(course: Course, on: date) -> CloseReason:
    """Say why a case is closed on a date (R14, R15)."""
    day = on.toordinal()
    if course.ended is not None and course.ended <= day:
        return CloseReason.DIED if course.died else CloseReason.EMPLOYMENT_ENDED
    returned = course.returned is not None and course.returned <= day
    return CloseReason.RETURNED if returned else CloseReason.NO_ABSENCE
