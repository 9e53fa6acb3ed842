"""Sends what the outbox holds: asks again whether it is due, hands it over, records it (R40).

A crash between handing over and recording repeats the send under the same reminder id,
which the courier or the reader's mail system recognises; the log records it once.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from temporalio import activity

from activities.endings import Ending, dropped, recorded_end, sent
from activities.notices import due_of, notice_of
from activities.ports import (
    Append,
    Clock,
    Courier,
    DeliveryDelayed,
    DeliveryRefused,
    Directory,
    EventLog,
    Notice,
    Outbox,
    OutboxItem,
    OutboxState,
    Recipient,
    Settlement,
    Stream,
)
from activities.send_window import next_opening
from domain.events import DropReason, Recorded
from domain.facts import Role
from domain.ids import EmploymentId
from domain.localtime import local_date
from domain.policy import Policy
from domain.reminders import still_due
from domain.state import State, fold
from domain.step import as_records

ACTOR: Final = "system"
BATCH: Final = 16
PARALLEL: Final = 8
RUN_FOR: Final = timedelta(hours=1)
WAIT_SECONDS: Final = 5.0
_BEAT_SECONDS: Final = 10.0
_FIRST_PAUSE: Final = timedelta(minutes=1)
_LONGEST_PAUSE: Final = timedelta(hours=1)
_DOUBLINGS: Final = 6

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliveries:
    """Empties the outbox. `deliver` is the activity; `deliver_due` serves without Temporal."""

    log: EventLog
    outbox: Outbox
    directory: Directory
    courier: Courier
    policy: Policy
    clock: Clock

    @activity.defn(name="deliver")
    async def deliver(self) -> None:
        """Send what falls due for an hour, or until the worker stops."""
        until = self.clock.now() + RUN_FOR
        async with _heartbeats():
            while self.clock.now() < until and not activity.is_worker_shutdown():
                if not await self.deliver_due(self.clock.now()):
                    await _until_first(
                        self.outbox.wait(WAIT_SECONDS), activity.wait_for_worker_shutdown()
                    )

    async def deliver_due(self, now: datetime) -> int:
        """Send, drop or put off one batch of what is due; give how many were looked at."""
        items = await self.outbox.claim(now, BATCH)
        streams: defaultdict[EmploymentId, list[OutboxItem]] = defaultdict(list)
        for item in items:
            streams[item.employment].append(item)
        gate = asyncio.Semaphore(PARALLEL)
        async with asyncio.TaskGroup() as group:
            for mine in streams.values():
                group.create_task(self._deliver_stream(mine, now, gate))
        return len(items)

    async def deliver_one(self, item: OutboxItem, now: datetime) -> None:
        """Send, drop or put off one reminder, as the log stands when it is written."""
        while not await self._attempt(item, now):
            pass  # someone else wrote meanwhile, so whether it is due is asked again

    async def _deliver_stream(
        self, items: list[OutboxItem], now: datetime, gate: asyncio.Semaphore
    ) -> None:
        # One after the other: two writers to one stream would only meet each other.
        async with gate:
            for item in items:
                await self._deliver_guarded(item, now)

    async def _deliver_guarded(self, item: OutboxItem, now: datetime) -> None:
        try:
            await self.deliver_one(item, now)
        except Exception as fault:  # noqa: BLE001 - one broken reminder must not hold up the others
            name = type(fault).__name__
            # The type only: a message or a traceback can hold an address.
            _log.error("reminder_broken", reminder=item.row.reminder, fault=name)
            await self._put_off(item, now, f"error-{name}")

    async def _attempt(self, item: OutboxItem, now: datetime) -> bool:
        """Do one try; False when the log moved on under it before anything was sent."""
        stream, row, on = await self.log.load(item.employment), item.row, local_date(now)
        known = recorded_end(stream, row.reminder)
        if known is not None:
            return await self._append(item, stream, (), known)
        state = fold(item.employment, stream.records)
        gone = still_due(state, self.policy, due_of(row), row.role, on)
        if gone is not None:
            return await self._end(item, stream, dropped(row, OutboxState.DROPPED, gone), now)
        opening = next_opening(self.policy, now)
        if opening is not None:
            await self.outbox.retry_at(row.reminder, opening, "outside_window")
            return True
        to = await self.directory.recipient(item.employment, row.role, on)
        if to is None:
            nobody = dropped(row, OutboxState.NO_RECIPIENT, DropReason.NO_RECIPIENT)
            return await self._end(item, stream, nobody, now)
        notice = await self._notice(item, state, now)
        await self._send(item, stream, to, notice, now)
        return True

    async def _notice(self, item: OutboxItem, state: State, now: datetime) -> Notice:
        on, overdue = local_date(now), 0
        if item.row.role is Role.HR:
            overdue = await self.directory.overdue_in_unit(item.employment, on)
        return notice_of(item.row, state, self.policy, on, overdue)

    async def _send(
        self, item: OutboxItem, stream: Stream, to: Recipient, notice: Notice, now: datetime
    ) -> None:
        try:
            delivery = await self.courier.send(notice, to, now)
        except DeliveryDelayed as fault:
            await self._put_off(item, now, fault.code)
            return
        except DeliveryRefused as fault:
            end = dropped(item.row, OutboxState.FAILED, DropReason.REFUSED, fault.code)
        else:
            end = sent(item.row, to, delivery)
        # The other side has answered: that is recorded, whatever became of the case meanwhile.
        while not await self._end(item, stream, end, now):
            stream = await self.log.load(item.employment)
            if recorded_end(stream, item.row.reminder) is not None:
                return

    async def _end(self, item: OutboxItem, stream: Stream, end: Ending, now: datetime) -> bool:
        seq = stream.head.seq
        records = as_records((end.pending,), seq, now, ACTOR, self.policy)
        return await self._append(item, stream, records, end.settlement)

    async def _append(
        self,
        item: OutboxItem,
        stream: Stream,
        records: tuple[Recorded, ...],
        settled: Settlement,
    ) -> bool:
        batch = Append(
            employment=item.employment,
            head=stream.head,
            records=records,
            settled=(settled,),
            keep_wake=True,
        )
        return await self.log.append(batch) is not None

    async def _put_off(self, item: OutboxItem, now: datetime, code: str) -> None:
        await self.outbox.retry_at(item.row.reminder, now + back_off(item.attempts), code)


def back_off(attempts: int) -> timedelta:
    """Give the pause after so many tries: a minute, doubled each time, an hour at most."""
    return min(_LONGEST_PAUSE, _FIRST_PAUSE * (1 << min(attempts, _DOUBLINGS)))


async def _until_first(*waits: Coroutine[Any, Any, None]) -> None:
    """Wait for whichever ends first, so that a worker that stops is not kept waiting."""
    tasks = [asyncio.create_task(wait) for wait in waits]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
    for one in ended:
        if isinstance(one, Exception):
            raise one


@asynccontextmanager
async def _heartbeats() -> AsyncIterator[None]:
    # A slow mail server may take longer than a heartbeat; the loop itself cannot say so.
    async def beat() -> None:
        while True:
            activity.heartbeat()
            await asyncio.sleep(_BEAT_SECONDS)

    task = asyncio.create_task(beat())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
