"""Time and memory of `audit verify` over 1,000,000 events.

The events are written with their hash chain by COPY, 100 to an employment; then everything is
verified, and a tenth of it before, to see whether memory grows with the log.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Final

import asyncpg
import psutil

from adapters import embedded_postgres
from adapters.event_codec import encode
from adapters.postgres.audit import verify
from adapters.postgres.chain import START, canonical, link
from adapters.postgres.migrate import migrate
from adapters.postgres.pool import Pool
from bench._case import employment
from bench._stand import folder, opened, report
from domain.events import ReminderDue, Stage
from domain.facts import DutyKind, Role
from domain.ids import EmploymentId, case_id

A_STREAM: Final = 100
BATCH: Final = 50
_AT: Final = datetime(2026, 1, 5, 6, tzinfo=UTC)
_EVENT: Final = (
    "employment_id",
    "seq",
    "case_id",
    "cause_id",
    "cause_no",
    "kind",
    "at",
    "actor",
    "rule_set",
    "body",
    "prev_hash",
    "hash",
)
_Row = tuple[object, ...]


async def main(events: int) -> None:
    """Fill, verify, and report."""
    with folder() as place, embedded_postgres.running(place / "postgres") as server:
        await migrate(server.url)
        streams = events // A_STREAM
        await _fill(server.url, range(streams // 10))
        async with opened(server.url) as pool:
            _, small = await _verified(pool, streams // 10 * A_STREAM)
            await _fill(server.url, range(streams // 10, streams))
            await pool.execute("analyze")
            seconds, grown = await _verified(pool, streams * A_STREAM)
    report(
        "audit_verify",
        f"`audit verify`, {events:,} events",
        f"{seconds:.1f} s, {grown:.0f} MiB more memory than before ({small:.0f} for a tenth)",
        "20 s, memory flat",
        {"seconds": round(seconds, 2), "MiB": round(grown, 1), "MiB for a tenth": round(small, 1)},
    )


async def _verified(pool: Pool, expected: int) -> tuple[float, float]:
    process = psutil.Process()
    before = most = process.memory_info().rss

    async def watch() -> None:
        nonlocal most
        while True:
            most = max(most, process.memory_info().rss)
            await asyncio.sleep(0.05)

    watching = asyncio.create_task(watch())
    begin = time.perf_counter()
    found = await verify(pool)
    seconds = time.perf_counter() - begin
    watching.cancel()
    with suppress(asyncio.CancelledError):
        await watching
    if found.fault or found.events != expected:
        raise RuntimeError(f"{found.events} of {expected} events were verified: {found.fault}")
    return seconds, (most - before) / 2**20


async def _fill(url: str, numbers: range) -> None:
    connection = await asyncpg.connect(url)
    try:
        for first in range(numbers.start, numbers.stop, BATCH):
            events: list[_Row] = []
            heads: list[_Row] = []
            for number in range(first, min(first + BATCH, numbers.stop)):
                rows = list(_stream(employment(number)))
                events += rows
                heads.append((rows[-1][0], rows[-1][1], rows[-1][-1]))
            await connection.copy_records_to_table("case_event", records=events, columns=_EVENT)
            await connection.copy_records_to_table(
                "event_stream", records=heads, columns=("employment_id", "seq", "hash")
            )
    finally:
        await connection.close()


def _stream(name: str) -> Iterator[_Row]:
    case = case_id(EmploymentId(name), 1)
    event = ReminderDue(
        case=case,
        duty=DutyKind.FOLLOW_UP_PLAN,
        stage=Stage.DUE_SOON,
        legal_on=date(2026, 2, 1),
        target_on=date(2026, 1, 30),
        to=(Role.MANAGER,),
    )
    body = encode(event)
    stored, before = json.dumps(body), START
    for seq in range(1, A_STREAM + 1):
        at = _AT + timedelta(days=seq)
        cause = f"due/{case}/follow_up_plan/due_soon/{at.date()}"
        text = canonical(
            employment=name,
            seq=seq,
            case=case,
            cause=cause,
            cause_no=0,
            kind=event.kind,
            at=at,
            actor="system",
            rule_set="2026.1+default-1",
            body=body,
        )
        after = link(before, text)
        yield (
            name,
            seq,
            case,
            cause,
            0,
            event.kind,
            at,
            "system",
            "2026.1+default-1",
            stored,
            before,
            after,
        )
        before = after


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000)
    asyncio.run(main(parser.parse_args().events))
