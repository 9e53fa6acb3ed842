"""How a payroll's absence file is to be read: its columns, its dates, what its codes mean.

The map is TOML, written once for each payroll system; docs/absence-map.md explains it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Final

from adapters.formats.located import Faults, shown_key
from adapters.formats.reading import read_toml
from adapters.formats.record import Record

DATE_PARTS: Final = {"YYYY": "%Y", "MM": "%m", "DD": "%d"}
_DATE_FORMAT: Final = re.compile(r"(YYYY|MM|DD)([-./]?)(YYYY|MM|DD)\2(YYYY|MM|DD)")


class Meaning(StrEnum):
    """What a code of the payroll system means to a case."""

    SICK = "sick"
    SELF_CERTIFIED = "self_certified"
    VACATION = "vacation"
    LEAVE = "leave"
    IGNORE = "ignore"


class Encoding(StrEnum):
    """How the bytes of the file are to be read; UTF-8 with or without its mark."""

    UTF_8 = "utf-8"
    LATIN_1 = "latin-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """The names of the columns as the file's first line writes them."""

    employee: str
    first: str
    last: str
    code: str
    percent: str | None = None
    """Without such a column every row is a whole absence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsenceMap:
    """All that has to be known about a payroll's absence file."""

    columns: Columns
    codes: Mapping[str, Meaning]
    delimiter: str = ";"
    date_format: str = "%Y-%m-%d"
    encoding: Encoding = Encoding.UTF_8


def load_map(path: Path) -> AbsenceMap:
    """Read a map.

    Raises:
        Faulty: with the first fault and how many more there are.
    """
    return read_map(read_toml(path), str(path))


def read_map(value: Mapping[str, object], name: str) -> AbsenceMap:
    """Read a map that is already parsed; `name` stands in the error.

    Raises:
        Faulty: with the first fault and how many more there are.
    """
    faults = Faults()
    record = Record(dict(value), "", faults)
    found = AbsenceMap(
        columns=_columns(record.below("columns")),
        codes=_codes(record.below("codes")),
        delimiter=_delimiter(record),
        date_format=_date_format(record),
        encoding=record.optional_choice("encoding", Encoding) or Encoding.UTF_8,
    )
    record.refuse_unread()
    faults.check(name)
    return found


def _columns(record: Record) -> Columns:
    found = Columns(
        employee=record.text("employee"),
        first=record.text("from"),
        last=record.text("to"),
        code=record.text("code"),
        percent=record.optional_text("percent"),
    )
    record.refuse_unread()
    return found


def _codes(record: Record) -> Mapping[str, Meaning]:
    names = record.unread()
    if record.is_object and not names:
        record.fault("", "must say what at least one code means")
    return MappingProxyType({name: _meaning(record, name) for name in names})


def _meaning(record: Record, name: str) -> Meaning:
    value = record.value(name)
    if isinstance(value, str) and value in set(Meaning):
        return Meaning(value)
    record.fault(shown_key(name), f"must be one of {', '.join(Meaning)}")
    return Meaning.IGNORE


def _delimiter(record: Record) -> str:
    found = record.optional_text("delimiter")
    if found is not None and (len(found) != 1 or found in '"\r\n'):
        record.fault("delimiter", "must be one character, such as ; or , or a tab")
        return ";"
    return found or ";"


def _date_format(record: Record) -> str:
    """Read a format such as DD.MM.YYYY and give it as strptime wants it."""
    found = record.optional_text("date_format")
    if found is None:
        return "%Y-%m-%d"
    match = _DATE_FORMAT.fullmatch(found)
    if match is None or len({match[1], match[3], match[4]}) != len(DATE_PARTS):
        record.fault("date_format", "must be YYYY, MM and DD in any order, such as DD.MM.YYYY")
        return "%Y-%m-%d"
    return match[2].join(DATE_PARTS[part] for part in (match[1], match[3], match[4]))
