from __future__ import annotations

from datetime import UTC, datetime

import pytest

from adapters.directory.note_queue import NoteQueue
from adapters.postgres.pool import Pool
from adapters.vault.errors import Erased
from domain.ids import NoteId
from tests.support.people import House, organisation

AT = datetime(2026, 1, 6, 8, 0, tzinfo=UTC)
TEXT = '{"sykmeldingId": "n-1"}'


@pytest.fixture
async def house(own_pool: Pool) -> House:
    house = House(own_pool)
    await house.take_in(organisation())
    return house


@pytest.fixture
def queue(house: House) -> NoteQueue:
    return NoteQueue(house.pool, house.vault)


async def test_a_note_waits_with_its_candidates_until_it_is_assigned(
    house: House, queue: NoteQueue
) -> None:
    one, two = house.e("e-ansa"), house.e("e-beate")
    await queue.add(NoteId("n-1"), house.p("ansa"), TEXT, [one, two], [one])

    (waiting,) = await queue.waiting()

    assert waiting.candidates == (one, two)
    assert waiting.suggested == (one,)
    assert await queue.read(NoteId("n-1")) == TEXT
    assert await queue.assign(NoteId("n-1"), [one], "hr-1", AT)
    assert await queue.waiting() == ()


async def test_a_note_is_queued_and_assigned_once(house: House, queue: NoteQueue) -> None:
    first = await queue.add(NoteId("n-1"), house.p("ansa"), TEXT)
    again = await queue.add(NoteId("n-1"), house.p("ansa"), TEXT)

    assert (first, again) == (True, False)
    assert await queue.assign(NoteId("n-1"), [house.e("e-ansa")], "hr-1", AT)
    assert not await queue.assign(NoteId("n-1"), [house.e("e-beate")], "hr-2", AT)
    assert not await queue.dismiss(NoteId("n-1"), "hr-2", AT)
    assert not await queue.add(NoteId("n-1"), house.p("ansa"), TEXT)


async def test_a_note_of_nobody_known_is_sealed_all_the_same(
    house: House, queue: NoteQueue
) -> None:
    await queue.add(NoteId("n-2"), None, TEXT)

    stored = await house.pool.fetchval("select sealed from note_queue where note_id = 'n-2'")

    assert b"sykmeldingId" not in stored
    assert await queue.read(NoteId("n-2")) == TEXT
    assert await queue.dismiss(NoteId("n-2"), "hr-1", AT)


async def test_a_queued_note_goes_with_the_person(house: House, queue: NoteQueue) -> None:
    await queue.add(NoteId("n-1"), house.p("ansa"), TEXT)
    await house.vault.erase(house.p("ansa"))

    with pytest.raises(Erased):
        await queue.read(NoteId("n-1"))


async def test_a_note_that_is_not_there_is_none(queue: NoteQueue) -> None:
    assert await queue.read(NoteId("n-9")) is None
    assert not await queue.assign(NoteId("n-9"), [], "hr-1", AT)
