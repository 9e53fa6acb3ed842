"""Who read what: written before anything is shown, and append-only like the log itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from adapters.postgres.pool import Pool
from adapters.sql_files import statement
from domain.ids import CaseId

_HERE: Final = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """One thing that was looked at: a case, or what is known of a person without one."""

    case: CaseId | None
    person: str | None


class AccessLog:
    """The log of reads."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def record(
        self, actor: str, action: str, seen: Sequence[Access], reason: str = ""
    ) -> None:
        """Record that an actor, an opaque id, looks at these; when is the database's clock."""
        await self._pool.execute(
            statement(_HERE, "log_access"),
            actor,
            action,
            [one.case for one in seen],
            [one.person for one in seen],
            reason,
        )
