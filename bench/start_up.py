"""Time from `tilbake up` to its ready line, in a new folder and in one that was used before.

With installed packages and the demonstration; the first start makes databases and keys.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import time
from pathlib import Path

from bench._stand import folder, report, spread
from tests.support.running_up import begun


async def main(rounds: int) -> None:
    """Measure, and report."""
    new: list[float] = []
    used: list[float] = []
    for number in range(rounds):
        with folder() as place:
            new.append(await _started(place))
            used.append(await _started(place))
        print(f"round {number + 1}: new {new[-1]:.2f} s, used {used[-1]:.2f} s")
    report(
        "start_up",
        "`tilbake up`, from the command to its ready line",
        f"{statistics.median(new):.1f} s in a new folder, {statistics.median(used):.1f} s after",
        "6 s",
        {"s in a new folder": spread(new), "s in a used folder": spread(used)},
    )


async def _started(place: Path) -> float:
    begin = time.perf_counter()
    house = await begun(place)
    try:
        await house.until_ready()
        seconds = time.perf_counter() - begin
        await house.end()
    finally:
        await house.kill_tree()
    return seconds


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    asyncio.run(main(parser.parse_args().rounds))
