"""One step, on the real log: what is recorded, answered and passed on."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta

import pytest

from activities.messages import StepInput, UnreadableMessage
from adapters.postgres.event_log import PostgresEventLog
from adapters.postgres.pool import Pool
from domain.events import CommandRefused, Recorded, ReminderDue
from domain.facts import GradeChanged, ReturnedToWork
from domain.ids import EmploymentId
from domain.refusals import RefusalCode
from tests.support.steps import MORNING, new_employment, note, step_of, steps_on, telling


async def log_of(pool: Pool, employment: str) -> tuple[Recorded, ...]:
    return (await PostgresEventLog(pool).load(EmploymentId(employment))).records


async def test_a_note_is_recorded_and_the_case_sleeps_until_its_next_duty(pool: Pool) -> None:
    employment = new_employment()
    result = await steps_on(pool).step(step_of(employment, telling(note())))

    assert result.answer is not None
    assert result.answer.accepted
    assert result.phase == "active"
    assert result.next_wake is not None
    assert result.next_wake > MORNING
    assert not result.finished
    assert (await log_of(pool, employment))[0].event.kind == "note_received"


async def test_the_same_command_again_gets_the_first_answer_and_is_recorded_once(
    pool: Pool,
) -> None:
    employment = new_employment()
    steps = steps_on(pool)
    first = await steps.step(step_of(employment, telling(note())))
    before = await log_of(pool, employment)
    again = await steps.step(step_of(employment, telling(note()), MORNING + timedelta(hours=1)))
    elsewhere = await steps_on(pool).step(step_of(employment, telling(note())))

    assert first.answer == again.answer == elsewhere.answer
    assert await log_of(pool, employment) == before


@pytest.mark.parametrize(
    ("kind", "body", "code", "field"),
    [
        ("grade_changed", {"on": "2026-02-23"}, RefusalCode.MALFORMED, "grade"),
        ("grade_changed", {"on": "soon", "grade": 60}, RefusalCode.MALFORMED, "on"),
        ("grade_changed", {"on": "2026-02-23", "grade": 600}, RefusalCode.MALFORMED, None),
        ("no_such_fact", {}, RefusalCode.UNKNOWN_COMMAND, "kind"),
    ],
)
async def test_a_fact_that_cannot_be_read_is_recorded_as_refused(
    pool: Pool, kind: str, body: dict[str, object], code: RefusalCode, field: str | None
) -> None:
    employment = new_employment()
    command = telling(note()).model_copy(update={"kind": kind, "body": body})
    result = await steps_on(pool).step(step_of(employment, command))
    [refused] = [
        one.event for one in await log_of(pool, employment) if isinstance(one.event, CommandRefused)
    ]

    assert result.answer is not None
    assert not result.answer.accepted
    assert result.answer.code == refused.code == code
    assert field is None or result.answer.field == field


async def test_an_unreadable_signal_is_recorded_as_refused(pool: Pool) -> None:
    employment = new_employment()
    signal = UnreadableMessage(
        id="signal/1", name="grading_changed", code="malformed", field="input", text="must be JSON"
    )
    await steps_on(pool).step(StepInput(employment=employment, at=MORNING, unreadable=signal))
    [refused] = await log_of(pool, employment)

    assert isinstance(refused.event, CommandRefused)
    assert (refused.event.command, refused.cause) == ("grading_changed", "signal/1")


async def test_a_step_of_another_worker_in_between_is_taken_into_account(pool: Pool) -> None:
    employment = new_employment()
    one, other = steps_on(pool), steps_on(pool)
    await one.step(step_of(employment, telling(note())))
    await other.step(step_of(employment, telling(ReturnedToWork(on=date(2026, 1, 12)), "c-2")))
    result = await one.step(step_of(employment, at=MORNING + timedelta(days=8)))
    records = await log_of(pool, employment)

    assert result.phase != "active"
    assert [record.seq for record in records] == list(range(1, len(records) + 1))


async def test_commands_at_two_workers_at_once_are_all_recorded_once(pool: Pool) -> None:
    employment = new_employment()
    workers = [steps_on(pool), steps_on(pool)]
    await workers[0].step(step_of(employment, telling(note())))
    commands = [
        telling(GradeChanged(on=date(2026, 1, 12), grade=percent), f"g-{percent}")
        for percent in range(10, 90, 10)
    ]
    results = await asyncio.gather(
        *(worker.step(step_of(employment, one)) for one in commands for worker in workers)
    )
    records = await log_of(pool, employment)
    told = [one.cause for one in records if one.event.kind == "grade_changed"]

    assert all(result.answer and result.answer.accepted for result in results)
    assert sorted(told) == sorted(command.id for command in commands)
    assert [record.seq for record in records] == list(range(1, len(records) + 1))


async def test_what_falls_due_waits_in_the_outbox_once_for_each_role(pool: Pool) -> None:
    employment = new_employment()
    steps = steps_on(pool)
    await steps.step(step_of(employment, telling(note())))
    for day in (40, 41):
        await steps.step(step_of(employment, at=MORNING + timedelta(days=day)))
    rows = await pool.fetch(
        "select reminder from outbox where employment_id = $1 order by reminder", employment
    )
    due = [one.event for one in await log_of(pool, employment)]
    to_be_sent = [one for one in due if isinstance(one, ReminderDue) and not one.superseded]
    roles = sum(len(event.to) for event in to_be_sent)

    assert roles > 1
    assert len({row["reminder"] for row in rows}) == len(rows) == roles


async def test_what_fell_due_comes_before_the_command_that_came_after_it(pool: Pool) -> None:
    """A return that arrives when a worker is back does not swallow a missed date."""
    employment = new_employment()
    steps = steps_on(pool)
    await steps.step(step_of(employment, telling(note())))
    late = MORNING + timedelta(days=35)
    await steps.step(step_of(employment, telling(ReturnedToWork(on=date(2026, 2, 9)), "c-2"), late))
    kinds = [one.event.kind for one in await log_of(pool, employment)]

    assert kinds.index("duty_missed") < kinds.index("returned_to_work")


async def test_the_list_row_of_a_case_follows_the_steps(pool: Pool) -> None:
    employment = new_employment()
    steps = steps_on(pool)
    await steps.step(step_of(employment, telling(note())))
    result = await steps.step(step_of(employment, at=MORNING + timedelta(days=40)))
    row = await pool.fetchrow(
        "select state, overdue from case_view where employment_id = $1", employment
    )

    assert row is not None
    assert (row["state"], row["overdue"]) == ("active", result.overdue)
    assert result.overdue > 0
    assert "overdue" in result.waits_for


async def test_a_small_cache_forgets_and_reads_again(pool: Pool) -> None:
    steps = steps_on(pool)
    steps._cache_size = 1
    employments = [new_employment() for _ in range(3)]
    for employment in employments:
        await steps.step(step_of(employment, telling(note())))
    results = [await steps.step(step_of(employment)) for employment in employments]

    assert len(steps._cache) == 1
    assert {result.phase for result in results} == {"active"}
