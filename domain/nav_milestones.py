"""NAV's milestones, and the one duty that hangs on them: the plan to NAV (R25-R28)."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from domain.calendar import add_weekdays
from domain.clocks import Clock
from domain.duty import DutyState
from domain.facts import DutyKind, Meeting, PlanReceiver
from domain.reached import Reached, Seen, counted, is_known, since_start

_NAV: Final = "ftrl. § 8-7 a"
_NO_DATE: Final = "no date of NAV's meeting is known"


def activity_requirement(seen: Seen) -> Reached:
    """R25, ftrl. § 8-4 (2): 8 weeks less a day after the start, once 56 days are reached."""
    days = seen.policy.activity_days
    reached_on = seen.clocks.net_day(days)
    legal = seen.clocks.case.start + timedelta(days=days - 1) if reached_on else None
    why = counted(seen, days, "day of absence", reached_on)
    if legal is not None and not seen.clocks.is_full(legal):
        why += "; fulfilled while graded"
    return Reached(
        kind=DutyKind.ACTIVITY_REQUIREMENT,
        clock=Clock.NET,
        rule="R25",
        basis="ftrl. § 8-4 (2)",
        why=why,
        legal_on=legal,
        certain=is_known(seen, reached_on),
        resting=DutyState.INFORMATION,
    )


def nav_meeting_question(seen: Seen) -> Reached:
    """R26, ftrl. § 8-7 a: NAV asks both sides whether its meeting is needed."""
    legal = seen.clocks.gross_day(seen.policy.nav_question_offset)
    return Reached(
        kind=DutyKind.NAV_MEETING_QUESTION,
        clock=Clock.GROSS,
        rule="R26",
        basis=_NAV,
        why=since_start(seen, seen.policy.nav_question_offset, legal),
        legal_on=legal,
        certain=is_known(seen, legal),
        resting=DutyState.INFORMATION,
    )


def plan_to_nav(seen: Seen) -> Reached:
    """R27, R39: the updated plan a week before NAV's meeting, or by the day that NAV asks for.

    aml. § 4-6 (3) with ftrl. § 25-2.
    """
    meeting_on, days = seen.doings.nav_meeting_on(), seen.policy.plan_to_nav_days_before
    legal = meeting_on - timedelta(days=days) if meeting_on else None
    why = f"{days} days before NAV's meeting on {meeting_on}" if meeting_on else _NO_DATE
    rule, done_on = "R27", seen.doings.plan_sent_on(PlanReceiver.NAV)
    asked = seen.doings.plan_asked_by_nav()
    if asked is not None and (legal is None or asked.by < legal):
        legal, rule = asked.by, "R39"
        why = f"NAV asked for it on {asked.on}, by {asked.by}"
        done_on = seen.doings.plan_sent_on(PlanReceiver.NAV, since=asked.on)
    return Reached(
        kind=DutyKind.PLAN_TO_NAV,
        clock=Clock.FIXED,
        rule=rule,
        basis="aml. § 4-6 (3), ftrl. § 25-2",
        why=why,
        legal_on=legal,
        certain=legal is not None,
        done_on=done_on,
    )


def nav_dialogue_meeting(seen: Seen) -> Reached:
    """R26, ftrl. § 8-7 a: NAV's meeting, on the date that is set or by 26 weeks at the latest."""
    set_on, days = seen.doings.nav_meeting_on(), seen.policy.nav_meeting_offset
    legal = set_on or seen.clocks.gross_day(days)
    why = f"NAV's meeting is set for {set_on}" if set_on else since_start(seen, days, legal)
    return Reached(
        kind=DutyKind.NAV_DIALOGUE_MEETING,
        clock=Clock.FIXED if set_on else Clock.GROSS,
        rule="R26",
        basis=_NAV,
        why=why,
        legal_on=legal,
        certain=set_on is not None or is_known(seen, legal),
        done_on=seen.doings.held_on(Meeting.NAV) if legal else None,
        resting=DutyState.INFORMATION,
    )


def max_sick_pay(seen: Seen) -> Reached:
    """R28, ftrl. § 8-12: an estimate; earlier sick pay within three years is not known here."""
    policy = seen.policy
    first = seen.clocks.case.start + timedelta(days=policy.employer_period_days)
    estimate = add_weekdays(first, policy.max_sick_pay_weekdays)
    legal = seen.clocks.if_lasting(estimate)
    weekdays, days = policy.max_sick_pay_weekdays, policy.employer_period_days
    after = f"{weekdays} weekdays after the employer's {days} days"
    return Reached(
        kind=DutyKind.MAX_SICK_PAY,
        clock=Clock.WEEKDAYS,
        rule="R28",
        basis="ftrl. § 8-12",
        why=f"estimate: {after}" if legal else f"not reached: {after}",
        legal_on=legal,
        certain=is_known(seen, legal),
        resting=DutyState.INFORMATION,
    )
