"""When a follow-up steps, and what that costs in history."""

from __future__ import annotations

from collections import Counter

from temporalio.testing import WorkflowEnvironment

from tests.support.temporal import ScriptedStep, a_case, events_of, wakes


async def test_it_steps_once_a_wake_and_ends_when_the_step_says_so(
    environment: WorkflowEnvironment,
) -> None:
    step = ScriptedStep(wakes(7, 14, 21))
    async with a_case(environment, step.step) as case:
        await (await case.start()).result()

    days = [(later.at - step.given[0].at).days for later in step.given]
    assert days == [0, 7, 14, 21]


async def test_six_wakes_cost_forty_two_events(environment: WorkflowEnvironment) -> None:
    step = ScriptedStep(wakes(3, 6, 9, 12, 15, 18))
    async with a_case(environment, step.step) as case:
        handle = await case.start()
        await handle.result()
        events = await events_of(handle)

    skips = sum("TIME_SKIPPING" in name for name in events)
    assert Counter(events)["TIMER_FIRED"] == 6
    assert len(events) - skips <= 42, events
