"""The nine duties and milestones by name, and exemptions from them (R33)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar

from domain.facts.parties import DocumentRef
from domain.ids import CauseId, MeasureId
from domain.refusals import InvalidValue
from domain.spans import check_day


class DutyKind(StrEnum):
    """The nine duties and milestones that every case lists, in this order."""

    FOLLOW_UP_PLAN = "follow_up_plan"
    PLAN_TO_PRACTITIONER = "plan_to_practitioner"
    DIALOGUE_MEETING_1 = "dialogue_meeting_1"
    ACTIVITY_REQUIREMENT = "activity_requirement"
    NAV_MEETING_QUESTION = "nav_meeting_question"
    PLAN_TO_NAV = "plan_to_nav"
    NAV_DIALOGUE_MEETING = "nav_dialogue_meeting"
    UPDATE_PLAN = "update_plan"
    MAX_SICK_PAY = "max_sick_pay"


class ExemptionReason(StrEnum):
    """Why a duty is obviously unnecessary (R33)."""

    NO_RETURN = "no_return"
    BACK_SOON_WITHOUT_ADAPTATION = "back_soon_without_adaptation"
    MEASURES_WORK_SOON_BACK = "measures_work_soon_back"
    TOO_ILL_NOW = "too_ill_now"
    OTHER = "other"
    GRADED_WITH_DIALOGUE = "graded_with_dialogue"
    EMPLOYMENT_ENDS = "employment_ends"
    UNREACHABLE = "unreachable"


EXEMPTABLE = frozenset(
    {
        DutyKind.FOLLOW_UP_PLAN,
        DutyKind.PLAN_TO_PRACTITIONER,
        DutyKind.DIALOGUE_MEETING_1,
        DutyKind.PLAN_TO_NAV,
        DutyKind.UPDATE_PLAN,
    }
)


SOON_BACK = frozenset(
    {ExemptionReason.BACK_SOON_WITHOUT_ADAPTATION, ExemptionReason.MEASURES_WORK_SOON_BACK}
)
"""Reasons whose premise is a return by the stated date."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exempted:
    """A duty was found obviously unnecessary (R33); `until` is the stated return or review date."""

    kind: ClassVar[str] = "exempted"
    duty: DutyKind
    reason: ExemptionReason
    until: date | None = None
    contacted_on: date | None = None
    """The day on which there was contact with the employee, or on which it was tried."""
    measure: MeasureId | None = None
    """The measure of the plan that works, where the reason is one."""
    document: DocumentRef | None = None
    """The justification."""

    def __post_init__(self) -> None:
        """Refuse an exemption from what is no duty of the employer."""
        if self.duty not in EXEMPTABLE:
            raise InvalidValue("duty", f"{self.duty} is not a duty one can be exempt from")
        for name, day in (("until", self.until), ("contacted_on", self.contacted_on)):
            if day is not None:
                check_day(name, day)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExemptionDecided:
    """HR approved an exemption or did not, where the policy asks for it."""

    kind: ClassVar[str] = "exemption_decided"
    exemption: CauseId
    """The id of the command that recorded the exemption."""
    approved: bool
