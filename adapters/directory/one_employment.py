"""A directory of one employment, for simulations: every role is held, by nobody real."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Final

from activities.ports import Contacts, Recipient
from adapters.postgres.pool import Pool
from adapters.sql_files import statement
from domain.facts import Role
from domain.ids import EmploymentId

_HERE: Final = Path(__file__).parent
_HOLDERS: Final = (
    Role.MANAGER,
    Role.HR,
    Role.EMPLOYEE,
    Role.OHS,
    Role.SAFETY_REPRESENTATIVE,
    Role.UNION_REPRESENTATIVE,
)


class OneEmployment:
    """`activities.ports.Directory` where everyone who gets mail is always there."""

    def __init__(
        self, pool: Pool, managers: Sequence[tuple[date, str]] = (), language: str = "nb"
    ) -> None:
        """Name the managers by the day from which each answers; without any there is one."""
        self._pool = pool
        self._managers = managers
        self._language = language

    async def recipient(self, employment: EmploymentId, role: Role, on: date) -> Recipient | None:  # noqa: ARG002 - there is one employment
        """Find who holds the role on a day (R45); the address can never exist (RFC 2606)."""
        person = f"simulated-{role}" if role in _HOLDERS else None
        if role is Role.MANAGER and self._managers:
            begun = [name for since, name in self._managers if since <= on]
            person = begun[-1] if begun else None
        if person is None:
            return None
        address = f"{role}@tilbake.invalid"
        return Recipient(person=person, address=address, language=self._language)

    async def overdue_in_unit(self, employment: EmploymentId, on: date) -> int:  # noqa: ARG002 - the view is of now
        """Count the overdue duties of the one employment that the unit has."""
        found = await self._pool.fetchval(statement(_HERE, "overdue_of_employment"), employment)
        return int(found)

    async def contacts(self, employment: EmploymentId, on: date) -> Contacts:  # noqa: ARG002 - there is nobody
        """Give none: nobody can be turned to."""
        return Contacts()
