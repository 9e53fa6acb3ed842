"""The demonstration's cases: what was told of each employee, dated relative to today.

Together they show a duty in every state. What lies before `live_from` counts as from before
tilbake was taken into use, so that a fresh demonstration sends today's reminders only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from domain.facts import (
    DutyKind,
    Exempted,
    ExemptionReason,
    Fact,
    Meeting,
    MeetingCalled,
    MeetingHeld,
    NavMeetingSet,
    NoteReceived,
    PlanChannel,
    PlanCompleted,
    PlanReceiver,
    PlanSent,
    ReturnedToWork,
    Role,
)
from domain.ids import NoteId
from domain.notes import Activity, Note, Period
from domain.spans import DateSpan
from service.demo_people import EMPLOYEES

_FULL: Final = 100
_BOTH: Final = (Role.EMPLOYEE, Role.MANAGER)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoCase:
    """What was told of one employee, in order."""

    person: str
    live_from: date
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class _Case:
    """A case that is on its `day`-th day today; `of(1)` is its first."""

    person: str
    today: date
    day: int

    def of(self, day: int) -> date:
        """Give the date of a day of the case."""
        return self.today + timedelta(days=day - self.day)

    def note(self, *stretches: tuple[int, int, int], number: int = 1) -> NoteReceived:
        """A sick note of stretches (first day of the case, last day, per cent)."""
        periods = tuple(
            Period(
                span=DateSpan(first=self.of(first), last=self.of(last)),
                activity=Activity.NO_ACTIVITY if grade == _FULL else Activity.GRADED,
                grade=None if grade == _FULL else grade,
            )
            for first, last, grade in stretches
        )
        # Ids go where no name may go; the keys of the demonstration are first names.
        place = EMPLOYEES.index(self.person) + 1
        note_id = NoteId(f"demo-{self.today}-{place}-{number}")
        return NoteReceived(note=Note(note_id=note_id, periods=periods))

    def told(self, *facts: Fact, live_on: int) -> DemoCase:
        """Say what was told, and on which day of the case tilbake was taken into use."""
        return DemoCase(person=self.person, live_from=self.of(live_on), facts=facts)


def cases(today: date) -> tuple[DemoCase, ...]:
    """Give all cases."""
    return (*_north(today), *_south(today))


def _north(today: date) -> tuple[DemoCase, ...]:
    fresh = _Case("alvilde", today, 6)
    soon = _Case("bernt", today, 24)
    late = _Case("catinka", today, 40)
    graded = _Case("dagrun", today, 52)
    met = _Case("eilif", today, 51)
    back = _Case("fredny", today, 30)
    return (
        fresh.told(fresh.note((1, 21, _FULL)), live_on=6),
        soon.told(soon.note((1, 35, _FULL)), live_on=20),
        late.told(late.note((1, 36, _FULL)), late.note((37, 56, _FULL), number=2), live_on=25),
        graded.told(
            graded.note((1, 14, _FULL), (15, 70, 50)),
            *_plan(graded, 22),
            live_on=45,
        ),
        met.told(
            met.note((1, 60, _FULL)),
            *_plan(met, 25),
            _called(met, 48),
            MeetingHeld(meeting=Meeting.DIALOGUE_1, on=met.of(48), attendees=_BOTH),
            live_on=50,
        ),
        back.told(back.note((1, 21, _FULL)), ReturnedToWork(on=back.of(20)), live_on=30),
    )


def _south(today: date) -> tuple[DemoCase, ...]:
    exempt = _Case("gaute", today, 38)
    silent = _Case("hjordis", today, 25)
    called = _Case("ingar", today, 46)
    missed = _Case("jorunn", today, 58)
    long = _Case("kolbein", today, 150)
    partial = _Case("liv", today, 33)
    return (
        exempt.told(
            exempt.note((1, 56, 40)),
            Exempted(
                duty=DutyKind.FOLLOW_UP_PLAN,
                reason=ExemptionReason.GRADED_WITH_DIALOGUE,
                contacted_on=exempt.of(20),
            ),
            live_on=38,
        ),
        silent.told(silent.note((1, 21, _FULL)), live_on=20),
        called.told(
            called.note((1, 70, _FULL)), *_plan(called, 26), _called(called, 48), live_on=46
        ),
        missed.told(missed.note((1, 90, _FULL)), *_plan(missed, 33), live_on=45),
        long.told(
            long.note((1, 145, _FULL)),
            long.note((146, 200, _FULL), number=2),
            *_plan(long, 27),
            _called(long, 46),
            MeetingHeld(meeting=Meeting.DIALOGUE_1, on=long.of(46), attendees=_BOTH),
            PlanCompleted(on=long.of(50)),
            NavMeetingSet(on=long.of(165)),
            live_on=150,
        ),
        partial.told(partial.note((1, 10, _FULL), (11, 45, 60)), live_on=28),
    )


def _plan(case: _Case, day: int) -> tuple[Fact, ...]:
    """A plan that was made, and brought to the practitioner."""
    channel = PlanChannel.BROUGHT_BY_EMPLOYEE
    return (
        PlanCompleted(on=case.of(day)),
        PlanSent(to=PlanReceiver.PRACTITIONER, channel=channel, on=case.of(day)),
    )


def _called(case: _Case, day: int) -> MeetingCalled:
    return MeetingCalled(meeting=Meeting.DIALOGUE_1, on=case.of(day), invitees=_BOTH)
