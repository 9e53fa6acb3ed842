"""docs/note-fields.md, the table in the code and what the reader does say the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from adapters.formats.located import Faults
from adapters.formats.nav_note import NavNote, read_note
from adapters.formats.note_fields import FIELDS, Handling
from tests.support.notes import sample

DOCS = Path(__file__).parents[3] / "docs" / "note-fields.md"
ROW = re.compile(r"^\| `(?P<field>[^`]+)` \| (?P<handling>[a-z ]+) \| .+ \|$", re.MULTILINE)

# Another value for each leaf; a leaf that is not named here is a text.
OTHER: dict[str, Any] = {
    "loepenr": 1,
    "sykmeldingId": "another-id",
    "sykmeldt.fnr": "15817900000",
    "arbeidsgiver.orgnr": "974760673",
    "egenmeldingsdager[].fom": "2026-01-07",
    "egenmeldingsdager[].tom": "2026-01-10",
    "sykefravaerFom": "2026-01-01",
}


def leaves(value: Any, path: str = "") -> Iterator[str]:
    """Walk the paths of a note whose value is no container, or an object that is a table row."""
    if isinstance(value, dict):
        if path in FIELDS:
            yield path
        for key, item in value.items():
            yield from leaves(item, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for item in value:
            yield from leaves(item, f"{path}[]")
    else:
        yield path


def read(value: Any) -> NavNote:
    faults = Faults()
    found = read_note(value, "", faults)
    assert found is not None, str(faults.first)
    return found


def test_the_page_and_the_code_list_the_same_fields_in_the_same_order() -> None:
    page = [(found["field"], found["handling"]) for found in ROW.finditer(DOCS.read_text("utf-8"))]

    assert page == [(path, str(handling)) for path, handling in FIELDS.items()]


def test_the_sample_of_navs_format_has_every_field_of_the_table_and_no_other() -> None:
    assert set(leaves(sample())) == set(FIELDS)


def places(value: Any, keys: list[str]) -> Iterator[tuple[dict[str, Any], str]]:
    """Walk the objects that hold the field at a path, with its key."""
    if isinstance(value, list):
        for item in value:
            yield from places(item, keys[1:])
    elif isinstance(value, dict) and keys[0] in value:
        if len(keys) == 1:
            yield value, keys[0]
        else:
            yield from places(value[keys[0]], keys[1:])


def other(path: str, old: Any) -> Any:
    """Give another value of the same kind."""
    if path in OTHER:
        return OTHER[path]
    if isinstance(old, bool):
        return not old
    if isinstance(old, str) and old.startswith("202"):
        return f"{old[:8]}{'07' if path.endswith('fom') else '04'}"
    return f"{old} og mer"


def changed(path: str) -> Iterator[dict[str, Any]]:
    """Make notes that differ from the sample in one field, wherever it has a value."""
    keys = path.replace("[]", ".[]").split(".")
    for number, (before, key) in enumerate(places(sample(), keys)):
        if before[key] is not None:
            note = sample()
            parent, _ = list(places(note, keys))[number]
            parent[key] = other(path, before[key])
            yield note


@pytest.mark.parametrize("path", [path for path, handled in FIELDS.items() if handled == "sealed"])
def test_a_sealed_field_is_among_the_sealed_texts_and_not_in_the_note(path: str) -> None:
    before, notes = read(sample()), list(changed(path))

    assert notes
    for note in notes:
        after = read(note)
        assert after.note == before.note
        assert after.texts != before.texts


@pytest.mark.parametrize("path", [path for path, handled in FIELDS.items() if handled == "dropped"])
def test_a_dropped_field_leaves_no_trace(path: str) -> None:
    notes = list(changed(path))

    assert notes
    assert all(read(note) == read(sample()) for note in notes)


def test_a_looked_up_field_is_neither_in_the_note_nor_among_the_texts() -> None:
    looked_up = {path for path, handled in FIELDS.items() if handled is Handling.LOOKED_UP}
    found = read(sample())

    assert looked_up == {"sykmeldt.fnr", "arbeidsgiver.orgnr"}
    for number in (found.national_id, found.orgnr):
        assert number not in repr(found.note)
        assert number not in (found.sealed_text() or "")


# What the mutation is for the fields that say which activity a period has.
KEPT_CHANGES: dict[str, tuple[int, dict[str, Any]]] = {
    "aktivitetIkkeMulig": (1, {"aktivitetIkkeMulig": {}}),
    "gradertSykmelding": (2, {"gradertSykmelding": {}}),
    "gradertSykmelding.sykmeldingsgrad": (1, {"gradertSykmelding": {"sykmeldingsgrad": 61}}),
    "antallBehandlingsdagerUke": (3, {"antallBehandlingsdagerUke": 1}),
    "harReisetilskudd": (4, {"harReisetilskudd": True}),
}


@pytest.mark.parametrize("path", [path for path, handled in FIELDS.items() if handled == "kept"])
def test_a_kept_field_changes_the_note_and_no_text(path: str) -> None:
    prefix = "sykmeldingPerioder[].aktivitet."
    if path.startswith(prefix):
        number, change = KEPT_CHANGES[path.removeprefix(prefix)]
        note = sample()
        note["sykmeldingPerioder"][number]["aktivitet"].update(change)
        notes = [note]
    else:
        notes = list(changed(path))[:1]
    before = read(sample())

    assert notes
    for note in notes:
        after = read(note)
        assert after.note != before.note
        assert after.texts == before.texts
