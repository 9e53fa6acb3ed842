"""A reminder is taken by one sender at a time, and never lost when the sender dies."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from asyncpg import CheckViolationError

from activities.ports import Append, Head, InvitationRow, OrderRow, Outbox, OutboxState, Settlement
from adapters.postgres.event_log import PostgresEventLog
from adapters.postgres.outbox import LEASE, PostgresOutbox
from adapters.postgres.pool import Pool, open_pool
from domain.events import InvitationChange, OrderChange
from domain.facts import Role
from domain.ids import EmploymentId, MeetingName, case_id
from tests.support.records import AT, grade, outbox_row, records

EMPLOYMENT = EmploymentId("e-1")


@pytest.fixture
def outbox(own_pool: Pool) -> Outbox:
    return PostgresOutbox(own_pool)


_IS_LISTENING = """
select exists (
    select from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()
        and query like '%lease_until%' and state = 'idle'
)
"""


async def put(pool: Pool, *reminders: str, hours: int = 0) -> Head:
    """Append one event with its reminders, each an hour after the other."""
    log = PostgresEventLog(pool)
    head = (await log.load(EMPLOYMENT)).head
    rows = tuple(
        outbox_row(EMPLOYMENT, name, AT + timedelta(hours=hours + number))
        for number, name in enumerate(reminders)
    )
    batch = records(grade(), after=head, cause="/".join(reminders))
    end = await log.append(Append(employment=EMPLOYMENT, head=head, records=batch, outbox=rows))
    assert end is not None
    return end


async def test_what_is_due_is_claimed_oldest_first_and_no_more_than_asked(
    outbox: Outbox, own_pool: Pool
) -> None:
    await put(own_pool, "r-1", "r-2", "r-3", "r-4")

    items = await outbox.claim(AT + timedelta(hours=2), 2)

    assert [item.row.reminder for item in items] == ["r-1", "r-2"]
    assert items[0].row == outbox_row(EMPLOYMENT, "r-1", AT)
    assert (items[0].employment, items[0].attempts) == (EMPLOYMENT, 0)


async def test_an_invitation_is_read_back_as_it_was(outbox: Outbox, own_pool: Pool) -> None:
    row = InvitationRow(
        reminder="e-1/1:dm1:2:moved:ohs",
        case=case_id(EMPLOYMENT, 1),
        role=Role.OHS,
        meeting=MeetingName("dm1"),
        change=InvitationChange.MOVED,
        sequence=2,
        due_at=AT,
    )
    both = (row, outbox_row(EMPLOYMENT, "r-1", AT))
    batch = Append(employment=EMPLOYMENT, head=Head(), records=records(grade()), outbox=both)
    await PostgresEventLog(own_pool).append(batch)

    items = await outbox.claim(AT, 9)

    assert tuple(item.row for item in items) == both


async def test_an_order_is_read_back_as_it_was(outbox: Outbox, own_pool: Pool) -> None:
    row = OrderRow(
        reminder="e-1/1:ohs:placed:c-1",
        case=case_id(EMPLOYMENT, 1),
        role=Role.OHS,
        change=OrderChange.PLACED,
        due_at=AT,
    )
    batch = Append(employment=EMPLOYMENT, head=Head(), records=records(grade()), outbox=(row,))
    await PostgresEventLog(own_pool).append(batch)

    assert [item.row for item in await outbox.claim(AT, 9)] == [row]


async def test_a_row_is_whole_whatever_its_kind(own_pool: Pool) -> None:
    await put(own_pool, "r-1")

    for spoilt in ("stage = null", "kind = 'invitation'", "kind = 'order'", "kind = 'other'"):
        with pytest.raises(CheckViolationError, match="outbox_kind"):
            await own_pool.execute(f"update outbox set {spoilt}")


async def test_what_is_not_due_yet_is_left(outbox: Outbox, own_pool: Pool) -> None:
    await put(own_pool, "r-1")

    assert await outbox.claim(AT - timedelta(microseconds=1), 9) == ()


async def test_a_claimed_reminder_is_nobody_elses_until_its_lease_ends(
    outbox: Outbox, own_pool: Pool
) -> None:
    await put(own_pool, "r-1")
    await outbox.claim(AT, 9)

    assert await outbox.claim(AT + LEASE - timedelta(seconds=1), 9) == ()
    assert [i.row.reminder for i in await outbox.claim(AT + LEASE, 9)] == ["r-1"]


async def test_senders_at_once_share_the_work_without_overlap(
    outbox: Outbox, own_pool: Pool
) -> None:
    names = [f"r-{number:02}" for number in range(20)]
    await put(own_pool, *names)

    claims = await asyncio.gather(*(outbox.claim(AT + timedelta(days=2), 3) for _ in range(8)))

    taken = [item.row.reminder for items in claims for item in items]
    assert len(taken) == len(set(taken))
    rest = await outbox.claim(AT + timedelta(days=2), 99)
    assert sorted(taken + [item.row.reminder for item in rest]) == names


async def test_a_failed_try_is_counted_kept_and_tried_again_later(
    outbox: Outbox, own_pool: Pool
) -> None:
    await put(own_pool, "r-1")
    await outbox.claim(AT, 9)
    later = AT + timedelta(minutes=1)

    await outbox.retry_at("r-1", later, "451")

    assert await outbox.claim(AT, 9) == ()
    assert [item.attempts for item in await outbox.claim(later, 9)] == [1]
    rows = await own_pool.fetch("select outcome, detail from delivery_attempt")
    assert [tuple(row) for row in rows] == [("retry", "451")]


async def test_a_settled_reminder_is_never_claimed_nor_given_back(
    outbox: Outbox, own_pool: Pool
) -> None:
    head = await put(own_pool, "r-1")
    done = Settlement(reminder="r-1", state=OutboxState.FAILED, detail="550")
    await PostgresEventLog(own_pool).append(
        Append(employment=EMPLOYMENT, head=head, records=(), settled=(done,))
    )

    await outbox.retry_at("r-1", AT, "451")

    assert await outbox.claim(AT + timedelta(days=9), 9) == ()
    assert await own_pool.fetchval("select state from outbox") == "failed"


async def test_waiting_ends_when_a_reminder_is_added(
    outbox: Outbox, own_pool: Pool, owner_pool: Pool
) -> None:
    waiting = asyncio.create_task(outbox.wait(60))
    async with asyncio.timeout(20):
        while not await owner_pool.fetchval(_IS_LISTENING):
            pass
        await put(own_pool, "r-1", hours=24 * 365 * 90)  # nothing that is due

        await waiting


async def test_waiting_ends_at_once_when_something_is_due_already(
    outbox: Outbox, own_pool: Pool
) -> None:
    await put(own_pool, "r-1")

    async with asyncio.timeout(20):
        await outbox.wait(60)


async def test_waiting_ends_after_its_time(outbox: Outbox) -> None:
    async with asyncio.timeout(20):
        await outbox.wait(0.01)


async def test_a_wait_that_is_cancelled_leaves_nothing_behind(own_database_url: str) -> None:
    single = await open_pool(own_database_url, max_size=1)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await PostgresOutbox(single).wait(60)

    assert await single.fetchval("select count(*) from pg_listening_channels()") == 0
    await single.close()
