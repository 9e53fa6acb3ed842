"""What the log of an employment adds up to: `fold` of its records, `evolve` by one more.

Only what was recorded is in here. Days, dates and duties follow from it in domain/assess.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final, get_args

from domain.absences import Absences
from domain.commands import Answer
from domain.doings import Done
from domain.events import (
    CaseClosed,
    CaseMerged,
    CaseOpened,
    CasePaused,
    CaseResumed,
    CaseStartMoved,
    CloseReason,
    CommandRefused,
    DutyMissed,
    Event,
    ExemptionLapsed,
    FellDueBeforeGoLive,
    InvitationDue,
    Recorded,
    ReminderDropped,
    ReminderDue,
    ReminderSent,
)
from domain.facts import AbsenceFact, DutyKind, Fact, FollowUpFact, Struck, WentLive
from domain.ids import CaseId, CauseId, EmploymentId, MeetingName
from domain.localtime import local_date
from domain.refusals import BrokenHistory
from domain.timeline import Told

ABSENCE_FACTS: Final = get_args(AbsenceFact)
FOLLOW_UP_FACTS: Final = get_args(FollowUpFact)
FACTS: Final = get_args(Fact)


class Phase(StrEnum):
    """The phase of a case as it was last recorded."""

    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    """Closed, since nothing is left of its days."""
    MERGED = "merged"


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownCase:
    """The identity of a case: its id stays while late facts move its days (R12, R13)."""

    case_id: CaseId
    start: date
    phase: Phase = Phase.OPEN
    changes: int = 0
    """How often its phase was recorded to change."""
    absorbed: tuple[CaseId, ...] = ()
    """Younger cases that live on in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fired:
    """A stage that was reached, and the day on which that was recorded."""

    due: ReminderDue
    on: date


Mark = tuple[CaseId, DutyKind, date]


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """An employment as its log tells it."""

    employment: EmploymentId
    absences: Absences = field(default_factory=Absences)
    done: tuple[Done, ...] = ()
    cases: tuple[KnownCase, ...] = ()
    """In the order in which they were opened."""
    fired: tuple[Fired, ...] = ()
    missed: frozenset[Mark] = frozenset()
    """Legal dates recorded as missed, or as fallen due before go-live."""
    lapsed: frozenset[Mark] = frozenset()
    invited: Mapping[tuple[CaseId, MeetingName], int] = field(
        default_factory=lambda: MappingProxyType({})
    )
    """The latest sequence of a meeting's invitations."""
    struck: frozenset[CauseId] = frozenset()
    """Commands whose facts count no longer (R50)."""
    corrections: frozenset[CauseId] = frozenset()
    """Commands that struck something; they cannot be struck themselves."""
    told: int = 0
    """How many facts people and payroll have told."""
    live_from: date | None = None
    answers: Mapping[CauseId, Answer] = field(default_factory=lambda: MappingProxyType({}))
    acted_at: datetime | None = None
    """The last instant at which a step recorded something."""

    def case(self, case_id: CaseId) -> KnownCase:
        """Give a case by its id.

        Raises:
            BrokenHistory: no such case was opened.
        """
        for case in self.cases:
            if case.case_id == case_id:
                return case
        raise BrokenHistory(f"{case_id} was never opened")

    def at_rest(self) -> State:
        """Give the same in as little memory as it takes."""
        return replace(self, absences=self.absences.at_rest())

    def live(self) -> tuple[KnownCase, ...]:
        """Give the cases that were not merged into another."""
        return tuple(case for case in self.cases if case.phase is not Phase.MERGED)


def begin(employment: EmploymentId) -> State:
    """Give the state of an employment with an empty log."""
    return State(employment=employment)


def fold(
    employment: EmploymentId, records: Iterable[Recorded], state: State | None = None
) -> State:
    """Add up a log, from its beginning or on top of a state.

    Raises:
        BrokenHistory: the records cannot have been written by this program.
    """
    state = state or begin(employment)
    answers = dict(state.answers)
    for record in records:
        state = _with_event(state, record)
        _note_answer(answers, record)
    return replace(state, answers=MappingProxyType(answers))


