"""Continue-as-new: why, when, and with nothing lost."""

from __future__ import annotations

import asyncio

from temporalio.client import WorkflowExecutionStatus
from temporalio.testing import WorkflowEnvironment

from activities.messages import StepResult
from tests.support.temporal import LONG_AGO, ScriptedStep, a_case, grade, sleeps, until, wakes
from workflows.follow_up import FollowUp


async def test_a_run_of_thirty_days_is_continued_and_the_case_sleeps_on(
    environment: WorkflowEnvironment,
) -> None:
    step = ScriptedStep(wakes(50))
    async with a_case(environment, step.step) as case:
        await (await case.start()).result()

    days = [(given.at - step.given[0].at).days for given in step.given]
    assert days == [0, 30, 50]


async def test_a_continued_run_begins_with_what_the_last_one_knew(
    environment: WorkflowEnvironment,
) -> None:
    said = StepResult(phase="active", overdue=1, waits_for="dialogue_meeting_1")
    step = ScriptedStep(lambda _: said)
    async with a_case(environment, step.step) as case:
        first = await case.start_still(run_started_at=LONG_AGO)
        await until(first, "WORKFLOW_EXECUTION_CONTINUED_AS_NEW")
        steps = len(step.given)
        known = await case.handle.query(FollowUp.summary)

        described = await case.handle.describe()

    assert described.run_id != first.first_execution_run_id
    assert described.status is WorkflowExecutionStatus.RUNNING
    assert known == said
    assert len(step.given) == steps, "a continued run does not step before something happens"


async def test_commands_and_signals_that_arrive_while_it_continues_are_neither_lost_nor_mixed(
    hasty_environment: WorkflowEnvironment,
) -> None:
    step = ScriptedStep(sleeps)
    async with a_case(hasty_environment, step.step) as case:
        handle = await case.start_still()
        signals = [
            case.handle.signal("returned_to_work", {"id": f"s-{n}", "on": "2026-04-07"})
            for n in range(60)
        ]
        updates = [case.execute(grade(f"c-{n}")) for n in range(30)]
        answers, _ = await asyncio.gather(asyncio.gather(*updates), asyncio.gather(*signals))
        await case.execute(grade("afterwards"))
        latest = (await case.handle.describe()).run_id

    wanted = {f"s-{n}" for n in range(60)} | {f"c-{n}" for n in range(30)}
    assert [answer.id for answer in answers] == [f"c-{n}" for n in range(30)]
    assert wanted <= set(step.asked)
    assert latest != handle.first_execution_run_id


async def test_the_end_of_a_case_waits_for_what_is_still_in_the_inbox(
    environment: WorkflowEnvironment,
) -> None:
    """Every step says finished; whoever comes meanwhile is answered all the same."""
    step = ScriptedStep(lambda _: StepResult(finished=True))
    async with a_case(environment, step.step) as case:
        answers = await asyncio.gather(*(case.execute(grade(f"c-{n}")) for n in range(20)))

    assert sorted(answer.id for answer in answers) == sorted(f"c-{n}" for n in range(20))
    assert {f"c-{n}" for n in range(20)} <= set(step.asked)


async def test_a_worker_without_a_cache_comes_to_the_same(
    environment: WorkflowEnvironment,
) -> None:
    """Every task is a replay from the first event: the sharpest test of determinism."""
    step = ScriptedStep(wakes(5, 40, finished=False))
    async with a_case(environment, step.step, max_cached_cases=0) as case:
        handle = await case.start_still()
        await handle.signal("returned_to_work", {"id": "s-1", "on": "2026-04-07"})
        await case.execute(grade("c-1"))
        await case.pass_days(6)
        await handle.signal("poke")
        await case.execute(grade("c-2"))
        events = [event async for event in handle.fetch_history_events()]

    assert step.asked == ["s-1", "c-1", "c-2"]
    assert not [one for one in events if one.HasField("workflow_task_failed_event_attributes")]
