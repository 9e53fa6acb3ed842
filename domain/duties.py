"""The nine duties and milestones of a case, in their order (R21-R36)."""

from __future__ import annotations

from domain.duty import OBLIGATIONS, OPEN, DutyAssessment, DutyState
from domain.employer_duties import (
    dialogue_meeting_1,
    follow_up_plan,
    plan_to_practitioner,
    update_plan,
)
from domain.nav_milestones import (
    activity_requirement,
    max_sick_pay,
    nav_dialogue_meeting,
    nav_meeting_question,
    plan_to_nav,
)
from domain.reached import Seen
from domain.settling import settled

__all__ = ["OBLIGATIONS", "OPEN", "DutyAssessment", "DutyState", "Seen", "duties_of"]


def duties_of(seen: Seen) -> tuple[DutyAssessment, ...]:
    """Give the nine duties of a case in their order."""
    plan = settled(follow_up_plan(seen), seen)
    return (
        plan,
        settled(plan_to_practitioner(seen, plan), seen),
        settled(dialogue_meeting_1(seen), seen),
        settled(activity_requirement(seen), seen),
        settled(nav_meeting_question(seen), seen),
        settled(plan_to_nav(seen), seen),
        settled(nav_dialogue_meeting(seen), seen),
        settled(update_plan(seen), seen),
        settled(max_sick_pay(seen), seen),
    )
