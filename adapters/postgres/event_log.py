"""The log of every employment in PostgreSQL: one query to read, one round trip to append."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import asyncpg

from activities.ports import Append, Head, Stream
from adapters.postgres.pool import Pool
from adapters.postgres.records import (
    cases_json,
    chained,
    outbox_json,
    recorded,
    settled_json,
)
from domain.ids import EmploymentId
from domain.refusals import BrokenHistory

_LOAD: Final = """
select s.seq as head_seq, s.hash as head_hash,
    e.seq, e.case_id, e.cause_id, e.kind, e.at, e.actor, e.rule_set, e.body, e.hash
from event_stream as s
left join case_event as e on e.employment_id = s.employment_id
where s.employment_id = $1
order by e.seq
"""
_APPEND: Final = "select append_events($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
_STREAMS: Final = """
select employment_id, seq, next_wake, finished from event_stream
where not (finished and $1) order by employment_id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamEnd:
    """Where a stream stands, without its events; what `recover` starts from."""

    employment: EmploymentId
    seq: int
    next_wake: datetime | None
    finished: bool


class PostgresEventLog:
    """The append-only, hash-chained log (`activities.ports.EventLog`)."""

    def __init__(self, pool: Pool) -> None:
        """Work through a pool opened by `open_pool`."""
        self._pool = pool

    async def load(self, employment: EmploymentId) -> Stream:
        """Read a stream from its first event; an unknown employment has an empty one.

        Raises:
            BrokenHistory: an event is missing, or the head is not where the events end.
        """
        rows = await self._pool.fetch(_LOAD, employment)
        if not rows or rows[0]["head_seq"] == 0:
            return Stream(head=Head(), records=())
        head = Head(seq=rows[0]["head_seq"], hash=rows[0]["head_hash"])
        _check_whole(employment, head, rows)
        return Stream(head=head, records=tuple(recorded(row) for row in rows))

    async def append(self, batch: Append) -> Head | None:
        """Write all or nothing in one round trip; None when the head was not the expected one.

        Raises:
            BrokenHistory: the batch does not number its records on from the head.
        """
        for number, record in enumerate(batch.records, start=batch.head.seq + 1):
            if record.seq != number:
                raise BrokenHistory(f"{batch.employment}: record {record.seq} is not {number}")
        texts, hashes = chained(batch)
        written = await self._pool.fetchval(
            _APPEND,
            batch.employment,
            batch.head.seq,
            batch.head.hash,
            f"[{','.join(texts)}]",
            b"".join(hashes),
            None if batch.cases is None else cases_json(batch.cases),
            outbox_json(batch.outbox) if batch.outbox else None,
            settled_json(batch.settled) if batch.settled else None,
            batch.records[-1].at if batch.records else None,
            batch.next_wake,
            batch.finished,
            batch.keep_wake,
        )
        if not written:
            return None
        return Head(seq=batch.head.seq + len(hashes), hash=hashes[-1]) if hashes else batch.head

    async def open_employments(self) -> tuple[StreamEnd, ...]:
        """List the streams whose run has not finished."""
        return await self._streams(only_open=True)

    async def all_streams(self) -> tuple[StreamEnd, ...]:
        """List every stream."""
        return await self._streams(only_open=False)

    async def _streams(self, *, only_open: bool) -> tuple[StreamEnd, ...]:
        rows = await self._pool.fetch(_STREAMS, only_open)
        return tuple(
            StreamEnd(
                employment=EmploymentId(row["employment_id"]),
                seq=row["seq"],
                next_wake=row["next_wake"],
                finished=row["finished"],
            )
            for row in rows
        )


def _check_whole(employment: EmploymentId, head: Head, rows: Sequence[asyncpg.Record]) -> None:
    for number, row in enumerate(rows, start=1):
        if row["seq"] != number:
            raise BrokenHistory(f"{employment}: event {number} is missing")
    if len(rows) != head.seq or rows[-1]["hash"] != head.hash:
        raise BrokenHistory(f"{employment}: its events do not end where its head says")
