"""The imports on the real parts: the directory, the vault, HR's queue and the logs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Final

from adapters.directory.note_queue import NoteQueue as StoredQueue
from adapters.directory.postgres import PostgresDirectory
from adapters.event_codec import decode_fact, encode
from adapters.postgres.told import PostgresTold
from adapters.vault.store import PostgresVault
from domain.facts import DocumentRef, NoteReceived
from domain.ids import EmploymentId, NoteId
from domain.notes import Note
from domain.refusals import BrokenHistory, InvalidValue, TilbakeError
from domain.spans import DateSpan
from service.imports import KnownRow

NOTE_FIELD: Final = "note"
"""What a sealed text of a note is bound to, besides its person."""


class NobodyThere(TilbakeError):
    """An employment that the directory does not have, so there is no key to seal a text with."""

    def __init__(self, employment: EmploymentId) -> None:
        """Name the employment, which is opaque."""
        super().__init__(f"the directory has no employment {employment}")


class Staff:
    """Who a record is about (`service.imports.Employments`)."""

    def __init__(self, directory: PostgresDirectory) -> None:
        self._directory = directory

    async def by_person(self, national_id: str, orgnr: str, on: date) -> Sequence[EmploymentId]:
        """List the employments of a person at an employer; where they are now comes first.

        Who moved to another unit is found by the former unit's number too (W14), but not
        beside an employment that is in the named unit now.
        """
        found = await self._directory.by_national_id(national_id, orgnr, on)
        there = [one.employment for one in found if one.now_there]
        return there or [one.employment for one in found]

    async def by_employee_no(self, employee_no: str, on: date) -> Sequence[EmploymentId]:
        """List the employments with such a number on a date."""
        found = await self._directory.by_employee_number(employee_no, on)
        return [one.employment for one in found]


class Told:
    """What the logs already have (`service.imports.Ledger`)."""

    def __init__(self, told: PostgresTold) -> None:
        self._told = told

    async def note(self, employment: EmploymentId, note: NoteId) -> Note | None:
        """Give a recorded note, withdrawn or not."""
        return await self._told.note(employment, note)

    async def rows(self, within: DateSpan) -> Sequence[KnownRow]:
        """List the rows whose days all lie within a span, withdrawn ones too."""
        return [
            KnownRow(
                employment=one.employment,
                row=one.row,
                span=one.span,
                is_live=one.is_live,
                is_note=one.is_note,
            )
            for one in await self._told.rows(within)
        ]


class Safe:
    """Where the practitioner's words go (`service.imports.Sealer`)."""

    def __init__(self, directory: PostgresDirectory, vault: PostgresVault) -> None:
        self._directory = directory
        self._vault = vault

    async def seal(
        self, employment: EmploymentId, text: str, field: str = NOTE_FIELD
    ) -> DocumentRef:
        """Store the text sealed under the key of whose employment it is.

        Raises:
            NobodyThere: the directory does not have the employment.
            Erased: the person was erased.
        """
        person = await self._directory.person_of(employment)
        if person is None:
            raise NobodyThere(employment)
        return await self._vault.store_document(person, text, field)

    async def open(self, document: DocumentRef) -> str:
        """Open a text; who reads it is recorded by the caller first.

        Raises:
            DocumentUnknown: it was destroyed.
            Erased: the person was erased.
        """
        return await self._vault.open_document(document)

    async def discard(self, document: DocumentRef) -> None:
        """Delete a text whose command was refused."""
        await self._vault.drop_document(document)


class HrQueue:
    """HR's queue of notes that fit several employments (`service.imports.NoteQueue`, R1b)."""

    def __init__(self, queue: StoredQueue, directory: PostgresDirectory) -> None:
        self._queue = queue
        self._directory = directory

    async def add(self, note: Note, text: str | None, candidates: Sequence[EmploymentId]) -> bool:
        """Queue a note under the key of the person; all its posts are suggested (W13)."""
        person = await self._directory.person_of(candidates[0]) if candidates else None
        content = queued_text(note, text)
        return await self._queue.add(note.note_id, person, content, candidates, candidates)


def queued_text(note: Note, text: str | None) -> str:
    """Write a note, with the practitioner's words, as it waits in the queue."""
    return json.dumps({"fact": encode(NoteReceived(note=note)), "text": text}, ensure_ascii=False)


def queued_note(content: str) -> tuple[Note, str | None]:
    """Read what `queued_text` wrote.

    Raises:
        BrokenHistory: it did not.
    """
    try:
        value = json.loads(content)
        fact, text = decode_fact(NoteReceived.kind, value["fact"]), value["text"]
    except (ValueError, KeyError, TypeError, InvalidValue) as fault:
        raise BrokenHistory("a queued note cannot be read") from fault
    if not isinstance(fact, NoteReceived) or not isinstance(text, str | None):
        raise BrokenHistory("a queued note is not what was queued")
    return fact.note, text
