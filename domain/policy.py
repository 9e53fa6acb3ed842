"""The employer's policy: every number that the sources leave open, with its source.

`DEFAULT` is what rules.md gives. A TOML file overrides single entries (adapters/policy_file.py).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from domain.events import Stage
from domain.facts import DutyKind, Role

if TYPE_CHECKING:
    from collections.abc import Mapping


class Anchor(StrEnum):
    """What a stage of the ladder is counted from."""

    CASE_DAY = "case_day"
    """Day number of the case: 14 is start + 13."""
    WORKDAYS_BEFORE_TARGET = "workdays_before_target"
    DAYS_BEFORE_LEGAL = "days_before_legal"
    DAYS_AFTER_LEGAL = "days_after_legal"


class MixedWeeks(StrEnum):
    """When dialogue meeting 1 is mandatory in mixed weeks (R23)."""

    CUMULATIVE_FULL = "cumulative_full"
    CASE_AGE = "case_age"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One stage of a duty's ladder: when, counted in days from its anchor, and to whom."""

    stage: Stage
    anchor: Anchor
    days: int
    to: tuple[Role, ...] = (Role.MANAGER,)


def _overdue() -> tuple[Rung, ...]:
    after = Anchor.DAYS_AFTER_LEGAL
    both = (Role.MANAGER, Role.HR)
    return (
        Rung(stage=Stage.OVERDUE, anchor=after, days=1),
        Rung(stage=Stage.OVERDUE_HR, anchor=after, days=5, to=both),
        Rung(stage=Stage.WEEKLY_1, anchor=after, days=12),
        Rung(stage=Stage.WEEKLY_2, anchor=after, days=19),
        Rung(stage=Stage.WEEKLY_3, anchor=after, days=26),
    )


def _ladder(heads_up: Rung | None) -> tuple[Rung, ...]:
    before = Anchor.WORKDAYS_BEFORE_TARGET
    first = (heads_up,) if heads_up else ()
    return (
        *first,
        Rung(stage=Stage.DUE_SOON, anchor=before, days=5),
        Rung(stage=Stage.ON_TARGET, anchor=before, days=0),
        *_overdue(),
    )


def _heads_up(anchor: Anchor, days: int) -> Rung:
    return Rung(stage=Stage.HEADS_UP, anchor=anchor, days=days)


DEFAULT_LADDERS: Final[Mapping[DutyKind, tuple[Rung, ...]]] = MappingProxyType(
    {
        DutyKind.FOLLOW_UP_PLAN: _ladder(_heads_up(Anchor.CASE_DAY, 14)),
        DutyKind.PLAN_TO_PRACTITIONER: _ladder(None),
        DutyKind.DIALOGUE_MEETING_1: _ladder(_heads_up(Anchor.CASE_DAY, 35)),
        DutyKind.PLAN_TO_NAV: _ladder(_heads_up(Anchor.DAYS_BEFORE_LEGAL, 14)),
        DutyKind.UPDATE_PLAN: _ladder(None),
    }
)

DEFAULT_ALLOTMENT: Final[Mapping[DutyKind, int]] = MappingProxyType(
    {
        DutyKind.FOLLOW_UP_PLAN: 2,
        DutyKind.PLAN_TO_PRACTITIONER: 0,
        DutyKind.DIALOGUE_MEETING_1: 2,
        DutyKind.PLAN_TO_NAV: 1,
        DutyKind.UPDATE_PLAN: 0,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """All settings of the rules. Days are calendar days unless the name says otherwise."""

    version: str = "default-1"
    plan_days: int = 28
    """Follow-up plan, aml. § 4-6 (3): 4 weeks (R21)."""
    meeting_days: int = 49
    """Dialogue meeting 1, aml. § 4-6 (4): 7 weeks (R22)."""
    activity_days: int = 56
    """Activity requirement, ftrl. § 8-7 a: 8 weeks (R25)."""
    nav_question_offset: int = 119
    """Days after the start, gross (R26)."""
    nav_meeting_offset: int = 181
    """26 weeks less a day, gross (R26)."""
    plan_to_nav_days_before: int = 7
    """ftrl. § 25-2 with aml. § 4-6 (3) (R27)."""
    update_plan_days: int = 7
    """After a held meeting (R36)."""
    employer_period_days: int = 16
    """ftrl. § 8-19 (R28)."""
    max_sick_pay_weekdays: int = 248
    """ftrl. § 8-12 (R28)."""
    case_gap_days: int = 16
    """So many days without absence close a case (R10)."""
    note_gap_grace: int = 10
    """Days that a case without a note stays open (R14b)."""
    enclosed_weekends: bool = True
    """A gap of weekend and red days between absence counts (section 3, 2)."""
    mixed_weeks: MixedWeeks = MixedWeeks.CUMULATIVE_FULL
    half_days: tuple[tuple[int, int], ...] = ((12, 24),)
    """(month, day) of days that are no target dates (R29; section 3, 7)."""
    exemption_approval: bool = False
    """HR has to approve an exemption before it holds (R33)."""
    exemption_review_days: int = 14
    """Default review date of "too ill now" (R33)."""
    resend_after_days: int = 7
    """A stage is sent again when its legal date has moved so many days later (R42)."""
    due_soon_workdays: int = 5
    """`due_soon` begins so many working days before the target date."""
    wake_hour: int = 7
    """Local hour at which a case acts on the day it belongs to."""
    send_from_hour: int | None = 8
    """Send window on working days (R41); None sends at any time."""
    send_to_hour: int | None = 17
    ladders: Mapping[DutyKind, tuple[Rung, ...]] = field(default_factory=lambda: DEFAULT_LADDERS)
    short_notice_workdays: int = 5
    """A meeting called with less notice is recorded as called late (R34)."""
    measures: tuple[str, ...] = ()
    """The workplace's catalogue of measures, by code (R31)."""
    has_ohs: bool = True
    """The employer has an occupational health service."""
    allotment: Mapping[DutyKind, int] = field(default_factory=lambda: DEFAULT_ALLOTMENT)
    """Most mails that a duty costs before its legal date (the budget of R43)."""


DEFAULT: Final = Policy()
