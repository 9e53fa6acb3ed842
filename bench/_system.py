"""One system under measurement, in a process of its own; see `Process` in _rounds.py.

It warms up, says `ready`, and runs a round for each line that it reads: a number of cases, and
either the seconds between wakes or the instant of the one wake. It answers with one JSON object.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from dbos import DBOS, AsyncSQLAlchemyDatasource, DBOSConfig
from sqlalchemy import text
from temporalio.client import Client, WithStartWorkflowOperation
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.worker import Worker

from activities.step import Steps
from adapters.event_codec import decode_fact
from adapters.postgres.event_log import PostgresEventLog
from adapters.temporal.connection import TemporalTarget, connect
from bench._bare import Bare
from bench._case import HurriedSteps, Pace, PreparedRows, Written, course, employment, opening
from bench._stand import KEYS, opened
from domain.policy import DEFAULT
from service.follow_ups import FollowUps
from service.worker import STICKY_TIMEOUT, WorkerOptions, running_worker, sandbox

WARM_UP: Final = 8
AT_ONCE: Final = 16
CACHED: Final = 5000
_PAUSE: Final = 0.02
_LAST: Final = 0.5
"""Seconds for what follows the last write: the end of the workflow."""

_APPEND: Final = text(
    "select append_events(:a0, :a1, :a2, cast(:a3 as jsonb), :a4, cast(:a5 as jsonb),"
    " cast(:a6 as jsonb), :a7, :a8, :a9, :a10, :a11)"
)

Start = Callable[[str, Pace], Awaitable[None]]


@dataclass(frozen=True)
class Place:
    """Where the servers are."""

    address: str
    database_url: str
    system_url: str

    async def client(self) -> Client:
        """Connect as tilbake does."""
        return await connect(TemporalTarget(address=self.address), KEYS)


@asynccontextmanager
async def tilbake(place: Place, written: Written) -> AsyncIterator[Start]:
    """FollowUp with the real step."""
    client = await place.client()
    async with opened(place.database_url) as pool:
        steps = Steps(PostgresEventLog(pool), DEFAULT, decode_fact, cache_size=CACHED)
        hurried = HurriedSteps(steps=steps, course=await course(), written=written)
        follow_ups = FollowUps(client, "tilbake")

        async def start(name: str, pace: Pace) -> None:
            hurried.pace = pace
            await follow_ups.execute(name, opening())

        options = WorkerOptions(task_queue="tilbake", max_cached_cases=CACHED)
        async with running_worker(client, [hurried.step], options):
            yield start


@asynccontextmanager
async def bare(place: Place, written: Written) -> AsyncIterator[Start]:
    """The least workflow, writing prepared rows; its worker is tuned like tilbake's."""
    client = await place.client()

    async def start(name: str, pace: Pace) -> None:
        operation = WithStartWorkflowOperation(
            Bare.run,
            args=[name, pace.wakes, pace.seconds, pace.at],
            id=f"bare/{name}",
            task_queue="bare",
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )
        await client.execute_update_with_start_workflow(
            Bare.execute, opening(), start_workflow_operation=operation
        )

    async with opened(place.database_url) as pool:
        rows = PreparedRows(pool, await course(), written)
        worker = Worker(
            client,
            task_queue="bare",
            workflows=[Bare],
            activities=[rows.write],
            workflow_runner=sandbox(),
            max_cached_workflows=CACHED,
            sticky_queue_schedule_to_start_timeout=STICKY_TIMEOUT,
        )
        async with worker:
            yield start


@asynccontextmanager
async def dbos(place: Place, written: Written) -> AsyncIterator[Start]:
    """The same on DBOS: wait for a message or a time, then a step that writes prepared rows.

    The step appends through asyncpg, and DBOS records it afterwards: the cheapest way.
    """
    async with opened(place.database_url) as pool:
        rows = PreparedRows(pool, await course(), written)

        async def append(name: str, number: int) -> None:
            await rows.write(name, number)

        with _launched(place, lambda: DBOS.step(name="write")(append)) as start:
            yield start


@asynccontextmanager
async def dbos_tx(place: Place, written: Written) -> AsyncIterator[Start]:
    """The same on DBOS, whose record of the step commits with the rows, as its guide advises."""
    source = await AsyncSQLAlchemyDatasource.create(
        place.database_url, engine_kwargs={"pool_size": 10}
    )
    async with opened(place.database_url) as pool:
        rows = PreparedRows(pool, await course(), written)

        async def execute(arguments: tuple[object, ...]) -> object:
            named = {f"a{number}": value for number, value in enumerate(arguments)}
            return (await source.sql_session().execute(_APPEND, named)).scalar_one()

        async def append(name: str, number: int) -> None:
            await rows.write_by(execute, name, number)

        transaction = source.transaction(name="write", isolation_level="READ COMMITTED")
        with _launched(place, lambda: transaction(append)) as start:
            yield start


@contextmanager
def _launched(place: Place, step: Callable[[], Callable[..., Any]]) -> Iterator[Start]:
    """Run DBOS with the case around a step; opening a case waits for no answer."""
    config: DBOSConfig = {
        "name": "bench-case",
        "system_database_url": place.system_url,
        "log_level": "ERROR",
    }
    DBOS(config=config)
    write = step()

    async def wait_and_write(name: str, wakes: int, pace: float, at: float | None) -> None:
        await write(name, 0)
        for number in range(1, wakes + 1):
            wait = pace if at is None else max(at - time.time(), 0)
            if await DBOS.recv_async(timeout_seconds=wait) is None:
                await write(name, number)

    case = DBOS.workflow(name="case")(wait_and_write)

    async def start(name: str, pace: Pace) -> None:
        at = pace.at.timestamp() if pace.at else None
        await DBOS.start_workflow_async(case, name, pace.wakes, pace.seconds, at)

    DBOS.launch()
    try:
        yield start
    finally:
        DBOS.destroy()


SYSTEMS: Final = {"tilbake": tilbake, "bare": bare, "dbos": dbos, "dbos_tx": dbos_tx}


async def _round(
    start: Start, written: Written, names: list[str], pace: Pace, *, asleep: bool = False
) -> None:
    """Open all cases, and return when they have written everything, or when they sleep."""
    expected = written.count + len(names) * (1 if asleep else pace.wakes + 1)
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(name: str) -> None:
        async with gate:
            await start(name, pace)

    await asyncio.gather(*map(one, names))
    while written.count < expected:  # noqa: ASYNC110 - an event would cost each write something
        await asyncio.sleep(_PAUSE)
    await asyncio.sleep(_LAST)


async def _serve(name: str, place: Place) -> None:
    written, used = Written(), 0
    async with SYSTEMS[name](place, written) as start:
        order = json.dumps({"count": WARM_UP, "pace": 0.1})
        while order:
            asked = json.loads(order)
            pace = Pace(
                seconds=asked.get("pace", 1.0),
                at=datetime.fromisoformat(asked["at"]) if "at" in asked else None,
            )
            names = [employment(used + n, f"{name}-{os.getpid()}") for n in range(asked["count"])]
            used += len(names)
            await _round(start, written, names, pace, asleep=asked.get("asleep", False))
            print(json.dumps({"moments": written.moments[-len(names) :]}), flush=True)
            order = await asyncio.to_thread(sys.stdin.readline)


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1], Place(*sys.argv[2:])))
