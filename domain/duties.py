"""The nine duties and milestones of a case: their dates and states (R21-R36).

Each duty is one function that says when it is reached, by which clock, and why. What they
share (target date, exemption, state on a date) is added in one place, `_settled`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from domain.calendar import add_weekdays, target_date, working_days_before
from domain.clocks import Clock, Clocks
from domain.doings import Doings
from domain.exemptions import Exemption, exemption_of
from domain.facts import DutyKind, Meeting, PlanReceiver
from domain.policy import MixedWeeks, Policy
from domain.timeline import Known


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

_PLAN: Final = "aml. § 4-6 (3)"
_MEETING: Final = "aml. § 4-6 (4)"
_NAV: Final = "ftrl. § 8-7 a"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A case as it is seen from a date."""

    clocks: Clocks
    doings: Doings
    known: Known
    policy: Policy
    on: date
    live_from: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reached:
    """What a duty's own rule says, before exemptions and time."""

    kind: DutyKind
    clock: Clock
    rule: str
    basis: str
    why: str
    legal_on: date | None
    done_on: date | None = None
    certain: bool = False
    mandatory: bool | None = None
    exempt: bool = False
    undated: DutyState = DutyState.NOT_APPLICABLE
    """The state when it has no date."""
    resting: DutyState | None = None
    """The state while nothing is done, where time makes none: a question or an information."""


def duties_of(seen: Seen) -> tuple[DutyAssessment, ...]:
    """Give the nine duties of a case in their order."""
    plan = _settled(_follow_up_plan(seen), seen)
    return (
        plan,
        _settled(_plan_to_practitioner(seen, plan), seen),
        _settled(_dialogue_meeting_1(seen), seen),
        _settled(_activity_requirement(seen), seen),
        _settled(_nav_meeting_question(seen), seen),
        _settled(_plan_to_nav(seen), seen),
        _settled(_nav_dialogue_meeting(seen), seen),
        _settled(_update_plan(seen), seen),
        _settled(_max_sick_pay(seen), seen),
    )


def _follow_up_plan(seen: Seen) -> _Reached:
    """R21, aml. § 4-6 (3): the day on which 4 weeks of absence, graded or not, are reached."""
    days = seen.policy.plan_days
    legal = seen.clocks.net_day(days)
    return _Reached(
        kind=DutyKind.FOLLOW_UP_PLAN,
        clock=Clock.NET,
        rule="R21",
        basis=_PLAN,
        why=_counted(seen, days, "day of absence", legal),
        legal_on=legal,
        certain=_is_known(seen, legal),
        done_on=seen.doings.plan_completed_on(),
    )


def _plan_to_practitioner(seen: Seen, plan: DutyAssessment) -> _Reached:
    """R32, aml. § 4-6 (3): as soon as the plan is made, and no later than the plan."""
    sent_on = seen.doings.plan_sent_on(PlanReceiver.PRACTITIONER)
    if seen.doings.has_no_practitioner() and sent_on is None:
        return _nobody_to_send_to(plan)
    undated = DutyState.NOT_APPLICABLE
    if seen.doings.plan_completed_on() is not None:
        # A plan that is made in a short absence is to be sent, though no date binds.
        undated = DutyState.DONE if sent_on else DutyState.UPCOMING
    return _Reached(
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


def _nobody_to_send_to(plan: DutyAssessment) -> _Reached:
    """R32: nobody who could be given the plan; found, not assumed."""
    return _Reached(
        kind=DutyKind.PLAN_TO_PRACTITIONER,
        clock=Clock.NET,
        rule="R32",
        basis=_PLAN,
        why=f"there is no practitioner to send it to; {plan.why}",
        legal_on=plan.legal_on,
        certain=plan.certain,
        exempt=True,
    )


def _dialogue_meeting_1(seen: Seen) -> _Reached:
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
    why = _counted(seen, days, words, legal)
    if day_of_case is not None and day_of_case != legal:
        why += f"; day {days} of the absence, recommended, is {day_of_case}"
    return _meeting(seen, legal, clock, rule, why, mandatory=True)


def _meeting_if_useful(seen: Seen, day_of_case: date | None) -> _Reached:
    """R22: with 7 weeks of absence, but not of full absence, one yes makes the duty."""
    why = _counted(seen, seen.policy.meeting_days, "day of absence, not all full", day_of_case)
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
) -> _Reached:
    return _Reached(
        kind=DutyKind.DIALOGUE_MEETING_1,
        clock=clock,
        rule=rule,
        basis=_MEETING,
        why=why,
        legal_on=legal,
        certain=_is_known(seen, legal),
        done_on=seen.doings.held_on(Meeting.DIALOGUE_1),
        mandatory=mandatory,
        resting=None if mandatory else DutyState.QUESTION,
    )


