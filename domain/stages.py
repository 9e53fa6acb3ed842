"""Which stages of a ladder are still to come, given those that were reached before (R42, R43)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from domain.duties import DutyAssessment
from domain.events import ReminderDue
from domain.facts import DutyKind
from domain.identity import Standing
from domain.ladder import RANK, Reminder, is_overdue, ladder_of
from domain.policy import Policy
from domain.state import Fired, State


def fired_for(
    standing: Standing, duty: DutyKind | None, fired: Iterable[Fired]
) -> tuple[Fired, ...]:
    """Give the stages of a duty (None: of the opening) that were reached in a case."""
    return tuple(one for one in fired if one.due.duty == duty and one.due.case in standing.ids)


def open_stages(
    state: State,
    policy: Policy,
    standing: Standing,
    duty: DutyAssessment,
    duties: Sequence[DutyAssessment],
) -> tuple[Reminder, ...]:
    """Give the stages of a duty that were not reached yet, in order of rank."""
    ladder = ladder_of(duty, duties, standing.doings, standing.case.start, policy)
    if not ladder or duty.legal_on is None:
        return ()
    fired = fired_for(standing, duty.kind, state.fired)
    return tuple(
        one
        for one in ladder
        if not _is_before_go_live(one, state) and not _is_spent(one, duty.legal_on, fired, policy)
    )


def _is_before_go_live(reminder: Reminder, state: State) -> bool:
    return state.live_from is not None and reminder.on < state.live_from


def _is_spent(reminder: Reminder, legal_on: date, fired: Iterable[Fired], policy: Policy) -> bool:
    """Say whether a stage, or a later one, was reached for about the same legal date (R42).

    It comes again only when the legal date has moved `resend_after_days` later since.
    """
    for one in fired:
        if one.due.stage is reminder.stage and one.due.legal_on == legal_on:
            return True
        later = RANK[one.due.stage] >= RANK[reminder.stage]
        if later and not _has_moved(one.due, legal_on, policy):
            return True
    return False


def has_budget(reminder: Reminder, legal_on: date, fired: Iterable[Fired], policy: Policy) -> bool:
    """Say whether the duty may cost one more mail before its legal date (R43)."""
    if is_overdue(reminder.stage) or reminder.duty is None:
        return True
    cost = sum(
        not one.due.superseded
        and not is_overdue(one.due.stage)
        and not _has_moved(one.due, legal_on, policy)
        for one in fired
    )
    return cost < policy.allotment.get(reminder.duty, 0)


def _has_moved(due: ReminderDue, legal_on: date, policy: Policy) -> bool:
    moved = timedelta(days=policy.resend_after_days)
    return due.legal_on is not None and legal_on >= due.legal_on + moved
