"""The duties of aml. § 4-6: the plan, its way to the practitioner, meeting 1, the update."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from domain.clocks import Clock
from domain.duty import DutyAssessment, DutyState
from domain.facts import DutyKind, Meeting, PlanReceiver
from domain.policy import MixedWeeks
from domain.reached import Reached, Seen, counted, is_known

_PLAN: Final = "aml. § 4-6 (3)"
_MEETING: Final = "aml. § 4-6 (4)"


def follow_up_plan(seen: Seen) -> Reached:
    """R21, aml. § 4-6 (3): the day on which 4 weeks of absence, graded or not, are reached."""
    days = seen.policy.plan_days
    legal = seen.clocks.net_day(days)
    return Reached(
        kind=DutyKind.FOLLOW_UP_PLAN,
        clock=Clock.NET,
        rule="R21",
        basis=_PLAN,
        why=counted(seen, days, "day of absence", legal),
        legal_on=legal,
        certain=is_known(seen, legal),
        done_on=seen.doings.plan_completed_on(),
    )


def plan_to_practitioner(seen: Seen, plan: DutyAssessment) -> Reached:
    """R32, aml. § 4-6 (3): as soon as the plan is made, and no later than the plan."""
    sent_on = seen.doings.plan_sent_on(PlanReceiver.PRACTITIONER)
    if seen.doings.has_no_practitioner() and sent_on is None:
        return _nobody_to_send_to(plan)
    undated = DutyState.NOT_APPLICABLE
    if seen.doings.plan_completed_on() is not None:
        # A plan that is made in a short absence is to be sent, though no date binds.
        undated = DutyState.DONE if sent_on else DutyState.UPCOMING
    return Reached(
        kind=DutyKind.PLAN_TO_PRACTITIONER,
        clock=Clock.NET,
        rule="R32",
        basis=_PLAN,
        why=f"due with the plan; {plan.why}",
        legal_on=plan.legal_on,
        certain=plan.certain,
        done_on=sent_on,
        exempt=plan.state is DutyState.EXEMPT and plan.legal_on is not None,
        undated=undated,
    )


def _nobody_to_send_to(plan: DutyAssessment) -> Reached:
    """R32: nobody who could be given the plan; found, not assumed."""
    return Reached(
        kind=DutyKind.PLAN_TO_PRACTITIONER,
        clock=Clock.NET,
        rule="R32",
        basis=_PLAN,
        why=f"there is no practitioner to send it to; {plan.why}",
        legal_on=plan.legal_on,
        certain=plan.certain,
        exempt=True,
    )


def dialogue_meeting_1(seen: Seen) -> Reached:
    """R22-R24, aml. § 4-6 (4): 7 weeks fully away; graded, when someone finds it useful."""
    days, clocks = seen.policy.meeting_days, seen.clocks
    day_of_case = clocks.net_day(days)
    if seen.policy.mixed_weeks is MixedWeeks.CUMULATIVE_FULL:
        clock, rule, words = Clock.FULL, "R22", "fully absent day"
        legal = clocks.full_day(days)
    else:
        clock, rule, words = Clock.NET, "R23", "day of absence, a fully absent one"
        legal = day_of_case if day_of_case and clocks.is_full(day_of_case) else None
    if legal is None:
        return _meeting_if_useful(seen, day_of_case)
    why = counted(seen, days, words, legal)
    if day_of_case is not None and day_of_case != legal:
        why += f"; day {days} of the absence, recommended, is {day_of_case}"
    return _meeting(seen, legal, clock, rule, why, mandatory=True)


def _meeting_if_useful(seen: Seen, day_of_case: date | None) -> Reached:
    """R22: with 7 weeks of absence, but not of full absence, one yes makes the duty."""
    why = counted(seen, seen.policy.meeting_days, "day of absence, not all full", day_of_case)
    if day_of_case is None:
        return _meeting(seen, None, Clock.NET, "R22", why, mandatory=False)
    yes = seen.doings.first_yes()
    if yes is None:
        why += "; due if employer, employee or practitioner finds it useful"
        return _meeting(seen, day_of_case, Clock.NET, "R22", why, mandatory=False)
    on, answer = yes
    why += f"; found useful by {answer.by} on {on}"
    return _meeting(seen, max(day_of_case, on), Clock.NET, "R22", why, mandatory=True)


def _meeting(
    seen: Seen, legal: date | None, clock: Clock, rule: str, why: str, *, mandatory: bool
) -> Reached:
    return Reached(
        kind=DutyKind.DIALOGUE_MEETING_1,
        clock=clock,
        rule=rule,
        basis=_MEETING,
        why=why,
        legal_on=legal,
        certain=is_known(seen, legal),
        done_on=seen.doings.held_on(Meeting.DIALOGUE_1),
        mandatory=mandatory,
        resting=None if mandatory else DutyState.QUESTION,
    )


def update_plan(seen: Seen) -> Reached:
    """R36: what was tried and agreed in a meeting goes into the plan."""
    held_on, days = seen.doings.last_held_on(), seen.policy.update_plan_days
    why = f"{days} days after the meeting held on {held_on}"
    return Reached(
        kind=DutyKind.UPDATE_PLAN,
        clock=Clock.FIXED,
        rule="R36",
        basis=_PLAN,
        why=why if held_on else "no meeting was held",
        legal_on=held_on + timedelta(days=days) if held_on else None,
        certain=held_on is not None,
        done_on=seen.doings.plan_completed_on(since=held_on) if held_on else None,
    )
