"""The log keeps what was acknowledged, once, in order, whoever else writes."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime, timedelta

import asyncpg
import pytest

from activities.ports import Append, EventLog, Head, OutboxState, Settlement
from adapters.postgres.audit import verify
from adapters.postgres.event_log import PostgresEventLog, StreamEnd
from adapters.postgres.pool import Pool, open_pool
from domain.events import CommandRefused
from domain.facts import ReturnedToWork
from domain.ids import EmploymentId, case_id
from domain.refusals import BrokenHistory
from tests.support.database import unused_name
from tests.support.records import AT, DAY, case_row, grade, outbox_row, records


@pytest.fixture
def log(pool: Pool) -> EventLog:
    return PostgresEventLog(pool)


@pytest.fixture
def employment() -> EmploymentId:
    return EmploymentId(unused_name("e"))


async def test_an_unknown_employment_has_an_empty_stream(
    log: EventLog, employment: EmploymentId
) -> None:
    stream = await log.load(employment)

    assert stream.head == Head()
    assert stream.records == ()


async def test_what_was_appended_is_read_back_as_it_was(
    log: EventLog, employment: EmploymentId
) -> None:
    first = records(grade(), ReturnedToWork(on=DAY), case=case_id(employment, 1))
    head = await log.append(Append(employment=employment, head=Head(), records=first))
    assert head is not None
    second = records(grade(40), after=head, cause="c-2")
    end = await log.append(Append(employment=employment, head=head, records=second))

    stream = await log.load(employment)

    assert stream.records == first + second
    assert stream.head == end
    assert stream.head.seq == 3


async def test_an_instant_of_another_zone_is_kept_as_the_same_instant(
    log: EventLog, employment: EmploymentId, pool: Pool
) -> None:
    local = datetime.fromisoformat("2026-03-29T03:00:00.000001+02:00")
    await log.append(Append(employment=employment, head=Head(), records=records(grade(), at=local)))

    assert (await log.load(employment)).records[0].at == local
    assert (await verify(pool, employment)).fault is None


async def test_a_writer_with_an_old_head_writes_nothing(
    log: EventLog, employment: EmploymentId, pool: Pool
) -> None:
    await log.append(Append(employment=employment, head=Head(), records=records(grade())))
    late = Append(
        employment=employment,
        head=Head(),
        records=records(grade(10), cause="late"),
        cases=(case_row(employment),),
        outbox=(outbox_row(employment, f"{employment}-late"),),
    )

    assert await log.append(late) is None

    assert len((await log.load(employment)).records) == 1
    assert not await pool.fetchval("select count(*) from outbox where employment_id=$1", employment)
    assert not await pool.fetchval(
        "select count(*) from case_view where employment_id=$1", employment
    )


async def test_a_head_with_the_right_number_and_another_hash_is_refused(
    log: EventLog, employment: EmploymentId
) -> None:
    head = await log.append(Append(employment=employment, head=Head(), records=records(grade())))
    assert head is not None
    other = Head(seq=head.seq, hash=bytes(31) + b"\1")
    batch = Append(employment=employment, head=other, records=records(grade(), after=other))

    assert await log.append(batch) is None


async def test_an_append_without_records_says_whether_the_head_stands(
    log: EventLog, employment: EmploymentId
) -> None:
    head = await log.append(Append(employment=employment, head=Head(), records=records(grade())))
    assert head is not None

    assert await log.append(Append(employment=employment, head=head, records=())) == head
    assert await log.append(Append(employment=employment, head=Head(), records=())) is None


async def test_the_first_event_may_follow_a_wake_that_found_nothing(
    log: EventLog, employment: EmploymentId
) -> None:
    assert await log.append(Append(employment=employment, head=Head(), records=())) == Head()
    assert (await log.load(employment)).head == Head()

    batch = Append(employment=employment, head=Head(), records=records(grade()))

    assert (await log.append(batch) or Head()).seq == 1


async def test_the_same_cause_cannot_be_appended_again(
    log: EventLog, employment: EmploymentId
) -> None:
    head = await log.append(Append(employment=employment, head=Head(), records=records(grade())))
    assert head is not None
    again = Append(employment=employment, head=head, records=records(grade(), after=head))

    with pytest.raises(asyncpg.UniqueViolationError, match="case_event_cause_once"):
        await log.append(again)

    assert (await log.load(employment)).head == head


async def test_records_that_do_not_follow_the_head_are_refused(
    log: EventLog, employment: EmploymentId
) -> None:
    gap = records(grade(), after=Head(seq=1))

    with pytest.raises(BrokenHistory, match="record 2 is not 1"):
        await log.append(Append(employment=employment, head=Head(), records=gap))


async def test_text_that_jsonb_cannot_hold_does_not_stall_a_case(
    log: EventLog, employment: EmploymentId, pool: Pool
) -> None:
    odd = CommandRefused(code="malformed", field="on\0", text="\ud800 \\u0000", command="x")
    await log.append(Append(employment=employment, head=Head(), records=records(odd)))

    kept = (await log.load(employment)).records[0].event

    assert isinstance(kept, CommandRefused)
    assert (kept.field, kept.text) == ("on\ufffd", "? \\u0000")
    assert (await verify(pool, employment)).fault is None


async def test_the_view_holds_the_cases_of_the_last_batch(
    log: EventLog, employment: EmploymentId, pool: Pool
) -> None:
    both = (case_row(employment, 1), case_row(employment, 2))
    head = await log.append(
        Append(employment=employment, head=Head(), records=records(grade()), cases=both)
    )
    assert head is not None
    left = (case_row(employment, 1, overdue=2),)
    await log.append(Append(employment=employment, head=head, records=(), cases=left))

    rows = await pool.fetch("select * from case_view where employment_id = $1", employment)

    assert [(row["case_id"], row["overdue"]) for row in rows] == [(case_id(employment, 1), 2)]
    assert rows[0]["start_on"] == left[0].start_on
    assert json.loads(rows[0]["duties"]) == [list(duty) for duty in left[0].duties]


async def test_the_view_stays_when_a_batch_says_nothing_of_it(
    log: EventLog, employment: EmploymentId, pool: Pool
) -> None:
    head = await log.append(
        Append(employment=employment, head=Head(), records=(), cases=(case_row(employment),))
    )
    assert head is not None
    await log.append(Append(employment=employment, head=head, records=records(grade())))

    query = "select count(*) from case_view where employment_id = $1"
    assert await pool.fetchval(query, employment) == 1


async def test_a_settlement_ends_a_reminder_and_is_kept_as_a_try(
    log: EventLog, employment: EmploymentId, pool: Pool
) -> None:
    reminder = f"{employment}:plan"
    head = await log.append(
        Append(
            employment=employment,
            head=Head(),
            records=(),
            outbox=(outbox_row(employment, reminder),),
        )
    )
    assert head is not None
    sent = Settlement(reminder=reminder, state=OutboxState.SENT, detail="smtp")
    await log.append(
        Append(employment=employment, head=head, records=records(grade()), settled=(sent,))
    )

    row = await pool.fetchrow("select * from outbox where reminder = $1", reminder)
    tries = await pool.fetch("select * from delivery_attempt where reminder = $1", reminder)

    assert row is not None
    assert (row["state"], row["detail"], row["settled_at"]) == ("sent", "smtp", AT)
    assert [(one["outcome"], one["at"]) for one in tries] == [("sent", AT)]


async def test_a_settled_reminder_is_not_settled_again_nor_added_again(
    log: EventLog, employment: EmploymentId, pool: Pool
) -> None:
    reminder = f"{employment}:plan"
    head: Head | None = Head()
    for state in (OutboxState.SENT, OutboxState.FAILED):
        assert head is not None
        head = await log.append(
            Append(
                employment=employment,
                head=head,
                records=(),
                outbox=(outbox_row(employment, reminder),),
                settled=(Settlement(reminder=reminder, state=state),),
            )
        )

    assert await pool.fetchval("select state from outbox where reminder=$1", reminder) == "sent"


async def test_another_writer_leaves_the_wake_of_the_case_alone(
    own_pool: Pool, employment: EmploymentId
) -> None:
    log = PostgresEventLog(own_pool)
    wake = AT + timedelta(days=3)
    head = await log.append(
        Append(employment=employment, head=Head(), records=records(grade()), next_wake=wake)
    )
    assert head is not None
    await log.append(
        Append(
            employment=employment,
            head=head,
            records=records(grade(), after=head, cause="sent/1"),
            keep_wake=True,
        )
    )

    assert await log.open_employments() == (
        StreamEnd(employment=employment, seq=2, next_wake=wake, finished=False),
    )


async def test_finished_streams_are_not_open(own_pool: Pool, employment: EmploymentId) -> None:
    log = PostgresEventLog(own_pool)
    await log.append(
        Append(employment=employment, head=Head(), records=records(grade()), finished=True)
    )

    assert await log.open_employments() == ()
    assert [end.finished for end in await log.all_streams()] == [True]


async def test_writers_at_once_leave_every_stream_gapless(own_pool: Pool) -> None:
    log = PostgresEventLog(own_pool)
    employments = [EmploymentId(f"e-{number}") for number in range(3)]
    conflicts = 0

    async def write(writer: int) -> None:
        nonlocal conflicts
        for turn in range(8):
            employment = employments[(writer + turn) % len(employments)]
            head = Head()
            while True:
                batch = records(grade(), grade(), after=head, cause=f"w{writer}/{turn}")
                if await log.append(Append(employment=employment, head=head, records=batch)):
                    break
                conflicts += 1
                head = (await log.load(employment)).head

    await asyncio.gather(*(write(writer) for writer in range(6)))

    streams = [await log.load(employment) for employment in employments]
    checked = await verify(own_pool)
    assert sum(len(stream.records) for stream in streams) == 6 * 8 * 2
    assert conflicts > 0
    assert (checked.fault, checked.events, checked.streams) == (None, 96, 3)


async def test_an_append_is_one_statement(database_url: str, employment: EmploymentId) -> None:
    sent: list[str] = []
    single = await open_pool(database_url, max_size=1)
    async with single.acquire() as connection:
        connection.add_query_logger(lambda query: sent.append(query.query))
    batch = Append(
        employment=employment,
        head=Head(),
        records=records(grade()),
        cases=(case_row(employment),),
        outbox=(outbox_row(employment, f"{employment}:once"),),
    )

    await PostgresEventLog(single).append(batch)
    await single.close()

    assert [query.split("(")[0] for query in sent] == ["select append_events"]


async def test_a_missing_event_is_told_when_the_stream_is_read(
    owner_pool: Pool, employment: EmploymentId
) -> None:
    log = PostgresEventLog(owner_pool)
    await log.append(Append(employment=employment, head=Head(), records=records(grade(), grade())))
    await owner_pool.execute("alter table case_event disable trigger case_event_append_only")
    await owner_pool.execute("delete from case_event where seq = 2")

    with pytest.raises(BrokenHistory, match="do not end where its head says"):
        await log.load(employment)


@pytest.mark.parametrize(
    ("statement", "error"),
    [
        ("update case_event set actor = 'x'", asyncpg.InsufficientPrivilegeError),
        ("delete from case_event", asyncpg.InsufficientPrivilegeError),
        ("truncate case_event", asyncpg.InsufficientPrivilegeError),
        ("delete from event_stream", asyncpg.InsufficientPrivilegeError),
        ("alter table case_event disable trigger all", asyncpg.InsufficientPrivilegeError),
        ("create table mine (x int)", asyncpg.InsufficientPrivilegeError),
        ("update schema_migration set sha256 = ''", asyncpg.InsufficientPrivilegeError),
    ],
)
async def test_the_program_cannot_change_an_event(
    pool: Pool, statement: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        await pool.execute(statement)


@pytest.mark.parametrize("table", ["case_event", "access_log"])
@pytest.mark.parametrize(
    "statement", ["update {} set actor = 'x'", "delete from {}", "truncate {}"]
)
async def test_the_owner_cannot_change_an_event_by_accident(
    owner_pool: Pool, employment: EmploymentId, table: str, statement: str
) -> None:
    log = PostgresEventLog(owner_pool)
    await log.append(Append(employment=employment, head=Head(), records=records(grade())))
    await owner_pool.execute("insert into access_log (actor, action) values ('a', 'read')")

    with pytest.raises(asyncpg.RestrictViolationError, match="append-only"):
        await owner_pool.execute(statement.format(table))
