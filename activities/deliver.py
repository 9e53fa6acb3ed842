"""Sends what the outbox holds: asks again whether it is due, hands it over, records it (R40).

A crash between handing over and recording repeats the send under the same reminder id,
which the courier or the reader's mail system recognises; the log records it once.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final, TypeGuard

import structlog
from temporalio import activity

from activities.endings import Ending, dropped, recorded_end, sent
from activities.invitations import invitation_of
from activities.notices import due_of, notice_of
from activities.ohs_orders import order_of
from activities.ports import (
    Append,
    Clock,
    Courier,
    Delivery,
    DeliveryDelayed,
    DeliveryRefused,
    Directory,
    EventLog,
    Invitation,
    InvitationRow,
    Letters,
    Notice,
    OhsOrder,
    OrderRow,
    Outbox,
    OutboxItem,
    OutboxState,
    Recipient,
    Said,
    Settlement,
    Sheet,
    Stream,
)
from activities.send_window import next_opening
from domain.events import DropReason, Recorded, Stage
from domain.facts import Role
from domain.ids import EmploymentId
from domain.localtime import local_date
from domain.policy import Policy
from domain.reminders import still_due
from domain.state import State, fold
from domain.step import as_records

ACTOR: Final = "system"
NOBODY: Final = ""
"""Stands where the one written to is not in the directory."""
BATCH: Final = 16
PARALLEL: Final = 8
RUN_FOR: Final = timedelta(hours=1)
WAIT_SECONDS: Final = 5.0
_BEAT_SECONDS: Final = 10.0
_FIRST_PAUSE: Final = timedelta(minutes=1)
_LONGEST_PAUSE: Final = timedelta(hours=1)
_DOUBLINGS: Final = 6
_ON_PAPER: Final = frozenset({Role.PRACTITIONER})
"""Who is written to by letter, never by mail (R32)."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliveries:
    """Empties the outbox. `deliver` is the activity; `deliver_due` serves without Temporal."""

    log: EventLog
    outbox: Outbox
    directory: Directory
    courier: Courier
    letters: Letters
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
        """Send, drop or put off one item, as the log stands when it is written."""
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
        said = self._said(item, stream, state, on)
        if isinstance(said, DropReason):
            return await self._end(item, stream, dropped(row, OutboxState.DROPPED, said), now)
        if said is None:
            await self._put_off(item, now, "after_an_earlier_one")
        elif opening := next_opening(self.policy, now):
            await self.outbox.retry_at(row.reminder, opening, "outside_window")
        elif _is_for_paper(said):
            await self._send(item, stream, self._on_paper(item, said, on), NOBODY, now)
        else:
            to = await self.directory.recipient(item.employment, row.role, on)
            if to is not None:
                await self._send(item, stream, self._by_mail(item, said, to, now), to.person, now)
            elif isinstance(said, OhsOrder):
                # OHS has a postal address even where nobody wrote down a mailbox (R35).
                await self._send(item, stream, self._on_paper(item, said, on), NOBODY, now)
            else:
                nobody = dropped(row, OutboxState.NO_RECIPIENT, DropReason.NO_RECIPIENT)
                return await self._end(item, stream, nobody, now)
        return True

    def _said(
        self, item: OutboxItem, stream: Stream, state: State, on: date
    ) -> Said | DropReason | None:
        """Look again whether it is due, and what it says by now (R40); None: not yet."""
        row = item.row
        if isinstance(row, InvitationRow):
            return invitation_of(row, stream.records, state, self.policy, on)
        if isinstance(row, OrderRow):
            return order_of(row, stream.records, state, self.policy, on)
        gone = still_due(state, self.policy, due_of(row), row.role, on)
        return gone or notice_of(row, state, self.policy, on)

    async def _on_paper(self, item: OutboxItem, said: Invitation | OhsOrder, on: date) -> Delivery:
        return await self.letters.write(said, await self.directory.contacts(item.employment, on))

    async def _by_mail(
        self, item: OutboxItem, said: Said, to: Recipient, now: datetime
    ) -> Delivery:
        if isinstance(said, Notice):
            said = await self._completed(item, said, local_date(now))
        elif isinstance(said, OhsOrder):
            contacts = await self.directory.contacts(item.employment, local_date(now))
            said = replace(said, phone=contacts.phone)
        return await self.courier.send(said, to, now)

    async def _completed(self, item: OutboxItem, notice: Notice, on: date) -> Notice:
        """Add what the directory knows."""
        if notice.role is Role.HR:
            overdue = await self.directory.overdue_in_unit(item.employment, on)
            return replace(notice, overdue_in_unit=overdue)
        if notice.stage is Stage.OPENING:
            contacts = await self.directory.contacts(item.employment, on)
            sheet = Sheet(has_ohs=self.policy.has_ohs, contacts=contacts)
            return replace(notice, sheet=sheet)
        return notice

    async def _send(
        self,
        item: OutboxItem,
        stream: Stream,
        handing_over: Awaitable[Delivery],
        person: str,
        now: datetime,
    ) -> None:
        try:
            delivery = await handing_over
        except DeliveryDelayed as fault:
            await self._put_off(item, now, fault.code)
            return
        except DeliveryRefused as fault:
            end = dropped(item.row, OutboxState.FAILED, DropReason.REFUSED, fault.code)
        else:
            end = sent(item.row, person, delivery)
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


def _is_for_paper(said: Said) -> TypeGuard[Invitation]:
    return isinstance(said, Invitation) and said.role in _ON_PAPER


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
