"""What an integration without an SDK does: `temporal workflow signal`."""

from __future__ import annotations

import asyncio
import json

import pytest
from temporalio.testing import WorkflowEnvironment

from activities.messages import CommandMessage
from adapters.temporal.binary import find_binary
from tests.support.temporal import Case, ScriptedStep, a_case, sleeps, until


async def signal(case: Case, name: str, *arguments: str) -> None:
    address = case.still.service_client.config.target_host
    process = await asyncio.create_subprocess_exec(
        find_binary(),
        "workflow",
        "signal",
        "--address",
        address,
        "--workflow-id",
        case.handle.id,
        "--name",
        name,
        *arguments,
        stdout=asyncio.subprocess.DEVNULL,
    )
    assert await process.wait() == 0


@pytest.mark.parametrize("grade", [60, 100])
async def test_a_grade_is_signalled_from_the_shell(
    environment: WorkflowEnvironment, grade: int
) -> None:
    step = ScriptedStep(sleeps)
    async with a_case(environment, step.step) as case:
        handle = await case.start_still()
        body = {"on": "2026-02-23", "grade": grade}
        await signal(case, "grading_changed", "--input", json.dumps({"id": "s-1", **body}))
        await until(handle, "MARKER_RECORDED", 2)

    assert step.given[-1].command == CommandMessage(
        id="s-1", actor="signal", kind="grade_changed", body=body
    )


async def test_sleeping_cases_are_poked_from_the_shell(environment: WorkflowEnvironment) -> None:
    step = ScriptedStep(sleeps)
    async with a_case(environment, step.step) as case:
        handle = await case.start_still()
        await signal(case, "poke")
        await until(handle, "MARKER_RECORDED", 2)

    assert [given.command for given in step.given] == [None, None]
