"""Starts the follow-up of every employment whose log is not finished, from the log alone.

Harmless at any time: a follow-up that runs already only reads its log once more.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

from temporalio.client import Client

from adapters.postgres.event_log import PostgresEventLog, StreamEnd
from domain.ids import EmploymentId
from service.follow_ups import ID_PREFIX, FollowUps

Progress = Callable[[int, int], None]
"""Told how many of how many are done."""

_AT_ONCE: Final = 16
"""More only queue in the embedded server, whose SQLite file has one writer."""
_RUNNING: Final = "WorkflowType='FollowUp' AND ExecutionStatus='Running'"


async def recover(log: PostgresEventLog, follow_ups: FollowUps, progress: Progress) -> int:
    """Wake every open employment; give how many there are."""
    ends = await log.open_employments()
    gate, done = asyncio.Semaphore(_AT_ONCE), 0

    async def wake(end: StreamEnd) -> None:
        nonlocal done
        async with gate:
            await follow_ups.wake(end.employment)
        done += 1
        progress(done, len(ends))

    async with asyncio.TaskGroup() as group:
        for end in ends:
            group.create_task(wake(end))
    return len(ends)


async def without_follow_up(client: Client, ends: Sequence[StreamEnd]) -> tuple[EmploymentId, ...]:
    """Name the open employments that no follow-up runs for.

    Asks Temporal's list, which may be a second behind.
    """
    running = {one.id async for one in client.list_workflows(_RUNNING)}
    return tuple(end.employment for end in ends if ID_PREFIX + end.employment not in running)
