"""What each thing costs in history, and that none of it can be read there."""

from __future__ import annotations

from datetime import UTC, datetime

from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from activities.messages import StepInput, StepResult
from tests.support.temporal import ScriptedStep, a_case, events_of, grade, sleeps, until, wakes

FAR = datetime(2099, 1, 1, 6, tzinfo=UTC)


async def test_a_command_costs_six_events_and_a_signal_five(
    environment: WorkflowEnvironment,
) -> None:
    async with a_case(environment, ScriptedStep(sleeps).step) as case:
        handle = await case.start_still()
        before = len(await events_of(handle))
        await case.execute(grade("c-1"))
        after_update = len(await events_of(handle))
        await handle.signal("returned_to_work", {"on": "2026-04-07"})
        await until(handle, "MARKER_RECORDED", 3)
        after_signal = len(await events_of(handle))

    assert after_update - before == 6
    assert after_signal - after_update == 5


async def test_a_timer_that_moves_costs_two_events(environment: WorkflowEnvironment) -> None:
    step = ScriptedStep(sleeps)
    async with a_case(environment, step.step) as case:
        handle = await case.start_still()
        before = await events_of(handle)
        step.script = wakes(5)
        await case.execute(grade("c-1"))
        after = await events_of(handle)

    assert after[len(before) :].count("TIMER_CANCELED") == 1
    assert after[len(before) :].count("TIMER_STARTED") == 1
    assert len(after) - len(before) == 6 + 2


async def test_search_attributes_cost_one_event_and_only_when_they_change(
    environment: WorkflowEnvironment,
) -> None:
    step = ScriptedStep(sleeps)
    async with a_case(environment, step.step) as case:
        handle = await case.start_still()
        step.script = lambda _: StepResult(phase="active", overdue=1)
        await case.execute(grade("c-1"))
        await case.execute(grade("c-2"))
        events = await events_of(handle)
        found = (await handle.describe()).typed_search_attributes

    assert events.count("UPSERT_WORKFLOW_SEARCH_ATTRIBUTES") == 1
    named = {pair.key.name: pair.value for pair in found}
    assert (named["CasePhase"], named["OverdueDuties"]) == ("active", 1)


async def test_nothing_that_was_sent_or_failed_can_be_read_in_history(
    environment: WorkflowEnvironment,
) -> None:
    secret = "n-1234-legible"

    def fails_once(given: StepInput) -> StepResult:
        if len(step.given) == 1:
            raise RuntimeError(secret)
        return StepResult(waits_for=secret, next_wake=FAR)

    step = ScriptedStep(fails_once)
    async with a_case(environment, step.step) as case:
        await case.execute(grade(secret).model_copy(update={"id": "c-1", "actor": secret}))
        handle = case.handle
        await handle.signal("sick_note_withdrawn", {"note_id": secret})
        await case.execute(grade("c-2"))
        history = await handle.fetch_history()
        legible = b"".join(event.SerializeToString() for event in history.events)

    assert step.asked.count("c-1") == 2
    assert secret.encode() not in legible
    assert b"grade_changed" not in legible


async def test_the_search_for_legible_bytes_finds_what_is_in_clear(
    environment: WorkflowEnvironment,
) -> None:
    """A signal from the command line is not sealed: it carries dates and codes only."""
    async with a_case(environment, ScriptedStep(sleeps).step) as case:
        handle = await case.start_still()
        plain = await Client.connect(case.still.service_client.config.target_host)
        await plain.get_workflow_handle(handle.id).signal("grading_changed", {"note_id": "legible"})
        history = await handle.fetch_history()

    assert b"legible" in b"".join(event.SerializeToString() for event in history.events)
