"""The directory as one value, under tilbake's own ids: what a file says, or what is stored.

Pure: how an image is read from or written to PostgreSQL is in stored.py.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from adapters.directory.file import (
    DirectoryFile,
    FileEmployment,
    FilePerson,
    FileRepresentative,
    FileUnit,
    Representing,
    Scope,
    Stay,
)
from adapters.directory.ids import (
    employee_number_digest,
    employment_id,
    national_id_digest,
    person_id,
    unit_id,
)
from adapters.formats.located import Faults
from adapters.vault.keyring import KeyRing
from domain.ids import EmploymentId


@dataclass(frozen=True, slots=True, kw_only=True)
class Representative:
    """A person, or a mailbox that belongs to nobody in the directory."""

    role: Representing
    person: str | None
    mail: str | None = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitImage:
    """A unit and who answers for it."""

    name: str = field(repr=False)
    orgnr: str
    parent: str | None
    has_ohs: bool
    manager: str | None
    hr: frozenset[str]
    representatives: frozenset[Representative] = frozenset()
    phone: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonImage:
    """A person; national ids as digests only."""

    name: str = field(repr=False)
    mail: str | None = field(repr=False)
    language: str
    digests: frozenset[bytes] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class EmploymentImage:
    """An employment, its units in turn, and a manager of its own."""

    person: str
    number: bytes | None = field(repr=False)
    first: date
    last: date | None
    stays: tuple[Stay, ...]
    manager: str | None

    def is_open(self, on: date) -> bool:
        """Say whether it holds on a date."""
        return self.first <= on and (self.last is None or on <= self.last)


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """All of it."""

    units: Mapping[str, UnitImage] = field(default_factory=dict)
    people: Mapping[str, PersonImage] = field(default_factory=dict)
    employments: Mapping[EmploymentId, EmploymentImage] = field(default_factory=dict)
    erased: frozenset[str] = frozenset()
    """Persons without a data key: an import leaves them alone."""
    newest: date | None = None
    """The last date from which someone answers for something."""


def image_of(file: DirectoryFile, ring: KeyRing) -> Image:
    """Put a file under tilbake's own ids."""
    people = {person.key for person in file.people}
    return Image(
        units={unit_id(ring, unit.key): _unit(unit, ring, people) for unit in file.units},
        people={person_id(ring, person.key): _person(person, ring) for person in file.people},
        employments={
            employment_id(ring, one.key): _employment(one, ring) for one in file.employments
        },
    )


def check_references(file: DirectoryFile, ring: KeyRing, stored: Image) -> None:
    """Refuse a file that speaks of what is not there, or contradicts what is.

    A full file must itself hold all it speaks of.

    Raises:
        Faulty: with the place of the first fault and the number of the others.
    """
    faults = Faults()
    if file.as_of and stored.newest and file.as_of < stored.newest:
        text = f"{file.as_of} is before {stored.newest}, from when the directory holds"
        faults.add("as_of", text)
    known = stored if file.scope is Scope.DELTA else Image()
    _check_people(file, ring, known, faults)
    _check_units(file, ring, known, faults)
    _check_owners(file, ring, stored, faults)
    faults.check(file.name)


def _check_people(file: DirectoryFile, ring: KeyRing, known: Image, faults: Faults) -> None:
    people = {person_id(ring, one.key) for one in file.people} | set(known.people) | known.erased
    spoken = [(f"{unit.place}.manager", unit.manager) for unit in file.units]
    spoken += [(f"{unit.place}.hr", key) for unit in file.units for key in unit.hr]
    spoken += [
        (f"{unit.place}.{one.role}", one.named)
        for unit in file.units
        for one in unit.representatives
        if not one.looks_like_mail
    ]
    spoken += [(f"{one.place}.person", one.person) for one in file.employments]
    spoken += [(f"{one.place}.manager", one.manager) for one in file.employments]
    for place, key in spoken:
        if key is not None and person_id(ring, key) not in people:
            faults.add(place, "names a person who is not in the directory")


def _check_units(file: DirectoryFile, ring: KeyRing, known: Image, faults: Faults) -> None:
    parents = {name: unit.parent for name, unit in known.units.items()}
    wanted = {unit_id(ring, unit.key): unit for unit in file.units}
    parents.update({name: _parent(unit, ring) for name, unit in wanted.items()})
    spoken = [(f"{unit.place}.parent", unit.parent) for unit in file.units]
    spoken += [(f"{one.place}.units", stay.unit) for one in file.employments for stay in one.stays]
    for place, key in spoken:
        if key is not None and unit_id(ring, key) not in parents:
            faults.add(place, "names a unit that is not in the directory")
    for name, unit in wanted.items():
        if _is_below_itself(name, parents):
            faults.add(f"{unit.place}.parent", "goes round in a circle")


def _is_below_itself(name: str, parents: Mapping[str, str | None]) -> bool:
    seen: set[str] = set()
    above = parents.get(name)
    while above is not None and above not in seen:
        seen.add(above)
        above = parents.get(above)
    return name in seen


def _check_owners(file: DirectoryFile, ring: KeyRing, stored: Image, faults: Faults) -> None:
    owners = {digest: name for name, person in stored.people.items() for digest in person.digests}
    for person in file.people:
        name = person_id(ring, person.key)
        for national_id in person.national_ids:
            if owners.get(national_id_digest(ring, national_id), name) != name:
                faults.add(f"{person.place}.national_id", "belongs to another person already")
    for one in file.employments:
        was = stored.employments.get(employment_id(ring, one.key))
        if was is not None and was.person != person_id(ring, one.person):
            faults.add(f"{one.place}.person", "is not whose employment it was so far")


def _parent(unit: FileUnit, ring: KeyRing) -> str | None:
    return unit_id(ring, unit.parent) if unit.parent else None


def _representative(
    one: FileRepresentative, ring: KeyRing, people: Collection[str]
) -> Representative:
    is_mail = one.looks_like_mail and one.named not in people
    return Representative(
        role=one.role,
        person=None if is_mail else person_id(ring, one.named),
        mail=one.named if is_mail else None,
    )


def _unit(unit: FileUnit, ring: KeyRing, people: Collection[str]) -> UnitImage:
    return UnitImage(
        name=unit.name,
        orgnr=unit.orgnr,
        parent=_parent(unit, ring),
        has_ohs=unit.has_ohs,
        manager=person_id(ring, unit.manager) if unit.manager else None,
        hr=frozenset(person_id(ring, key) for key in unit.hr),
        representatives=frozenset(
            _representative(one, ring, people) for one in unit.representatives
        ),
        phone=unit.phone,
    )


def _person(person: FilePerson, ring: KeyRing) -> PersonImage:
    return PersonImage(
        name=person.name,
        mail=person.mail,
        language=str(person.language),
        digests=frozenset(national_id_digest(ring, one) for one in person.national_ids),
    )


def _employment(one: FileEmployment, ring: KeyRing) -> EmploymentImage:
    return EmploymentImage(
        person=person_id(ring, one.person),
        number=employee_number_digest(ring, one.number) if one.number else None,
        first=one.first,
        last=one.last,
        stays=tuple(
            Stay(unit=unit_id(ring, stay.unit), first=stay.first, last=stay.last)
            for stay in one.stays
        ),
        manager=person_id(ring, one.manager) if one.manager else None,
    )
