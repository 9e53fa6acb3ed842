"""Working stand-ins, in memory, for what the imports need of the world."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from activities.messages import AnswerMessage, CommandMessage
from adapters.event_codec import decode_fact
from adapters.formats.located import Faulty
from domain.facts import (
    DocumentRef,
    Fact,
    NoteReceived,
    NoteWithdrawn,
    RowWithdrawn,
    SelfCertified,
    VacationTaken,
)
from domain.ids import EmploymentId, NoteId, RowId
from domain.notes import Note
from domain.spans import DateSpan
from service.imports import KnownRow


@dataclass(slots=True)
class Cases:
    """Takes commands as the cases would, and remembers them as the log would."""

    refusals: Mapping[str, str] = field(default_factory=dict)
    """Ids of commands to refuse, and the code to refuse them with."""
    executed: list[tuple[EmploymentId, CommandMessage]] = field(default_factory=list)
    notes: dict[tuple[EmploymentId, NoteId], Note] = field(default_factory=dict)
    known: dict[RowId, KnownRow] = field(default_factory=dict)

    async def execute(self, employment: EmploymentId, command: CommandMessage) -> AnswerMessage:
        self.executed.append((employment, command))
        if command.id in self.refusals:
            return AnswerMessage(
                id=command.id, accepted=False, code=self.refusals[command.id], field="on", text="no"
            )
        self._keep(employment, decode_fact(command.kind, command.body))
        return AnswerMessage(id=command.id, accepted=True)

    def _keep(self, employment: EmploymentId, fact: Fact) -> None:
        match fact:
            case NoteReceived():
                self.notes[employment, fact.note.note_id] = fact.note
                if fact.note.note_id.startswith("row:"):
                    name, days = RowId(fact.note.note_id[4:]), fact.note.periods[0].span
                    self._know(employment, name, days, is_note=True)
            case NoteWithdrawn():
                name = RowId(fact.note_id[4:])
                self.known[name] = replace(self.known[name], is_live=False)
            case RowWithdrawn():
                self.known[fact.row] = replace(self.known[fact.row], is_live=False)
            case SelfCertified(row=row, span=span) | VacationTaken(row=row, span=span):
                assert row is not None
                self._know(employment, row, span, is_note=False)
            case _:
                raise AssertionError(f"no import asks for {fact.kind}")

    def _know(self, employment: EmploymentId, row: RowId, span: DateSpan, *, is_note: bool) -> None:
        self.known[row] = KnownRow(
            employment=employment, row=row, span=span, is_live=True, is_note=is_note
        )

    async def note(self, employment: EmploymentId, note: NoteId) -> Note | None:
        return self.notes.get((employment, note))

    async def rows(self, within: DateSpan) -> Sequence[KnownRow]:
        return [
            one
            for one in self.known.values()
            if within.first <= one.span.first and one.span.last <= within.last
        ]


@dataclass(slots=True)
class Staff:
    """Who is employed, by national id or by employee number."""

    people: Mapping[str, Sequence[str]]

    async def by_person(self, national_id: str, orgnr: str, on: date) -> Sequence[EmploymentId]:
        return [EmploymentId(one) for one in self.people.get(f"{national_id}@{orgnr}", ())]

    async def by_employee_no(self, employee_no: str, on: date) -> Sequence[EmploymentId]:
        return [EmploymentId(one) for one in self.people.get(employee_no, ())]


@dataclass(slots=True)
class Safe:
    """Keeps sealed texts."""

    texts: list[str] = field(default_factory=list)

    async def seal(self, employment: EmploymentId, text: str) -> DocumentRef:
        self.texts.append(text)
        return DocumentRef(document_id=f"d-{len(self.texts)}", sha256="0" * 64)

    async def discard(self, document: DocumentRef) -> None:
        self.texts.pop(int(document.document_id.removeprefix("d-")) - 1)


@dataclass(slots=True)
class Queue:
    """HR's queue."""

    items: dict[NoteId, tuple[str | None, tuple[EmploymentId, ...]]] = field(default_factory=dict)

    async def add(self, note: Note, text: str | None, candidates: Sequence[EmploymentId]) -> bool:
        is_new = note.note_id not in self.items
        self.items.setdefault(note.note_id, (text, tuple(candidates)))
        return is_new


@dataclass(slots=True)
class Refusals:
    """The lines that would stand on standard error."""

    lines: list[str] = field(default_factory=list)

    def __call__(self, fault: Faulty) -> None:
        self.lines.append(str(fault))
