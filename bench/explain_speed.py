"""Time of `explain` for one case of 18 months with 40 notes, in process.

Notes of two weeks each, full and graded in turn, with grade changes, a plan, a meeting and
NAV's meeting among them. The file is read beforehand; output is not written.
"""

from __future__ import annotations

import statistics
import time
from datetime import date, datetime, timedelta
from typing import Final

from adapters.formats.case_file import CaseFile, Entry
from bench._stand import percentile, report, spread
from domain.facts import (
    Fact,
    GradeChanged,
    Meeting,
    MeetingHeld,
    NavMeetingSet,
    NoteReceived,
    PlanCompleted,
    Role,
)
from domain.ids import EmploymentId, NoteId
from domain.localtime import OSLO
from domain.notes import Activity, Note, Period
from domain.policy import DEFAULT
from domain.spans import DateSpan
from service.explain import as_json, explain

NOTES: Final = 40
DAYS: Final = 14
RUNS: Final = 300
START: Final = date(2025, 1, 6)


def main() -> None:
    """Measure, and report."""
    times = []
    for week in range(RUNS):
        # Another case each time: none of its dates was ever worked out before.
        start = START + timedelta(weeks=week)
        case, on = a_long_case(start), start + timedelta(days=540)
        begin = time.perf_counter()
        found = as_json(explain(case, DEFAULT, on))["cases"]
        times.append((time.perf_counter() - begin) * 1000)
        if not isinstance(found, list) or len(found) != 1:
            raise RuntimeError("this was to be one case")
    report(
        "explain_speed",
        "`explain`, one case of 18 months with 40 notes",
        f"{statistics.median(times):.1f} ms (p99 {percentile(times, 0.99):.1f} ms)",
        "5 ms",
        {"ms": spread(times), "p99 ms": round(percentile(times, 0.99), 2), "runs": RUNS},
    )


def a_long_case(start: date) -> CaseFile:
    """Make the case."""
    facts: list[Fact] = [NoteReceived(note=_note(start, number)) for number in range(NOTES)]
    facts += [GradeChanged(on=start + timedelta(days=90 * n), grade=100 - 10 * n) for n in (1, 2)]
    facts += [
        PlanCompleted(on=start + timedelta(days=25)),
        MeetingHeld(
            meeting=Meeting.DIALOGUE_1,
            on=start + timedelta(days=45),
            attendees=(Role.EMPLOYEE, Role.MANAGER),
        ),
        PlanCompleted(on=start + timedelta(days=50)),
        NavMeetingSet(on=start + timedelta(days=170)),
    ]
    entries = sorted((Entry(at=_at(fact), fact=fact) for fact in facts), key=lambda one: one.at)
    return CaseFile(employment=EmploymentId("e-1"), on=None, entries=tuple(entries))


def _note(start: date, number: int) -> Note:
    first = start + timedelta(days=DAYS * number)
    span = DateSpan(first=first, last=first + timedelta(days=DAYS - 1))
    period = Period(span=span, activity=Activity.NO_ACTIVITY)
    if number % 2:
        period = Period(span=span, activity=Activity.GRADED, grade=60)
    return Note(note_id=NoteId(f"n-{number}"), periods=(period,))


def _at(fact: Fact) -> datetime:
    day = fact.note.begins_on if isinstance(fact, NoteReceived) else getattr(fact, "on", START)
    return datetime.combine(day, datetime.min.time(), OSLO) + timedelta(hours=9)


if __name__ == "__main__":
    main()
