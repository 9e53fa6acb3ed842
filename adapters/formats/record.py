"""Reads one object of JSON or TOML field by field, noting each fault with its place.

A field that cannot be read yields a stand-in, so that reading goes on and all faults are
counted; `Record.build` makes a value only when nothing was noted. No format is known here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Final, TypeVar

from adapters.formats.located import Faults, below, shown_key
from domain.refusals import InvalidValue
from domain.spans import EARLIEST, DateSpan, check_day

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)

STAND_IN_DAY: Final = EARLIEST
STAND_IN_INSTANT: Final = datetime(EARLIEST.year, 1, 2, tzinfo=UTC)
HALF_CHARACTER: Final = "holds half a character (a lone surrogate)"

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DAY_LIKE: Final = re.compile(r"[0-9]{1,4}[-./][0-9]{1,2}[-./][0-9]{1,4}")
_INSTANT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?"
    r"(?P<offset>Z|[+-][0-9]{2}:[0-9]{2})?"
)
_NAMES: Final = {
    dict: "an object",
    list: "a list",
    str: "a text",
    bool: "true or false",
    int: "a whole number",
}


class Record:
    """One object of the file, read field by field."""

    def __init__(self, value: object, place: str, faults: Faults) -> None:
        """Begin to read the value at `place`; anything but an object is a fault."""
        self.place = place
        self.faults = faults
        self._before = faults.count
        self._read: set[str] = set()
        self._members: dict[str, object] = value if isinstance(value, dict) else {}
        self.is_object = isinstance(value, dict)
        if not self.is_object:
            faults.add(place, f"must be an object, not {_kind(value)}")

    def __contains__(self, key: str) -> bool:
        """Say whether the key is there and not null: a missing key and null mean the same."""
        return self._members.get(key) is not None

    @property
    def is_faulty(self) -> bool:
        """Something was noted since this object was begun."""
        return self.faults.count > self._before

    def fault(self, key: str, text: str) -> None:
        """Note a fault of one field; of the object itself when the key is empty."""
        self.faults.add(below(self.place, key) if key else self.place, text)

    def states(self, key: str) -> bool:
        """Say whether the key is written at all, be it null."""
        self._read.add(key)
        return key in self._members

    def value(self, key: str) -> object:
        """Give what stands there, unchecked; None when it is missing."""
        self._read.add(key)
        return self._members.get(key)

    def unread(self) -> list[str]:
        """List the keys that nobody asked for, in the order of the file."""
        return [key for key in self._members if key not in self._read]

    def refuse_unread(self) -> None:
        """Note a fault for each key that this format does not have."""
        for key in self.unread():
            self.fault(shown_key(key), "there is no such field here")

    def build(self, make: Callable[[], T]) -> T | None:
        """Make a value of the domain, unless a fault was noted in this object."""
        return None if self.is_faulty else self.faults.build(self.place, make)

    def below(self, key: str) -> Record:
        """Begin to read a member that must be an object."""
        if key not in self:
            self._required(key)
            absent = Record({}, below(self.place, key), self.faults)
            absent.is_object = False  # its members are not missing besides
            return absent
        return Record(self.value(key), below(self.place, key), self.faults)

    def items(self, key: str) -> Iterator[tuple[object, str]]:
        """Walk a list with the place of each item; a missing one is empty."""
        found = self.value(key)
        if found is None:
            return
        if not isinstance(found, list):
            self.fault(key, f"must be a list, not {_kind(found)}")
            return
        place = below(self.place, key)
        for number, item in enumerate(found):
            yield item, f"{place}[{number}]"

    def text(self, key: str) -> str:
        """Read a text that must be there."""
        found = self._typed(key, str)
        if found is None:
            self._required(key)
        return found or ""

    def optional_text(self, key: str) -> str | None:
        """Read a text that may be missing."""
        return self._typed(key, str)

    def integer(self, key: str) -> int:
        """Read a whole number that must be there."""
        found = self._typed(key, int)
        if found is None:
            self._required(key)
        return found or 0

    def optional_integer(self, key: str) -> int | None:
        """Read a whole number that may be missing."""
        return self._typed(key, int)

    def boolean(self, key: str) -> bool:
        """Read true or false that must be there."""
        found = self._typed(key, bool)
        if found is None:
            self._required(key)
        return bool(found)

    def optional_boolean(self, key: str) -> bool | None:
        """Read true or false that may be missing."""
        return self._typed(key, bool)

    def day(self, key: str) -> date:
        """Read a date such as 2026-01-05 that must be there."""
        if key not in self:
            self._required(key)
        return self.optional_day(key) or STAND_IN_DAY

    def optional_day(self, key: str) -> date | None:
        """Read a date that may be missing."""
        text = self._typed(key, str)
        if text is None:
            return None
        try:
            found = date.fromisoformat(text) if _DAY.fullmatch(text) else None
        except ValueError:
            found = None
        if found is None:
            shown = f", not {text}" if _DAY_LIKE.fullmatch(text) else ""
            self.fault(key, f"must be a date such as 2026-01-05{shown}")
            return None
        place = below(self.place, key)
        return self.faults.build("", lambda: _checked(place, found))

    def instant(self, key: str) -> datetime:
        """Read an instant with its offset, such as 2026-02-20T09:00:00+01:00, as UTC."""
        text = self._typed(key, str)
        if text is None:
            self._required(key)
            return STAND_IN_INSTANT
        found = _INSTANT.fullmatch(text)
        if found is not None and found["offset"] is None:
            self.fault(key, "must name its offset from UTC, such as +01:00")
            return STAND_IN_INSTANT
        try:
            at = datetime.fromisoformat(text) if found else None
        except ValueError:
            at = None
        if at is None:
            self.fault(key, "must be an instant such as 2026-02-20T09:00:00+01:00")
            return STAND_IN_INSTANT
        day = self.faults.build("", lambda: _checked(below(self.place, key), at.date()))
        return at.astimezone(UTC) if day else STAND_IN_INSTANT

    def span(self, first: str, last: str) -> DateSpan:
        """Read two dates as a span, both included; faults name the fields as written."""
        before = self.faults.count
        start, end = self.day(first), self.day(last)
        if self.faults.count == before and end < start:
            self.fault(first, f"{start} must not be after {last} {end}")
        if self.faults.count == before:
            names = {"fom": first, "tom": last}
            span = self.faults.build(self.place, lambda: _renamed(start, end, names))
            if span is not None:
                return span
        return DateSpan(first=STAND_IN_DAY, last=STAND_IN_DAY)

    def choice(self, key: str, kind: type[E], aliases: dict[str, E] | None = None) -> E:
        """Read one of the words of an enumeration that must be there."""
        found = self.optional_choice(key, kind, aliases)
        if key not in self:
            self._required(key)
        return found or next(iter(kind))

    def optional_choice(
        self, key: str, kind: type[E], aliases: dict[str, E] | None = None
    ) -> E | None:
        """Read one of the words of an enumeration that may be missing."""
        if key not in self:
            self._read.add(key)
            return None
        return self._word(self.value(key), below(self.place, key), kind, aliases)

    def choices(
        self, key: str, kind: type[E], aliases: dict[str, E] | None = None
    ) -> tuple[E, ...]:
        """Read a list of words of an enumeration; a missing one is empty."""
        words = [self._word(item, place, kind, aliases) for item, place in self.items(key)]
        return tuple(word for word in words if word is not None)

    def require(self, *keys: str) -> None:
        """Note a fault for each of the keys that is missing or null."""
        for key in keys:
            if key not in self:
                self._required(key)

    def _required(self, key: str) -> None:
        """Note a missing field, unless what was noted already says as much."""
        self._read.add(key)
        if key not in self and self.is_object:
            self.fault(key, "is missing")

    def _typed(self, key: str, kind: type[T]) -> T | None:
        found = self.value(key)
        if found is None:
            return None
        if not isinstance(found, kind) or (kind is int and isinstance(found, bool)):
            self.fault(key, f"must be {_NAMES[kind]}, not {_kind(found)}")
            return None
        if isinstance(found, str) and not is_unicode(found):
            self.fault(key, HALF_CHARACTER)
            return None
        return found

    def _word(
        self, found: object, place: str, kind: type[E], aliases: dict[str, E] | None
    ) -> E | None:
        words = {**{word.value: word for word in kind}, **(aliases or {})}
        if isinstance(found, str) and found in words:
            return words[found]
        self.faults.add(place, f"must be one of {', '.join(words)}")
        return None


def _checked(place: str, day: date) -> date:
    check_day(place, day)
    return day


def _renamed(start: date, end: date, names: dict[str, str]) -> DateSpan:
    try:
        return DateSpan(first=start, last=end)
    except InvalidValue as refused:
        raise InvalidValue(names.get(refused.field, refused.field), refused.text) from None


def _kind(value: object) -> str:
    for kind in (bool, int, str, list, dict):
        if isinstance(value, kind):
            return _NAMES[kind]
    return (
        "null"
        if value is None
        else "a number with decimals"
        if isinstance(value, float)
        else "that"
    )


def is_unicode(text: str) -> bool:
    """Say whether the text can be written as UTF-8; JSON can hold half a character."""
    return text.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in text)
