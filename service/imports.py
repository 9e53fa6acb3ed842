"""Use cases of `tilbake import`: notes and payroll absence, one record after the other.

What the use cases need of the world stands here as protocols; files are read in
adapters/formats. Both are idempotent: the id of a command comes from the record itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Protocol

from activities.messages import AnswerMessage, CommandMessage
from adapters.event_codec import encode
from adapters.formats.located import Faulty
from domain.facts import DocumentRef, Fact
from domain.ids import CauseId, EmploymentId, NoteId, RowId
from domain.notes import Note
from domain.spans import DateSpan

ACTOR: Final = "import"


class Commander(Protocol):
    """Hands a command to the case of an employment, which it opens if there is none."""

    async def execute(self, employment: EmploymentId, command: CommandMessage) -> AnswerMessage:
        """Give the answer once the log has it; the first answer for an id that is known."""


class Employments(Protocol):
    """Finds who a record is about."""

    async def by_person(self, national_id: str, orgnr: str, on: date) -> Sequence[EmploymentId]:
        """List the employments of a person at an employer, given any of its units, on a date."""

    async def by_employee_no(self, employee_no: str, on: date) -> Sequence[EmploymentId]:
        """List the employments with such a number on a date."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownRow:
    """A payroll row that was taken before; `is_live` until it is withdrawn."""

    employment: EmploymentId
    row: RowId
    span: DateSpan
    is_live: bool
    is_note: bool
    """It was a sick row, recorded as a note of its own."""


class Ledger(Protocol):
    """What the log already has."""

    async def note(self, employment: EmploymentId, note: NoteId) -> Note | None:
        """Give a recorded note, withdrawn or not."""

    async def rows(self, within: DateSpan) -> Sequence[KnownRow]:
        """List the rows whose days all lie within a span, withdrawn ones too."""


class Sealer(Protocol):
    """Seals texts under a person's key."""

    async def seal(self, employment: EmploymentId, text: str) -> DocumentRef:
        """Store the text sealed; the log gets the reference only."""

    async def discard(self, document: DocumentRef) -> None:
        """Delete a text whose command was refused, so that nothing is half stored."""


class NoteQueue(Protocol):
    """HR's queue of notes that fit several employments (R1b)."""

    async def add(self, note: Note, text: str | None, candidates: Sequence[EmploymentId]) -> bool:
        """Queue a note with the employments it may be for; False when it is there already.

        The suggestion is all of them: one note for two posts opens a case in each (W13).
        Nothing links the two yet.
        """


@dataclass(slots=True, kw_only=True)
class Counts:
    """What became of the records."""

    taken: int = 0
    known: int = 0
    refused: int = 0
    queued: int = 0
    withdrawn: int = 0
    ignored: int = 0
    """Rows whose code the map says to ignore."""
    unknown_keys: int = 0
    unknown_codes: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How an import is to be run."""

    dry_run: bool = False
    """Look everything up and count, but record nothing."""
    live_from: date | None = None
    """What fell due before this day is neither sent nor missed."""


class Importer:
    """What both imports share: running a command, and saying and counting refusals."""

    def __init__(
        self, commander: Commander, terms: Terms, refuse: Callable[[Faulty], None]
    ) -> None:
        """Take what carries commands out, and who is told of each refused record."""
        self.counts = Counts()
        self.terms = terms
        self._commander = commander
        self._refuse = refuse

    def refuse(self, fault: Faulty) -> None:
        """Count a record that is not taken and say why."""
        self.counts.refused += 1
        self._refuse(fault)

    async def record(self, employment: EmploymentId, cause: CauseId, fact: Fact) -> AnswerMessage:
        """Have a fact recorded; a dry run answers as if it were accepted."""
        if self.terms.dry_run:
            return AnswerMessage(id=cause, accepted=True)
        command = CommandMessage(
            id=cause,
            actor=ACTOR,
            kind=fact.kind,
            body=dict(encode(fact)),
            live_from=self.terms.live_from,
        )
        return await self._commander.execute(employment, command)


def one_of(found: Iterable[EmploymentId]) -> list[EmploymentId]:
    """List employments once each, in a stable order."""
    return sorted(set(found))
