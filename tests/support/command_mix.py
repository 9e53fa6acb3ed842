"""A random day at the office: what many cases are told, in bulk, with what must be refused.

Everything follows from a seed and a date, so that a run can be repeated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from activities.messages import CommandMessage
from adapters.event_codec import Json, encode
from domain.facts import (
    AbsenceContinues,
    DutyKind,
    Exempted,
    ExemptionReason,
    Fact,
    GradeChanged,
    Meeting,
    MeetingCalled,
    MeetingHeld,
    MeetingUseful,
    NoteReceived,
    NoteWithdrawn,
    PlanChannel,
    PlanCompleted,
    PlanReceiver,
    PlanSent,
    ReturnedToWork,
    Role,
)
from domain.ids import EmploymentId, NoteId
from domain.notes import Activity, Note, Period
from domain.spans import DateSpan

BOTH = (Role.EMPLOYEE, Role.MANAGER)
OVER = 0.1
"""Share of cases that are long over: each command to one begins and ends a run."""


@dataclass(frozen=True)
class Told:
    """One command, and whether it can only be refused."""

    employment: EmploymentId
    command: CommandMessage
    must_fail: bool = False


class CaseScript:
    """What one employment is told, in order; the first is a sick note."""

    def __init__(self, employment: EmploymentId, number: int, today: date, rng: Random) -> None:
        self._employment, self._number, self._rng = employment, number, rng
        over = rng.random() < OVER
        self._first = today - timedelta(days=rng.randint(90, 200) if over else rng.randint(1, 70))
        self._last = self._first + timedelta(days=rng.randint(20, 60))
        if not over:
            self._last = max(self._last, today - timedelta(days=rng.randint(-40, 12)))
        self._today = today
        self._notes: list[Note] = []

    def told(self, count: int) -> Iterator[Told]:
        """Walk so many commands."""
        yield self._accepted(0, self._note(self._first, self._last))
        kinds = self._rng.choices(list(_KINDS), weights=list(_KINDS.values()), k=count - 1)
        for place, kind in enumerate(kinds, start=1):
            made = kind(self)
            if isinstance(made, Fact):
                yield self._accepted(place, made)
            else:
                yield Told(self._employment, self._command(place, *made), must_fail=True)

    def _accepted(self, place: int, fact: Fact) -> Told:
        return Told(self._employment, self._command(place, fact.kind, encode(fact)))

    def _command(self, place: int, kind: str, body: dict[str, Json]) -> CommandMessage:
        name = f"c-{self._number}-{place}"
        return CommandMessage(id=name, actor="hr-1", kind=kind, body=body)

    def _day(self) -> date:
        return self._first + timedelta(days=self._rng.randint(0, (self._last - self._first).days))

    def _note(self, first: date, last: date) -> NoteReceived:
        share = self._rng.choice([None, None, 40, 60, 80])
        period = Period(
            span=DateSpan(first=first, last=last),
            activity=Activity.NO_ACTIVITY if share is None else Activity.GRADED,
            grade=share,
        )
        name = NoteId(f"n-{self._number}-{len(self._notes)}")
        self._notes.append(Note(note_id=name, periods=(period,)))
        return NoteReceived(note=self._notes[-1])

    def grade(self) -> Fact:
        return GradeChanged(on=self._day(), grade=self._rng.randrange(10, 100, 10))

    def extension(self) -> Fact:
        first = self._last + timedelta(days=1)
        self._last += timedelta(days=self._rng.randint(3, 30))
        return self._note(first, self._last)

    def back(self) -> Fact:
        return ReturnedToWork(on=self._last + timedelta(days=self._rng.randint(-5, 5)))

    def goes_on(self) -> Fact:
        return AbsenceContinues(until=self._last + timedelta(days=self._rng.randint(1, 20)))

    def plan(self) -> Fact:
        return PlanCompleted(on=min(self._day(), self._today))

    def plan_sent(self) -> Fact:
        return PlanSent(to=PlanReceiver.PRACTITIONER, channel=PlanChannel.LETTER)

    def called(self) -> Fact:
        return MeetingCalled(meeting=Meeting.DIALOGUE_1, on=self._day(), invitees=BOTH)

    def held(self) -> Fact:
        on = min(self._day(), self._today)
        return MeetingHeld(meeting=Meeting.DIALOGUE_1, on=on, attendees=BOTH)

    def useful(self) -> Fact:
        return MeetingUseful(by=Role.EMPLOYEE, answer=self._rng.random() < 1 / 2)

    def exempt(self) -> Fact:
        reason = ExemptionReason.BACK_SOON_WITHOUT_ADAPTATION
        duty = self._rng.choice([DutyKind.FOLLOW_UP_PLAN, DutyKind.DIALOGUE_MEETING_1])
        return Exempted(duty=duty, reason=reason, until=self._last, contacted_on=self._first)

    def withdrawn(self) -> Fact:
        return NoteWithdrawn(note_id=self._rng.choice(self._notes).note_id)

    def unknown_note(self) -> Refused:
        fact = NoteWithdrawn(note_id=NoteId(f"n-{self._number}-never"))
        return fact.kind, encode(fact)

    def held_alone(self) -> Refused:
        fact = MeetingHeld(meeting=Meeting.DIALOGUE_1, on=self._today, attendees=(Role.MANAGER,))
        return fact.kind, encode(fact)

    def absurd_grade(self) -> Refused:
        return GradeChanged.kind, {"on": str(self._today), "grade": 260}

    def in_another_age(self) -> Refused:
        return ReturnedToWork.kind, {"on": str(self._first - timedelta(days=2000))}


Refused = tuple[str, dict[str, Json]]
"""Kind and body of what must be refused."""

_KINDS: dict[Callable[[CaseScript], Fact | Refused], int] = {
    CaseScript.grade: 6,
    CaseScript.extension: 3,
    CaseScript.back: 2,
    CaseScript.goes_on: 3,
    CaseScript.plan: 2,
    CaseScript.plan_sent: 1,
    CaseScript.called: 1,
    CaseScript.held: 1,
    CaseScript.useful: 1,
    CaseScript.exempt: 1,
    CaseScript.withdrawn: 1,
    CaseScript.unknown_note: 1,
    CaseScript.held_alone: 1,
    CaseScript.absurd_grade: 1,
    CaseScript.in_another_age: 1,
}
"""How often each comes, as a weight."""
