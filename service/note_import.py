"""`tilbake import notes`: NAV's notes to the cases they belong to (R1, R1b, R6, R7)."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from activities.messages import AnswerMessage
from adapters.formats.located import Fault, Faulty
from adapters.formats.nav_note import NavNote
from adapters.formats.note_source import SourcedNote
from domain.facts import DocumentRef, NoteReceived
from domain.ids import CauseId, EmploymentId, NoteId
from service.imports import (
    Commander,
    Counts,
    Employments,
    Importer,
    Ledger,
    NoteQueue,
    Sealer,
    Terms,
    one_of,
)


def cause_of(note: NoteId) -> CauseId:
    """Name the command that tells a note, the same in an import and when HR assigns it."""
    return CauseId(f"note/{note}")


class NoteImport:
    """Takes notes one after the other; a bad one is refused and the others are taken."""

    def __init__(
        self,
        *,
        commander: Commander,
        employments: Employments,
        ledger: Ledger,
        sealer: Sealer,
        queue: NoteQueue,
        terms: Terms,
        refuse: Callable[[Faulty], None],
    ) -> None:
        """Take the ports, how to run, and who is told of each refused note."""
        self._importer = Importer(commander, terms, refuse)
        self._employments = employments
        self._ledger = ledger
        self._sealer = sealer
        self._queue = queue

    @property
    def counts(self) -> Counts:
        """What became of the notes so far."""
        return self._importer.counts

    async def run(self, source: Iterable[SourcedNote | Faulty]) -> Counts:
        """Import what `adapters.formats.note_source.stream_notes` yields."""
        for item in source:
            if isinstance(item, Faulty):
                self._importer.refuse(item)
            else:
                await self._take(item)
        return self.counts

    async def _take(self, item: SourcedNote) -> None:
        found, counts = item.found, self._importer.counts
        counts.unknown_keys += found.ignored
        on = found.note.begins_on
        employments = one_of(await self._employments.by_person(found.national_id, found.orgnr, on))
        match employments:
            case []:
                where = "sykmeldt.fnr"
                self._refuse(item, where, f"nobody with this number and orgnr is employed on {on}")
            case [employment]:
                await self._to_case(item, employment)
            case _:
                await self._to_queue(found, employments)

    async def _to_queue(self, found: NavNote, employments: list[EmploymentId]) -> None:
        counts = self._importer.counts
        for employment in employments:
            if await self._ledger.note(employment, found.note.note_id) is not None:
                counts.known += 1  # HR has assigned it already
                return
        is_new = self._importer.terms.dry_run or await self._queue.add(
            found.note, found.sealed_text(), employments
        )
        counts.queued += is_new
        counts.known += not is_new

    async def _to_case(self, item: SourcedNote, employment: EmploymentId) -> None:
        note, counts = item.found.note, self._importer.counts
        known = await self._ledger.note(employment, note.note_id)
        if known == note:
            counts.known += 1
            return
        if known is not None:
            text = "this id is recorded with other dates or grades: withdraw or replace that note"
            self._refuse(item, "sykmeldingId", text)
            return
        texts = await self._sealed(item.found, employment)
        fact = NoteReceived(note=note, texts=texts)
        answer = await self._importer.record(employment, cause_of(note.note_id), fact)
        if answer.accepted:
            counts.taken += 1
            return
        if texts is not None:
            await self._sealer.discard(texts)
        self._refused(item, answer)

    async def _sealed(self, found: NavNote, employment: EmploymentId) -> DocumentRef | None:
        text = found.sealed_text()
        if text is None or self._importer.terms.dry_run:
            return None
        return await self._sealer.seal(employment, text)

    def _refused(self, item: SourcedNote, answer: AnswerMessage) -> None:
        self._refuse(item, answer.field or "", answer.text or answer.code or "was not accepted")

    def _refuse(self, item: SourcedNote, where: str, text: str) -> None:
        place = ": ".join(part for part in (item.place, where) if part)
        self._importer.refuse(Faulty(item.file, Fault(place=place, text=text)))
