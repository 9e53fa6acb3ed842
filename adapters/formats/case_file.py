"""The input of `explain` and `simulate`: one employment, its sick notes and its facts.

Our own format, so an unknown field is a fault; inside NAV's notes it is not. The file is
read whole, checked whole, and given as facts with the instant at which each was learnt.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

from adapters.formats.case_facts import read_fact
from adapters.formats.located import Faults
from adapters.formats.nav_note import NavNote, read_note
from adapters.formats.reading import read_json
from adapters.formats.record import STAND_IN_INSTANT, Record
from domain.facts import Fact, NoteReceived, NoteReplaced, NoteWithdrawn
from domain.ids import EmploymentId, NoteId
from domain.localtime import wake_at

_EMPLOYMENT: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,99}")
_DIFFERS: Final = "the same id stands at a note that differs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A fact and the instant (UTC) at which it was learnt."""

    at: datetime
    fact: Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """What a case file says, its entries in the order in which they were learnt."""

    employment: EmploymentId
    on: date | None
    entries: tuple[Entry, ...]
    managers: tuple[tuple[date, str], ...] = ()
    """Who answers for the employment from which day on; a simulation's directory (R45)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Placed:
    """An entry with the place it was read from."""

    place: str
    entry: Entry


def load_case_file(path: Path) -> CaseFile:
    """Read a case file.

    Raises:
        Faulty: with the first fault and how many more there are.
    """
    return read_case(read_json(path), str(path))


def read_case(value: object, name: str) -> CaseFile:
    """Read a case file that is already parsed; `name` stands in the error.

    Raises:
        Faulty: with the first fault and how many more there are.
    """
    faults = Faults()
    record = Record(value, "", faults)
    employment = _employment(record)
    on = record.optional_day("on")
    notes = _Notes(faults)
    for item, place in record.items("notes"):
        notes.read(item, place)
    facts = [
        placed for item, place in record.items("facts") if (placed := _fact(item, place, faults))
    ]
    managers = _managers(record)
    record.refuse_unread()
    notes.check(facts)
    faults.check(name)
    entries = [*notes.entries.values(), *(placed.entry for placed in facts)]
    return CaseFile(
        employment=EmploymentId(employment),
        on=on,
        entries=_in_order(entries),
        managers=managers,
    )


def _managers(record: Record) -> tuple[tuple[date, str], ...]:
    found = []
    for item, place in record.items("managers"):
        one = Record(item, place, record.faults)
        since, person = one.day("from"), one.text("person")
        if isinstance(one.value("person"), str) and not _EMPLOYMENT.fullmatch(person):
            one.fault("person", "must be an id of 1 to 100 letters, digits, . _ : or -")
        one.refuse_unread()
        found.append((since, person))
    return tuple(sorted(found))


def _employment(record: Record) -> str:
    employment = record.text("employment")
    if isinstance(record.value("employment"), str) and not _EMPLOYMENT.fullmatch(employment):
        record.fault("employment", "must be an id of 1 to 100 letters, digits, . _ : or -")
    return employment


def _fact(item: object, place: str, faults: Faults) -> _Placed | None:
    record = Record(item, place, faults)
    at = record.instant("at")
    fact = read_fact(record)
    return _Placed(place=place, entry=Entry(at=at, fact=fact)) if fact is not None else None


class _Notes:
    """The notes of a file by id: the same note twice is one, unless they differ."""

    def __init__(self, faults: Faults) -> None:
        self.entries: dict[NoteId, Entry] = {}
        self._faults = faults
        self._seen: dict[NoteId, NavNote] = {}
        self._unread = False

    def read(self, item: object, place: str) -> None:
        """Read a note, plain or wrapped with the instant at which it was received."""
        at, value, inner = self._unwrapped(item, place)
        found = read_note(value, inner, self._faults)
        if found is None:
            self._unread = True
            return
        note = found.note
        if (first := self._seen.setdefault(note.note_id, found)) != found:
            self._faults.add(f"{inner}.sykmeldingId", _DIFFERS)
        if first is found:
            received = at or wake_at(note.first_covered, 0)
            self.entries[note.note_id] = Entry(at=received, fact=NoteReceived(note=note))

    def check(self, facts: list[_Placed]) -> None:
        """See that a withdrawn or replaced note is in the file, and that a new one is new."""
        notes = {note_id: found.note for note_id, found in self._seen.items()}
        for placed in facts:
            if isinstance(fact := placed.entry.fact, NoteReplaced):
                first = notes.setdefault(fact.by.note_id, fact.by)
                if first != fact.by:
                    self._faults.add(f"{placed.place}.by.sykmeldingId", _DIFFERS)
        if self._unread:
            return  # the missing note may be one that could not be read
        for placed in facts:
            fact = placed.entry.fact
            if isinstance(fact, NoteWithdrawn | NoteReplaced) and fact.note_id not in notes:
                self._faults.add(f"{placed.place}.note", "there is no such note in this file")

    def _unwrapped(self, item: object, place: str) -> tuple[datetime | None, object, str]:
        if not isinstance(item, dict) or "sykmeldingId" in item or not {"at", "note"} & set(item):
            return None, item, place
        wrapper = Record(item, place, self._faults)
        at = wrapper.instant("at")
        note = wrapper.value("note")
        wrapper.refuse_unread()
        return at if at != STAND_IN_INSTANT else None, note, f"{place}.note"


def _in_order(entries: list[Entry]) -> tuple[Entry, ...]:
    """Sort by instant; a withdrawal never comes before the note that it takes back."""
    learnt: dict[NoteId, datetime] = {}
    for entry in sorted(entries, key=lambda each: each.at):
        for note_id in _brought(entry.fact):
            learnt.setdefault(note_id, entry.at)

    def place(entry: Entry) -> datetime:
        if isinstance(entry.fact, NoteWithdrawn | NoteReplaced):
            return max(entry.at, learnt.get(entry.fact.note_id, entry.at))
        return entry.at

    return tuple(sorted(entries, key=place))


def _brought(fact: Fact) -> tuple[NoteId, ...]:
    match fact:
        case NoteReceived():
            return (fact.note.note_id,)
        case NoteReplaced():
            return (fact.by.note_id,)
        case _:
            return ()
