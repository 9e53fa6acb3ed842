"""Questions asked of occupational health in private: sealed under the asker's own key.

They belong to no case and to no view; others learn only how many there were.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

from adapters.postgres.pool import Pool
from adapters.sql_files import statement
from adapters.vault.store import PostgresVault
from domain.refusals import TilbakeError

_HERE: Final = Path(__file__).parent
_FIELD: Final = "ohs_question"


class QuestionUnknown(TilbakeError):
    """There is no such question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question as its asker wrote it, with the mark of the case that it is about."""

    asked_on: date
    mark: str
    text: str = field(repr=False)


class OhsQuestions:
    """The private questions."""

    def __init__(self, pool: Pool, vault: PostgresVault) -> None:
        self._pool = pool
        self._vault = vault

    async def ask(self, asker: str, mark: str, text: str, on: date) -> str:
        """Seal and store a question; give the id by which it is opened.

        Raises:
            Erased: the asker was erased.
        """
        question = f"q-{secrets.token_hex(8)}"
        content = json.dumps({"case": mark, "text": text}, ensure_ascii=False)
        sealed = await self._vault.seal(asker, f"{_FIELD}/{question}", content)
        await self._pool.execute(statement(_HERE, "add_ohs_question"), question, asker, sealed, on)
        return question

    async def open(self, question: str) -> Question:
        """Open a question.

        Raises:
            QuestionUnknown: there is none.
            Erased: the asker was erased.
        """
        row = await self._pool.fetchrow(statement(_HERE, "ohs_question"), question)
        if row is None:
            raise QuestionUnknown("there is no such question")
        content = await self._vault.open(row["asker_id"], f"{_FIELD}/{question}", row["sealed"])
        said = json.loads(content)
        return Question(asked_on=row["asked_on"], mark=said["case"], text=said["text"])

    async def counted(self) -> dict[int, int]:
        """Count the questions by year, of the whole house: fewer would name somebody."""
        rows = await self._pool.fetch(statement(_HERE, "count_ohs_questions"))
        return {row["asked_in"]: row["asked"] for row in rows}
