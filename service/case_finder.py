"""Finds the employment, or the case, that someone names at a terminal."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from adapters.directory.postgres import PostgresDirectory
from adapters.postgres.case_list import PostgresCases
from domain.ids import CaseId, EmploymentId
from domain.refusals import TilbakeError

_MARK: Final = re.compile(r"K-[0-9A-Z]{4}", re.IGNORECASE)
_OPAQUE: Final = re.compile(r"[\x21-\x7e]{1,200}")


class NotFound(TilbakeError):
    """Nothing, or too much, is called so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An employment, and one case of it when a case was named."""

    employment: EmploymentId
    case: CaseId | None = None


class CaseFinder:
    """Looks in the directory and in the list of cases."""

    def __init__(self, directory: PostgresDirectory, cases: PostgresCases) -> None:
        self._directory = directory
        self._cases = cases

    async def by_name(self, name: str) -> Found:
        """Find by an employment id (e-…), a case id (e-…/1) or a case mark (K-7F3Q).

        Raises:
            NotFound: no employment and no case is called so, or several cases share a mark.
        """
        if _MARK.fullmatch(name):
            return await self._by_mark(name.upper())
        employment, slash, _ = name.partition("/")
        found = EmploymentId(employment)
        if not _OPAQUE.fullmatch(name) or not await self._is_known(found):
            raise NotFound(
                "there is no such employment or case: name an employment (e-…), a case (e-…/1), "
                "its mark (K-7F3Q), or give --employee-number"
            )
        return Found(employment=found, case=CaseId(name) if slash else None)

    async def by_employee_number(self, number: str, on: date) -> Found:
        """Find by the number that payroll knows.

        Raises:
            NotFound: nobody, or several employments, have it on that date.
        """
        found = await self._directory.by_employee_number(number, on)
        if not found:
            raise NotFound(f"no employment has this employee number on {on}")
        if len(found) > 1:
            names = ", ".join(one.employment for one in found)
            raise NotFound(f"several employments have this employee number: name one of {names}")
        return Found(employment=found[0].employment)

    async def _by_mark(self, mark: str) -> Found:
        found = await self._cases.with_mark(mark)
        if not found:
            raise NotFound(f"no case has the mark {mark}")
        if len(found) > 1:
            names = ", ".join(case for case, _ in found)
            raise NotFound(f"several cases share the mark {mark}: name one of {names}")
        case, employment = found[0]
        return Found(employment=employment, case=case)

    async def _is_known(self, employment: EmploymentId) -> bool:
        """Say whether the directory or a log has it: a case may be older than the directory."""
        if await self._directory.person_of(employment) is not None:
            return True
        return await self._cases.next_wake(employment) is not None