def _activity_requirement(seen: Seen) -> _Reached:
    """R25, ftrl. § 8-4 (2): 8 weeks less a day after the start, once 56 days are reached."""
    days = seen.policy.activity_days
    reached_on = seen.clocks.net_day(days)
    legal = seen.clocks.case.start + timedelta(days=days - 1) if reached_on else None
    why = _counted(seen, days, "day of absence", reached_on)
    if legal is not None and not seen.clocks.is_full(legal):
        why += "; fulfilled while graded"
    return _Reached(
        kind=DutyKind.ACTIVITY_REQUIREMENT,
        clock=Clock.NET,
        rule="R25",
        basis="ftrl. § 8-4 (2)",
        why=why,
        legal_on=legal,
        certain=_is_known(seen, reached_on),
        resting=DutyState.INFORMATION,
    )


def _nav_meeting_question(seen: Seen) -> _Reached:
    """R26, ftrl. § 8-7 a: NAV asks both sides whether its meeting is needed."""
    legal = seen.clocks.gross_day(seen.policy.nav_question_offset)
    return _Reached(
        kind=DutyKind.NAV_MEETING_QUESTION,
        clock=Clock.GROSS,
        rule="R26",
        basis=_NAV,
        why=_since_start(seen, seen.policy.nav_question_offset, legal),
        legal_on=legal,
        certain=_is_known(seen, legal),
        resting=DutyState.INFORMATION,
    )


def _plan_to_nav(seen: Seen) -> _Reached:
    """R27, aml. § 4-6 (3) with ftrl. § 25-2: the updated plan, a week before NAV's meeting."""
    meeting_on, days = seen.doings.nav_meeting_on(), seen.policy.plan_to_nav_days_before
    legal = meeting_on - timedelta(days=days) if meeting_on else None
    return _Reached(
        kind=DutyKind.PLAN_TO_NAV,
        clock=Clock.FIXED,
        rule="R27",
        basis="aml. § 4-6 (3), ftrl. § 25-2",
        why=f"{days} days before NAV's meeting on {meeting_on}" if meeting_on else _NO_DATE,
        legal_on=legal,
        certain=legal is not None,
        done_on=seen.doings.plan_sent_on(PlanReceiver.NAV),
    )


def _nav_dialogue_meeting(seen: Seen) -> _Reached:
    """R26, ftrl. § 8-7 a: NAV's meeting, on the date that is set or by 26 weeks at the latest."""
    set_on, days = seen.doings.nav_meeting_on(), seen.policy.nav_meeting_offset
    legal = set_on or seen.clocks.gross_day(days)
    why = f"NAV's meeting is set for {set_on}" if set_on else _since_start(seen, days, legal)
    return _Reached(
        kind=DutyKind.NAV_DIALOGUE_MEETING,
        clock=Clock.FIXED if set_on else Clock.GROSS,
        rule="R26",
        basis=_NAV,
        why=why,
        legal_on=legal,
        certain=set_on is not None or _is_known(seen, legal),
        done_on=seen.doings.held_on(Meeting.NAV) if legal else None,
        resting=DutyState.INFORMATION,
    )


def _update_plan(seen: Seen) -> _Reached:
    """R36: what was tried and agreed in a meeting goes into the plan."""
    held_on, days = seen.doings.last_held_on(), seen.policy.update_plan_days
    why = f"{days} days after the meeting held on {held_on}"
    return _Reached(
        kind=DutyKind.UPDATE_PLAN,
        clock=Clock.FIXED,
        rule="R36",
        basis=_PLAN,
        why=why if held_on else "no meeting was held",
        legal_on=held_on + timedelta(days=days) if held_on else None,
        certain=held_on is not None,
        done_on=seen.doings.plan_completed_on(since=held_on) if held_on else None,
    )


