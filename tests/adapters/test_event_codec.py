"""Every event can be stored and read back; commands are read strictly."""

from __future__ import annotations

import json
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, time
from enum import StrEnum
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest

from adapters.event_codec import EVENTS, FACTS, decode, decode_fact, encode
from domain.events import Event
from domain.facts import DocumentRef, DutyKind, Fact, Measure, Role, TimeSlot
from domain.ids import MeasureId, NoteId
from domain.notes import Activity, Note, Period
from domain.refusals import BrokenHistory, InvalidValue
from domain.spans import DateSpan

DAY = date(2026, 2, 2)
SPAN = DateSpan(first=DAY, last=date(2026, 2, 20))
NOTE = Note(
    note_id=NoteId("n-1"),
    periods=(
        Period(span=DateSpan(first=DAY, last=DAY), activity=Activity.NO_ACTIVITY),
        Period(
            span=DateSpan(first=date(2026, 2, 3), last=SPAN.last),
            activity=Activity.GRADED,
            grade=60,
        ),
    ),
    self_certified=(DateSpan(first=date(2026, 2, 1), last=date(2026, 2, 1)),),
    nav_start=DAY,
)
ANY_TEXT = "e-1/1 æøå \\u0000"
AN_ID = "e-1/1"
SAMPLES: dict[object, object] = {
    date: DAY,
    int: 60,
    bool: True,
    DateSpan: SPAN,
    Note: NOTE,
    DocumentRef: DocumentRef(document_id="d-1", sha256="0" * 64),
    DutyKind: DutyKind.FOLLOW_UP_PLAN,
    TimeSlot: TimeSlot(on=DAY, begins=time(13, 30), minutes=45),
    Measure: Measure(measure=MeasureId("m-1"), code="desk", by=Role.MANAGER, first=DAY, last=DAY),
}


def sample(hint: Any, text: str = ANY_TEXT) -> Any:
    """Make a value of an annotation of the domain."""
    hint = getattr(hint, "__supertype__", hint)
    if hint is str:
        return text
    if hint in SAMPLES:
        return SAMPLES[hint]
    if get_origin(hint) is tuple:
        return (sample(get_args(hint)[0], text),) * 2
    if get_origin(hint) in {UnionType, Union}:
        return sample(get_args(hint)[0], text)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return list(hint)[-1]
    if isinstance(hint, type) and is_dataclass(hint):
        hints = get_type_hints(hint)
        return hint(**{field.name: sample(hints[field.name]) for field in fields(hint)})
    raise TypeError(f"add a sample of {hint}")


def full(kind: str, text: str = ANY_TEXT) -> Event:
    """Make an event with every field filled."""
    cls = EVENTS[kind]
    hints = get_type_hints(cls)
    made: Event = cls(**{field.name: sample(hints[field.name], text) for field in fields(cls)})
    return made


def bare(kind: str) -> Event:
    """Make an event with what is required, and None where that is allowed."""
    cls = EVENTS[kind]
    hints = get_type_hints(cls)
    values = {}
    for field in fields(cls):
        if field.default is MISSING and field.default_factory is MISSING:
            none = type(None) in get_args(hints[field.name])
            values[field.name] = None if none else sample(hints[field.name])
    made: Event = cls(**values)
    return made


def test_every_class_of_the_log_has_a_kind_of_its_own() -> None:
    assert set(EVENTS.values()) == set(get_args(Event))
    assert set(FACTS.values()) == set(get_args(Fact))
    assert len(EVENTS) == len(get_args(Event))


@pytest.mark.parametrize("kind", sorted(EVENTS))
@pytest.mark.parametrize("make", [full, bare])
def test_every_event_is_read_back_as_it_was(kind: str, make: Any) -> None:
    event = make(kind)

    text = json.dumps(encode(event))

    assert decode(kind, text) == event
    assert decode(kind, json.loads(text)) == event


@pytest.mark.parametrize("kind", sorted(FACTS))
def test_what_a_fact_is_stored_as_is_accepted_as_a_command(kind: str) -> None:
    fact = full(kind, AN_ID)

    assert decode_fact(kind, encode(fact)) == fact


@pytest.mark.parametrize("kind", sorted(EVENTS))
def test_bodies_hold_no_number_that_is_not_whole(kind: str) -> None:
    def refuse(text: str) -> float:
        raise AssertionError(text)

    json.loads(json.dumps(encode(full(kind))), parse_float=refuse)


