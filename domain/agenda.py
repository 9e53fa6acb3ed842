"""When an employment has to be looked at again, and whether it ever has.

The days asked for here are those on which domain/falling_due.py may have something to say.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from domain.absences import Timeline
from domain.assess import duties_on
from domain.duties import OBLIGATIONS, DutyAssessment, DutyState
from domain.exemptions import exemption_of
from domain.facts import DutyKind
from domain.identity import Standing, standings
from domain.localtime import acting_date, wake_at
from domain.phases import OPEN, changes_on, state_on
from domain.policy import Policy
from domain.spans import ONE_DAY
from domain.stages import fired_for, has_budget, open_stages
from domain.state import State

_SETTLED = frozenset(
    {DutyState.DONE, DutyState.DONE_LATE, DutyState.NOT_APPLICABLE, DutyState.QUESTION}
)


def next_wake(state: State, policy: Policy, at: datetime) -> datetime | None:
    """Give the instant of the next look, after `at` and at the policy's hour in Oslo."""
    day = next_day(state, policy, acting_date(at, policy.wake_hour))
    return wake_at(day, policy.wake_hour) if day else None


def is_finished(state: State, policy: Policy, at: datetime) -> bool:
    """Say whether nothing can fall due any more, unless something new is told."""
    return next_wake(state, policy, at) is None


def next_day(state: State, policy: Policy, after: date) -> date | None:
    """Give the first day after a date on which something may fall due."""
    timeline = state.absences.under(policy)
    days = (
        day
        for standing in standings(state, policy)
        for day in _days(state, policy, timeline, standing, after)
        if day > after
    )
    return min(days, default=None)


def _days(
    state: State, policy: Policy, timeline: Timeline, standing: Standing, on: date
) -> Iterator[date]:
    yield from changes_on(standing.course, policy)
    duties = duties_on(standing, timeline, policy, on, state.live_from)
    for duty in duties:
        if duty.kind not in OBLIGATIONS:
            continue
        yield from _lapse(duty.kind, policy, timeline, standing)
        if duty.legal_on is not None and duty.state not in _SETTLED:
            yield duty.legal_on + ONE_DAY
        yield from _stage_days(state, policy, standing, duty, duties)


def _lapse(
    kind: DutyKind, policy: Policy, timeline: Timeline, standing: Standing
) -> Iterator[date]:
    exemption = exemption_of(kind, standing.doings, standing.case, timeline.known, policy)
    if exemption is not None and exemption.ends_on is not None:
        yield exemption.ends_on


def _stage_days(
    state: State,
    policy: Policy,
    standing: Standing,
    duty: DutyAssessment,
    duties: tuple[DutyAssessment, ...],
) -> Iterator[date]:
    fired = fired_for(standing, duty.kind, state.fired)
    for one in open_stages(state, policy, standing, duty, duties):
        is_open = state_on(standing.course, policy, one.on) in OPEN
        if is_open and duty.legal_on and has_budget(one, duty.legal_on, fired, policy):
            yield one.on
