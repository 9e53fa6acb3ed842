"""What waits to be sent: claimed under a lease, given back, and told of as soon as it is there."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

import asyncpg

from activities.ports import AnyRow, InvitationRow, OrderRow, OutboxItem, OutboxRow
from adapters.postgres import records
from adapters.postgres.pool import Pool
from domain.events import InvitationChange, OrderChange, Stage
from domain.facts import DutyKind, Role
from domain.ids import CaseId, EmploymentId, MeetingName

CHANNEL: Final = "tilbake_outbox"
LEASE: Final = timedelta(minutes=5)
"""Longer than any one hand-over takes; a row whose sender died is free again after it."""

_CLAIM: Final = """
with taken as (
    select reminder from outbox
    where state = 'pending' and next_try_at <= $1
        and (lease_until is null or lease_until <= $1)
    order by next_try_at, reminder
    limit $2
    for update skip locked
), leased as (
    update outbox as o set lease_until = $3
    from taken where o.reminder = taken.reminder
    returning o.*
)
select * from leased order by next_try_at, reminder
"""
_RETRY: Final = """
with given_back as (
    update outbox
    set attempts = attempts + 1, next_try_at = $2, lease_until = null, detail = $3
    where reminder = $1 and state = 'pending'
    returning reminder
)
insert into delivery_attempt (reminder, outcome, detail)
select reminder, 'retry', $3 from given_back
"""
_HAS_DUE: Final = """
select exists (
    select from outbox
    where state = 'pending' and next_try_at <= now()
        and (lease_until is null or lease_until <= now())
)
"""
_NEXT_TRY: Final = "select min(next_try_at) from outbox where state = 'pending'"


class PostgresOutbox:
    """Rows of `outbox`, for any number of senders (`activities.ports.Outbox`)."""

    def __init__(self, pool: Pool, lease: timedelta = LEASE) -> None:
        """Work through a pool opened by `open_pool`."""
        self._pool = pool
        self._lease = lease

    async def claim(self, now: datetime, limit: int) -> Sequence[OutboxItem]:
        """Lease up to `limit` pending rows due at `now`, oldest first."""
        rows = await self._pool.fetch(_CLAIM, now, limit, now + self._lease)
        return tuple(_item(row) for row in rows)

    async def retry_at(self, reminder: str, when: datetime, detail: str) -> None:
        """Record a failed try and give the row back for a later one."""
        await self._pool.execute(_RETRY, reminder, when, detail)

    async def next_try(self) -> datetime | None:
        """Say when the next pending row may be tried; None when nothing waits."""
        found: datetime | None = await self._pool.fetchval(_NEXT_TRY)
        return found

    async def wait(self, seconds: float) -> None:
        """Return when something is due or was added, or after so many seconds.

        It listens first and looks then, so nothing is added unseen between a claim and this.
        """
        added = asyncio.Event()

        def hear(*_: object) -> None:
            added.set()

        async with self._pool.acquire() as connection:
            await connection.add_listener(CHANNEL, hear)
            connection.add_termination_listener(hear)
            try:
                if not await connection.fetchval(_HAS_DUE):
                    with suppress(TimeoutError):
                        await asyncio.wait_for(added.wait(), seconds)
            finally:
                connection.remove_termination_listener(hear)
                if not connection.is_closed():
                    await connection.remove_listener(CHANNEL, hear)


def _item(row: asyncpg.Record) -> OutboxItem:
    return OutboxItem(
        employment=EmploymentId(row["employment_id"]),
        attempts=row["attempts"],
        row=_row(row),
    )


def _row(row: asyncpg.Record) -> AnyRow:
    match row["kind"]:
        case records.INVITATION:
            return _invitation(row)
        case records.ORDER:
            return _order(row)
        case _:
            return _reminder(row)


def _reminder(row: asyncpg.Record) -> OutboxRow:
    return OutboxRow(
        reminder=row["reminder"],
        case=CaseId(row["case_id"]),
        role=Role(row["role"]),
        duty=None if row["duty"] is None else DutyKind(row["duty"]),
        stage=Stage(row["stage"]),
        legal_on=row["legal_on"],
        target_on=row["target_on"],
        due_at=row["due_at"],
    )


def _invitation(row: asyncpg.Record) -> InvitationRow:
    return InvitationRow(
        reminder=row["reminder"],
        case=CaseId(row["case_id"]),
        role=Role(row["role"]),
        meeting=MeetingName(row["meeting"]),
        change=InvitationChange(row["change"]),
        sequence=row["sequence"],
        due_at=row["due_at"],
    )


def _order(row: asyncpg.Record) -> OrderRow:
    return OrderRow(
        reminder=row["reminder"],
        case=CaseId(row["case_id"]),
        role=Role(row["role"]),
        change=OrderChange(row["change"]),
        due_at=row["due_at"],
    )
