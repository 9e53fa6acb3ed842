"""What the logs were told already: notes, and rows of payroll, as imports ask for them.

Read from the events themselves, so there is no second list that could differ from the log.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from adapters.event_codec import decode
from adapters.postgres.pool import Pool
from adapters.sql_files import statement
from domain.facts import NoteReceived, NoteReplaced
from domain.ids import EmploymentId, NoteId, RowId
from domain.notes import Note
from domain.spans import DateSpan

_HERE: Final = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldRow:
    """A payroll row that some log holds; `is_live` until it was withdrawn."""

    employment: EmploymentId
    row: RowId
    span: DateSpan
    is_live: bool
    is_note: bool


class PostgresTold:
    """Looks into the logs."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def note(self, employment: EmploymentId, note: NoteId) -> Note | None:
        """Give a note that the log holds, withdrawn or not."""
        row = await self._pool.fetchrow(statement(_HERE, "told_note"), employment, note)
        if row is None:
            return None
        match decode(row["kind"], row["body"]):
            case NoteReceived(note=found) | NoteReplaced(by=found):
                return found
        return None

    async def rows(self, within: DateSpan) -> tuple[ToldRow, ...]:
        """List the rows of all logs whose days lie within a span."""
        rows = await self._pool.fetch(statement(_HERE, "told_rows"), within.first, within.last)
        return tuple(
            ToldRow(
                employment=EmploymentId(row["employment_id"]),
                row=RowId(row["row_id"]),
                span=DateSpan(first=row["first"], last=row["last"]),
                is_live=row["is_live"],
                is_note=row["is_note"],
            )
            for row in rows
        )
