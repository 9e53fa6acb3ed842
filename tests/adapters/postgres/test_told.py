from __future__ import annotations

from datetime import date

import pytest

from activities.ports import Append
from adapters.postgres.event_log import PostgresEventLog
from adapters.postgres.pool import Pool
from adapters.postgres.told import PostgresTold
from domain.events import Event
from domain.facts import (
    LeaveTaken,
    NoteReceived,
    NoteReplaced,
    NoteWithdrawn,
    RowWithdrawn,
    SelfCertified,
    VacationTaken,
)
from domain.ids import EmploymentId, NoteId, RowId
from domain.notes import Activity, Note, Period
from domain.spans import DateSpan
from tests.support.records import records

ONE, TWO = EmploymentId("e-one"), EmploymentId("e-two")
JANUARY = DateSpan(first=date(2026, 1, 1), last=date(2026, 1, 31))


def days(first: int, last: int) -> DateSpan:
    return DateSpan(first=date(2026, 1, first), last=date(2026, 1, last))


def note(name: str, span: DateSpan) -> Note:
    period = Period(span=span, activity=Activity.NO_ACTIVITY)
    return Note(note_id=NoteId(name), periods=(period,))


async def tell(pool: Pool, employment: EmploymentId, *events: Event) -> None:
    log = PostgresEventLog(pool)
    head = (await log.load(employment)).head
    told = records(*events, after=head, cause=f"c-{head.seq}")
    assert await log.append(Append(employment=employment, head=head, records=told))


@pytest.fixture
def told(own_pool: Pool) -> PostgresTold:
    return PostgresTold(own_pool)


async def test_a_note_is_found_where_it_was_told_and_only_there(
    own_pool: Pool, told: PostgresTold
) -> None:
    first = note("n-1", days(5, 9))
    await tell(own_pool, ONE, NoteReceived(note=first))

    assert await told.note(ONE, NoteId("n-1")) == first
    assert await told.note(TWO, NoteId("n-1")) is None
    assert await told.note(ONE, NoteId("n-2")) is None


async def test_a_note_that_was_withdrawn_or_came_as_a_replacement_is_known(
    own_pool: Pool, told: PostgresTold
) -> None:
    first, second = note("n-1", days(5, 9)), note("n-2", days(5, 16))
    await tell(own_pool, ONE, NoteReceived(note=first))
    await tell(own_pool, ONE, NoteReplaced(note_id=NoteId("n-1"), by=second))

    assert await told.note(ONE, NoteId("n-1")) == first
    assert await told.note(ONE, NoteId("n-2")) == second


async def test_rows_are_known_with_their_days_until_they_are_withdrawn(
    own_pool: Pool, told: PostgresTold
) -> None:
    await tell(own_pool, ONE, NoteReceived(note=note("row:r-1", days(5, 9))))
    await tell(own_pool, ONE, SelfCertified(span=days(12, 13), row=RowId("r-2")))
    await tell(own_pool, TWO, VacationTaken(span=days(5, 9), row=RowId("r-3")))
    await tell(own_pool, TWO, LeaveTaken(span=days(19, 20), row=RowId("r-4")))
    await tell(own_pool, ONE, NoteWithdrawn(note_id=NoteId("row:r-1")))
    await tell(own_pool, TWO, RowWithdrawn(row=RowId("r-3")))

    found = await told.rows(JANUARY)

    assert [(one.employment, one.row, one.is_live, one.is_note) for one in found] == [
        (ONE, "r-1", False, True),
        (ONE, "r-2", True, False),
        (TWO, "r-3", False, False),
        (TWO, "r-4", True, False),
    ]
    assert found[0].span == days(5, 9)


async def test_a_row_is_withdrawn_only_where_it_was_and_only_from_then_on(
    own_pool: Pool, told: PostgresTold
) -> None:
    await tell(own_pool, ONE, SelfCertified(span=days(5, 6), row=RowId("r-1")))
    await tell(own_pool, TWO, SelfCertified(span=days(5, 6), row=RowId("r-1")))
    await tell(own_pool, TWO, RowWithdrawn(row=RowId("r-1")))
    await tell(own_pool, TWO, SelfCertified(span=days(5, 6), row=RowId("r-1.2")))

    assert [(one.employment, one.row, one.is_live) for one in await told.rows(JANUARY)] == [
        (ONE, "r-1", True),
        (TWO, "r-1", False),
        (TWO, "r-1.2", True),
    ]


async def test_only_rows_whose_days_all_lie_within_are_listed(
    own_pool: Pool, told: PostgresTold
) -> None:
    await tell(own_pool, ONE, SelfCertified(span=days(5, 6), row=RowId("r-1")))
    await tell(own_pool, ONE, SelfCertified(span=days(12, 13), row=RowId("r-2")))
    await tell(own_pool, ONE, SelfCertified(span=days(20, 21)))

    assert [one.row for one in await told.rows(days(6, 31))] == ["r-2"]
    assert [one.row for one in await told.rows(days(1, 12))] == ["r-1"]
