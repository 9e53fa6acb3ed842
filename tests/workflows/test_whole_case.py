"""Whole cases through the real workflow, the real rules and the real database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from temporalio.testing import WorkflowEnvironment

from adapters.postgres.event_log import PostgresEventLog
from adapters.postgres.pool import Pool
from domain.agenda import is_finished, next_wake
from domain.commands import Command
from domain.events import Recorded, Stage
from domain.facts import DutyKind, ReturnedToWork
from domain.ids import CauseId, EmploymentId
from domain.localtime import OSLO, local_date
from domain.policy import DEFAULT, DEFAULT_LADDERS, Policy
from domain.state import begin
from domain.step import advance
from service.worker import WorkerOptions, running_worker
from tests.support.steps import note, steps_on, telling
from tests.support.temporal import a_case, until

EIGHTEEN_MONTHS = 548


async def log_of(pool: Pool, employment: str) -> tuple[Recorded, ...]:
    return (await PostgresEventLog(pool).load(EmploymentId(employment))).records


def told_by_the_rules(
    employment: EmploymentId, first: datetime, told: Command, policy: Policy
) -> list[tuple[CauseId, date]]:
    """Walk the same case by the rules alone, from wake to wake: the causes and their days."""
    advanced = advance(begin(employment), policy, first, told)
    found = [(one.cause, local_date(first)) for one in advanced.pending]
    at: datetime | None = first
    while at is not None and not is_finished(advanced.state, policy, at):
        at = next_wake(advanced.state, policy, at)
        if at is not None:
            advanced = advance(advanced.state, policy, at, None)
            found += [(one.cause, local_date(at)) for one in advanced.pending]
    return found


async def test_eighteen_months_give_what_the_rules_say_each_on_its_day(
    environment: WorkflowEnvironment, pool: Pool
) -> None:
    async with a_case(environment, steps_on(pool).step) as case:
        today = datetime.now(OSLO).date()
        fact = note(today, EIGHTEEN_MONTHS)
        await case.execute(telling(fact))
        await environment.fast_forward(case.handle)
        records = await log_of(pool, case.employment)

    told = Command(cause=CauseId("c-1"), actor="hr-1", fact=fact)
    rules = told_by_the_rules(EmploymentId(case.employment), records[0].at, told, DEFAULT)
    assert [(one.cause, local_date(one.at)) for one in records] == rules
    assert records[-1].event.kind == "case_closed"
    assert (records[-1].at - records[0].at).days > EIGHTEEN_MONTHS


async def test_what_fell_due_was_recorded_at_seven_in_the_morning_summer_and_winter(
    environment: WorkflowEnvironment, pool: Pool
) -> None:
    async with a_case(environment, steps_on(pool).step) as case:
        await case.execute(telling(note(datetime.now(OSLO).date(), 300)))
        await environment.fast_forward(case.handle)
        records = await log_of(pool, case.employment)

    wakes = [one.at.astimezone(OSLO) for one in records if one.cause.startswith("due/")][1:]
    offsets = {at.utcoffset() for at in wakes}
    assert {(at.hour, at.minute) for at in wakes} == {(7, 0)}
    assert offsets == {timedelta(hours=1), timedelta(hours=2)}


async def test_a_repeated_command_after_the_end_gets_its_first_answer(
    environment: WorkflowEnvironment, pool: Pool
) -> None:
    async with a_case(environment, steps_on(pool).step) as case:
        first = await case.execute(telling(note(date(2026, 1, 5), 14)))
        await case.handle.result()
        ended = await log_of(pool, case.employment)
        again = await case.execute(telling(note(date(2026, 1, 5), 14)))
        await case.handle.result()

        assert again == first
        assert await log_of(pool, case.employment) == ended


async def test_a_repeated_command_in_a_continued_run_gets_its_first_answer(
    hasty_environment: WorkflowEnvironment, pool: Pool
) -> None:
    async with a_case(hasty_environment, steps_on(pool).step) as case:
        first = await case.execute(telling(note(datetime.now(OSLO).date(), 60)))
        started = (await case.handle.describe()).run_id
        for number in range(4):
            back = ReturnedToWork(on=datetime.now(OSLO).date() + timedelta(days=40 + number))
            await case.execute(telling(back, f"r-{number}"))
        again = await case.execute(telling(note(datetime.now(OSLO).date(), 60)))
        latest = (await case.handle.describe()).run_id
        records = await log_of(pool, case.employment)

    assert again == first
    assert latest != started
    told = [one for one in records if one.event.kind == "note_received"]
    assert [one.cause for one in told] == [CauseId("c-1")]


def policy_with(stages: Mapping[DutyKind, tuple[Stage, ...]]) -> Policy:
    ladders = {
        duty: tuple(rung for rung in ladder if rung.stage not in stages.get(duty, ()))
        for duty, ladder in DEFAULT_LADDERS.items()
    }
    return replace(DEFAULT, version="fewer-stages", ladders=ladders)


async def test_a_policy_with_a_stage_less_and_then_more_goes_on_with_the_same_run(
    environment: WorkflowEnvironment, pool: Pool
) -> None:
    """No worker keeps a cache, so every task replays what was decided under the other policy."""
    fewer = policy_with({DutyKind.FOLLOW_UP_PLAN: (Stage.HEADS_UP, Stage.DUE_SOON)})
    async with a_case(environment) as case:
        options = WorkerOptions(task_queue=case.task_queue + "-own", max_cached_cases=0)
        own = replace(case, task_queue=options.task_queue)
        for policy in (DEFAULT, fewer, DEFAULT):
            async with running_worker(case.still, [steps_on(pool, policy).step], options):
                # The same command each time: the first opens the case, the others are repeats.
                await own.execute(telling(note(datetime.now(OSLO).date(), 70)))
                await own.pass_days(20)
        runs = {
            one.run_id async for one in case.still.list_workflows(f"WorkflowId='{own.handle.id}'")
        }
        events = [event async for event in own.handle.fetch_history_events()]
        records = await log_of(pool, own.employment)

    assert len(runs) == 1
    assert not [one for one in events if one.HasField("workflow_task_failed_event_attributes")]
    assert {"default-1", "fewer-stages"} <= {one.rule_set.rpartition("+")[2] for one in records}


async def test_a_signal_of_each_kind_reaches_the_log(
    environment: WorkflowEnvironment, pool: Pool
) -> None:
    today = datetime.now(OSLO).date()
    async with a_case(environment, steps_on(pool).step) as case:
        await case.execute(telling(note(today, 60)))
        handle = case.handle
        sent = telling(note(today + timedelta(days=60), 5, "n-2")).body
        on = (today + timedelta(days=20)).isoformat()
        await handle.signal("sick_note_received", {"id": "s-1", **sent})
        await handle.signal("grading_changed", {"id": "s-2", "on": on, "grade": 60})
        await handle.signal("returned_to_work", {"id": "s-3", "on": on})
        await handle.signal("sick_note_withdrawn", {"id": "s-4", "note_id": "n-2"})
        await handle.signal("grading_changed", {"id": "s-5", "grade": 60})
        await handle.signal("no_such_signal")
        await until(handle, "MARKER_RECORDED", 7)
        records = await log_of(pool, case.employment)

    kinds = {one.event.kind for one in records}
    assert {"note_received", "grade_changed", "returned_to_work", "note_withdrawn"} <= kinds
    assert [one.event.kind for one in records].count("command_refused") == 2
