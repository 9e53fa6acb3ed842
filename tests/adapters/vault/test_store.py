from __future__ import annotations

import pytest

from adapters.postgres.pool import Pool
from adapters.vault.errors import DocumentUnknown, Erased, KeyMissing, Tampered
from adapters.vault.keyring import KeyRing, new_ring
from adapters.vault.store import PostgresVault
from domain.facts import DocumentRef
from tests.support.database import unused_name

RING = new_ring()


async def known_person(pool: Pool, vault: PostgresVault) -> str:
    person = unused_name("p")
    await pool.execute("insert into person (person_id) values ($1)", person)
    await vault.add_keys(pool, [person])
    return person


async def test_a_text_opens_again(pool: Pool) -> None:
    vault = PostgresVault(pool, RING)
    person = await known_person(pool, vault)

    sealed = await vault.seal(person, "name", "Kari Prøvesen")

    assert b"Kari" not in sealed
    assert await vault.open(person, "name", sealed) == "Kari Prøvesen"


async def test_a_text_of_one_person_does_not_open_for_another(pool: Pool) -> None:
    vault = PostgresVault(pool, RING)
    one, two = await known_person(pool, vault), await known_person(pool, vault)

    sealed = await vault.seal(one, "name", "Kari")

    with pytest.raises(Tampered):
        await vault.open(two, "name", sealed)


async def test_without_a_data_key_nothing_is_sealed(pool: Pool) -> None:
    with pytest.raises(Erased):
        await PostgresVault(pool, RING).seal("p-nobody", "name", "Kari")


async def test_erasing_a_person_makes_every_text_unreadable(pool: Pool) -> None:
    vault = PostgresVault(pool, RING)
    person = await known_person(pool, vault)
    sealed = await vault.seal(person, "name", "Kari")
    document = await vault.store_document(person, "Referat")
    await pool.execute("update person set name = $2 where person_id = $1", person, sealed)
    await pool.execute("insert into national_id_index values ($1, $2)", person.encode(), person)

    first, second = await vault.erase(person), await vault.erase(person)

    assert (first, second) == (True, False)
    with pytest.raises(Erased):
        await vault.open(person, "name", sealed)
    with pytest.raises(Erased):
        await vault.open_document(document)
    left = await pool.fetchrow("select name, mail from person where person_id = $1", person)
    assert left is not None
    assert tuple(left) == (None, None)
    assert not await pool.fetchval(
        "select count(*) from national_id_index where person_id = $1", person
    )


async def test_erasing_one_person_leaves_the_others(pool: Pool) -> None:
    vault = PostgresVault(pool, RING)
    one, two = await known_person(pool, vault), await known_person(pool, vault)
    sealed = await vault.seal(two, "name", "Kari")

    await vault.erase(one)

    assert await vault.open(two, "name", sealed) == "Kari"


async def test_a_document_is_found_by_its_reference(pool: Pool) -> None:
    vault = PostgresVault(pool, RING)
    person = await known_person(pool, vault)

    document = await vault.store_document(person, "Referat fra møtet", field="minutes")

    assert await vault.open_document(document) == "Referat fra møtet"
    assert person not in document.document_id


async def test_a_document_with_another_hash_is_refused(pool: Pool) -> None:
    vault = PostgresVault(pool, RING)
    document = await vault.store_document(await known_person(pool, vault), "Referat")

    with pytest.raises(Tampered, match=document.document_id):
        await vault.open_document(DocumentRef(document_id=document.document_id, sha256="0" * 64))


async def test_two_documents_of_one_person_cannot_be_swapped(
    own_pool: Pool, owner_pool: Pool
) -> None:
    vault = PostgresVault(own_pool, RING)
    person = await known_person(own_pool, vault)
    one = await vault.store_document(person, "Referat 1")
    two = await vault.store_document(person, "Referat 2")

    await owner_pool.execute(
        "update document set sealed = (select sealed from document where document_id = $2) "
        "where document_id = $1",
        one.document_id,
        two.document_id,
    )

    with pytest.raises(Tampered):
        await vault.open_document(DocumentRef(document_id=one.document_id, sha256=two.sha256))


async def test_an_unknown_document_is_said_to_be_unknown(pool: Pool) -> None:
    with pytest.raises(DocumentUnknown):
        await PostgresVault(pool, RING).open_document(
            DocumentRef(document_id="d-none", sha256="0" * 64)
        )


async def test_after_rewrapping_the_old_key_is_no_longer_needed(own_pool: Pool) -> None:
    old = PostgresVault(own_pool, RING)
    person = await known_person(own_pool, old)
    sealed = await old.seal(person, "name", "Kari")
    later = RING.rotated()

    rewrapped = await PostgresVault(own_pool, later).rewrap()

    only_new = KeyRing(
        current=later.current,
        keys={later.current: later.keys[later.current]},
        index_key=later.index_key,
    )
    assert rewrapped == 1
    assert await PostgresVault(own_pool, only_new).open(person, "name", sealed) == "Kari"
    assert await PostgresVault(own_pool, later).rewrap() == 0


async def test_a_missing_key_encryption_key_is_named(pool: Pool) -> None:
    person = await known_person(pool, PostgresVault(pool, RING))

    with pytest.raises(KeyMissing, match=RING.current):
        await PostgresVault(pool, new_ring()).seal(person, "name", "Kari")


async def test_a_key_is_made_once(pool: Pool) -> None:
    vault = PostgresVault(pool, RING)
    person = await known_person(pool, vault)

    again = await vault.add_keys(pool, [person])

    assert again == await vault.data_keys(pool, [person])
