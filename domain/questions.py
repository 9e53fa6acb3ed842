"""Questions that lie open in a case: asked, never forced, and never overdue (R14b, R22, R37, R37b).

A question is a reason to talk, not a duty. Who has not answered is part of it, so that a
silence is on record as well as an answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Final

from domain.cases import Case
from domain.doings import Doings
from domain.duty import DutyAssessment, DutyState
from domain.facts import (
    AnotherMeetingAnswered,
    DutyKind,
    MaxDateAnswered,
    MeasureEvaluated,
    MeasureOutcome,
    Meeting,
    MeetingHeld,
    MeetingUseful,
    NavMeetingNeed,
    NoteEndAnswered,
    Role,
    Step,
)
from domain.identity import Standing
from domain.meetings import MeetingState
from domain.phases import OPEN, state_on
from domain.policy import Policy
from domain.timeline import Known

_NOTE_END: Final = timedelta(days=3)
_ASKED_BEFORE: Final = timedelta(days=14)
_NAV_NEED: Final = timedelta(days=112)
_WEEK_18: Final = timedelta(days=18 * 7 - 1)
_FULL: Final = 100
SIDES: Final = (Role.MANAGER, Role.EMPLOYEE)


class QuestionKind(StrEnum):
    """What is asked."""

    NOTE_END = "note_end"
    MEETING_USEFUL = "meeting_useful"
    ANOTHER_MEETING = "another_meeting"
    STEP_DIFFERS = "step_differs"
    EVALUATE_MEASURE = "evaluate_measure"
    NAV_MEETING_NEED = "nav_meeting_need"
    AFTER_SICK_PAY = "after_sick_pay"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """An open question: since when, who has not answered, and why it is asked."""

    kind: QuestionKind
    on: date
    to: tuple[Role, ...]
    rule: str
    why: str


def open_questions(
    standing: Standing,
    duties: Sequence[DutyAssessment],
    known: Known,
    policy: Policy,
    on: date,
) -> tuple[Question, ...]:
    """Give what is asked in an open case on a date, oldest first."""
    if state_on(standing.course, policy, on) not in OPEN:
        return ()
    case, doings = standing.case, standing.doings
    by_kind = {duty.kind: duty for duty in duties}
    asked = [
        *_note_end(standing),
        *_meeting_useful(by_kind[DutyKind.DIALOGUE_MEETING_1], doings),
        *_another_meeting(case, doings, known),
        *_steps(case, doings),
        *_measures(doings),
        *_nav_need(case, doings),
        *_after_sick_pay(by_kind[DutyKind.MAX_SICK_PAY], doings),
    ]
    return tuple(sorted((one for one in asked if one.on <= on), key=lambda one: one.on))


def _note_end(standing: Standing) -> Iterator[Question]:
    """R14b: a note's end is not a return, so the manager is asked what comes next."""
    last = standing.case.last_day
    since = last - _NOTE_END
    answered = any(told >= since for told, _ in standing.doings.of(NoteEndAnswered))
    if standing.course.may_go_on and not answered:
        yield Question(
            kind=QuestionKind.NOTE_END,
            on=since,
            to=(Role.MANAGER,),
            rule="R14b",
            why=f"what is known ends on {last}: back, back in part, still away, or not known",
        )


def _meeting_useful(duty: DutyAssessment, doings: Doings) -> Iterator[Question]:
    """R22: while graded, employer, employee and practitioner are asked; each answer is kept."""
    if duty.state is not DutyState.QUESTION or duty.legal_on is None:
        return
    answered = {fact.by for _, fact in doings.of(MeetingUseful)}
    silent = tuple(role for role in (*SIDES, Role.PRACTITIONER) if role not in answered)
    if silent:
        yield Question(
            kind=QuestionKind.MEETING_USEFUL,
            on=duty.legal_on - _ASKED_BEFORE,
            to=silent,
            rule="R22",
            why=f"one yes makes dialogue meeting 1 a duty on {duty.legal_on}",
        )


