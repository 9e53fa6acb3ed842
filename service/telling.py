"""Records what somebody wrote: seals its text first, sends the command, and clears up after it.

The event carries the text's id and hash only. A text whose command was refused, or was a
repeat, is deleted again; a fact about the wrong person loses its text when it is struck (R50).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from typing import Any

from activities.messages import AnswerMessage, CommandMessage
from activities.ports import EventLog
from adapters.event_codec import encode
from domain.commands import Command
from domain.events import Event, Recorded
from domain.facts import CorrectionReason, DocumentRef, Fact, Struck
from domain.ids import CauseId, EmploymentId
from domain.refusals import InvalidValue
from domain.state import FACTS
from service.drafts import Draft
from service.imports import Commander
from service.intake import Safe

_SEALED = ("document", "texts")
"""The fields of facts that point to a sealed text."""


class Teller:
    """Hands drafts to the follow-ups."""

    def __init__(self, commander: Commander, log: EventLog, safe: Safe) -> None:
        """Work through the way to the follow-ups, the logs, and where texts are sealed."""
        self._commander = commander
        self._log = log
        self._safe = safe

    async def tell(
        self, employment: EmploymentId, draft: Draft, cause: str, actor: str
    ) -> AnswerMessage:
        """Have a draft recorded; the same cause twice is recorded once.

        Raises:
            NoAnswer: nobody answered; the text stays, since the command may be recorded yet.
            NobodyThere: the directory has no key to seal the text with.
        """
        sealed = None
        if draft.text is not None:
            sealed = await self._safe.seal(employment, draft.text, draft.fact.kind)
        answer = await self._commander.execute(employment, _message(draft, sealed, cause, actor))
        if sealed is not None and not (answer.accepted and await self._names(employment, sealed)):
            await self._safe.discard(sealed)
        if answer.accepted:
            await self._destroy(employment, draft.fact)
        return answer

    async def _names(self, employment: EmploymentId, sealed: DocumentRef) -> bool:
        stream = await self._log.load(employment)
        return any(sealed in documents_of(one.event) for one in stream.records)

    async def _destroy(self, employment: EmploymentId, fact: Fact) -> None:
        """Destroy the texts of a fact about the wrong person; that there was one stays."""
        if not isinstance(fact, Struck) or fact.reason is not CorrectionReason.WRONG_PERSON:
            return
        stream = await self._log.load(employment)
        for one in stream.records:
            if one.cause == fact.cause:
                for document in documents_of(one.event):
                    await self._safe.discard(document)


def documents_of(event: Event) -> tuple[DocumentRef, ...]:
    """Give the sealed texts that an event points to."""
    found = (getattr(event, name, None) for name in _SEALED)
    return tuple(one for one in found if isinstance(one, DocumentRef))


def with_document(fact: Fact, document: DocumentRef) -> Fact:
    """Point a fact to its sealed text.

    Raises:
        InvalidValue: no text is kept with such a fact.
    """
    names = {one.name for one in fields(fact)}
    for name in _SEALED:
        if name in names:
            changed: dict[str, Any] = {name: document}
            return replace(fact, **changed)
    raise InvalidValue("text", f"is not kept with a {fact.kind}")


def as_command(draft: Draft, cause: str, actor: str) -> Command:
    """Give the command that a draft becomes, for trying it out."""
    return Command(
        cause=CauseId(cause),
        actor=actor,
        fact=draft.fact,
        instead=draft.instead,
        seen=draft.seen,
    )


def told_since(records: Iterable[Recorded], seen: int) -> Iterator[Recorded]:
    """Give the facts that came after the first `seen` ones: what a reader has not seen yet."""
    facts = [one for one in records if isinstance(one.event, FACTS)]
    yield from facts[seen:]


def _message(draft: Draft, sealed: DocumentRef | None, cause: str, actor: str) -> CommandMessage:
    fact = draft.fact if sealed is None else with_document(draft.fact, sealed)
    instead = draft.instead
    return CommandMessage(
        id=cause,
        actor=actor,
        kind=fact.kind,
        body=dict(encode(fact)),
        instead_kind=None if instead is None else instead.kind,
        instead_body=None if instead is None else dict(encode(instead)),
        seen=draft.seen,
    )
