from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.vault.errors import Tampered
from adapters.vault.sealing import new_data_key, open_text, seal_text

KEY = new_data_key()


@given(st.text())
def test_what_is_sealed_opens_again(text: str) -> None:
    assert open_text(KEY, "p-1", "name", seal_text(KEY, "p-1", "name", text)) == text


def test_the_same_text_is_sealed_differently_each_time() -> None:
    assert seal_text(KEY, "p-1", "name", "Kari") != seal_text(KEY, "p-1", "name", "Kari")


def test_a_text_opens_for_its_person_and_field_only() -> None:
    sealed = seal_text(KEY, "p-1", "name", "Kari")

    for person, field, key in (
        ("p-2", "name", KEY),
        ("p-1", "mail", KEY),
        ("p-1", "name", new_data_key()),
    ):
        with pytest.raises(Tampered):
            open_text(key, person, field, sealed)


def test_every_changed_byte_is_found_out() -> None:
    sealed = seal_text(KEY, "p-1", "name", "Kari")

    for place in range(len(sealed)):
        changed = bytearray(sealed)
        changed[place] ^= 1
        with pytest.raises(Tampered):
            open_text(KEY, "p-1", "name", bytes(changed))


@pytest.mark.parametrize("kept", [0, 1, 13, 28])
def test_a_text_that_was_cut_off_is_found_out(kept: int) -> None:
    with pytest.raises(Tampered):
        open_text(KEY, "p-1", "name", seal_text(KEY, "p-1", "name", "Kari")[:kept])
