"""Reads the stored directory as an image, and writes changes to it; the caller's transaction.

Who answers for what gets a new row from the date of the change on; old rows are closed, not
rewritten, so that the log can say who was responsible on any date (R45).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Final

import asyncpg

from adapters.directory.changes import Changes
from adapters.directory.file import Representing, Stay
from adapters.directory.image import (
    EmploymentImage,
    Image,
    PersonImage,
    Representative,
    UnitImage,
)
from adapters.directory.sealed import (
    MAIL,
    NAME,
    PHONE,
    open_contact,
    open_unit_name,
    seal_contact,
    seal_unit_name,
)
from adapters.postgres.pool import PooledConnection
from adapters.sql_files import statement
from adapters.vault.keyring import KeyRing
from adapters.vault.sealing import open_text, seal_text
from adapters.vault.store import PostgresVault
from domain.ids import EmploymentId

_HERE: Final = Path(__file__).parent


async def read_image(connection: PooledConnection, vault: PostgresVault) -> Image:
    """Read the whole directory as it stands."""
    people = await connection.fetch(_sql("image_people"))
    keys = await vault.data_keys(connection, [row["person_id"] for row in people])
    stays: defaultdict[str, list[Stay]] = defaultdict(list)
    for row in await connection.fetch(_sql("image_stays")):
        stay = Stay(unit=row["unit_id"], first=row["valid_from"], last=row["valid_to"])
        stays[row["employment_id"]].append(stay)
    represented: defaultdict[str, list[Representative]] = defaultdict(list)
    for row in await connection.fetch(_sql("image_represented")):
        represented[row["unit_id"]].append(_representative(row, vault.ring))
    units = await connection.fetch(_sql("image_units"))
    employments = await connection.fetch(_sql("image_employments"))
    return Image(
        units={
            row["unit_id"]: _unit(row, vault.ring, represented[row["unit_id"]]) for row in units
        },
        people={
            row["person_id"]: _person(row, keys[row["person_id"]])
            for row in people
            if row["person_id"] in keys
        },
        employments={
            EmploymentId(row["employment_id"]): _employment(row, tuple(stays[row["employment_id"]]))
            for row in employments
        },
        erased=frozenset(row["person_id"] for row in people if row["person_id"] not in keys),
        newest=await connection.fetchval(_sql("image_newest")),
    )


async def write_changes(
    connection: PooledConnection,
    vault: PostgresVault,
    stored: Image,
    changes: Changes,
    as_of: date,
) -> None:
    """Write everything that changes; who answers for what changes from `as_of` on."""
    people = {**changes.new_people, **changes.changed_people}
    units = {**changes.new_units, **changes.changed_units}
    employments = {**changes.new_employments, **changes.changed_employments}
    await _write_people(connection, vault, people)
    await _write_units(connection, vault.ring, units)
    await _write_employments(connection, employments)
    await _write_hr(connection, stored, units, as_of)
    await _write_represented(connection, vault.ring, stored, units, as_of)
    was = {name: unit.manager for name, unit in stored.units.items()}
    now = {name: unit.manager for name, unit in units.items()}
    await _write_managers(connection, "unit", was, now, as_of)
    before = {str(name): one.manager for name, one in stored.employments.items()}
    after = {str(name): one.manager for name, one in employments.items()}
    await _write_managers(connection, "employment", before, after, as_of)


async def _write_people(
    connection: PooledConnection, vault: PostgresVault, people: Mapping[str, PersonImage]
) -> None:
    rows = [(name, one.language) for name, one in people.items()]
    await connection.executemany(_sql("put_person"), rows)
    keys = await vault.add_keys(connection, list(people))
    await connection.executemany(
        _sql("put_texts"),
        [
            (
                name,
                seal_text(keys[name], name, NAME, one.name),
                None if one.mail is None else seal_text(keys[name], name, MAIL, one.mail),
            )
            for name, one in people.items()
        ],
    )
    await connection.execute(_sql("drop_national_ids"), list(people))
    digests = [(digest, name) for name, one in people.items() for digest in one.digests]
    await connection.executemany(_sql("put_national_id"), digests)


async def _write_units(
    connection: PooledConnection, ring: KeyRing, units: Mapping[str, UnitImage]
) -> None:
    rows = [
        (
            name,
            unit.orgnr,
            seal_unit_name(ring, name, unit.name),
            unit.has_ohs,
            seal_contact(ring, name, PHONE, unit.phone),
        )
        for name, unit in units.items()
    ]
    await connection.executemany(_sql("put_unit"), rows)
    # Parents second: a parent may stand below its child in the file.
    parents = [(name, unit.parent) for name, unit in units.items()]
    await connection.executemany(_sql("put_parent"), parents)


async def _write_employments(
    connection: PooledConnection, employments: Mapping[EmploymentId, EmploymentImage]
) -> None:
    rows = [
        (name, one.person, one.number, one.first, one.last) for name, one in employments.items()
    ]
    await connection.executemany(_sql("put_employment"), rows)
    await connection.execute(_sql("drop_stays"), list(employments))
    stays = [
        (name, stay.unit, stay.first, stay.last)
        for name, one in employments.items()
        for stay in one.stays
    ]
    await connection.executemany(_sql("put_stay"), stays)


async def _write_managers(
    connection: PooledConnection,
    kind: str,
    before: Mapping[str, str | None],
    after: Mapping[str, str | None],
    as_of: date,
) -> None:
    moved = {name: who for name, who in after.items() if before.get(name) != who}
    await connection.executemany(
        _sql(f"end_manager_of_{kind}"), [(name, as_of) for name in moved if before.get(name)]
    )
    rows = [(name, who, as_of) for name, who in moved.items() if who is not None]
    await connection.executemany(_sql(f"put_manager_of_{kind}"), rows)


async def _write_hr(
    connection: PooledConnection, stored: Image, units: Mapping[str, UnitImage], as_of: date
) -> None:
    def pairs(found: Iterable[tuple[str, UnitImage]]) -> set[tuple[str, str]]:
        return {(name, who) for name, unit in found for who in unit.hr}

    before = pairs((name, unit) for name, unit in stored.units.items() if name in units)
    after = pairs(units.items())
    ends = [(*pair, as_of) for pair in sorted(before - after)]
    await connection.executemany(_sql("end_hr"), ends)
    begins = [(*pair, as_of) for pair in sorted(after - before)]
    await connection.executemany(_sql("put_hr"), begins)


async def _write_represented(
    connection: PooledConnection,
    ring: KeyRing,
    stored: Image,
    units: Mapping[str, UnitImage],
    as_of: date,
) -> None:
    before = {(name, one) for name in units for one in _representing(stored.units.get(name))}
    after = {(name, one) for name, unit in units.items() for one in _representing(unit)}
    ends = [(name, one.role, as_of) for name, one in before - after]
    await connection.executemany(_sql("end_represented"), ends)
    begins = [
        (name, one.role, one.person, seal_contact(ring, name, one.role, one.mail), as_of)
        for name, one in after - before
    ]
    await connection.executemany(_sql("put_represented"), begins)


def _representing(unit: UnitImage | None) -> frozenset[Representative]:
    return unit.representatives if unit is not None else frozenset()


def _representative(row: asyncpg.Record, ring: KeyRing) -> Representative:
    role = Representing(row["role"])
    return Representative(
        role=role,
        person=row["person_id"],
        mail=open_contact(ring, row["unit_id"], role, row["mail"]),
    )


def _unit(row: asyncpg.Record, ring: KeyRing, represented: list[Representative]) -> UnitImage:
    return UnitImage(
        name=open_unit_name(ring, row["unit_id"], row["name"]),
        orgnr=row["orgnr"],
        parent=row["parent_id"],
        has_ohs=row["has_ohs"],
        manager=row["manager"],
        hr=frozenset(row["hr"]),
        representatives=frozenset(represented),
        phone=open_contact(ring, row["unit_id"], PHONE, row["phone"]),
    )


def _person(row: asyncpg.Record, key: bytes) -> PersonImage:
    name, mail = row["name"], row["mail"]
    return PersonImage(
        name="" if name is None else open_text(key, row["person_id"], NAME, name),
        mail=None if mail is None else open_text(key, row["person_id"], MAIL, mail),
        language=row["language"],
        digests=frozenset(row["digests"]),
    )


def _employment(row: asyncpg.Record, stays: tuple[Stay, ...]) -> EmploymentImage:
    return EmploymentImage(
        person=row["person_id"],
        number=row["employee_no_digest"],
        first=row["valid_from"],
        last=row["valid_to"],
        stays=stays,
        manager=row["manager"],
    )


def _sql(name: str) -> str:
    return statement(_HERE, name)
