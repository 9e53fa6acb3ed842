"""What lists and pages read of the cases: the view, the marks, and the reminders of a case.

Codes, dates and opaque ids only; who may see what is the caller's matter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

from adapters.postgres.pool import Pool
from adapters.sql_files import statement
from domain.ids import CaseId, EmploymentId

_HERE: Final = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedCase:
    """One line of the list of cases."""

    case: CaseId
    employment: EmploymentId
    mark: str
    state: str
    start_on: date
    last_on: date
    next_due_on: date | None
    overdue: int
    person: str | None
    unit: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredReminder:
    """A reminder or an invitation to one role, and how far it has come."""

    reminder: str
    case: CaseId
    role: str
    duty: str | None
    stage: str | None
    """None for an invitation, which has the three below instead."""
    legal_on: date | None
    meeting: str | None
    change: str | None
    sequence: int | None
    due_at: datetime
    state: str
    attempts: int
    next_try_at: datetime
    settled_at: datetime | None
    detail: str


class PostgresCases:
    """Reads of cases that need no log."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def listed(
        self,
        on: date,
        *,
        units: Sequence[str] | None,
        only_overdue: bool,
        with_closed: bool,
        limit: int,
    ) -> tuple[ListedCase, ...]:
        """List cases, what is overdue first, then by the nearest target date."""
        rows = await self._pool.fetch(
            statement(_HERE, "list_cases"),
            only_overdue,
            None if units is None else list(units),
            on,
            with_closed,
            limit,
        )
        return tuple(
            ListedCase(
                case=CaseId(row["case_id"]),
                employment=EmploymentId(row["employment_id"]),
                mark=row["mark"],
                state=row["state"],
                start_on=row["start_on"],
                last_on=row["last_on"],
                next_due_on=row["next_due_on"],
                overdue=row["overdue"],
                person=row["person_id"],
                unit=row["unit_id"],
            )
            for row in rows
        )

    async def with_mark(self, mark: str) -> tuple[tuple[CaseId, EmploymentId], ...]:
        """Find the cases that a mark stands for; rarely more than one."""
        rows = await self._pool.fetch(statement(_HERE, "cases_of_mark"), mark)
        return tuple((CaseId(row["case_id"]), EmploymentId(row["employment_id"])) for row in rows)

    async def reminders(self, employment: EmploymentId) -> tuple[StoredReminder, ...]:
        """List the reminders of an employment, oldest first."""
        rows = await self._pool.fetch(statement(_HERE, "reminders_of"), employment)
        return tuple(
            StoredReminder(
                reminder=row["reminder"],
                case=CaseId(row["case_id"]),
                role=row["role"],
                duty=row["duty"],
                stage=row["stage"],
                legal_on=row["legal_on"],
                meeting=row["meeting"],
                change=row["change"],
                sequence=row["sequence"],
                due_at=row["due_at"],
                state=row["state"],
                attempts=row["attempts"],
                next_try_at=row["next_try_at"],
                settled_at=row["settled_at"],
                detail=row["detail"],
            )
            for row in rows
        )

    async def next_wake(self, employment: EmploymentId) -> tuple[datetime | None, bool] | None:
        """Say when the follow-up wakes next and whether it has finished; None without a log."""
        row = await self._pool.fetchrow(
            "select next_wake, finished from event_stream where employment_id = $1", employment
        )
        return None if row is None else (row["next_wake"], row["finished"])
