"""The one delivery of reminders keeps running."""

from __future__ import annotations

import asyncio

from temporalio import activity
from temporalio.testing import WorkflowEnvironment

from service.worker import ensure_delivery
from tests.support.temporal import a_case
from workflows.delivery import DELIVERY_ID


class Rounds:
    """Counts the rounds of a delivery; the third fails."""

    def __init__(self, wanted: int) -> None:
        self.count = 0
        self.enough = asyncio.Event()
        self._wanted = wanted

    @activity.defn(name="deliver")
    async def deliver(self) -> None:
        self.count += 1
        if self.count >= self._wanted:
            self.enough.set()
        if self.count == 3:
            raise ConnectionError("the database is away")


async def test_it_delivers_again_and_again_after_a_failure_and_in_new_runs(
    hasty_environment: WorkflowEnvironment,
) -> None:
    rounds = Rounds(wanted=8)
    async with a_case(hasty_environment, rounds.deliver) as case:
        handle = await ensure_delivery(case.still, case.task_queue)
        await rounds.enough.wait()
        latest = case.still.get_workflow_handle(DELIVERY_ID)
        run = (await latest.describe()).run_id
        await latest.terminate()

    assert run != handle.first_execution_run_id


async def test_there_is_only_one(environment: WorkflowEnvironment) -> None:
    rounds = Rounds(wanted=1)
    async with a_case(environment, rounds.deliver) as case:
        # Nobody serves this queue, so both runs would wait for their first task.
        first = await ensure_delivery(case.still, "a-queue-that-nobody-serves")
        second = await ensure_delivery(case.still, "a-queue-that-nobody-serves")
        await first.terminate()

    assert first.first_execution_run_id == second.first_execution_run_id
