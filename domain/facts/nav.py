"""Facts about NAV's side of a case (R26-R28, R38, R39)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar

from domain.facts.parties import Role
from domain.spans import check_day


class AfterSickPay(StrEnum):
    """What comes after the last day of sick pay (R15)."""

    RETURNS = "returns"
    OTHER_BENEFIT = "other_benefit"
    LEAVE = "leave"
    EMPLOYMENT_ENDS = "employment_ends"


@dataclass(frozen=True, slots=True, kw_only=True)
class NavMeetingSet:
    """NAV's dialogue meeting 2 has the date `on`; None cancels it (R27)."""

    kind: ClassVar[str] = "nav_meeting_set"
    on: date | None

    def __post_init__(self) -> None:
        """Refuse an absurd date."""
        if self.on is not None:
            check_day("on", self.on)


@dataclass(frozen=True, slots=True, kw_only=True)
class NavMeetingNeed:
    """Somebody answered NAV's question whether its meeting is needed (R26)."""

    kind: ClassVar[str] = "nav_meeting_need"
    by: Role
    needed: bool
    on: date

    def __post_init__(self) -> None:
        """Refuse an absurd date."""
        check_day("on", self.on)


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierNavMeetingAsked:
    """Employee or employer asked NAV for an earlier meeting (R38)."""

    kind: ClassVar[str] = "earlier_nav_meeting_asked"
    by: Role
    on: date

    def __post_init__(self) -> None:
        """Refuse an absurd date."""
        check_day("on", self.on)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanAskedByNav:
    """NAV asked for the plan and gave a date (R39)."""

    kind: ClassVar[str] = "plan_asked_by_nav"
    on: date
    by: date

    def __post_init__(self) -> None:
        """Refuse an absurd date."""
        check_day("on", self.on)
        check_day("by", self.by)


@dataclass(frozen=True, slots=True, kw_only=True)
class MaxDateAnswered:
    """HR answered what comes after the end of sick pay (R15, R28)."""

    kind: ClassVar[str] = "max_date_answered"
    answer: AfterSickPay
    on: date

    def __post_init__(self) -> None:
        """Refuse an absurd date."""
        check_day("on", self.on)
