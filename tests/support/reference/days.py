"""What each calendar day is, read from a case file: a dictionary from day to class.

Naive on purpose: every day is looked at by itself, and nothing of `domain/` is used. A day
that nobody says anything about is not in the dictionary.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import holidays

Object = dict[str, Any]
Told = list[Object]
"""Notes (as `note_received`) and facts alike, `at` being an aware datetime."""

OSLO: Final = ZoneInfo("Europe/Oslo")
DAY: Final = timedelta(days=1)
SICK: Final = ("full", "partial", "self")
OFF: Final = ("vacation", "leave")
_STRONGEST_FIRST: Final = ("full", "work", "partial", "self")
_RED: Final = holidays.country_holidays("NO")


def on_of(text: str) -> date:
    """Read a date."""
    return date.fromisoformat(text)


def local(at: datetime) -> date:
    """Give the date in Oslo."""
    return at.astimezone(OSLO).date()


def span(first: date, last: date) -> Iterator[date]:
    """Walk the days, both ends included."""
    while first <= last:
        yield first
        first += DAY


def is_free(day: date) -> bool:
    """Say whether a day is a Saturday, a Sunday or a red day."""
    return day.weekday() >= 5 or day in _RED


def target(legal: date) -> date:
    """Give the last working day on or before a day, 24 December being none (R29)."""
    while is_free(legal) or (legal.month, legal.day) == (12, 24):
        legal -= DAY
    return legal


def workdays_before(day: date, count: int) -> date:
    """Go so many working days back."""
    for _ in range(count):
        day = target(day - DAY)
    return day


def told(case: Object) -> Told:
    """Put notes and facts into one list, each with the instant at which it was learnt."""
    found = []
    for item in case.get("notes", []):
        wrapped = "sykmeldingId" not in item
        note = item["note"] if wrapped else item
        first = min(day for day, _ in _days_of(note))
        midnight = datetime.combine(first, time(0), OSLO)
        at = datetime.fromisoformat(item["at"]) if wrapped else midnight
        found.append({"type": "note_received", "at": at, "note": note})
    facts = case.get("facts", [])
    return found + [{**fact, "at": datetime.fromisoformat(fact["at"])} for fact in facts]


def of_type(facts: Told, *types: str) -> Told:
    """Pick the facts of these types, earliest learnt first."""
    return sorted((fact for fact in facts if fact["type"] in types), key=lambda fact: fact["at"])


def last_possible_day(facts: Told) -> date | None:
    """Give the day after which no day counts (R3b)."""
    ends = [on_of(fact["on"]) for fact in of_type(facts, "employment_ended", "died")]
    return min(ends, default=None)


def classes(facts: Told) -> dict[date, str]:
    """Give the class of each day that something is said about."""
    found = _off(facts)
    for day, said in _said_by_notes(facts).items():
        found.setdefault(day, min(said, key=_STRONGEST_FIRST.index))
    for fact in of_type(facts, "returned_to_work"):
        found[on_of(fact["on"])] = "work"
    end = last_possible_day(facts)
    found = {day: what for day, what in found.items() if end is None or day <= end}
    _fill(found, facts, end)
    _enclose(found)
    return found


def _off(facts: Told) -> dict[date, str]:
    """Write down vacation and leave; free days between two rows belong to them (R5b)."""
    found = {}
    for fact in of_type(facts, "vacation", "leave"):
        for day in span(on_of(fact["from"]), on_of(fact["to"])):
            found[day] = fact["type"]
    for day in sorted(found):
        between = []
        after = day + DAY
        while after not in found and is_free(after):
            between.append(after)
            after += DAY
        if after in found:
            found.update(dict.fromkeys(between, found[day]))
    return found


def _said_by_notes(facts: Told) -> dict[date, list[str]]:
    """Gather what each note, and each self-certified row, says about each day."""
    gone = {fact["note"] for fact in of_type(facts, "note_withdrawn", "note_replaced")}
    notes = {}
    for fact in of_type(facts, "note_received", "note_replaced"):
        note = fact["note"] if fact["type"] == "note_received" else fact["by"]
        notes[note["sykmeldingId"]] = note
    found: dict[date, list[str]] = {}
    for name, note in notes.items():
        begin = min(on_of(period["fom"]) for period in note["sykmeldingPerioder"])
        for day, what in _days_of(note):
            if name not in gone and not _returned_between(facts, begin, day):
                found.setdefault(day, []).append(_regraded(facts, begin, day, what))
    for fact in of_type(facts, "self_certified"):
        for day in span(on_of(fact["from"]), on_of(fact["to"])):
            found.setdefault(day, []).append("self")
    return found


def _days_of(note: Object) -> Iterator[tuple[date, str]]:
    for period in note["sykmeldingPerioder"]:
        for day in span(on_of(period["fom"]), on_of(period["tom"])):
            yield day, _activity(period["aktivitet"])
    for days in note.get("egenmeldingsdager") or []:
        for day in span(on_of(days["fom"]), on_of(days["tom"])):
            yield day, "self"


def _activity(activity: Object) -> str:
    if activity.get("aktivitetIkkeMulig") is not None:
        return "full"
    if (graded := activity.get("gradertSykmelding")) is not None:
        share = graded.get("sykmeldingsgrad")
        return _by_grade(100 if share is None else share)
    return "work"


def _by_grade(share: int) -> str:
    return "full" if share >= 100 else "partial" if share > 0 else "work"


def _returned_between(facts: Told, begin: date, day: date) -> bool:
    """Say whether a return cut the note, which began on `begin`, before it came to `day` (R14)."""
    returns = [on_of(fact["on"]) for fact in of_type(facts, "returned_to_work")]
    return any(begin < back <= day for back in returns)


def _regraded(facts: Told, begin: date, day: date, what: str) -> str:
    """Let the latest change from the note's beginning to the day rule it (R37)."""
    if what not in ("full", "partial"):
        return what
    rulers = [
        (on_of(fact["on"]), fact["at"], fact["grade"])
        for fact in of_type(facts, "grade_changed")
        if begin <= on_of(fact["on"]) <= day
    ]
    return _by_grade(max(rulers)[2]) if rulers else what


def _fill(found: dict[date, str], facts: Told, end: date | None) -> None:
    """Fill what "still away" says no note covers (R14b)."""
    sick = sorted(day for day, what in found.items() if what in SICK)
    returns = {on_of(fact["on"]) for fact in of_type(facts, "returned_to_work")}
    for fact in of_type(facts, "absence_continues"):
        until = on_of(fact["until"])
        said = min(local(fact["at"]), until)
        anchor = max((day for day in sick if day <= said), default=sick[0] if sick else None)
        if anchor is None:
            continue
        last = found[anchor]
        for day in span(anchor + DAY, until if end is None else min(until, end)):
            if day in returns:
                break
            what = found.setdefault(day, last)
            last = what if what in SICK else last


def _enclose(found: dict[date, str]) -> None:
    """Count free days between two days of absence, if nothing is said about them."""
    for day in sorted(day for day, what in found.items() if what in SICK):
        between = []
        after = day + DAY
        while after not in found and is_free(after):
            between.append(after)
            after += DAY
        if found.get(after) in SICK:
            found.update(dict.fromkeys(between, found[day]))
