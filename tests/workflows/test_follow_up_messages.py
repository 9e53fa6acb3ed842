"""What arrives from outside: signals, updates and queries. Nothing is dropped, nothing doubled."""

from __future__ import annotations

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.client import WorkflowUpdateFailedError
from temporalio.common import RawValue
from temporalio.testing import WorkflowEnvironment

from activities.messages import CommandMessage, StepInput, StepResult, UnreadableMessage
from domain.refusals import RefusalCode
from tests.support.temporal import (
    Case,
    ScriptedStep,
    a_case,
    events_of,
    grade,
    sleeps,
    until,
    wakes,
)
from workflows.follow_up import FollowUp


def raw(data: bytes, encoding: bytes = b"json/plain") -> RawValue:
    return RawValue(Payload(metadata={"encoding": encoding}, data=data))


async def settled(case: Case) -> None:
    """Return when every signal sent before has been stepped."""
    await case.execute(grade("afterwards"))


def commands(step: ScriptedStep) -> list[CommandMessage]:
    return [one.command for one in step.given if one.command and one.command.id != "afterwards"]


def unreadable(step: ScriptedStep) -> list[UnreadableMessage]:
    return [one.unreadable for one in step.given if one.unreadable]


@pytest.mark.parametrize(
    ("signal", "kind", "body"),
    [
        ("grading_changed", "grade_changed", {"on": "2026-02-23", "grade": 60}),
        ("returned_to_work", "returned_to_work", {"on": "2026-04-07"}),
        ("sick_note_received", "note_received", {"note": {"note_id": "n-1"}}),
        ("sick_note_withdrawn", "note_withdrawn", {"note_id": "n-1"}),
    ],
)
async def test_a_signal_becomes_the_command_it_names(
    environment: WorkflowEnvironment, signal: str, kind: str, body: dict[str, object]
) -> None:
    step = ScriptedStep(sleeps)
    async with a_case(environment, step.step) as case:
        handle = await case.start_still()
        await handle.signal(signal, {"id": "s-1", "actor": "payroll", **body})
        await settled(case)

    assert commands(step) == [CommandMessage(id="s-1", actor="payroll", kind=kind, body=body)]


async def test_a_signal_without_an_id_is_given_one_that_a_replay_gives_again(
    environment: WorkflowEnvironment,
) -> None:
    step = ScriptedStep(sleeps)
    async with a_case(environment, step.step, max_cached_cases=0) as case:
        handle = await case.start_still()
        await handle.signal("returned_to_work", {"on": "2026-04-07"})
        await settled(case)
        await handle.signal("returned_to_work", {"on": "2026-04-08"})
        await case.execute(grade("later"))

    first, second = [one for one in commands(step) if one.kind == "returned_to_work"]
    assert first.id.startswith("signal/")
    assert first.id != second.id
    assert first.actor == "signal"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ([], "input"),
        ([{"on": "2026-04-07"}, {"on": "2026-04-08"}], "input"),
        ([raw(b"{not json")], "input"),
        ([raw(b"[1, 2]")], "input"),
        ([raw(b'"Kari Nordmann"')], "input"),
        ([raw(b"\x00\x01", b"binary/plain")], "input"),
        ([raw(b"\x00" * 40, b"binary/unheard-of")], "input"),
        ([{"id": "two words", "on": "2026-04-07"}], "id"),
        ([{"id": 7, "on": "2026-04-07"}], "id"),
        ([{"id": "due/e-1/1/plan", "on": "2026-04-07"}], "id"),
        ([{"actor": "", "on": "2026-04-07"}], "actor"),
        ([raw(b'{"on": "' + b"x" * 70_000 + b'"}')], "input"),
    ],
)
async def test_a_malformed_signal_is_handed_to_the_step_as_unreadable(
    environment: WorkflowEnvironment, values: list[object], field: str
) -> None:
    step = ScriptedStep(sleeps)
    async with a_case(environment, step.step) as case:
        handle = await case.start_still()
        await handle.signal("returned_to_work", args=values)
        await settled(case)

    [refused] = unreadable(step)
    assert (refused.name, refused.field) == ("returned_to_work", field)
    assert refused.code == RefusalCode.MALFORMED
    assert "Nordmann" not in refused.text


@pytest.mark.parametrize(
    ("name", "kept"), [("grade_change", "grade_change"), ("Kari Nordmann er syk", "unnamed")]
)
async def test_a_signal_of_unknown_name_is_handed_to_the_step_as_unreadable(
    environment: WorkflowEnvironment, name: str, kept: str
) -> None:
    step = ScriptedStep(sleeps)
    async with a_case(environment, step.step) as case:
        handle = await case.start_still()
        await handle.signal(name, {"on": "2026-04-07"})
        await settled(case)

    [refused] = unreadable(step)
    assert (refused.code, refused.name) == (RefusalCode.UNKNOWN_COMMAND, kept)


