"""Random case files from a seed: tidy ones as an employer would tell them, and wild ones.

Wild ones mix every fact with every date. What no text decides is left out: two grade changes
learnt at the same instant, a note withdrawn and then received again.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any, Final

from tests.support.notes import nav_note, period

Object = dict[str, Any]

ANCHORS: Final = (
    date(2025, 12, 8),
    date(2026, 1, 5),
    date(2026, 2, 16),
    date(2026, 3, 2),
    date(2026, 4, 1),
    date(2026, 9, 14),
    date(2026, 11, 28),
    date(2024, 1, 29),
    date(2027, 12, 20),
    date(2028, 2, 1),
)
"""Near Christmas, Easter, the days clocks change, leap days and New Year."""

MEETING_REASONS: Final = (
    "no_return",
    "back_soon_without_adaptation",
    "measures_work_soon_back",
    "too_ill_now",
    "other",
)
PLAN_REASONS: Final = (
    *MEETING_REASONS,
    "graded_with_dialogue",
    "employment_ends",
    "unreachable",
)
EXEMPTABLE: Final = (
    "follow_up_plan",
    "plan_to_practitioner",
    "dialogue_meeting_1",
    "plan_to_nav",
    "update_plan",
)
_FACTS: Final = (
    "grade_changed",
    "grade_changed",
    "returned_to_work",
    "absence_continues",
    "self_certified",
    "vacation",
    "leave",
    "plan_completed",
    "plan_completed",
    "plan_sent",
    "plan_sent",
    "meeting_called",
    "meeting_held",
    "meeting_held",
    "meeting_useful",
    "exempted",
    "exempted",
    "note_withdrawn",
    "note_replaced",
    "nav_meeting_set",
    "nav_meeting_set",
    "employment_ended",
    "died",
)


def random_case(seed: int) -> Object:
    """Make the case file of a seed; the same seed makes the same file."""
    return _Maker(Random(seed)).case()


class _Maker:
    """Draws one case file."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.wild = random.random() < 0.5
        self.begin = random.choice(ANCHORS) + timedelta(days=random.randint(-9, 9))
        self.end = self.begin
        self.serial = 0
        self.ids: list[str] = []

    def case(self) -> Object:
        notes = self._notes()
        count = self.random.choice((0, 1, 2, 3, 5, 8, 12))
        facts = [self._fact(self.random.choice(_FACTS)) for _ in range(count)]
        on = self._day(-30, 60)
        if self.random.random() < 0.5:
            on = self.begin + timedelta(days=self.random.choice((20, 27, 28, 41, 48, 49, 55, 60)))
        return {
            "employment": "e-1",
            "on": on.isoformat(),
            "notes": notes,
            "facts": [fact for fact in facts if fact is not None],
        }

    def _notes(self) -> list[Object]:
        found = []
        cursor = self.begin
        for _ in range(self.random.choice((0, 1, 1, 1, 2, 2, 3, 3, 4, 6, 9))):
            note, first = self._note(cursor)
            cursor = self.end + timedelta(days=1 + self._gap())
            if self.random.random() < 0.5:
                learnt = first + timedelta(days=self.random.randint(-3, 12))
                found.append({"at": self._at(learnt), "note": note})
            else:
                found.append(note)
        self.random.shuffle(found)
        return found

    def _gap(self) -> int:
        if self.wild and self.random.random() < 0.3:
            return self.random.randint(-30, -1)
        return self.random.choice((0, 0, 0, 0, 1, 2, 2, 3, 5, 9, 10, 11, 14, 15, 16, 17, 40))

    def _note(self, first: date) -> tuple[Object, date]:
        name = f"n-{len(self.ids) + 1}"
        self.ids.append(name)
        periods, day = [], first
        for _ in range(self.random.choice((1, 1, 1, 2, 3))):
            last = day + timedelta(days=self.random.choice((0, 2, 4, 6, 13, 20, 27, 48, 60, 150)))
            periods.append(period(day.isoformat(), last.isoformat(), **self._activity()))
            self.end = max(self.end, last)
            day = last + timedelta(days=1 + (self.random.randint(0, 4) if self.wild else 0))
        note = nav_note(name, *periods)
        if self.random.random() < 0.3:
            note["egenmeldingsdager"] = self._egenmelding(first)
        return note, first

    def _egenmelding(self, first: date) -> list[Object]:
        found = []
        day = first - timedelta(days=self.random.choice((1, 3, 4, 5, 9, 16, 17)))
        for _ in range(self.random.randint(1, 2)):
            last = day + timedelta(days=self.random.randint(0, 2))
            found.append({"fom": day.isoformat(), "tom": last.isoformat()})
            day = last + timedelta(days=self.random.randint(1, 4))
        return found

    def _activity(self) -> Object:
        full: Object = {"aktivitetIkkeMulig": {}}
        grade = self.random.choice((0, 1, 20, 50, 60, 99, 100, None))
        graded: Object = {"gradertSykmelding": {"sykmeldingsgrad": grade}}
        rare: list[Object] = [
            {"antallBehandlingsdagerUke": 1},
            {"harReisetilskudd": True},
            {"avventendeSykmelding": "Kan arbeide hvis oppgavene legges om"},
        ]
        drawn = self.random.random()
        if drawn < 0.6:
            return full
        return graded if drawn < 0.9 else self.random.choice(rare)

    def _day(self, before: int = -10, after: int = 40) -> date:
        span = (self.end - self.begin).days
        return self.begin + timedelta(days=self.random.randint(before, span + after))

    def _at(self, day: date) -> str:
        """Write an instant on a day, often near midnight; no two are the same."""
        self.serial += 1
        hour = self.random.choice((0, 7, 9, 15, 21, 22, 23))
        at = datetime(day.year, day.month, day.day, hour, self.serial % 60, self.serial, tzinfo=UTC)
        return at.isoformat()

    def _fact(self, kind: str) -> Object | None:
        day = self._day() if self.wild else self._day(0, 15)
        learnt = day + timedelta(days=self.random.randint(-12, 12) if self.wild else 0)
        fact = {"type": kind, "at": self._at(learnt)}
        body = getattr(self, f"_{kind}")(day)
        return None if body is None else {**fact, **body}

    def _on(self, day: date) -> Object:
        return {"on": day.isoformat()}

    _returned_to_work = _plan_completed = _on

    def _employment_ended(self, day: date) -> Object | None:
        return self._on(day) if self.random.random() < 0.4 else None

    _died = _employment_ended

    def _grade_changed(self, day: date) -> Object:
        return {**self._on(day), "grade": self.random.choice((0, 20, 50, 80, 100))}

    def _absence_continues(self, day: date) -> Object:
        return {"until": (day + timedelta(days=self.random.randint(0, 30))).isoformat()}

    def _self_certified(self, day: date) -> Object:
        last = day + timedelta(days=self.random.randint(0, 3))
        return {"from": day.isoformat(), "to": last.isoformat()}

    def _vacation(self, day: date) -> Object:
        if self.random.random() < 0.6:  # payroll writes Monday to Friday
            day -= timedelta(days=day.weekday())
            return {"from": day.isoformat(), "to": (day + timedelta(days=4)).isoformat()}
        last = day + timedelta(days=self.random.randint(0, 30))
        return {"from": day.isoformat(), "to": last.isoformat()}

    _leave = _vacation

    def _plan_sent(self, day: date) -> Object:
        receiver = self.random.choice(("practitioner", "practitioner", "nav"))
        return {"to": receiver, "channel": self.random.choice(("letter", "nav", "secure"))}

    def _meeting_called(self, day: date) -> Object:
        return {**self._on(day), "meeting": self._which(), "invitees": ["employee", "manager"]}

    def _meeting_held(self, day: date) -> Object:
        present = (["employee", "manager"], ["employee", "employer", "ohs"], ["employee", "hr"])
        alone = (["manager"], ["employee"])
        came = self.random.choice(present if self.random.random() < 0.85 else alone)
        return {**self._on(day), "meeting": self._which(), "attendees": came}

    def _which(self) -> str:
        return self.random.choice(("dm1", "dm1", "dm1", "dm2", "additional"))

    def _meeting_useful(self, day: date) -> Object:
        by = self.random.choice(("employee", "employer", "practitioner"))
        return {"by": by, "answer": self.random.random() < 0.6}

    def _exempted(self, day: date) -> Object:
        duty = self.random.choice(EXEMPTABLE)
        reasons = MEETING_REASONS if duty == "dialogue_meeting_1" else PLAN_REASONS
        fact: Object = {
            "duty": duty,
            "reason": self.random.choice(reasons),
            "contacted_on": day.isoformat(),
        }
        if self.random.random() < 0.7:
            fact["until"] = (day + timedelta(days=self.random.randint(0, 40))).isoformat()
        return fact

    def _note_withdrawn(self, day: date) -> Object | None:
        return {"note": self.random.choice(self.ids)} if self.ids else None

    def _note_replaced(self, day: date) -> Object | None:
        if not self.ids:
            return None
        old = self.random.choice(self.ids)
        note, _ = self._note(day)
        return {"note": old, "by": note}

    def _nav_meeting_set(self, day: date) -> Object:
        if self.random.random() < 0.25:
            return {"on": None}
        return self._on(day + timedelta(days=self.random.randint(0, 40)))
