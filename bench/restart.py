"""Restart with 500 and with 4,000 sleeping cases: from the start to the first answer.

Everything of a `tilbake up` is killed at once (kill -9): worker, PostgreSQL, Temporal. Then `up`
is started again, and a case is told a changed grade; the clock runs until the answer is there.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from activities.messages import CommandMessage
from bench._case import employment, opening
from bench._stand import Json, folder, report
from service.follow_ups import FollowUps
from tests.support.running_up import Up, begun, follow_ups_of, up

AT_ONCE: Final = 16
DAYS: Final = 100
SLEEPS: Final = 5.0
"""Seconds that the cases have slept before everything is killed."""


async def main(sizes: list[int], rounds: int) -> None:
    """Measure, and report."""
    seconds: dict[int, list[float]] = {}
    for cases in sizes:
        with folder() as place:
            async with up(place, "--no-demo") as first:
                await _open(await follow_ups_of(first), cases)
                await asyncio.sleep(SLEEPS)
            seconds[cases] = [await _restarted(place, number) for number in range(rounds)]
        print(f"{cases} cases: " + ", ".join(f"{one:.2f} s" for one in seconds[cases]))
    worst = {cases: max(found) for cases, found in seconds.items()}
    figures: dict[str, Json] = {
        f"s with {cases} cases": [round(one, 2) for one in found]
        for cases, found in seconds.items()
    }
    report(
        "restart",
        "kill -9 of everything with sleeping cases, then start: first message answered",
        ", ".join(f"{found:.1f} s with {cases:,}" for cases, found in worst.items()),
        "5 s",
        figures,
    )


async def _open(follow_ups: FollowUps, cases: int) -> None:
    gate = asyncio.Semaphore(AT_ONCE)
    today = datetime.now(UTC).date()

    async def one(number: int) -> None:
        async with gate:
            await follow_ups.execute(employment(number), opening(first=today, days=DAYS))

    await asyncio.gather(*map(one, range(cases)))


async def _restarted(place: Path, number: int) -> float:
    """Start, ask one case, and kill everything again."""
    begin = time.perf_counter()
    house: Up = await begun(place, "--no-demo")
    try:
        await house.until_ready()
        follow_ups = await follow_ups_of(house)
        answer = await follow_ups.execute(employment(number), _grade(number))
        seconds = time.perf_counter() - begin
    finally:
        await house.kill_tree()
    if not answer.accepted:
        raise RuntimeError(f"the case refused: {answer.text}")
    return seconds


def _grade(number: int) -> CommandMessage:
    on = (datetime.now(UTC).date() + timedelta(days=7)).isoformat()
    body = {"on": on, "grade": 60}
    return CommandMessage(id=f"grade-{number}", actor="bench", kind="grade_changed", body=body)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, nargs="+", default=[500, 4000])
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    asyncio.run(main(chosen.cases, chosen.rounds))
