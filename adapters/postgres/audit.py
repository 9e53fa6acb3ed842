"""Does the hash chain over again, for one employment or for all, in flat memory."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Final

import asyncpg

from adapters.postgres.chain import START, canonical, link
from adapters.postgres.pool import Pool, PooledConnection
from domain.ids import EmploymentId

_EVENTS: Final = """
select employment_id, seq, case_id, cause_id, cause_no, kind, at, actor, rule_set, body,
    prev_hash, hash
from case_event where $1::text is null or employment_id = $1
order by employment_id, seq
"""
_HEADS: Final = "select employment_id, seq, hash from event_stream where employment_id = any($1)"
_EMPTY: Final = """
select employment_id from event_stream as s
where seq > 0 and ($1::text is null or employment_id = $1)
    and not exists (select from case_event as e where e.employment_id = s.employment_id)
order by employment_id limit 1
"""
_ROWS: Final = 2_000
_ENDS: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainFault:
    """The first place where the log is not what was written."""

    employment: EmploymentId
    seq: int
    """The event that is wrong or missing."""
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What was checked, and the first fault if there is one."""

    events: int
    streams: int
    fault: ChainFault | None = None


class _Broken(Exception):
    def __init__(self, employment: str, seq: int, problem: str) -> None:
        super().__init__(problem)
        self.fault = ChainFault(employment=EmploymentId(employment), seq=seq, problem=problem)


@dataclass(slots=True)
class _Walk:
    """Goes over the events in order, and remembers where each stream ended."""

    employment: str = ""
    seq: int = 0
    hash: bytes = START
    events: int = 0
    streams: int = 0
    ends: dict[str, tuple[int, bytes]] = field(default_factory=dict)

    def take(self, row: asyncpg.Record) -> None:
        """Check one event against the one before."""
        if row["employment_id"] != self.employment:
            self.employment, self.seq, self.hash = row["employment_id"], 0, START
            self.streams += 1
        seq = row["seq"]
        if seq != self.seq + 1:
            raise _Broken(self.employment, self.seq + 1, "is missing")
        if row["prev_hash"] != self.hash:
            raise _Broken(self.employment, seq, "does not follow the event before it")
        if link(self.hash, canonical_of(row)) != row["hash"]:
            raise _Broken(self.employment, seq, "is not what was written")
        self.seq, self.hash = seq, row["hash"]
        self.ends[self.employment] = (seq, self.hash)
        self.events += 1


def canonical_of(row: asyncpg.Record) -> str:
    """Write a row of `case_event` as the text that was hashed."""
    return canonical(
        employment=row["employment_id"],
        seq=row["seq"],
        case=row["case_id"],
        cause=row["cause_id"],
        cause_no=row["cause_no"],
        kind=row["kind"],
        at=row["at"],
        actor=row["actor"],
        rule_set=row["rule_set"],
        body=json.loads(row["body"]),
    )


async def verify(pool: Pool, employment: EmploymentId | None = None) -> Verification:
    """Check every event of one employment or of all: content, order, gaps and the ends."""
    walk = _Walk()
    fault = None
    async with (
        pool.acquire() as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        try:
            async for rows in _batches(connection, employment):
                for row in rows:
                    walk.take(row)
                if len(walk.ends) > _ENDS:
                    await _check_ends(connection, walk, but=walk.employment)
            await _check_ends(connection, walk, but=None)
            await _check_empty(connection, employment)
        except _Broken as broken:
            fault = broken.fault
    return Verification(events=walk.events, streams=walk.streams, fault=fault)


async def _check_empty(connection: PooledConnection, employment: EmploymentId | None) -> None:
    empty = await connection.fetchval(_EMPTY, employment)
    if empty is not None:
        raise _Broken(empty, 1, "is missing, with all that followed")


async def _batches(
    connection: PooledConnection, employment: EmploymentId | None
) -> AsyncIterator[list[asyncpg.Record]]:
    cursor = await connection.cursor(_EVENTS, employment)
    while rows := await cursor.fetch(_ROWS):
        yield rows


async def _check_ends(connection: PooledConnection, walk: _Walk, but: str | None) -> None:
    """Compare where streams ended with their heads; `but` is still being read."""
    ends = {name: end for name, end in walk.ends.items() if name != but}
    heads = {row[0]: (row[1], row[2]) for row in await connection.fetch(_HEADS, list(ends))}
    for name, end in sorted(ends.items()):
        if heads.get(name) != end:
            raise _Broken(name, end[0] + 1, "is missing, or the head of the stream was changed")
        del walk.ends[name]
