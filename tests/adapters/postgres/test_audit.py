"""Whatever is done to the log behind the program's back, the audit names the place."""

from __future__ import annotations

import pytest

from activities.ports import Append, Head
from adapters.postgres.audit import ChainFault, verify
from adapters.postgres.event_log import PostgresEventLog
from adapters.postgres.pool import Pool
from domain.ids import EmploymentId
from tests.support.records import grade, records

FIRST, SECOND = EmploymentId("e-1"), EmploymentId("e-2")


@pytest.fixture
async def tampered(owner_pool: Pool) -> Pool:
    """Two streams of three events, with the guard off."""
    log = PostgresEventLog(owner_pool)
    for employment in (FIRST, SECOND):
        batch = records(grade(20), grade(40), grade(60))
        await log.append(Append(employment=employment, head=Head(), records=batch))
    await owner_pool.execute("alter table case_event disable trigger all")
    return owner_pool


async def test_an_untouched_log_verifies(tampered: Pool) -> None:
    whole = await verify(tampered)
    one = await verify(tampered, SECOND)

    assert (whole.events, whole.streams, whole.fault) == (6, 2, None)
    assert (one.events, one.streams, one.fault) == (3, 1, None)


@pytest.mark.parametrize(
    ("statement", "seq", "problem"),
    [
        # content of an event, in every column that is hashed
        ("""update case_event set body = body || '{"grade": 50}' where seq = 2""", 2, "written"),
        ("update case_event set at = at + interval '1 microsecond' where seq = 2", 2, "written"),
        ("update case_event set actor = 'x' where seq = 3", 3, "written"),
        ("update case_event set cause_id = 'x', cause_no = 0 where seq = 3", 3, "written"),
        ("update case_event set case_id = 'x' where seq = 1", 1, "written"),
        ("update case_event set rule_set = '' where seq = 1", 1, "written"),
        ("update case_event set kind = 'died' where seq = 1", 1, "written"),
        # its links
        ("update case_event set hash = sha256('x') where seq = 2", 2, "written"),
        ("update case_event set prev_hash = sha256('x') where seq = 2", 2, "follow"),
        # gaps, at the start, in the middle and at the end
        ("delete from case_event where seq = 1", 1, "missing"),
        ("delete from case_event where seq = 2", 2, "missing"),
        ("delete from case_event where seq = 3", 4 - 1, "missing"),
        ("delete from case_event", 1, "missing"),
        # order
        ("update case_event set seq = seq + 10 where seq = 3", 3, "missing"),
        # ends
        ("update event_stream set hash = sha256('x')", 4, "head"),
        ("delete from event_stream", 4, "head"),
    ],
)
async def test_the_first_wrong_place_is_named(
    tampered: Pool, statement: str, seq: int, problem: str
) -> None:
    await tampered.execute(statement)

    fault = (await verify(tampered)).fault

    assert fault is not None
    assert (fault.employment, fault.seq) == (FIRST, seq)
    assert problem in fault.problem


async def test_two_events_that_changed_places_are_found(tampered: Pool) -> None:
    await tampered.execute("update case_event set seq = 99 where employment_id = 'e-2' and seq = 2")
    await tampered.execute("update case_event set seq = 2 where employment_id = 'e-2' and seq = 3")
    await tampered.execute("update case_event set seq = 3 where employment_id = 'e-2' and seq = 99")

    assert (await verify(tampered)).fault == ChainFault(
        employment=SECOND, seq=2, problem="does not follow the event before it"
    )


async def test_one_employment_is_checked_apart_from_others(tampered: Pool) -> None:
    await tampered.execute("delete from case_event where employment_id = 'e-1'")

    assert (await verify(tampered, SECOND)).fault is None
    assert (await verify(tampered, FIRST)).fault is not None


async def test_a_whole_log_of_many_streams_is_checked_to_its_last_end(owner_pool: Pool) -> None:
    log = PostgresEventLog(owner_pool)
    for number in range(600):
        employment = EmploymentId(f"e-{number}")
        await log.append(Append(employment=employment, head=Head(), records=records(grade())))
    assert (await verify(owner_pool)).streams == 600

    await owner_pool.execute("update event_stream set seq = 2 where employment_id = 'e-99'")

    fault = (await verify(owner_pool)).fault
    assert fault is not None
    assert (fault.employment, fault.seq) == ("e-99", 2)
