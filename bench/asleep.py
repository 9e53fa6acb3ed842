"""CPU that a case costs while it sleeps, against DBOS.

A case that waits for a message or a time costs Temporal nothing; DBOS looks into its database
once a minute for each. What runs without any case is measured first, and taken off.
"""

from __future__ import annotations

import argparse
import asyncio
from datetime import UTC, datetime, timedelta
from typing import Final

from bench._rounds import Process, running, system_database
from bench._stand import Json, report, stand

SYSTEMS: Final = ("tilbake", "dbos")
HALF_A_YEAR: Final = timedelta(weeks=26)
SETTLE: Final = 10.0


async def main(cases: int, seconds: float) -> None:
    """Measure, and report."""
    a_day: dict[str, float] = {}
    async with stand() as here:
        system_url = await system_database(here)
        for name in SYSTEMS:
            with running(name, here, system_url) as system:
                a_day[name] = await asyncio.to_thread(_a_day, system, cases, seconds)
            print(f"{name:<8} {a_day[name]:8.3f} s of CPU a day for each sleeping case")
    figures: dict[str, Json] = {
        "s of CPU a day, each case": {name: round(found, 4) for name, found in a_day.items()},
        "cases": cases,
        "seconds watched": seconds,
    }
    report(
        "asleep",
        "CPU of a sleeping case, a day, all processes",
        f"{a_day['tilbake']:.2f} s (DBOS {a_day['dbos']:.2f} s)",
        "none",
        figures,
    )


def _a_day(system: Process, cases: int, seconds: float) -> float:
    idle = system.watch(seconds)
    at = datetime.now(UTC) + HALF_A_YEAR
    system.round(cases, at=at.isoformat(), asleep=True)
    system.watch(SETTLE)
    return (system.watch(seconds) - idle) / cases / seconds * 86_400


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=120.0, help="how long they are watched")
    chosen = parser.parse_args()
    asyncio.run(main(chosen.cases, chosen.seconds))
