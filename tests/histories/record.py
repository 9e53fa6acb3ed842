"""Records the histories that each test run replays; run it once a release.

    python -m tests.histories.record 0.2.0

Never record over a released version: its histories show what open cases still carry.
"""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from temporalio import activity
from temporalio.client import WorkflowHistory
from temporalio.testing import WorkflowEnvironment

from activities.messages import StepInput, StepResult
from service.worker import ensure_delivery
from tests.support.temporal import (
    LONG_AGO,
    Case,
    ScriptedStep,
    a_case,
    grade,
    history_of,
    sleeps,
    start_skipping_environment,
    until,
    wakes,
)

HERE = Path(__file__).parent


async def six_wakes(case: Case, step: ScriptedStep) -> WorkflowHistory:
    """A case that only its own timers wake, and that ends."""
    step.script = wakes(3, 6, 9, 12, 15, 18)
    handle = await case.start()
    await handle.result()
    return await history_of(handle)


async def everything_arrives(case: Case, step: ScriptedStep) -> WorkflowHistory:
    """Signals of every kind, commands, a moved timer, a poke, new search attributes."""
    handle = await case.start_still()
    await handle.signal("grading_changed", {"on": "2026-02-23", "grade": 60})
    await handle.signal("returned_to_work", {"id": "s-1", "on": "2026-04-07"})
    await handle.signal("returned_to_work", "not an object")
    await handle.signal("no_such_signal", {"on": "2026-04-07"})
    await case.execute(grade("c-1"))
    step.script = wakes(5, 9)
    await case.execute(grade("c-2"))
    step.script = lambda _: StepResult(phase="active", overdue=2, waits_for="dialogue_meeting_1")
    await case.pass_days(6)
    await handle.signal("poke")
    await case.execute(grade("c-3"))
    await asyncio.gather(*(case.execute(grade(f"c-{number}")) for number in range(4, 9)))
    return await history_of(handle)


async def opened_by_a_command(case: Case, step: ScriptedStep) -> WorkflowHistory:
    """The first command starts the run, and the first two tries of its step fail."""

    def fails_twice(_: StepInput) -> StepResult:
        if len(step.given) <= 2:
            raise ConnectionError("the database is away")
        return StepResult(phase="active", finished=step.asked[-1] == "c-2")

    step.script = fails_twice
    await case.execute(grade("c-1"))
    await case.execute(grade("c-2"))
    await case.handle.result()
    return await history_of(case.handle)


async def continued(case: Case, _: ScriptedStep) -> WorkflowHistory:
    """A run that is too old, and so continues as new after its first step."""
    handle = await case.start_still(run_started_at=LONG_AGO)
    await until(handle, "WORKFLOW_EXECUTION_CONTINUED_AS_NEW")
    return await history_of(handle)


async def after_continuing(case: Case, _: ScriptedStep) -> WorkflowHistory:
    """A run that begins with what the one before it knew."""
    first = await case.start_still(run_started_at=LONG_AGO)
    await until(first, "WORKFLOW_EXECUTION_CONTINUED_AS_NEW")
    await case.execute(grade("c-1"))
    return await history_of(case.handle)


SCENARIOS = (six_wakes, everything_arrives, opened_by_a_command, continued, after_continuing)


async def delivery(environment: WorkflowEnvironment) -> WorkflowHistory:
    """The delivery of reminders, a few rounds of it."""
    rounds: list[int] = []
    enough = asyncio.Event()

    @activity.defn(name="deliver")
    async def deliver() -> None:
        rounds.append(len(rounds))
        if len(rounds) > 3:
            enough.set()

    async with a_case(environment, deliver) as case:
        handle = await ensure_delivery(case.still, case.task_queue)
        await enough.wait()
        history = await handle.fetch_history()
        await handle.terminate()
    return history


async def played() -> dict[str, WorkflowHistory]:
    """Play every scenario."""
    async with await start_skipping_environment() as environment:
        histories = {"delivery": await delivery(environment)}
        for scenario in SCENARIOS:
            step = ScriptedStep(sleeps)
            async with a_case(environment, step.step) as case:
                histories[scenario.__name__] = await scenario(case, step)
    return histories


def record(folder: Path) -> None:
    """Write the histories of this version into a folder of its own."""
    folder.mkdir(parents=True)
    for name, history in asyncio.run(played()).items():
        (folder / f"{name}.json").write_text(history.to_json(), encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("version")
    record(HERE / parser.parse_args().version)