def evolve(state: State, record: Recorded) -> State:
    """Add one record to a state."""
    return fold(state.employment, (record,), state)


def _note_answer(answers: dict[CauseId, Answer], record: Recorded) -> None:
    event = record.event
    if record.cause in answers:
        return
    if isinstance(event, CommandRefused):
        answers[record.cause] = Answer(
            cause=record.cause,
            accepted=False,
            code=event.code,
            field=event.field,
            text=event.text,
        )
    elif isinstance(event, FACTS):
        answers[record.cause] = Answer(cause=record.cause, accepted=True)


def _with_event(state: State, record: Recorded) -> State:
    event = record.event
    if isinstance(event, ReminderSent | ReminderDropped):
        return state  # written by the delivery, at its own time: no step has acted
    acted_at = max(state.acted_at or record.at, record.at)
    facts = state.told + isinstance(event, FACTS)
    state = replace(state, acted_at=acted_at, told=facts)
    if isinstance(event, ABSENCE_FACTS):
        told = Told(at=record.at, fact=event, cause=record.cause)
        return replace(state, absences=state.absences.and_also(told))
    if isinstance(event, FOLLOW_UP_FACTS):
        done = Done(at=record.at, fact=event, cause=record.cause)
        return replace(state, done=(*state.done, done))
    return _with_outcome(state, event, record)


def _with_outcome(state: State, event: Event, record: Recorded) -> State:  # noqa: PLR0911 - one a kind
    match event:
        case Struck(cause=cause):
            return _without(state, cause, record.cause)
        case WentLive(on=on):
            return replace(state, live_from=min(state.live_from or on, on))
        case CaseOpened(case=case_id, start=start):
            return replace(state, cases=(*state.cases, KnownCase(case_id=case_id, start=start)))
        case CaseStartMoved() | CaseMerged() | CasePaused() | CaseResumed() | CaseClosed():
            return _with_cases(state, event)
        case DutyMissed(case=case_id, duty=duty, legal_on=on):
            return replace(state, missed=state.missed | {(case_id, duty, on)})
        case FellDueBeforeGoLive(case=case_id, duty=duty, legal_on=on):
            return replace(state, missed=state.missed | {(case_id, duty, on)})
        case ExemptionLapsed(case=case_id, duty=duty, on=on):
            return replace(state, lapsed=state.lapsed | {(case_id, duty, on)})
        case InvitationDue(case=case_id, name=name, sequence=sequence):
            invited = {**state.invited, (case_id, name): sequence}
            return replace(state, invited=MappingProxyType(invited))
        case ReminderDue():
            fired = Fired(due=event, on=local_date(record.at))
            return replace(state, fired=(*state.fired, fired))
        case _:
            return state


def _without(state: State, cause: CauseId, by: CauseId) -> State:
    done = tuple(one for one in state.done if one.cause != cause)
    return replace(
        state,
        absences=state.absences.without(cause),
        done=done,
        struck=state.struck | {cause},
        corrections=state.corrections | {by},
    )


def _with_cases(
    state: State, event: CaseStartMoved | CaseMerged | CasePaused | CaseResumed | CaseClosed
) -> State:
    case = state.case(event.case)
    changed = case.changes + 1
    match event:
        case CaseStartMoved(new=new):
            return _with_case(state, replace(case, start=new))
        case CasePaused():
            return _with_case(state, replace(case, phase=Phase.PAUSED, changes=changed))
        case CaseResumed():
            return _with_case(state, replace(case, phase=Phase.OPEN, changes=changed))
        case CaseClosed(reason=reason):
            gone = reason is CloseReason.WITHDRAWN
            phase = Phase.WITHDRAWN if gone else Phase.CLOSED
            return _with_case(state, replace(case, phase=phase, changes=changed))
        case CaseMerged(merged=merged):
            younger = state.case(merged)
            absorbed = (*case.absorbed, merged, *younger.absorbed)
            state = _with_case(state, replace(case, absorbed=absorbed))
            return _with_case(state, replace(younger, phase=Phase.MERGED))


def _with_case(state: State, case: KnownCase) -> State:
    cases = tuple(case if one.case_id == case.case_id else one for one in state.cases)
    return replace(state, cases=cases)
