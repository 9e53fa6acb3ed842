"""Notes that fit several employments, or none, and wait for HR (R1b). Sealed until decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from adapters.postgres.pool import Pool
from adapters.sql_files import statement
from adapters.vault.sealing import open_text, seal_text
from adapters.vault.store import PostgresVault
from domain.ids import EmploymentId, NoteId

_HERE: Final = Path(__file__).parent
_FIELD: Final = "queued note"


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedNote:
    """A note that waits: what HR sees in the list, without its content."""

    note: NoteId
    person: str | None
    candidates: tuple[EmploymentId, ...]
    suggested: tuple[EmploymentId, ...]
    received_at: datetime


class NoteQueue:
    """The queue in PostgreSQL."""

    def __init__(self, pool: Pool, vault: PostgresVault) -> None:
        self._pool = pool
        self._vault = vault

    async def add(
        self,
        note: NoteId,
        person: str | None,
        content: str,
        candidates: Sequence[EmploymentId] = (),
        suggested: Sequence[EmploymentId] = (),
    ) -> bool:
        """Queue a note; False when it is known already, whatever became of it."""
        if person is None:
            sealed = seal_text(self._house_key(), note, _FIELD, content)
        else:
            sealed = await self._vault.seal(person, f"{_FIELD}/{note}", content)
        added = await self._pool.fetchval(
            statement(_HERE, "queue_add"), note, person, sealed, list(candidates), list(suggested)
        )
        return added is not None

    async def waiting(self, limit: int = 200) -> tuple[QueuedNote, ...]:
        """List what waits, oldest first."""
        rows = await self._pool.fetch(statement(_HERE, "queue_open"), limit)
        return tuple(
            QueuedNote(
                note=NoteId(row["note_id"]),
                person=row["person_id"],
                candidates=tuple(EmploymentId(name) for name in row["candidates"]),
                suggested=tuple(EmploymentId(name) for name in row["suggested"]),
                received_at=row["received_at"],
            )
            for row in rows
        )

    async def read(self, note: NoteId) -> str | None:
        """Open a queued note; None when there is none of that id.

        Raises:
            Erased: the person was erased meanwhile.
        """
        row = await self._pool.fetchrow(statement(_HERE, "queue_read"), note)
        if row is None:
            return None
        if row["person_id"] is None:
            return open_text(self._house_key(), note, _FIELD, row["sealed"])
        return await self._vault.open(row["person_id"], f"{_FIELD}/{note}", row["sealed"])

    async def assign(self, note: NoteId, to: Sequence[EmploymentId], by: str, at: datetime) -> bool:
        """Take a note out for these employments; False when someone did before."""
        return await self._settle(note, "assigned", to, by, at)

    async def dismiss(self, note: NoteId, by: str, at: datetime) -> bool:
        """Take a note out that concerns no employment here; False when someone did before."""
        return await self._settle(note, "dismissed", (), by, at)

    async def _settle(
        self, note: NoteId, state: str, to: Sequence[EmploymentId], by: str, at: datetime
    ) -> bool:
        query = statement(_HERE, "queue_settle")
        return await self._pool.fetchval(query, note, state, list(to), by, at) is not None

    def _house_key(self) -> bytes:
        return self._vault.ring.house_key("note queue")
