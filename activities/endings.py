"""How what waits in the outbox ends: sent or dropped, once, as event and new state; pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from activities.ports import (
    AnyRow,
    Delivery,
    OutboxState,
    Settlement,
    Stream,
)
from domain.events import DropReason, Pending, Recorded, ReminderDropped, ReminderSent
from domain.ids import CauseId


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """What is appended to the log, and what the outbox row becomes with it."""

    pending: Pending
    settlement: Settlement


def sent(row: AnyRow, to_person: str, delivery: Delivery) -> Ending:
    """It left the house."""
    event = ReminderSent(
        case=row.case,
        reminder=row.reminder,
        role=row.role,
        to_person=to_person,
        channel=delivery.channel,
        uncertain=delivery.uncertain,
    )
    return Ending(
        pending=Pending(cause=_sent_cause(row.reminder), event=event, case=row.case),
        settlement=Settlement(reminder=row.reminder, state=OutboxState.SENT),
    )


def dropped(row: AnyRow, state: OutboxState, reason: DropReason, detail: str = "") -> Ending:
    """It is not sent, and why."""
    event = ReminderDropped(case=row.case, reminder=row.reminder, role=row.role, reason=reason)
    return Ending(
        pending=Pending(cause=_dropped_cause(row.reminder), event=event, case=row.case),
        settlement=Settlement(reminder=row.reminder, state=state, detail=detail or str(reason)),
    )


def was_sent(records: Iterable[Recorded], reminder: str) -> bool | None:
    """Say whether something left the house, or was dropped; None while neither is recorded."""
    ends = {_sent_cause(reminder): True, _dropped_cause(reminder): False}
    return next((ends[one.cause] for one in records if one.cause in ends), None)


def recorded_end(stream: Stream, reminder: str) -> Settlement | None:
    """Give what the outbox row must become when the log already holds the reminder's end."""
    end = was_sent(stream.records, reminder)
    if end is None:
        return None
    state = OutboxState.SENT if end else OutboxState.DROPPED
    return Settlement(reminder=reminder, state=state, detail="recorded")


def _sent_cause(reminder: str) -> CauseId:
    return CauseId(f"sent/{reminder}")


def _dropped_cause(reminder: str) -> CauseId:
    return CauseId(f"dropped/{reminder}")