@pytest.mark.parametrize("kind", sorted(EVENTS))
def test_a_stored_body_may_hold_what_a_later_release_added(kind: str) -> None:
    assert decode(kind, {**encode(full(kind)), "added_later": [1]}) == full(kind)


def test_an_optional_field_that_an_older_release_did_not_know_has_its_default() -> None:
    body = encode(full("meeting_called"))
    del body["invitees"]

    assert encode(decode("meeting_called", body))["invitees"] == []


@pytest.mark.parametrize(
    ("kind", "body"),
    [("unheard_of", {}), ("grade_changed", {"on": "x", "grade": 1}), ("died", "{"), ("died", "[]")],
)
def test_a_body_that_was_never_written_is_a_broken_history(kind: str, body: Any) -> None:
    with pytest.raises(BrokenHistory):
        decode(kind, body)


def note_body(**period: Any) -> dict[str, Any]:
    """Make the body of a note whose second period is as told."""
    first = {"span": {"first": "2026-01-05", "last": "2026-01-11"}, "activity": "no_activity"}
    second = {"span": {"first": "2026-01-12", "last": "2026-01-18"}, "activity": "no_activity"}
    return {"note": {"note_id": "n-1", "periods": [first, second | period]}}


@pytest.mark.parametrize(
    ("kind", "body", "field", "text"),
    [
        # what is not a command
        ("case_closed", {}, "kind", "is not a fact"),
        ("nonsense", {}, "kind", "is not a fact"),
        # missing, unknown, wrong type
        ("grade_changed", {"on": "2026-02-01"}, "grade", "is missing"),
        ("grade_changed", {"on": "2026-02-01", "grade": 6, "x": 1}, "x", "is not known"),
        ("grade_changed", {"on": "2026-02-01", "grade": "60"}, "grade", "integer"),
        ("grade_changed", {"on": "2026-02-01", "grade": 60.5}, "grade", "integer"),
        ("grade_changed", {"on": "2026-02-01", "grade": True}, "grade", "integer"),
        ("grade_changed", {"on": 20260201, "grade": 60}, "on", "date"),
        ("returned_to_work", {"on": "2026-02-30"}, "on", "date"),
        ("note_received", {"note": 3}, "note", "must be an object"),
        ("meeting_held", {"meeting": "dm1", "on": "2026-01-02", "attendees": ["bob"]},
         "attendees[0]", "employee"),
        # what no rule can accept, where it stands
        ("grade_changed", {"on": "2026-02-01", "grade": 101}, "grade", "between 0 and 100"),
        ("note_received", note_body(span={"first": "2026-01-19", "last": "2026-01-18"}),
         "note.periods[1].span.fom", "must not be after"),
        ("note_received", note_body(x=1), "note.periods[1].x", "is not known"),
        ("note_received", note_body(span={"first": "2026-01-11", "last": "2026-01-18"}),
         "note.sykmeldingPerioder[1].fom", "must be after"),
        # what is for people: its place is told, the word itself is not
        ("grade_changed", {"on": "2026-02-01", "grade": 6, "Kari N": 1}, "body", "is not known"),
        ("note_received", note_body(**{"Kari N": 1}), "note.periods[1]", "is not known"),
        ("grade_changed", {"on": "2026-02-01", "grade": 6, "source": "Kari ringte"},
         "source", "must be an id"),
        ("note_withdrawn", {"note_id": "nøtt"}, "note_id", "must be an id"),
        # what is no JSON at all
        ("died", {"on": float("nan")}, "on", ""),
        ("died", {"on": {1, 2}}, "body", ""),
    ],
)  # fmt: skip
def test_a_command_is_refused_with_the_place_of_its_fault(
    kind: str, body: dict[str, Any], field: str, text: str
) -> None:
    with pytest.raises(InvalidValue) as caught:
        decode_fact(kind, body)

    assert caught.value.field == field
    assert text in caught.value.text


def test_a_body_nested_without_end_is_refused() -> None:
    nest: Any = []
    for _ in range(100_000):
        nest = [nest]

    with pytest.raises(InvalidValue):
        decode_fact("died", {"on": nest})


def test_a_whole_number_may_be_written_with_a_point() -> None:
    fact = decode_fact("grade_changed", {"on": "2026-02-01", "grade": 60.0})

    assert encode(fact)["grade"] == 60


def test_a_refusal_does_not_repeat_what_was_typed() -> None:
    with pytest.raises(InvalidValue) as caught:
        decode_fact("returned_to_work", {"on": "Kari Nordmann"})

    assert "Kari" not in str(caught.value)
