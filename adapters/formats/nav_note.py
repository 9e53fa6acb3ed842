"""NAV's sick note (sykmelding, JSON) read into the domain's `Note`, with what is to be sealed.

Unknown keys are ignored and counted, a missing key and null mean the same. Dates come
from `fom`/`tom` only (R8). Names, and whatever docs/note-fields.md calls dropped, stay behind.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Final

from adapters.formats import note_fields
from adapters.formats.located import Faults, below
from adapters.formats.national_id import check_national_id, check_organisation_number
from adapters.formats.note_fields import Handling
from adapters.formats.record import HALF_CHARACTER, Record, is_unicode
from domain.ids import NoteId
from domain.notes import Activity, Note, Period, check_grade

NOTE_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,99}")
_FULL: Final = 100
_PERIODS: Final = "sykmeldingPerioder"
_SELF_CERTIFIED: Final = "egenmeldingsdager"
_KINDS: Final = (
    "aktivitetIkkeMulig, gradertSykmelding, antallBehandlingsdagerUke, "
    "harReisetilskudd or avventendeSykmelding"
)

Sealed = tuple[str, str | bool | int]
"""A place in the note, and the practitioner's words that stood there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NavNote:
    """A sick note, and what finds its employment. Never logged: its repr shows the note only."""

    note: Note
    national_id: str = field(repr=False)
    orgnr: str = field(repr=False)
    texts: tuple[Sealed, ...] = field(default=(), repr=False)
    ignored: int = field(default=0, compare=False)
    """How many keys are unknown to this version."""

    def sealed_text(self) -> str | None:
        """Write what is to be sealed as one JSON object; None when there is nothing."""
        return json.dumps(dict(self.texts), ensure_ascii=False) if self.texts else None


def read_note(value: object, place: str, faults: Faults) -> NavNote | None:
    """Read one note; None when something was noted in `faults`."""
    record = Record(value, place, faults)
    note_id = _note_id(record)
    national_id = _checked(record.below("sykmeldt"), "fnr")
    orgnr = _checked(record.below("arbeidsgiver"), "orgnr")
    record.require(_PERIODS)
    periods = [_period(item, where, faults) for item, where in record.items(_PERIODS)]
    days = [
        Record(item, at, faults).span("fom", "tom") for item, at in record.items(_SELF_CERTIFIED)
    ]
    nav_start = record.optional_day("sykefravaerFom")
    note = record.build(
        lambda: Note(
            note_id=NoteId(note_id),
            periods=tuple(period for period in periods if period is not None),
            self_certified=tuple(sorted(days)),
            nav_start=nav_start,
        )
    )
    if note is None:
        return None
    swept = _Sweep(record)
    swept.walk(value, "", "")
    if record.is_faulty:
        return None
    return NavNote(
        note=note,
        national_id=national_id,
        orgnr=orgnr,
        texts=tuple(swept.sealed),
        ignored=swept.ignored,
    )


def _note_id(record: Record) -> str:
    note_id = record.text("sykmeldingId")
    if isinstance(record.value("sykmeldingId"), str) and not NOTE_ID.fullmatch(note_id):
        record.fault("sykmeldingId", "must be an id of 1 to 100 letters, digits, . _ : or -")
    return note_id


def _checked(record: Record, key: str) -> str:
    """Read a national id or an organisation number with its check digits."""
    text = record.text(key)
    if key in record and not record.is_faulty:
        check = check_national_id if key == "fnr" else check_organisation_number
        record.build(lambda: check(text, key))
    return text


def _period(value: object, place: str, faults: Faults) -> Period | None:
    record = Record(value, place, faults)
    span = record.span("fom", "tom")
    activity, grade = _activity(record.below("aktivitet"))
    return record.build(lambda: Period(span=span, activity=activity, grade=grade))


def _activity(record: Record) -> tuple[Activity, int | None]:
    """Map a period's activity; of several the first in this order counts (R2)."""
    no_activity = record.below("aktivitetIkkeMulig") if "aktivitetIkkeMulig" in record else None
    graded = record.below("gradertSykmelding") if "gradertSykmelding" in record else None
    grade = _grade(graded) if graded is not None else None
    treatment_days = record.optional_integer("antallBehandlingsdagerUke") or 0
    if treatment_days < 0:
        record.fault("antallBehandlingsdagerUke", f"{treatment_days} must not be negative")
    travel_grant = record.optional_boolean("harReisetilskudd")
    is_advice = record.value("avventendeSykmelding") is not None
    if no_activity is not None:
        return Activity.NO_ACTIVITY, None
    if graded is not None:
        return Activity.GRADED, grade
    if treatment_days:
        return Activity.TREATMENT_DAYS, None
    if travel_grant:
        return Activity.TRAVEL_GRANT, None
    if record.is_object and not is_advice and not record.is_faulty:
        record.fault("", f"says nothing about work: it must hold {_KINDS}")
    return Activity.ADVICE, None


def _grade(record: Record) -> int:
    """Read the sick share; 100 when it is absent (R2)."""
    grade = record.optional_integer("sykmeldingsgrad")
    if grade is None:
        return _FULL
    record.build(lambda: check_grade("sykmeldingsgrad", grade))
    return grade


class _Sweep:
    """Walks a note along the table of fields: gathers what is sealed, counts what is unknown."""

    def __init__(self, record: Record) -> None:
        self.record = record
        self.sealed: list[Sealed] = []
        self.ignored = 0

    def walk(self, value: object, place: str, path: str) -> None:
        """Look at each member of an object; `place` has the numbers that `path` leaves out."""
        if not isinstance(value, dict):
            self.record.fault(place, "must be an object")
            return
        known = note_fields.members(path)
        for key, item in value.items():
            if key not in known:
                self.ignored += 1
            elif item is not None:
                self._member(item, below(place, key), below(path, key), known[key])

    def _member(self, item: object, place: str, path: str, handling: Handling | None) -> None:
        if handling is Handling.SEALED:
            self._seal(item, place)
        elif isinstance(item, list):
            for number, inner in enumerate(item):
                self.walk(inner, f"{place}[{number}]", f"{path}[]")
        elif note_fields.members(path):
            self.walk(item, place, path)

    def _seal(self, item: object, place: str) -> None:
        if not isinstance(item, str | bool | int):
            self.record.fault(place, "must be a text, or true or false")
        elif isinstance(item, str) and not is_unicode(item):
            self.record.fault(place, HALF_CHARACTER)
        elif item != "":
            self.sealed.append((place, item))
