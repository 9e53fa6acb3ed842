"""Memory that a sleeping case takes in the worker: its workflow, and what the step remembers.

Cases are opened by the real step in this process; the growth of its resident memory between the
first cases and the last is divided by their number.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
from typing import Final

import psutil

from activities.step import Steps
from adapters.event_codec import decode_fact
from adapters.postgres.event_log import PostgresEventLog
from bench._case import HurriedSteps, Pace, Written, course, employment, opening
from bench._stand import Json, opened, report, stand
from domain.policy import DEFAULT
from service.follow_ups import FollowUps
from service.worker import WorkerOptions, running_worker

WARM_UP: Final = 500
AT_ONCE: Final = 16
HOUR: Final = 3600.0


async def main(cases: int) -> None:
    """Measure, and report."""
    sizes: list[int] = []
    async with stand() as here, opened(here.postgres.url) as pool:
        client = await here.client()
        steps = Steps(PostgresEventLog(pool), DEFAULT, decode_fact, cache_size=cases * 2)
        hurried = HurriedSteps(
            steps=steps, course=await course(), written=Written(), pace=Pace(seconds=HOUR)
        )
        options = WorkerOptions(task_queue="memory", max_cached_cases=cases * 2)
        async with running_worker(client, [hurried.step], options):
            follow_ups = FollowUps(client, "memory")
            await _open(follow_ups, range(WARM_UP))
            sizes.append(_resident())
            for half in (range(WARM_UP, cases // 2), range(cases // 2, cases)):
                await _open(follow_ups, half)
                sizes.append(_resident())
    each = (sizes[-1] - sizes[0]) / (cases - WARM_UP) / 1024
    second = (sizes[2] - sizes[1]) / (cases - cases // 2) / 1024
    figures: dict[str, Json] = {
        "KiB": round(each, 1),
        "KiB in the second half": round(second, 1),
        "cases": cases - WARM_UP,
    }
    report(
        "cached_case_memory",
        "Memory of a cached case in the worker",
        f"{each:.0f} KiB",
        "90 KiB",
        figures,
    )


async def _open(follow_ups: FollowUps, numbers: range) -> None:
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(number: int) -> None:
        async with gate:
            await follow_ups.execute(employment(number), opening())

    await asyncio.gather(*map(one, numbers))
    await asyncio.sleep(1)


def _resident() -> int:
    gc.collect()
    return int(psutil.Process().memory_info().rss)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=2500)
    asyncio.run(main(parser.parse_args().cases))
