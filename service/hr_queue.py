"""What HR decides about notes that fit several employments (R1b): assign or dismiss."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from activities.messages import AnswerMessage, CommandMessage
from adapters.directory.note_queue import NoteQueue, QueuedNote
from adapters.event_codec import encode
from domain.facts import NoteReceived
from domain.ids import EmploymentId, NoteId
from domain.refusals import TilbakeError
from service.imports import Commander, Sealer
from service.intake import queued_note
from service.note_import import cause_of

_ALL: Final = 1_000_000


class NotInQueue(TilbakeError):
    """No note of that id waits."""


class NotACandidate(TilbakeError):
    """A note may only go to employments of the person that it is about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assigned:
    """What became of a note at each employment; it left the queue when all took it."""

    answers: tuple[tuple[EmploymentId, AnswerMessage], ...]

    @property
    def is_done(self) -> bool:
        """Every employment took the note."""
        return all(answer.accepted for _, answer in self.answers)


class HrDesk:
    """Decides about queued notes."""

    def __init__(self, queue: NoteQueue, commander: Commander, sealer: Sealer) -> None:
        self._queue = queue
        self._commander = commander
        self._sealer = sealer

    async def assign(
        self, note: NoteId, to: Sequence[EmploymentId], actor: str, at: datetime
    ) -> Assigned:
        """Hand a note to employments, those suggested when none is named.

        The note leaves the queue last: if this breaks off it can be repeated, since the command
        has the note's own id.

        Raises:
            NotInQueue: no such note waits.
            NotACandidate: an employment is not one that the note may be for.
        """
        waiting = await self._waiting(note)
        chosen = tuple(dict.fromkeys(to or waiting.suggested))
        strange = [one for one in chosen if one not in waiting.candidates]
        if strange or not chosen:
            names = ", ".join(waiting.candidates) or "none is known: dismiss the note"
            raise NotACandidate(f"a note may go to the employments that it fits: {names}")
        answers = [(one, await self._tell(note, one, actor)) for one in chosen]
        done = Assigned(answers=tuple(answers))
        if done.is_done:
            await self._queue.assign(note, chosen, actor, at)
        return done

    async def dismiss(self, note: NoteId, actor: str, at: datetime) -> None:
        """Take a note out that concerns no employment here.

        Raises:
            NotInQueue: no such note waits.
        """
        if not await self._queue.dismiss(note, actor, at):
            raise NotInQueue(f"no note {note} waits in the queue")

    async def _waiting(self, note: NoteId) -> QueuedNote:
        for one in await self._queue.waiting(_ALL):
            if one.note == note:
                return one
        raise NotInQueue(f"no note {note} waits in the queue")

    async def _tell(self, note: NoteId, employment: EmploymentId, actor: str) -> AnswerMessage:
        content = await self._queue.read(note)
        if content is None:
            raise NotInQueue(f"no note {note} waits in the queue")
        found, text = queued_note(content)
        texts = None if text is None else await self._sealer.seal(employment, text)
        fact = NoteReceived(note=found, texts=texts)
        answer = await self._commander.execute(
            employment,
            CommandMessage(id=cause_of(note), actor=actor, kind=fact.kind, body=dict(encode(fact))),
        )
        if texts is not None and not answer.accepted:
            await self._sealer.discard(texts)
        return answer
