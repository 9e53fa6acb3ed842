"""The fields of an event in words, for people who read a log: a list, a day, who by which way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeAlias

from adapters.event_codec import encode
from domain.events import Event

Json: TypeAlias = "bool | int | str | list[Json] | dict[str, Json] | None"

_LEFT_OUT: Final = frozenset({"case", "answers"})
_TEXTS: Final = ("document", "texts")


def says(event: Event) -> str:
    """Say what an event holds, besides its kind and its case."""
    body = encode(event)
    parts = [
        _words(key) if value is True else f"{_words(key)} {shown(value)}"
        for key, value in body.items()
        if is_said(value) and key not in {*_LEFT_OUT, *_TEXTS}
    ]
    if any(body.get(key) for key in _TEXTS):
        parts.append("with a sealed text")
    return ", ".join(parts)


def is_said(value: Json) -> bool:
    """Say whether a value tells anything; nought does, an empty list does not."""
    return value is not None and value is not False and value not in ("", [], {})


def shown(value: Json) -> str:
    """Say a value of a body."""
    match value:
        case dict():
            return _object(value)
        case list():
            return " and ".join(shown(one) for one in value)
        case _:
            return _words(str(value))


def _object(value: dict[str, Json]) -> str:  # noqa: PLR0911 - one a shape
    match value:
        case {"first": str() as first, "last": str() as last, **more} if not more:
            return first if first == last else f"{first} to {last}"
        case {"begins": str() as begins, "on": str() as on, "minutes": minutes}:
            return f"{on} {begins[:5]} for {minutes} minutes"
        case {"role": str() as role, "way": str() as way}:
            return f"{_words(role)} {'' if way == 'in_person' else 'by '}{_words(way)}"
        case {"role": str() as role, "reason": str() as reason}:
            return f"{_words(role)} ({_words(reason)})"
        case {"on": str() as on, "grade": int() as grade}:
            return f"{grade} % from {on}"
        case {"measure": str() as name, "code": str() as code, "by": str() as who}:
            return f"{name} ({_words(code)} by {_words(who)}, {_when(value)})"
        case {"note_id": str() as note, "periods": list() as periods}:
            return f"{note}: {'; '.join(shown(period) for period in periods)}"
        case {"span": span, "activity": activity, "grade": grade}:
            share = "" if grade is None else f" {grade} %"
            return f"{shown(span)} {_words(str(activity))}{share}"
        case _:
            return " ".join(shown(one) for one in value.values() if is_said(one))


def _when(measure: Mapping[str, Json]) -> str:
    first, last, look = (measure.get(key) for key in ("first", "last", "evaluate_on"))
    until = f" to {last}" if last else ", lasting"
    return f"{first}{until}" + (f", looked at on {look}" if look else "")


def _words(code: str) -> str:
    return code.replace("_", " ")
