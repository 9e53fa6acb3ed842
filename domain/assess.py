"""What holds on a date: each case with its state, its clocks, its duties and its reminders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from domain.absences import Timeline
from domain.clocks import Clocks
from domain.duties import DutyAssessment, Seen, duties_of
from domain.identity import Standing, standings
from domain.ids import CaseId
from domain.ladder import Reminder, ladder_of, listed
from domain.phases import OPEN, CaseState, is_projected, state_on
from domain.policy import Policy
from domain.questions import Question, open_questions
from domain.state import State

_KEPT: Final = 4
"""A step looks at the day of the last step and at its own, for a case or two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseAssessment:
    """A case on a date. Counts run to that date or to the last day, whichever is first."""

    case_id: CaseId
    start: date
    """The first counted day (R12)."""
    last_day: date
    """The last counted day that is known."""
    state: CaseState
    net_days: int
    gross_days: int
    full_days: int
    duties: tuple[DutyAssessment, ...]
    """The nine, in their order."""
    reminders: tuple[Reminder, ...]
    """The ladder of what is open, by day, as far as the budget goes (R43)."""


def assess(state: State, policy: Policy, on: date) -> tuple[CaseAssessment, ...]:
    """Assess every case of an employment on a date, in order of days (R51)."""
    timeline = state.absences.under(policy)
    return tuple(
        assess_case(standing, timeline, policy, on, state.live_from)
        for standing in standings(state, policy)
    )


def questions_on(state: State, policy: Policy, on: date) -> Mapping[CaseId, tuple[Question, ...]]:
    """Give what is asked and not answered in each case, oldest first (R14b, R22, R37)."""
    timeline, found = state.absences.under(policy), {}
    for standing in standings(state, policy):
        duties = duties_on(standing, timeline, policy, on, state.live_from)
        asked = open_questions(standing, duties, timeline.known, policy, on)
        found[standing.identity.case_id] = asked
    return found


def assess_case(
    standing: Standing, timeline: Timeline, policy: Policy, on: date, live_from: date | None
) -> CaseAssessment:
    """Assess one case on a date."""
    case, state = standing.case, state_on(standing.course, policy, on)
    duties = duties_on(standing, timeline, policy, on, live_from)
    return CaseAssessment(
        case_id=standing.identity.case_id,
        start=case.start,
        last_day=case.last_day,
        state=state,
        net_days=case.net(on),
        gross_days=case.gross(on),
        full_days=case.fully(on),
        duties=duties,
        reminders=_reminders(duties, standing, policy) if state in OPEN else (),
    )


def duties_on(
    standing: Standing, timeline: Timeline, policy: Policy, on: date, live_from: date | None
) -> tuple[DutyAssessment, ...]:
    """Give the nine duties of a case on a date."""
    key = (standing.case.first, standing.doings, on, live_from)
    found = timeline.assessed.get(key)
    if found is None:
        if len(timeline.assessed) >= _KEPT:
            timeline.assessed.clear()
        found = _duties(standing, timeline, policy, on, live_from)
        timeline.assessed[key] = found
    return found


def _duties(
    standing: Standing, timeline: Timeline, policy: Policy, on: date, live_from: date | None
) -> tuple[DutyAssessment, ...]:
    projected = is_projected(standing.course, policy, on)
    seen = Seen(
        clocks=Clocks(case=standing.case, projected=projected),
        doings=standing.doings,
        known=timeline.known,
        policy=policy,
        on=on,
        live_from=live_from,
    )
    return duties_of(seen)


def _reminders(
    duties: Sequence[DutyAssessment], standing: Standing, policy: Policy
) -> tuple[Reminder, ...]:
    found = [
        reminder
        for duty in duties
        for reminder in listed(
            ladder_of(duty, duties, standing.doings, standing.case.start, policy), policy
        )
    ]
    found.sort(key=lambda one: one.on)
    return tuple(found)
