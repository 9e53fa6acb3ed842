"""Tells the follow-ups where the directory has an end that their log does not know (R15).

Compared with the logs each time, so an import that broke off half way is caught up by the
next; an employment without a log has nothing to be told until a note comes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from activities.messages import CommandMessage
from adapters.directory.postgres import PostgresDirectory
from adapters.event_codec import encode
from domain.facts import EmploymentEnded
from domain.ids import EmploymentId
from service.imports import Commander

ACTOR: Final = "directory"


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldEnd:
    """An end that a follow-up was told, and why it did not take it, if it did not."""

    employment: EmploymentId
    last: date
    refusal: str | None = None


async def tell_ends(
    directory: PostgresDirectory, commander: Commander, employment: EmploymentId | None = None
) -> tuple[ToldEnd, ...]:
    """Tell the ends that are not known yet, of one employment or of all."""
    told = []
    for end in await directory.untold_ends(employment):
        fact = EmploymentEnded(on=end.last)
        # The number lets an end that was moved away and back again be told once more.
        command = CommandMessage(
            id=f"ended/{end.last}/{end.told + 1}",
            actor=ACTOR,
            kind=fact.kind,
            body=dict(encode(fact)),
        )
        answer = await commander.execute(end.employment, command)
        refusal = None if answer.accepted else answer.text or answer.code or "was not accepted"
        told.append(ToldEnd(employment=end.employment, last=end.last, refusal=refusal))
    return tuple(told)
