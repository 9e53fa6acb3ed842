"""Events and facts as JSON, by their stable kind.

Bodies grow by addition only: an unknown key in a stored body is ignored, in a command it is
refused. JSON knows no floats here: text, whole numbers, true, false, null, lists and objects.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from types import UnionType
from typing import Any, Final, TypeAlias, cast, get_args

from pydantic import TypeAdapter, ValidationError

from domain.events import Event
from domain.facts import Fact
from domain.refusals import BrokenHistory, InvalidValue

Json: TypeAlias = "bool | int | str | list[Json] | dict[str, Json] | None"


_OPAQUE: Final = re.compile(r"[\x21-\x7e]{1,200}")
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,59}")


def _by_kind(union: UnionType) -> dict[str, type]:
    kinds: dict[str, type] = {}
    for one in get_args(union):
        if kinds.setdefault(one.kind, one) is not one:
            raise TypeError(f"two events are called {one.kind}")
    return kinds


EVENTS: Final[Mapping[str, type]] = _by_kind(Event)
"""Every class of the log, by the kind under which it is stored."""
FACTS: Final[Mapping[str, type]] = _by_kind(Fact)
"""Every class that a command may ask to record."""


@cache
def _adapter(kind: str) -> TypeAdapter[Event]:
    return TypeAdapter(EVENTS[kind])


def encode(event: Event) -> dict[str, Json]:
    """Give the body of an event; its kind is `event.kind`."""
    body: dict[str, Json] = _adapter(event.kind).dump_python(event, mode="json")
    return body


def decode(kind: str, body: str | Mapping[str, Any]) -> Event:
    """Read a stored body, given as JSON text or as the object that it holds.

    Raises:
        BrokenHistory: this program never wrote such a body.
    """
    if kind not in EVENTS:
        raise BrokenHistory(f"the log holds an event of unknown kind {kind!r}")
    text = body if isinstance(body, str) else json.dumps(body)
    try:
        return _adapter(kind).validate_json(text)
    except ValidationError as error:
        fault = _invalid(error)
        raise BrokenHistory(f"a stored {kind} cannot be read: {fault.field}") from error


def decode_fact(kind: str, body: Mapping[str, Any]) -> Fact:
    """Read the fact of a command, strictly; a text for people has no place in one (R54).

    Raises:
        InvalidValue: names the first field that is wrong, missing or unknown.
    """
    if kind not in FACTS:
        raise InvalidValue("kind", "is not a fact that can be recorded")
    try:
        told = _whole(dict(body))
        fact = _adapter(kind).validate_json(json.dumps(told), strict=True, extra="forbid")
        _check_opaque("", told)
    except ValidationError as error:
        raise _invalid(error) from error
    except (TypeError, ValueError, RecursionError) as error:
        if isinstance(error, InvalidValue):
            raise
        raise InvalidValue("body", "is not JSON of a depth and kind that a fact has") from error
    return cast("Fact", fact)


def _check_opaque(place: str, value: object) -> None:
    """Refuse what is no id, date or code: it would stand in the log in clear, for good."""
    if isinstance(value, dict):
        for key, one in value.items():
            _check_opaque(f"{place}.{key}".lstrip("."), one)
    elif isinstance(value, list | tuple):
        for number, one in enumerate(value):
            _check_opaque(f"{place}[{number}]", one)
    elif isinstance(value, str) and not _OPAQUE.fullmatch(value):
        raise InvalidValue(place, "must be an id: 1 to 200 visible ASCII characters, no space")


def _whole(value: object) -> object:
    """Take 60.0 for 60: JSON knows one kind of number only."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {key: _whole(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_whole(one) for one in value]
    return value


def _invalid(error: ValidationError) -> InvalidValue:
    """Say where and why, without repeating the value."""
    first = error.errors(include_url=False, include_input=False)[0]
    place = ""
    for step in first["loc"]:
        if isinstance(step, str) and not _NAME.fullmatch(step):
            break  # what somebody made up as a field may be a name: only its place is told
        place += f"[{step}]" if isinstance(step, int) else f".{step}"
    place = place.lstrip(".")
    cause = first.get("ctx", {}).get("error")
    if isinstance(cause, InvalidValue):
        return InvalidValue(f"{place}.{cause.field}".lstrip("."), cause.text)
    return InvalidValue(place or "body", _TEXTS.get(first["type"], first["msg"]))


_TEXTS: Final = {
    "missing": "is missing",
    "missing_argument": "is missing",
    "unexpected_keyword_argument": "is not known",
    "extra_forbidden": "is not known",
    "dataclass_type": "must be an object",
}
