"""Reading signals, without Temporal: no input breaks it, and none is echoed."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from temporalio.api.common.v1 import Payload
from temporalio.common import RawValue

from activities.messages import CommandMessage, UnreadableMessage
from activities.signals import KINDS, SIGNALS, fault_of, read_signal, safe_name

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


def raw(data: bytes, encoding: bytes = b"json/plain") -> RawValue:
    return RawValue(Payload(metadata={"encoding": encoding}, data=data))


@given(
    name=st.sampled_from(sorted(SIGNALS)) | st.text(max_size=20),
    payloads=st.lists(
        st.builds(
            raw,
            st.binary(max_size=40) | JSON.map(lambda value: json.dumps(value).encode()),
            st.sampled_from([b"json/plain", b"binary/null", b""]),
        ),
        max_size=3,
    ),
)
def test_whatever_arrives_is_read_or_called_unreadable(name: str, payloads: list[RawValue]) -> None:
    read = read_signal(name, payloads, "signal/1")

    assert isinstance(read, CommandMessage | UnreadableMessage)


@given(body=st.dictionaries(st.sampled_from(["on", "grade", "note"]), JSON))
def test_an_object_becomes_the_body_unchanged(body: dict[str, object]) -> None:
    read = read_signal("grading_changed", [raw(json.dumps(body).encode())], "signal/1")

    assert isinstance(read, CommandMessage)
    assert read.body == body
    assert (read.id, read.actor) == ("signal/1", "signal")


def test_an_object_nested_beyond_reason_is_unreadable() -> None:
    deep = b'{"on": ' + b"[" * 30_000 + b"]" * 30_000 + b"}"

    assert isinstance(read_signal("returned_to_work", [raw(deep)], "s"), UnreadableMessage)


def test_every_signal_tells_a_fact_that_can_be_recorded() -> None:
    assert set(SIGNALS.values()) <= KINDS


@given(st.text(max_size=80))
def test_only_names_that_look_like_identifiers_are_kept(name: str) -> None:
    kept = safe_name(name)

    assert kept == "unnamed" or (kept == name and " " not in name and len(name) <= 60)


def correcting(**more: object) -> CommandMessage:
    return CommandMessage.model_validate(
        {"id": "c-2", "actor": "hr-1", "kind": "struck", "body": {"cause": "c-1"}, **more}
    )


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        ({}, None),
        ({"seen": 0}, None),
        ({"seen": -1}, "seen: counts facts, so it must be 0 or more"),
        ({"instead_kind": "plan_drafted", "instead_body": {"version": 1}}, None),
        ({"instead_kind": "plan_drafted"}, "instead: needs both a kind and a body"),
        ({"instead_body": {}}, "instead: needs both a kind and a body"),
        (
            {"instead_kind": "nothing", "instead_body": {}},
            "instead: names no fact that can be recorded",
        ),
        (
            {"instead_kind": "plan_drafted", "instead_body": {"version": "x" * 70_000}},
            "instead: is longer than 65536 bytes",
        ),
    ],
)
def test_the_outside_of_a_correction_is_looked_at_before_it_is_taken_in(
    more: dict[str, object], fault: str | None
) -> None:
    assert fault_of(correcting(**more)) == fault


def test_a_command_of_the_first_release_is_read_as_it_was() -> None:
    """What lies in a recorded history, or waits in a queue, when a worker is upgraded."""
    old = {"version": 1, "id": "c", "actor": "a", "kind": "returned_to_work", "body": {}}

    read = CommandMessage.model_validate_json(json.dumps(old))

    assert (read.instead_kind, read.instead_body, read.seen) == (None, None, None)
