"""How a reminder ends: sent or dropped, once, as an event and as the outbox's new state; pure."""

from __future__ import annotations

from dataclasses import dataclass

from activities.ports import Delivery, OutboxRow, OutboxState, Recipient, Settlement, Stream
from domain.events import DropReason, Pending, ReminderDropped, ReminderSent
from domain.ids import CauseId


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """What is appended to the log, and what the outbox row becomes with it."""

    pending: Pending
    settlement: Settlement


def sent(row: OutboxRow, to: Recipient, delivery: Delivery) -> Ending:
    """It left the house."""
    event = ReminderSent(
        case=row.case,
        reminder=row.reminder,
        role=row.role,
        to_person=to.person,
        channel=delivery.channel,
        uncertain=delivery.uncertain,
    )
    return Ending(
        pending=Pending(cause=_sent_cause(row.reminder), event=event, case=row.case),
        settlement=Settlement(reminder=row.reminder, state=OutboxState.SENT),
    )


def dropped(row: OutboxRow, state: OutboxState, reason: DropReason, detail: str = "") -> Ending:
    """It is not sent, and why."""
    event = ReminderDropped(case=row.case, reminder=row.reminder, role=row.role, reason=reason)
    return Ending(
        pending=Pending(cause=_dropped_cause(row.reminder), event=event, case=row.case),
        settlement=Settlement(reminder=row.reminder, state=state, detail=detail or str(reason)),
    )


def recorded_end(stream: Stream, reminder: str) -> Settlement | None:
    """Give what the outbox row must become when the log already holds the reminder's end."""
    states = {
        _sent_cause(reminder): OutboxState.SENT,
        _dropped_cause(reminder): OutboxState.DROPPED,
    }
    for record in stream.records:
        if record.cause in states:
            return Settlement(reminder=reminder, state=states[record.cause], detail="recorded")
    return None


def _sent_cause(reminder: str) -> CauseId:
    return CauseId(f"sent/{reminder}")


def _dropped_cause(reminder: str) -> CauseId:
    return CauseId(f"dropped/{reminder}")