async def test_a_poke_makes_a_sleeping_case_step_again(environment: WorkflowEnvironment) -> None:
    step = ScriptedStep(sleeps)
    async with a_case(environment, step.step) as case:
        handle = await case.start_still()
        await handle.signal("poke")
        await until(handle, "MARKER_RECORDED", 2)

    assert [given.command for given in step.given] == [None, None]


async def test_an_update_is_answered_with_what_the_step_said(
    environment: WorkflowEnvironment,
) -> None:
    async with a_case(environment, ScriptedStep(sleeps).step) as case:
        answer = await case.execute(grade("c-1"))

    assert (answer.id, answer.accepted) == ("c-1", True)


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (CommandMessage(id="c-1", actor="hr-1", kind="case_closed", body={}), "kind"),
        (CommandMessage(id="due/x", actor="hr-1", kind="returned_to_work", body={}), "id"),
        (
            CommandMessage(id="c", actor="hr-1", kind="died", body={"on": "x" * 70_000}),
            "body",
        ),
    ],
)
async def test_a_command_that_no_step_could_read_leaves_no_trace_in_history(
    environment: WorkflowEnvironment, command: CommandMessage, says: str
) -> None:
    step = ScriptedStep(sleeps)
    async with a_case(environment, step.step) as case:
        handle = await case.start_still()
        before = await events_of(handle)
        with pytest.raises(WorkflowUpdateFailedError) as refused:
            await handle.execute_update(FollowUp.execute, command)

        assert says in str(refused.value.__cause__)
        assert await events_of(handle) == before
        assert step.asked == []


@pytest.mark.parametrize("arguments", [[], [{"id": "c-1"}], ["text"], [{}, {}]])
async def test_an_update_of_another_shape_is_refused_before_history(
    environment: WorkflowEnvironment, arguments: list[object]
) -> None:
    async with a_case(environment, ScriptedStep(sleeps).step) as case:
        handle = await case.start_still()
        before = await events_of(handle)
        with pytest.raises(WorkflowUpdateFailedError):
            await handle.execute_update("execute", args=arguments)

        assert await events_of(handle) == before


async def test_a_command_starts_the_follow_up_when_none_runs_and_none_twice(
    environment: WorkflowEnvironment,
) -> None:
    step = ScriptedStep(sleeps)
    async with a_case(environment, step.step) as case:
        await case.execute(grade("c-1"))
        first = (await case.handle.describe()).run_id
        await case.execute(grade("c-2"))
        second = (await case.handle.describe()).run_id

    assert first == second
    assert step.asked == ["c-1", "c-2"]
    assert step.given[0].command is not None, "the first command's step is the first step"


async def test_a_command_after_the_end_starts_a_new_run_under_the_same_id(
    environment: WorkflowEnvironment,
) -> None:
    step = ScriptedStep(lambda _: StepResult(finished=True))
    async with a_case(environment, step.step) as case:
        first = await case.execute(grade("c-1"))
        await case.handle.result()
        ended = (await case.handle.describe()).run_id
        again = await case.execute(grade("c-2"))
        reopened = (await case.handle.describe()).run_id

    assert (first.id, again.id) == ("c-1", "c-2")
    assert ended != reopened


async def test_the_query_gives_what_the_last_step_said(environment: WorkflowEnvironment) -> None:
    said = StepResult(phase="active", overdue=2, waits_for="follow_up_plan, overdue")
    async with a_case(environment, ScriptedStep(lambda _: said).step) as case:
        await case.execute(grade("c-1"))

        assert await case.handle.query(FollowUp.summary) == said


async def test_a_step_that_fails_is_tried_again_until_it_succeeds(
    environment: WorkflowEnvironment,
) -> None:
    def fails_three_times(_: StepInput) -> StepResult:
        if len(step.given) <= 3:
            raise ConnectionError("the database is away")
        return StepResult()

    step = ScriptedStep(fails_three_times)
    async with a_case(environment, step.step) as case:
        answer = await case.execute(grade("c-1"))

    assert answer.accepted
    assert step.asked == ["c-1"] * 4


async def test_a_wake_that_comes_while_commands_wait_is_served_by_their_step(
    environment: WorkflowEnvironment,
) -> None:
    step = ScriptedStep(wakes(10, finished=False))
    async with a_case(environment, step.step) as case:
        await case.start_still()
        await case.pass_days(11)
        await case.execute(grade("c-1"))

    assert [given.command is None for given in step.given] == [True, True, False]
