"""Faults in a file and where they stand: `FILE: notes[0].sykmeldingId: text (+2 more)`.

Only how faults are collected and said lives here, not what is a fault. A place or a
text never repeats what stood in a field that may hold a name or a national id.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from domain.refusals import InvalidValue, TilbakeError

T = TypeVar("T")

_PLAIN_KEY: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,59}")
_SHOWN: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault: the place in the file (empty for the file as a whole) and what is wrong."""

    place: str
    text: str

    def __str__(self) -> str:
        """Say it as `place: text`, on one line."""
        return one_line(f"{self.place}: {self.text}" if self.place else self.text)


class Faulty(TilbakeError):
    """A file that cannot be used; the message is its first fault and how many more it has."""

    def __init__(self, file: str, first: Fault, more: int = 0) -> None:
        """Keep what the one line on standard error needs."""
        rest = f" (+{more} more)" if more else ""
        super().__init__(f"{one_line(file)}: {first}{rest}")
        self.file = file
        self.first = first
        self.more = more


class Faults:
    """Collects the faults of one file: the first in full, the others counted."""

    def __init__(self) -> None:
        """Begin without a fault."""
        self.first: Fault | None = None
        self.count = 0

    def add(self, place: str, text: str) -> None:
        """Note a fault."""
        self.first = self.first or Fault(place=place, text=text)
        self.count += 1

    def build(self, place: str, make: Callable[[], T]) -> T | None:
        """Make a value of the domain; what it refuses is noted under `place`."""
        try:
            return make()
        except InvalidValue as refused:
            self.add(below(place, refused.field), refused.text)
            return None

    def check(self, file: str) -> None:
        """Refuse the file if anything was noted.

        Raises:
            Faulty: with the first fault and the number of the others.
        """
        if self.first is not None:
            raise Faulty(file, self.first, self.count - 1)


def below(place: str, key: str) -> str:
    """Name a member of the object at `place`; `key` may be a path such as `a[1].b`."""
    return f"{place}.{key}" if place else key


def shown_key(key: str) -> str:
    """Write a key so that it cannot break the line or flood it."""
    if _PLAIN_KEY.fullmatch(key):
        return key
    return json.dumps(key if len(key) <= _SHOWN else key[:_SHOWN] + "…")


def one_line(text: str) -> str:
    """Replace whatever would break a line or steer a terminal."""
    return "".join(
        letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text
    )
