"""Looks up who is who on a date; names and addresses are opened only for who needs them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import asyncpg

from activities.ports import Contacts, Recipient
from adapters.directory.ids import employee_number_digest, national_id_digest
from adapters.directory.sealed import MAIL, NAME, PHONE, open_contact, open_unit_name
from adapters.postgres.pool import Pool
from adapters.sql_files import statement
from adapters.vault.errors import Erased
from adapters.vault.store import PostgresVault
from domain.facts import Role
from domain.ids import EmploymentId

_HERE: Final = Path(__file__).parent
_REPRESENTING: Final = frozenset({Role.OHS, Role.SAFETY_REPRESENTATIVE, Role.UNION_REPRESENTATIVE})
_QUERIES: Final = {Role.MANAGER: "manager", Role.HR: "hr", Role.EMPLOYEE: "employee"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """An employment that a note or a payroll row may speak of."""

    employment: EmploymentId
    person: str
    now_there: bool
    """False when it was in the named unit only before the date (W14)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One unit of the tree, in reading order."""

    unit: str
    parent: str | None
    orgnr: str
    name: str
    has_ohs: bool
    depth: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UntoldEnd:
    """An employment with a log that does not know yet on which day it ends."""

    employment: EmploymentId
    last: date
    told: int
    """How many ends the log was told before."""


class PostgresDirectory:
    """The directory in PostgreSQL (`activities.ports.Directory`)."""

    def __init__(self, pool: Pool, vault: PostgresVault) -> None:
        self._pool = pool
        self._vault = vault

    async def recipient(self, employment: EmploymentId, role: Role, on: date) -> Recipient | None:
        """Find who holds the role and can be written to; None when nobody does (R46)."""
        if role in _REPRESENTING:
            row = await self._pool.fetchrow(
                statement(_HERE, "representative"), employment, on, role
            )
            if row is not None and row["own_mail"] is not None:
                return self._mailbox(row, role)
        else:
            row = await self._holder(employment, role, on)
        if row is None or row["mail"] is None:
            return None
        try:
            address = await self._vault.open(row["person_id"], MAIL, row["mail"])
        except Erased:
            return None
        return Recipient(person=row["person_id"], address=address, language=row["language"])

    async def contacts(self, employment: EmploymentId, on: date) -> Contacts:
        """Find the employer's name, the nearest telephone, and the mailbox of OHS."""
        units = await self._pool.fetch(statement(_HERE, "units_above"), employment, on)
        if not units:
            return Contacts()
        ring, top = self._vault.ring, units[-1]
        phones = (open_contact(ring, one["unit_id"], PHONE, one["phone"]) for one in units)
        ohs = await self._pool.fetchrow(
            statement(_HERE, "representative"), employment, on, Role.OHS
        )
        return Contacts(
            employer=open_unit_name(ring, top["unit_id"], top["name"]) if top["name"] else "",
            phone=next((phone for phone in phones if phone), None),
            ohs=open_contact(ring, ohs["unit_id"], Role.OHS, ohs["own_mail"]) if ohs else None,
        )

    async def responsible_on(self, employment: EmploymentId, on: date) -> str | None:
        """Say who answered for the employment on a date, by opaque id (R45, R51)."""
        row = await self._holder(employment, Role.MANAGER, on)
        return None if row is None else str(row["person_id"])

    async def overdue_in_unit(self, employment: EmploymentId, on: date) -> int:
        """Count the overdue duties of the unit where the employment is on a date (R43)."""
        found = await self._pool.fetchval(statement(_HERE, "overdue_in_unit"), employment, on)
        return int(found or 0)

    async def by_national_id(self, national_id: str, orgnr: str, on: date) -> tuple[Match, ...]:
        """Find the employments of a person that are, or were, in a unit with that number.

        Several are several part-time posts at one employer: HR decides (R1b, W13).
        """
        digest = national_id_digest(self._vault.ring, national_id)
        rows = await self._pool.fetch(statement(_HERE, "by_national_id"), digest, orgnr, on)
        return tuple(_match(row) for row in rows)

    async def by_employee_number(self, number: str, on: date) -> tuple[Match, ...]:
        """Find the employments with that employee number on a date."""
        digest = employee_number_digest(self._vault.ring, number)
        rows = await self._pool.fetch(statement(_HERE, "by_employee_number"), digest, on)
        return tuple(_match(row) for row in rows)

    async def person_by_national_id(self, national_id: str) -> str | None:
        """Find a person by national id, whatever the employments."""
        digest = national_id_digest(self._vault.ring, national_id)
        found = await self._pool.fetchval(statement(_HERE, "person_by_national_id"), digest)
        return None if found is None else str(found)

    async def person_of(self, employment: EmploymentId) -> str | None:
        """Say whose employment it is; None when the directory does not have it."""
        found = await self._pool.fetchval(statement(_HERE, "person_of"), employment)
        return None if found is None else str(found)

    async def name_of(self, person: str) -> str | None:
        """Open a person's name, for a reader who needs it; None when there is none (any more)."""
        sealed = await self._pool.fetchval(statement(_HERE, "name_of"), person)
        if sealed is None:
            return None
        try:
            return await self._vault.open(person, NAME, sealed)
        except Erased:
            return None

    async def unit_of(self, employment: EmploymentId, on: date) -> str | None:
        """Say in which unit an employment is on a date."""
        found = await self._pool.fetchval(statement(_HERE, "unit_of"), employment, on)
        return None if found is None else str(found)

    async def untold_ends(self, employment: EmploymentId | None = None) -> tuple[UntoldEnd, ...]:
        """List the ends, of one employment or of all, that the logs do not know yet (R15)."""
        rows = await self._pool.fetch(statement(_HERE, "untold_ends"), employment)
        return tuple(
            UntoldEnd(
                employment=EmploymentId(row["employment_id"]),
                last=row["valid_to"],
                told=row["told"],
            )
            for row in rows
        )

    async def units(self, top: str | None = None) -> tuple[Unit, ...]:
        """Give the tree of units, or the part below and including one of them."""
        rows = await self._pool.fetch(statement(_HERE, "units"), top)
        return tuple(
            Unit(
                unit=row["unit_id"],
                parent=row["parent_id"],
                orgnr=row["orgnr"],
                name=open_unit_name(self._vault.ring, row["unit_id"], row["name"]),
                has_ohs=row["has_ohs"],
                depth=row["depth"],
            )
            for row in rows
        )

    def _mailbox(self, row: asyncpg.Record, role: Role) -> Recipient:
        """Write to a mailbox that is nobody's: it goes by its unit and role."""
        ring, unit = self._vault.ring, row["unit_id"]
        address = open_contact(ring, unit, role, row["own_mail"])
        return Recipient(person=f"{unit}/{role}", address=address or "", language=row["language"])

    async def _holder(
        self, employment: EmploymentId, role: Role, on: date
    ) -> asyncpg.Record | None:
        if role not in _QUERIES:
            return None
        dated = () if role is Role.EMPLOYEE else (on,)
        return await self._pool.fetchrow(statement(_HERE, _QUERIES[role]), employment, *dated)


def _match(row: asyncpg.Record) -> Match:
    return Match(
        employment=EmploymentId(row["employment_id"]),
        person=row["person_id"],
        now_there=row["now_there"],
    )
