"""How late reminders are when 500 fall due at the same instant, against DBOS.

A reminder counts when the transaction that appends it, and puts it into the outbox, is done.
tilbake runs the rules for each; DBOS writes the same rows, prepared. Rounds are interleaved.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Final

from bench._rounds import running, system_database
from bench._stand import Json, percentile, report, spread, stand

SYSTEMS: Final = ("tilbake", "dbos_tx", "dbos")


async def main(rounds: int, cases: int, ahead: float) -> None:
    """Measure, and report."""
    late: defaultdict[str, list[list[float]]] = defaultdict(list)
    async with stand() as here:
        system_url = await system_database(here)
        for number in range(rounds):
            for name in SYSTEMS if number % 2 == 0 else reversed(SYSTEMS):
                with running(name, here, system_url) as system:
                    at = datetime.now(UTC) + timedelta(seconds=ahead)
                    done = await asyncio.to_thread(system.round, cases, at=at.isoformat())
                found = [moment - at.timestamp() for moment in done.moments]
                if min(found) < 0:
                    raise RuntimeError("the cases were not open in time: give more --ahead")
                late[name].append(found)
                p99 = percentile(found, 0.99)
                print(f"round {number + 1}: {name:<8} p99 {p99:.2f} s")
    p99s = {name: [percentile(one, 0.99) for one in late[name]] for name in SYSTEMS}
    ratios = {
        name: [ours / its for ours, its in zip(p99s["tilbake"], p99s[name], strict=True)]
        for name in SYSTEMS[1:]
    }
    held = {name: f"{statistics.median(found):.2f}" for name, found in ratios.items()}
    figures: dict[str, Json] = {
        "p99 s": {name: spread(found) for name, found in p99s.items()},
        "median s": {
            name: spread([statistics.median(one) for one in found]) for name, found in late.items()
        },
        "x": {name: spread(found) for name, found in ratios.items()},
    }
    report(
        "reminders_at_once",
        f"{cases} reminders due at the same instant",
        f"p99 {statistics.median(p99s['tilbake']):.1f} s late: "
        f"{held['dbos_tx']} x DBOS with a transaction a step, {held['dbos']} x with plain steps",
        "0.7 x DBOS",
        figures,
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--cases", type=int, default=500)
    parser.add_argument("--ahead", type=float, default=45.0, help="seconds to open all cases")
    chosen = parser.parse_args()
    asyncio.run(main(chosen.rounds, chosen.cases, chosen.ahead))
