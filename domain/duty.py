"""What a duty is on a date: its state, its dates and the reason for them (R30)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from domain.clocks import Clock
from domain.facts import DutyKind


class DutyState(StrEnum):
    """The state of a duty on a date."""

    UPCOMING = "upcoming"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    QUESTION = "question"
    DONE = "done"
    DONE_LATE = "done_late"
    EXEMPT = "exempt"
    NOT_APPLICABLE = "not_applicable"
    INFORMATION = "information"
    BEFORE_GO_LIVE = "before_go_live"
    """Fell due before tilbake was in use, and nobody has said that it was done."""


OPEN: Final = frozenset(
    {DutyState.UPCOMING, DutyState.DUE_SOON, DutyState.OVERDUE, DutyState.QUESTION}
)
OBLIGATIONS: Final[tuple[DutyKind, ...]] = (
    DutyKind.FOLLOW_UP_PLAN,
    DutyKind.PLAN_TO_PRACTITIONER,
    DutyKind.DIALOGUE_MEETING_1,
    DutyKind.PLAN_TO_NAV,
    DutyKind.UPDATE_PLAN,
)
"""What the employer has to do; the others are milestones to know of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyAssessment:
    """A duty on a date, with the reason for its date (R30)."""

    kind: DutyKind
    state: DutyState
    legal_on: date | None
    """Never moved for a weekend or a red day (R29); None when the duty does not apply."""
    target_on: date | None
    """The last working day on or before the legal date (R29)."""
    certain: bool
    """What is known covers the date; otherwise it holds only if the absence goes on."""
    clock: Clock
    rule: str
    basis: str
    why: str
    mandatory: bool | None = None
    """Dialogue meeting 1 only (R22)."""
