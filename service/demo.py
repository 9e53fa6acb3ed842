"""Puts the demonstration into an empty house, through the same ways in as everything else.

Ids of commands are fixed and the day is remembered, so a start that was killed half-way goes
on where it was, with the same dates.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from activities.messages import CommandMessage
from adapters.directory.ids import employment_id
from adapters.event_codec import encode
from adapters.postgres.pool import Pool
from adapters.vault.store import PostgresVault
from domain.facts import Fact, NoteReceived
from domain.refusals import TilbakeError
from service.demo_cases import DemoCase, cases
from service.demo_people import directory, employment_key
from service.directory_import import import_directory
from service.follow_ups import FollowUps

ACTOR: Final = "demo"
_FOLDER: Final = "demo"
_DAY: Final = "day"
_DONE: Final = "done"
_IS_EMPTY: Final = """
select not exists (select from person) and not exists (select from event_stream)
"""


class DemoFault(TilbakeError):
    """The demonstration does not fit the rules; never the user's fault."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """Where the demonstration goes to."""

    state_dir: Path
    pool: Pool
    vault: PostgresVault
    follow_ups: FollowUps

    async def ensure(self, today: date, begin: Callable[[], None]) -> bool:
        """Put it in if the house is empty, or go on with it; say whether anything was done.

        Raises:
            DemoFault: a fact was not accepted.
        """
        folder = self.state_dir / _FOLDER
        if await self.pool.fetchval(_IS_EMPTY):
            _begin(folder, today)
        elif not (folder / _DAY).exists() or (folder / _DONE).exists():
            return False
        begin()
        day = date.fromisoformat((folder / _DAY).read_text("ascii").strip())
        await import_directory(self.pool, self.vault, folder / "directory.json", today=day)
        async with asyncio.TaskGroup() as group:
            for place, case in enumerate(cases(day), start=1):
                group.create_task(self._tell(place, case))
        (folder / _DONE).touch()
        return True

    async def _tell(self, place: int, case: DemoCase) -> None:
        employment = employment_id(self.vault.ring, employment_key(case.person))
        for number, fact in enumerate(case.facts, start=1):
            command = CommandMessage(
                id=_cause(f"demo/{place}/{number}", fact),
                actor=ACTOR,
                kind=fact.kind,
                body=dict(encode(fact)),
                live_from=case.live_from,
            )
            answer = await self.follow_ups.execute(employment, command)
            if not answer.accepted:
                raise DemoFault(f"{case.person}: {fact.kind} was refused: {answer.code}")


def _cause(otherwise: str, fact: Fact) -> str:
    """Name a command, a note as an import would; no first name is in it."""
    return f"note/{fact.note.note_id}" if isinstance(fact, NoteReceived) else otherwise


def _begin(folder: Path, today: date) -> None:
    """Write the directory file, which users may look at, and last the day."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _DONE).unlink(missing_ok=True)
    text = json.dumps(directory(today), ensure_ascii=False, indent=2)
    (folder / "directory.json").write_text(text, "utf-8")
    (folder / _DAY).write_text(f"{today}\n", "ascii")
