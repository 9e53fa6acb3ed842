"""Reads the directory file (docs/directory-format.md) into plain records.

Each fault is located and no fault repeats a value: names, national ids and addresses stand
in this file. What is stored already is not known here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Final, TypeVar

from adapters.formats.located import Faults, Faulty
from adapters.formats.national_id import check_national_id, check_organisation_number
from adapters.formats.reading import read_json
from adapters.formats.record import Record

T = TypeVar("T")

FORMAT: Final = 1
MAX_BYTES: Final = 256 * 2**20
_ADDRESS: Final = re.compile(r"[^@\s<>,;\"\\\x00-\x1f]+@[^@\s<>,;\"\\\x00-\x1f]+")
_PHONE: Final = re.compile(r"\+?[0-9](?: ?[0-9]){4,14}")
_LONGEST: Final = 200


class Scope(StrEnum):
    """What is not in the file: it ended (full), or stays as it is (delta)."""

    FULL = "full"
    DELTA = "delta"


class Representing(StrEnum):
    """Who can be called to a meeting besides the parties: as the file names their fields."""

    OHS = "ohs"
    SAFETY = "safety_representative"
    UNION = "union_representative"


class Language(StrEnum):
    """What a person is written to in."""

    BOKMAAL = "nb"
    NYNORSK = "nn"
    ENGLISH = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRepresentative:
    """The key of a person, or a mail address."""

    role: Representing
    named: str = field(repr=False)

    @property
    def looks_like_mail(self) -> bool:
        """Say whether it can be an address; a person's key may look so too."""
        return _ADDRESS.fullmatch(self.named) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileUnit:
    """A unit: `manager` and `hr` are keys of people."""

    place: str
    key: str
    name: str = field(repr=False)
    orgnr: str
    parent: str | None
    manager: str | None
    hr: tuple[str, ...]
    has_ohs: bool
    representatives: tuple[FileRepresentative, ...] = ()
    phone: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePerson:
    """A person; `national_ids` holds the present one and former ones (D-number)."""

    place: str
    key: str
    name: str = field(repr=False)
    national_ids: tuple[str, ...] = field(repr=False)
    mail: str | None = field(repr=False)
    language: Language


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Stay:
    """From when to when an employment belongs to a unit; both ends are included."""

    first: date
    last: date | None
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileEmployment:
    """An employment; `manager` overrides the unit's."""

    place: str
    key: str
    person: str
    number: str | None = field(repr=False)
    first: date
    last: date | None
    stays: tuple[Stay, ...]
    manager: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryFile:
    """The whole file, every record consistent in itself."""

    name: str
    scope: Scope
    as_of: date | None
    units: tuple[FileUnit, ...]
    people: tuple[FilePerson, ...]
    employments: tuple[FileEmployment, ...]


def read_directory(path: Path) -> DirectoryFile:
    """Read a directory file.

    Raises:
        Faulty: with the place of the first fault and the number of the others.
    """
    return directory_of(str(path), read_json(path, MAX_BYTES))


def directory_of(name: str, value: object) -> DirectoryFile:
    """Read a directory from parsed JSON.

    Raises:
        Faulty: with the place of the first fault and the number of the others.
    """
    faults = Faults()
    top = Record(value, "", faults)
    if top.integer("format") != FORMAT and not top.is_faulty:
        top.fault("format", f"must be {FORMAT}")
    scope = top.choice("scope", Scope)
    as_of = top.optional_day("as_of")
    units = _all(top, "units", _unit)
    people = _all(top, "people", _person)
    employments = _all(top, "employments", _employment)
    top.refuse_unread()
    _refuse_repeats(faults, units, people, employments)
    faults.check(name)
    return DirectoryFile(
        name=name,
        scope=scope,
        as_of=as_of,
        units=units,
        people=people,
        employments=employments,
    )


def _all(top: Record, key: str, read: Callable[[Record], T]) -> tuple[T, ...]:
    found = []
    for item, place in top.items(key):
        record = Record(item, place, top.faults)
        made = read(record)
        record.refuse_unread()
        if not record.is_faulty:
            found.append(made)
    return tuple(found)


def _unit(record: Record) -> FileUnit:
    return FileUnit(
        place=record.place,
        key=_key(record, "id"),
        name=_line(record, "name"),
        orgnr=_checked(record, "orgnr", record.text("orgnr"), check_organisation_number),
        parent=_optional_key(record, "parent"),
        manager=_optional_key(record, "manager"),
        hr=_keys(record, "hr"),
        has_ohs=record.optional_boolean("has_ohs") or False,
        representatives=_representatives(record),
        phone=_phone(record),
    )


