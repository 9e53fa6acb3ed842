"""What leaves for Temporal is sealed, and only the right key opens it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from temporalio.api.common.v1 import Payload

from adapters.temporal.codec import KEY_ID, SealingCodec
from adapters.temporal.errors import PayloadKeyMissing
from adapters.temporal.keys import PayloadKeys, payload_keys, payload_keys_from_text
from adapters.vault.errors import KeyFileUnusable
from adapters.vault.keyring import load_ring, save_ring

OLD, NEW = bytes(range(32)), bytes(range(32, 64))
RING = PayloadKeys(current="old", keys={"old": OLD})
ROTATED = PayloadKeys(current="new", keys={"old": OLD, "new": NEW})
CLEAR = Payload(metadata={"encoding": b"json/plain"}, data=b'{"grade": 60}')


@given(data=st.binary(max_size=300), encoding=st.binary(max_size=20))
async def test_what_was_sealed_opens_to_the_same(data: bytes, encoding: bytes) -> None:
    codec = SealingCodec(RING)
    payload = Payload(metadata={"encoding": encoding}, data=data)

    assert await codec.decode(await codec.encode([payload])) == [payload]


async def test_a_sealed_payload_shows_neither_data_nor_metadata() -> None:
    [sealed] = await SealingCodec(RING).encode([CLEAR])

    assert b"grade" not in sealed.SerializeToString()
    assert b"json/plain" not in sealed.SerializeToString()


async def test_the_same_payload_is_sealed_differently_each_time() -> None:
    one, two = await SealingCodec(RING).encode([CLEAR, CLEAR])

    assert one.data != two.data


async def test_after_a_rotation_the_old_key_opens_and_the_new_one_seals() -> None:
    sealed = await SealingCodec(RING).encode([CLEAR])
    rotated = SealingCodec(ROTATED)
    [fresh] = await rotated.encode([CLEAR])

    assert await rotated.decode(sealed) == [CLEAR]
    assert fresh.metadata[KEY_ID] == b"new"


async def test_a_missing_key_is_named() -> None:
    sealed = await SealingCodec(ROTATED).encode([CLEAR])

    with pytest.raises(PayloadKeyMissing) as missing:
        await SealingCodec(RING).decode(sealed)
    assert missing.value.key_id == "new"


async def test_a_key_id_that_was_exchanged_does_not_open() -> None:
    keys = PayloadKeys(current="old", keys={"old": OLD, "twin": OLD})
    [sealed] = await SealingCodec(keys).encode([CLEAR])
    sealed.metadata[KEY_ID] = b"twin"

    assert await SealingCodec(keys).decode([sealed]) == [sealed]


@pytest.mark.parametrize("data", [b"", b"short", bytes(60)])
async def test_what_nobody_can_open_stays_as_it_is(data: bytes) -> None:
    garbage = Payload(metadata={"encoding": b"binary/encrypted", KEY_ID: b"old"}, data=data)

    assert await SealingCodec(RING).decode([garbage]) == [garbage]


async def test_a_payload_in_clear_stays_as_it_is() -> None:
    assert await SealingCodec(RING).decode([CLEAR]) == [CLEAR]


def test_the_ring_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "var" / "payload-keys.json"
    made = payload_keys(path, create=True)

    assert payload_keys(path) == made
    assert path.stat().st_mode & 0o777 == 0o600
    assert payload_keys_from_text(path.read_text(encoding="utf-8")) == made


def test_a_ring_is_not_made_unless_asked_for(tmp_path: Path) -> None:
    """A worker that made its own keys could read nothing of what the others wrote."""
    with pytest.raises(KeyFileUnusable):
        payload_keys(tmp_path / "payload-keys.json")


def test_a_rotated_ring_keeps_its_old_keys(tmp_path: Path) -> None:
    path = tmp_path / "payload-keys.json"
    before = payload_keys(path, create=True)
    save_ring(path, load_ring(path).rotated())
    after = payload_keys(path)

    assert after.current != before.current
    assert set(before.keys) < set(after.keys)
