"""From a path to strict JSON or TOML: size, encoding, depth, repeated keys, no NaN.

What the values mean is not known here. Every failure is a `Faulty`, never a traceback.
"""

from __future__ import annotations

import codecs
import json
import math
import re
import tomllib
from pathlib import Path
from typing import Final

from adapters.formats.located import Fault, Faulty, shown_key

MAX_BYTES: Final = 16 * 2**20
"""A case of 20 years with a note every week is far below one MiB."""
MAX_DEPTH: Final = 100

_BRACKETS: Final = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\Z)|[\[\]{}]', re.DOTALL)
_WIDE_MARKS: Final = (
    codecs.BOM_UTF32_LE,
    codecs.BOM_UTF32_BE,
    codecs.BOM_UTF16_LE,
    codecs.BOM_UTF16_BE,
)


def read_json(path: Path, limit: int = MAX_BYTES) -> object:
    """Read a file that holds one JSON value.

    Raises:
        Faulty: when it cannot be read, is too large, or is not strict JSON in UTF-8.
    """
    return parse_json(str(path), read_text(path, limit))


def read_toml(path: Path, limit: int = MAX_BYTES) -> dict[str, object]:
    """Read a TOML file.

    Raises:
        Faulty: when it cannot be read, is too large, or is not TOML in UTF-8.
    """
    return parse_toml(str(path), read_text(path, limit))


def parse_toml(name: str, text: str) -> dict[str, object]:
    """Parse TOML.

    Raises:
        Faulty: when it is none.
    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _faulty(name, f"is not valid TOML: {error}") from None
    except (RecursionError, ValueError):
        raise _faulty(name, "is nested too deeply, or holds an impossible number") from None


def read_text(path: Path, limit: int = MAX_BYTES) -> str:
    """Read a small text file; what lies beyond the limit is never read.

    Raises:
        Faulty: when it cannot be read, is larger than `limit` bytes, or is not UTF-8.
    """
    name = str(path)
    try:
        with path.open("rb") as stream:
            raw = stream.read(limit + 1)
    except (OSError, ValueError) as error:
        raise _faulty(name, _why_unreadable(path, error)) from None
    if len(raw) > limit:
        raise _faulty(name, f"is larger than {limit / 2**20:g} MiB, the most that is read here")
    return decode(name, raw)


def decode(name: str, raw: bytes, place: str = "") -> str:
    """Turn bytes into text; a byte order mark of UTF-8 is accepted.

    Raises:
        Faulty: when the bytes are in another encoding.
    """
    check_narrow(name, raw, place)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        found = f"is not UTF-8 (byte 0x{raw[error.start]:02X}); save it as UTF-8"
        raise _faulty(name, found, place or f"line {line}") from None


def check_narrow(name: str, raw: bytes, place: str = "") -> None:
    """See that the first bytes are not those of UTF-16 or UTF-32.

    Raises:
        Faulty: they are.
    """
    if raw.startswith(_WIDE_MARKS) or b"\0" in raw[:4]:
        raise _faulty(name, "is UTF-16 or UTF-32; save it as UTF-8", place)


def parse_json(name: str, text: str, place: str = "") -> object:
    """Parse strict JSON: no repeated keys, no NaN, at most 100 levels.

    Raises:
        Faulty: for anything else, with line and column, or the place of the repeated key.
    """
    if not text.strip():
        raise _faulty(name, "is empty", place)
    if _depth(text) > MAX_DEPTH:
        raise _faulty(name, f"is nested deeper than {MAX_DEPTH} levels", place)
    strict = _Strict()
    try:
        value: object = json.loads(
            text, object_pairs_hook=strict.members, parse_constant=strict.constant
        )
    except json.JSONDecodeError as error:
        raise _faulty(name, *_not_json(error, text, place)) from None
    except (RecursionError, ValueError):
        raise _faulty(name, "is nested too deeply, or holds an impossible number", place) from None
    if strict.found:
        raise _faulty(name, *_strict_fault(value, strict, place))
    return value


class _Strict:
    """Remembers what `json` would let pass, so that it can be located afterwards."""

    def __init__(self) -> None:
        self.repeated: dict[int, str] = {}
        self.not_numbers = 0
        self._kept: list[object] = []

    @property
    def found(self) -> bool:
        return bool(self.repeated) or self.not_numbers > 0

    def members(self, pairs: list[tuple[str, object]]) -> dict[str, object]:
        members = dict(pairs)
        if len(members) < len(pairs):
            keys = [key for key, _ in pairs]
            self.repeated[id(members)] = next(key for key in keys if keys.count(key) > 1)
            self._kept.append(members)  # keeps the id from being given to another object
        return members

    def constant(self, _: str) -> float:
        self.not_numbers += 1
        return math.nan


def _strict_fault(value: object, strict: _Strict, place: str) -> tuple[str, str]:
    """Find the first repeated key, or NaN, in the order of the document."""
    waiting: list[tuple[str, object]] = [(place, value)]
    while waiting:
        where, item = waiting.pop()
        if isinstance(item, float) and math.isnan(item):
            return "NaN and Infinity are not JSON", where
        if isinstance(item, dict):
            if id(item) in strict.repeated:
                return "the key stands twice in the same object", _in(
                    where, strict.repeated[id(item)]
                )
            waiting += [(_in(where, key), inner) for key, inner in reversed(item.items())]
        elif isinstance(item, list):
            numbered = reversed(list(enumerate(item)))
            waiting += [(f"{where}[{number}]", inner) for number, inner in numbered]
    return "a key stands twice, or a number is NaN", place


def _in(where: str, key: str) -> str:
    return f"{where}.{shown_key(key)}" if where else shown_key(key)


def _depth(text: str) -> int:
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return 0
    depth = deepest = 0
    for found in _BRACKETS.finditer(text):
        if found[0] in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif found[0] in "]}":
            depth -= 1
    return deepest


def _not_json(error: json.JSONDecodeError, text: str, place: str) -> tuple[str, str]:
    where = place or f"line {error.lineno} column {error.colno}"
    if error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string"):
        return "is not valid JSON: it ends too early", where
    return f"is not valid JSON: {error.msg}", where


def _why_unreadable(path: Path, error: OSError | ValueError) -> str:
    if isinstance(error, FileNotFoundError):
        return "there is no such file"
    if path.is_dir():
        return "is a folder, not a file"
    if isinstance(error, PermissionError):
        return "may not be read by this user"
    return "cannot be read"


def _faulty(name: str, text: str, place: str = "") -> Faulty:
    return Faulty(name, Fault(place=place, text=text))
