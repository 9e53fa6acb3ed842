"""With a build id, a case stays on its build until it continues as new, and then moves on."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from uuid import uuid4

from temporalio.api.workflowservice.v1 import SetWorkerDeploymentCurrentVersionRequest
from temporalio.client import Client
from temporalio.service import RPCError
from temporalio.testing import WorkflowEnvironment

from service.worker import WorkerOptions, running_worker
from tests.support.temporal import Case, ScriptedStep, a_case, grade, sleeps


async def make_current(client: Client, options: WorkerOptions) -> None:
    """Wait until the server has heard of the build, and send new runs to it."""
    request = SetWorkerDeploymentCurrentVersionRequest(
        namespace=client.namespace,
        deployment_name=options.deployment_name,
        build_id=options.build_id or "",
    )
    async with asyncio.timeout(30):
        while True:
            try:
                await client.workflow_service.set_worker_deployment_current_version(request)
            except RPCError:
                await asyncio.sleep(0.05)
            else:
                return


async def poked_until_it_moves(case: Case) -> None:
    """The server tells a run of a new build some time after the build was made current."""
    first = (await case.handle.describe()).run_id
    async with asyncio.timeout(60):
        while (await case.handle.describe()).run_id == first:
            await case.handle.signal("poke")
            await asyncio.sleep(0.1)


async def test_a_case_moves_to_the_current_build_when_something_happens(
    environment: WorkflowEnvironment,
) -> None:
    old, new = ScriptedStep(sleeps), ScriptedStep(sleeps)
    async with a_case(environment) as unserved:
        first = WorkerOptions(
            task_queue=f"{unserved.task_queue}-built", deployment_name=uuid4().hex, build_id="b1"
        )
        second = replace(first, build_id="b2")
        case = replace(unserved, task_queue=first.task_queue)
        async with running_worker(case.still, [old.step], first):
            await make_current(case.still, first)
            await case.start_still()
            await case.execute(grade("c-1"))
            async with running_worker(case.still, [new.step], second):
                await make_current(case.still, second)
                await poked_until_it_moves(case)
                await case.execute(grade("c-2"))

    assert old.asked == ["c-1"]
    assert new.asked == ["c-2"]