def _max_sick_pay(seen: Seen) -> _Reached:
    """R28, ftrl. § 8-12: an estimate; earlier sick pay within three years is not known here."""
    policy = seen.policy
    first = seen.clocks.case.start + timedelta(days=policy.employer_period_days)
    estimate = add_weekdays(first, policy.max_sick_pay_weekdays)
    legal = seen.clocks.if_lasting(estimate)
    weekdays, days = policy.max_sick_pay_weekdays, policy.employer_period_days
    after = f"{weekdays} weekdays after the employer's {days} days"
    return _Reached(
        kind=DutyKind.MAX_SICK_PAY,
        clock=Clock.WEEKDAYS,
        rule="R28",
        basis="ftrl. § 8-12",
        why=f"estimate: {after}" if legal else f"not reached: {after}",
        legal_on=legal,
        certain=_is_known(seen, legal),
        resting=DutyState.INFORMATION,
    )


_NO_DATE: Final = "no date of NAV's meeting is known"


def _settled(reached: _Reached, seen: Seen) -> DutyAssessment:
    """Add what all duties share: exemption, target date and the state on the date."""
    legal, why, exempt = reached.legal_on, reached.why, reached.exempt
    exemption = _exemption(reached, seen)
    if exemption is not None and (legal or reached.undated is DutyState.UPCOMING):
        # What was done is measured by the date that held on the day on which it was done.
        day = reached.done_on or seen.on
        if exemption.holds(day):
            exempt, why = True, f"exempt: {exemption.fact.reason}; {why}"
        elif exemption.ends_on is not None:
            failed = "premise failed" if exemption.premise_failed else "review date passed"
            why = f"{why}; exemption ended {exemption.ends_on}: {failed}"
            legal = max(legal, exemption.ends_on) if legal else None
    target = target_date(legal, seen.policy.half_days) if legal else None
    return DutyAssessment(
        kind=reached.kind,
        state=_state(reached, legal, target, seen, exempt=exempt),
        legal_on=legal,
        target_on=target,
        certain=reached.certain,
        clock=reached.clock,
        rule=reached.rule,
        basis=reached.basis,
        why=why,
        mandatory=reached.mandatory,
    )


def _exemption(reached: _Reached, seen: Seen) -> Exemption | None:
    if reached.kind not in OBLIGATIONS or not seen.doings.all:
        return None
    return exemption_of(reached.kind, seen.doings, seen.clocks.case, seen.known, seen.policy)


def _state(
    reached: _Reached, legal: date | None, target: date | None, seen: Seen, *, exempt: bool
) -> DutyState:
    if legal is None or target is None:
        return DutyState.EXEMPT if exempt else reached.undated
    if reached.done_on is not None:
        informs = reached.resting is DutyState.INFORMATION
        return DutyState.DONE if informs or reached.done_on <= legal else DutyState.DONE_LATE
    if exempt:
        return DutyState.EXEMPT
    return reached.resting or _by_time(legal, target, seen)


def _by_time(legal: date, target: date, seen: Seen) -> DutyState:
    if seen.on > legal:
        early = seen.live_from is not None and legal < seen.live_from
        return DutyState.BEFORE_GO_LIVE if early else DutyState.OVERDUE
    soon = working_days_before(target, seen.policy.due_soon_workdays, seen.policy.half_days)
    return DutyState.DUE_SOON if seen.on >= soon else DutyState.UPCOMING


def _is_known(seen: Seen, day: date | None) -> bool:
    return day is not None and seen.clocks.is_known(day)


def _counted(seen: Seen, number: int, words: str, reached_on: date | None) -> str:
    if reached_on is None:
        return f"{_ordinal(number)} {words} is not reached"
    periods = seen.clocks.periods(reached_on, fully=words.startswith("fully"))
    return f"{_ordinal(number)} {words}; {periods}"


def _since_start(seen: Seen, days: int, legal: date | None) -> str:
    start = seen.clocks.case.start
    said = f"{days} days after the start on {start}"
    return said if legal else f"{said} are not reached"


def _ordinal(number: int) -> str:
    teens = number % 100 in {11, 12, 13}
    ending = "th" if teens else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
