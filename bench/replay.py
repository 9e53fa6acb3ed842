"""Time to replay the longest recorded case, as a worker does that has lost its cache.

The histories are those of tests/histories; the longest is the one with the most events.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from pathlib import Path
from typing import Final

from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer

from adapters.temporal.connection import sealing_converter
from bench._stand import HERE, report, spread
from service.worker import sandbox
from tests.support.temporal import TEST_KEYS
from workflows.delivery import Delivery
from workflows.follow_up import FollowUp

HISTORIES: Final = HERE.parent / "tests" / "histories"
RUNS: Final = 60


async def main() -> None:
    """Measure, and report."""
    path, history = max(
        ((path, _read(path)) for path in HISTORIES.rglob("*.json")),
        key=lambda pair: len(pair[1].events),
    )
    replayer = Replayer(
        workflows=[FollowUp, Delivery],
        workflow_runner=sandbox(),
        data_converter=sealing_converter(TEST_KEYS),
    )
    times = []
    for _ in range(RUNS):
        begin = time.perf_counter()
        await replayer.replay_workflow(history)
        times.append((time.perf_counter() - begin) * 1000)
    report(
        "replay",
        "Replay of the longest recorded case",
        f"{statistics.median(times):.0f} ms ({len(history.events)} events)",
        "50 ms",
        {"ms": spread(times), "events": len(history.events), "history": path.stem, "runs": RUNS},
    )


def _read(path: Path) -> WorkflowHistory:
    return WorkflowHistory.from_json(f"follow-up/{path.stem}", path.read_text(encoding="utf-8"))


if __name__ == "__main__":
    asyncio.run(main())
