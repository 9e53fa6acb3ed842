"""From an order of OHS that waits to what OHS is told, or why it is told no more; pure.

Asked again just before it leaves (R40). The order says whether a plan exists, never what is in
it: OHS gets the plan from the manager.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from activities.endings import was_sent
from activities.ports import OhsOrder, OrderRow
from domain.events import CloseReason, DropReason, OhsOrderDue, OrderChange, Recorded
from domain.facts import PlanCompleted
from domain.identity import Standing, standings
from domain.ids import CaseId, CauseId, case_mark
from domain.phases import CaseState, close_reason, state_on
from domain.policy import Policy
from domain.state import State
from domain.wishes import ohs_is_asked_for

_OVER: Final = frozenset({CloseReason.DIED, CloseReason.EMPLOYMENT_ENDED})


def order_id(due: OhsOrderDue, cause: CauseId) -> str:
    """Name what OHS is told because of one fact: the same on every retry and restart (R42)."""
    return f"{due.case}:ohs:{due.change}:{cause}"


def order_of(
    row: OrderRow, records: Sequence[Recorded], state: State, policy: Policy, on: date
) -> OhsOrder | DropReason | None:
    """Say what OHS is told, or why it is dropped; None while it has to wait.

    What is told depends on whether an order before it reached OHS.
    """
    standing = next((one for one in standings(state, policy) if row.case in one.ids), None)
    told = tuple(_told(records, standing.ids if standing is not None else {row.case}))
    at = next(number for number, (reminder, _) in enumerate(told) if reminder == row.reminder)
    if told[at + 1 :]:
        return DropReason.SUPERSEDED
    if standing is None or (row.change is OrderChange.PLACED and _is_void(standing, policy, on)):
        return DropReason.CLOSED
    before = [(change, was_sent(records, reminder)) for reminder, change in told[:at]]
    if any(end is None for _, end in before):
        return None
    reached = [change for change, end in before if end]
    is_known = bool(reached) and reached[-1] is OrderChange.PLACED
    wants = ohs_is_asked_for(standing.doings.wishes().values())
    if wants is not (row.change is OrderChange.PLACED) or (not wants and not is_known):
        return DropReason.NOT_APPLICABLE
    if wants and is_known:
        return DropReason.DONE
    return OhsOrder(
        reminder=row.reminder,
        mark=case_mark(standing.identity.case_id),
        case=standing.identity.case_id,
        change=row.change,
        has_plan=bool(standing.doings.of(PlanCompleted)),
        decided_at=row.due_at,
    )


def _told(
    records: Sequence[Recorded], ids: frozenset[CaseId] | set[CaseId]
) -> Iterator[tuple[str, OrderChange]]:
    for record in records:
        match record.event:
            case OhsOrderDue(case=case, change=change) as due if case in ids:
                yield order_id(due, record.cause), change
            case _:
                pass


def _is_void(standing: Standing, policy: Policy, on: date) -> bool:
    # As with a call (R24): somebody who is back may still meet.
    course = standing.course
    return state_on(course, policy, on) is CaseState.CLOSED and close_reason(course, on) in _OVER