def _representatives(record: Record) -> tuple[FileRepresentative, ...]:
    named = ((role, _optional_key(record, role)) for role in Representing)
    return tuple(FileRepresentative(role=role, named=key) for role, key in named if key)


def _phone(record: Record) -> str | None:
    text = record.optional_text("phone")
    if text is not None and not _PHONE.fullmatch(text):
        record.fault("phone", "must be a telephone number, such as +47 22 00 00 00")
    return text


def _person(record: Record) -> FilePerson:
    ids = [_checked(record, "national_id", record.text("national_id"), check_national_id)]
    for item, place in record.items("former_national_ids"):
        former = item if isinstance(item, str) else ""
        record.faults.build("", partial(check_national_id, former, place))
        ids.append(former)
    mail = record.optional_text("mail")
    if mail is not None and (len(mail) > _LONGEST or not _ADDRESS.fullmatch(mail)):
        record.fault("mail", "must be one mail address, such as kari@example.org")
    return FilePerson(
        place=record.place,
        key=_key(record, "id"),
        name=_line(record, "name"),
        national_ids=tuple(dict.fromkeys(ids)),
        mail=mail,
        language=record.optional_choice("language", Language) or Language.BOKMAAL,
    )


def _employment(record: Record) -> FileEmployment:
    first, last = _period(record)
    stays = []
    for item, place in record.items("units"):
        inner = Record(item, place, record.faults)
        start, end = _period(inner)
        stays.append(Stay(unit=_key(inner, "unit"), first=start, last=end))
        inner.refuse_unread()
    if not stays and not record.is_faulty:
        record.fault("units", "must name the unit, or the units in turn")
    stays.sort(key=lambda stay: stay.first)
    if any(one.last is None or two.first <= one.last for one, two in pairwise(stays)):
        record.fault("units", "must not overlap: an employment is in one unit at a time")
    return FileEmployment(
        place=record.place,
        key=_key(record, "id"),
        person=_key(record, "person"),
        number=_optional_key(record, "employee_no"),
        first=first,
        last=last,
        stays=tuple(stays),
        manager=_optional_key(record, "manager"),
    )


def _period(record: Record) -> tuple[date, date | None]:
    first, last = record.day("from"), record.optional_day("to")
    if last is not None and last < first and not record.is_faulty:
        record.fault("to", f"{last} must not be before from {first}")
    return first, last


def _key(record: Record, key: str) -> str:
    return _short(record, key, record.text(key))


def _optional_key(record: Record, key: str) -> str | None:
    text = record.optional_text(key)
    return None if text is None else _short(record, key, text)


def _keys(record: Record, key: str) -> tuple[str, ...]:
    found = []
    for item, place in record.items(key):
        if isinstance(item, str) and 0 < len(item) <= _LONGEST and item.isprintable():
            found.append(item)
        else:
            record.faults.add(place, f"must be a key of 1 to {_LONGEST} characters")
    return tuple(dict.fromkeys(found))


def _line(record: Record, key: str) -> str:
    return _short(record, key, record.text(key))


def _short(record: Record, key: str, text: str) -> str:
    if key in record and not (0 < len(text) <= _LONGEST and text.isprintable()):
        record.fault(key, f"must be one line of 1 to {_LONGEST} characters")
    return text


def _checked(record: Record, key: str, text: str, check: Callable[[str, str], str]) -> str:
    if text:
        record.faults.build(record.place, lambda: check(text, key))
    elif key in record:
        record.fault(key, "must not be empty")
    return text


def _refuse_repeats(
    faults: Faults,
    units: Iterable[FileUnit],
    people: Iterable[FilePerson],
    employments: Iterable[FileEmployment],
) -> None:
    for records in (units, people, employments):
        seen: set[str] = set()
        for record in records:
            if record.key in seen:
                faults.add(f"{record.place}.id", "is used twice")
            seen.add(record.key)
    owners: dict[str, str] = {}
    for person in people:
        for national_id in person.national_ids:
            if owners.setdefault(national_id, person.key) != person.key:
                faults.add(f"{person.place}.national_id", "belongs to another person in the file")


__all__ = [
    "DirectoryFile",
    "Faulty",
    "FileEmployment",
    "FilePerson",
    "FileRepresentative",
    "FileUnit",
    "Language",
    "Representing",
    "Scope",
    "Stay",
    "directory_of",
    "read_directory",
]
