"""Whether a reminder is still worth sending, asked again just before it leaves (R40, R43)."""

from __future__ import annotations

from datetime import date, timedelta

from domain.assess import duties_on
from domain.duties import DutyAssessment, DutyState
from domain.events import DropReason, ReminderDue
from domain.facts import DutyKind, Meeting, Role
from domain.identity import Standing, standings
from domain.ladder import RANK, is_overdue
from domain.phases import CaseState, state_on
from domain.policy import Policy
from domain.stages import fired_for
from domain.state import State

_REASONS = {
    DutyState.DONE: DropReason.DONE,
    DutyState.DONE_LATE: DropReason.DONE,
    DutyState.EXEMPT: DropReason.EXEMPT,
    DutyState.NOT_APPLICABLE: DropReason.NOT_APPLICABLE,
    DutyState.BEFORE_GO_LIVE: DropReason.NOT_APPLICABLE,
}


def still_due(
    state: State, policy: Policy, due: ReminderDue, role: Role, on: date
) -> DropReason | None:
    """Give the reason why a reminder to a role is to be dropped on a date, or None to send it."""
    if role not in due.to:
        return DropReason.NOT_APPLICABLE
    standing = next((one for one in standings(state, policy) if due.case in one.ids), None)
    if standing is None:
        return DropReason.CLOSED
    match state_on(standing.course, policy, on):
        case CaseState.CLOSED:
            return DropReason.CLOSED
        case CaseState.DORMANT:
            return DropReason.PAUSED
        case CaseState.ACTIVE | CaseState.AWAITING_NOTE:
            return _of_duty(state, policy, due, standing, on) if due.duty else None


def _of_duty(
    state: State, policy: Policy, due: ReminderDue, standing: Standing, on: date
) -> DropReason | None:
    timeline = state.absences.under(policy)
    duties = duties_on(standing, timeline, policy, on, state.live_from)
    duty = next(one for one in duties if one.kind == due.duty)
    if duty.state in _REASONS:
        return _REASONS[duty.state]
    if _has_moved(due, duty, policy):
        return DropReason.MOVED
    if duty.kind is DutyKind.DIALOGUE_MEETING_1 and any(
        day >= on for day in standing.doings.called_for(Meeting.DIALOGUE_1)
    ):
        return DropReason.CALLED
    return DropReason.SUPERSEDED if _is_superseded(state, due, standing) else None


def _has_moved(due: ReminderDue, duty: DutyAssessment, policy: Policy) -> bool:
    """Say whether the date moved so far that the stage comes again, or is not overdue now."""
    if due.legal_on is None or duty.legal_on is None:
        return False
    again = timedelta(days=policy.resend_after_days)
    early = is_overdue(due.stage) and duty.state is not DutyState.OVERDUE
    return early or duty.legal_on >= due.legal_on + again


def _is_superseded(state: State, due: ReminderDue, standing: Standing) -> bool:
    fired = fired_for(standing, due.duty, state.fired)
    later = [one.due for one in fired if RANK[one.due.stage] > RANK[due.stage]]
    return any(one.legal_on == due.legal_on and not one.superseded for one in later)
