from __future__ import annotations

import json
from pathlib import Path

import pytest

from adapters.settings import Settings
from adapters.vault.errors import KeyFileUnusable, KeyMissing, Tampered
from adapters.vault.from_settings import ring_from_settings
from adapters.vault.keyring import (
    KeyRing,
    WrappedKey,
    load_or_create_ring,
    load_ring,
    new_ring,
    ring_from_text,
    ring_to_text,
    save_ring,
)
from adapters.vault.sealing import new_data_key


def test_a_ring_is_made_on_first_use_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "deeper" / "kek.json"

    made = load_or_create_ring(path)

    assert path.stat().st_mode & 0o777 == 0o600
    assert load_or_create_ring(path) == made
    assert [file.name for file in path.parent.iterdir()] == ["kek.json"]


def test_a_second_process_that_makes_the_file_loses_to_the_first(tmp_path: Path) -> None:
    path = tmp_path / "kek.json"
    first = load_or_create_ring(path)

    from adapters.vault import keyring  # noqa: PLC0415 - the race is inside

    keyring._write_new(path, ring_to_text(new_ring()))

    assert load_ring(path) == first


def test_the_file_is_json_with_keys_by_id(tmp_path: Path) -> None:
    path = tmp_path / "kek.json"
    ring = load_or_create_ring(path)

    shown = json.loads(path.read_text())

    assert shown["current"] == ring.current
    assert list(shown["keys"]) == [ring.current]
    assert set(shown) == {"current", "keys", "index"}


def test_a_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "kek.json"
    load_or_create_ring(path)
    path.chmod(0o640)

    with pytest.raises(KeyFileUnusable, match="chmod 600"):
        load_ring(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(KeyFileUnusable, match=r"kek\.json: No such file"):
        load_ring(tmp_path / "kek.json")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"current": "a", "keys": {"a": "not base64!"}, "index": "AAAA"}',
        '{"current": "a", "keys": {"a": "c2VjcmV0c2VjcmV0"}, "index": "c2VjcmV0"}',  # too short
        '{"current": "b", "keys": {}, "index": ""}',  # names a key it does not hold
        '{"current": "a", "keys": ["c2VjcmV0"], "index": "c2VjcmV0"}',
    ],
)
def test_what_is_no_ring_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(KeyFileUnusable) as caught:
        ring_from_text(text)

    assert "c2Vj" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_ring_survives_being_written_and_read() -> None:
    ring = new_ring().rotated()

    assert ring_from_text(ring_to_text(ring)) == ring


def test_no_key_shows_in_the_repr_of_a_ring() -> None:
    ring = new_ring()

    assert all(repr(key) not in repr(ring) for key in (*ring.keys.values(), ring.index_key))


def test_a_data_key_comes_back_from_its_wrapping() -> None:
    ring, data_key = new_ring(), new_data_key()

    stored = ring.wrap(data_key)

    assert data_key not in stored.wrapped
    assert ring.unwrap(stored) == data_key


def test_after_a_rotation_old_wrappings_still_open_and_new_ones_use_the_new_key() -> None:
    ring, data_key = new_ring(), new_data_key()
    old = ring.wrap(data_key)

    later = ring.rotated()

    assert later.unwrap(old) == data_key
    assert later.wrap(data_key).key_id == later.current != old.key_id


def test_a_wrapping_under_a_key_that_is_gone_names_the_key() -> None:
    old = new_ring()
    stored = old.wrap(new_data_key())

    with pytest.raises(KeyMissing, match=old.current):
        new_ring().unwrap(stored)


def test_a_changed_wrapping_is_found_out() -> None:
    ring = new_ring()
    stored = ring.wrap(new_data_key())
    changed = bytes([stored.wrapped[0] ^ 1]) + stored.wrapped[1:]

    with pytest.raises(Tampered):
        ring.unwrap(WrappedKey(key_id=stored.key_id, wrapped=changed))


def test_digests_differ_by_purpose_text_and_ring() -> None:
    ring = new_ring()
    digests = {
        ring.index("national id", "15817910030"),
        ring.index("employee number", "15817910030"),
        ring.index("national id", "15817910031"),
        new_ring().index("national id", "15817910030"),
    }

    assert len(digests) == 4
    assert ring.index("national id", "15817910030") in digests


def test_a_rotation_keeps_digests_and_house_keys() -> None:
    ring = new_ring()

    later = ring.rotated()

    assert later.index("a", "b") == ring.index("a", "b")
    assert later.house_key("units") == ring.house_key("units")


def test_saving_replaces_the_file_and_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "kek.json"
    rotated = load_or_create_ring(path).rotated()

    save_ring(path, rotated)

    assert load_ring(path) == rotated
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_setting_comes_before_the_file(tmp_path: Path) -> None:
    ring = new_ring()

    from_setting = ring_from_settings(Settings(state_dir=tmp_path, kek=ring_to_text(ring)))
    from_file = ring_from_settings(Settings(state_dir=tmp_path), create=True)

    assert from_setting == ring
    assert from_file == load_ring(tmp_path / "kek.json") != ring


def test_a_ring_is_made_only_where_that_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(KeyFileUnusable, match="kek"):
        ring_from_settings(Settings(state_dir=tmp_path))

    assert list(tmp_path.iterdir()) == []


def test_a_ring_needs_the_key_it_calls_current() -> None:
    with pytest.raises(KeyFileUnusable, match="k-1"):
        KeyRing(current="k-1", keys={}, index_key=bytes(32))
