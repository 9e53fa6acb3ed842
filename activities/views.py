"""What a step tells others: rows for lists, reminders for the outbox, one line for Temporal.

Codes, opaque ids and dates only.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Final

from activities.invitations import invitation_id
from activities.messages import AnswerMessage, StepResult
from activities.ohs_orders import order_id
from activities.ports import AnyRow, CaseRow, InvitationRow, OrderRow, OutboxRow
from domain.assess import CaseAssessment
from domain.duties import DutyAssessment
from domain.events import InvitationDue, OhsOrderDue, Pending, ReminderDue, reminder_id
from domain.ids import case_mark

OVERDUE: Final = "overdue"
OPEN: Final = frozenset({"upcoming", "due_soon", "question", OVERDUE})
"""States of a duty that somebody still has to do something about."""


def case_rows(cases: Sequence[CaseAssessment]) -> tuple[CaseRow, ...]:
    """Give the rows of `case_view`, one a case."""
    return tuple(_case_row(case) for case in cases)


def outbox_rows(pending: Sequence[Pending], at: datetime) -> tuple[AnyRow, ...]:
    """Give a row to each role of what is to be sent: reminders, invitations, orders of OHS."""
    return tuple(row for one in pending for row in _outbox_rows(one, at))


def _outbox_rows(pending: Pending, at: datetime) -> Iterator[AnyRow]:
    match pending.event:
        case ReminderDue(superseded=False) as due:
            for role in due.to:
                yield OutboxRow(
                    reminder=reminder_id(due.case, due, role),
                    case=due.case,
                    role=role,
                    duty=due.duty,
                    stage=due.stage,
                    legal_on=due.legal_on,
                    target_on=due.target_on,
                    due_at=at,
                )
        case InvitationDue() as told:
            for role in told.to:
                yield InvitationRow(
                    reminder=invitation_id(told, role),
                    case=told.case,
                    role=role,
                    meeting=told.name,
                    change=told.change,
                    sequence=told.sequence,
                    due_at=at,
                )
        case OhsOrderDue() as order:
            for role in order.to:
                yield OrderRow(
                    reminder=order_id(order, pending.cause),
                    case=order.case,
                    role=role,
                    change=order.change,
                    due_at=at,
                )
        case _:
            pass


def summarised(
    cases: Sequence[CaseAssessment],
    answer: AnswerMessage | None,
    wake: datetime | None,
    *,
    finished: bool,
) -> StepResult:
    """Give what the workflow branches on and shows."""
    return StepResult(
        answer=answer,
        next_wake=wake,
        finished=finished,
        phase=cases[-1].state if cases else "",
        overdue=sum(_overdue(case) for case in cases),
        waits_for=_waits_for(cases),
    )


def _case_row(case: CaseAssessment) -> CaseRow:
    nearest = _nearest([case])
    return CaseRow(
        case=case.case_id,
        mark=case_mark(case.case_id),
        state=case.state,
        start_on=case.start,
        last_on=case.last_day,
        next_due_on=nearest.target_on if nearest else None,
        overdue=_overdue(case),
        duties=tuple((duty.kind, duty.state, _iso(duty.legal_on)) for duty in case.duties),
    )


def _overdue(case: CaseAssessment) -> int:
    return sum(duty.state == OVERDUE for duty in case.duties)


def _nearest(cases: Sequence[CaseAssessment]) -> DutyAssessment | None:
    dated = [
        (duty.target_on, number, duty)
        for case in cases
        for number, duty in enumerate(case.duties)
        if duty.state in OPEN and duty.target_on is not None
    ]
    return min(dated, key=lambda one: one[:2])[2] if dated else None


def _waits_for(cases: Sequence[CaseAssessment]) -> str:
    nearest = _nearest(cases)
    if nearest is None:
        return f"nothing due; newest case {cases[-1].state}" if cases else "no case"
    return f"{nearest.kind}, {nearest.state}, target {_iso(nearest.target_on)}"


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