def _another_meeting(case: Case, doings: Doings, known: Known) -> Iterator[Question]:
    """R37, R37b: a changed grade, a measure that fails, or week 18 without a meeting."""
    held = doings.last_held_on()
    if held is None or held < case.start:
        return
    settled = [told for told, _ in doings.of(AnotherMeetingAnswered)]
    settled += [one.on for one in doings.meetings().values() if one.state is MeetingState.CALLED]
    reasons = [(change.on, "R37", "the grade changed") for change in known.grades]
    reasons += [(on, "R37", "the grade changed") for on in _changes(case)]
    reasons += [
        (fact.on, "R37", "a measure does not work")
        for _, fact in doings.of(MeasureEvaluated)
        if fact.outcome is MeasureOutcome.NO
    ]
    if doings.nav_meeting_on() is None:
        week_18 = case.start + _WEEK_18
        reasons.append((week_18, "R37b", "week 18 has come without another meeting"))
    for on, rule, why in sorted(reasons):
        if on > held and on <= case.last_day and not any(told >= on for told in settled):
            yield Question(
                kind=QuestionKind.ANOTHER_MEETING,
                on=on,
                to=(Role.MANAGER,),
                rule=rule,
                why=f"{why}; the last meeting was on {held}",
            )
            return


def _changes(case: Case) -> Iterator[date]:
    """Give the days on which full absence became partial, or partial full, by the notes."""
    full = frozenset(case.full)
    for before, day in pairwise(sorted((*case.full, *case.partial))):
        if (before in full) != (day in full):
            yield date.fromordinal(day)


def _steps(case: Case, doings: Doings) -> Iterator[Question]:
    """R34: an agreed step is compared with what the notes say of its day."""
    held = [fact for _, fact in doings.of(MeetingHeld) if fact.steps]
    for step in held[-1].steps if held else ():
        if case.start <= step.on <= case.last_day and not _fits(step, case):
            yield Question(
                kind=QuestionKind.STEP_DIFFERS,
                on=step.on,
                to=(Role.MANAGER,),
                rule="R34",
                why=f"{step.grade} % was agreed from {step.on}; the notes say otherwise",
            )


def _fits(step: Step, case: Case) -> bool:
    day = step.on.toordinal()
    if day in case.full:
        return step.grade == _FULL
    return (0 < step.grade < _FULL) if day in case.partial else step.grade == 0


def _measures(doings: Doings) -> Iterator[Question]:
    """R31: a measure is looked at on the day that the plan names."""
    for measure in doings.measures():
        due = measure.evaluate_on
        if due is None:
            continue
        looked = [fact.on for _, fact in doings.of(MeasureEvaluated) if _is(fact, measure.measure)]
        if not any(day >= due for day in looked):
            yield Question(
                kind=QuestionKind.EVALUATE_MEASURE,
                on=due,
                to=(measure.by,),
                rule="R31",
                why=f"measure {measure.measure} was to be looked at on {due}",
            )


def _is(fact: MeasureEvaluated, measure: str) -> bool:
    return fact.measure == measure


def _nav_need(case: Case, doings: Doings) -> Iterator[Question]:
    """R26: NAV asks both sides from week 16 on whether its meeting is needed."""
    asked_on = case.start + _NAV_NEED
    if doings.nav_meeting_on() is not None or doings.held_on(Meeting.NAV) is not None:
        return
    answered = {fact.by for _, fact in doings.of(NavMeetingNeed)}
    silent = tuple(role for role in SIDES if role not in answered)
    if silent and asked_on <= case.last_day:
        yield Question(
            kind=QuestionKind.NAV_MEETING_NEED,
            on=asked_on,
            to=silent,
            rule="R26",
            why="NAV asks both sides whether its dialogue meeting is needed",
        )


def _after_sick_pay(duty: DutyAssessment, doings: Doings) -> Iterator[Question]:
    """R15, R28: the end of sick pay closes nothing; HR is asked what comes next."""
    if duty.legal_on is not None and not doings.of(MaxDateAnswered):
        yield Question(
            kind=QuestionKind.AFTER_SICK_PAY,
            on=duty.legal_on,
            to=(Role.HR,),
            rule="R28",
            why="sick pay ends, by estimate; what comes next",
        )
