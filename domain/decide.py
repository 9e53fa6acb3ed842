"""Whether a fact may be recorded: a refusal with its code, or None (R3b, R14, R34).

Notes and payroll are taken as they come; what people signal about a case needs a case.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

from domain.doings import Done
from domain.facts import (
    AbsenceContinues,
    Fact,
    FollowUpFact,
    GradeChanged,
    NoteReceived,
    NoteReplaced,
    NoteWithdrawn,
    ReturnedToWork,
    RowWithdrawn,
    Struck,
)
from domain.follow_up_refusals import Standing, follow_up_refusal
from domain.identity import standings
from domain.ids import NoteId, RowId
from domain.localtime import local_date
from domain.notes import Note
from domain.phases import CaseState, state_on
from domain.policy import Policy
from domain.refusals import Refusal, RefusalCode
from domain.state import FOLLOW_UP_FACTS, State

_LONGEST_AHEAD: Final = timedelta(days=366)


def refusal_of(  # noqa: PLR0911 - one a kind
    state: State, policy: Policy, at: datetime, fact: Fact
) -> Refusal | None:
    """Say why a fact cannot be recorded at an instant, or None when it can."""
    match fact:
        case NoteReceived(note=note):
            return _note(state, policy, note)
        case NoteWithdrawn(note_id=note_id):
            return _known_note(state, policy, note_id, "note")
        case NoteReplaced(note_id=note_id, by=note):
            return _known_note(state, policy, note_id, "note") or _note(state, policy, note)
        case RowWithdrawn(row=row):
            return _known_row(state, row)
        case GradeChanged(on=on) | ReturnedToWork(on=on):
            return _in_open_case(state, policy, at, "on", on)
        case AbsenceContinues(until=until):
            return _in_open_case(state, policy, at, "until", until, ahead=_LONGEST_AHEAD)
        case Struck():
            return _correctable(state, fact)
        case _ if isinstance(fact, FOLLOW_UP_FACTS):
            return _follow_up(state, policy, at, fact)
        case _:
            return None


def _refused(code: RefusalCode, field: str, text: str) -> Refusal:
    return Refusal(code=code, field=field, text=text)


def _note(state: State, policy: Policy, note: Note) -> Refusal | None:
    known = state.absences.under(policy).known
    if note.note_id in known.withdrawn:
        return _refused(RefusalCode.NOTE_WITHDRAWN, "note", "was withdrawn before")
    told = known.notes.get(note.note_id)
    if told is not None and told[1] != note:
        return _refused(
            RefusalCode.NOTE_DIFFERS,
            "note",
            "is known with other content; replace it under a new id instead",
        )
    if known.ended is not None and note.begins_on.toordinal() > known.ended:
        ended = date.fromordinal(known.ended)
        return _refused(
            RefusalCode.EMPLOYMENT_ENDED, "fom", f"is after the employment's last day, {ended}"
        )
    return None


def _known_note(state: State, policy: Policy, note_id: NoteId, field: str) -> Refusal | None:
    known = state.absences.under(policy).known
    if note_id in known.withdrawn:
        return _refused(RefusalCode.NOTE_WITHDRAWN, field, "was withdrawn or replaced before")
    if note_id not in known.notes:
        return _refused(RefusalCode.UNKNOWN_NOTE, field, "was never received for this employment")
    return None


def _known_row(state: State, row: RowId) -> Refusal | None:
    rows = {getattr(told.fact, "row", None) for told in state.absences.told}
    if row in rows:
        return None
    return _refused(RefusalCode.UNKNOWN_ROW, "row", "was never received for this employment")


def _in_open_case(
    state: State,
    policy: Policy,
    at: datetime,
    field: str,
    day: date,
    *,
    ahead: timedelta | None = None,
) -> Refusal | None:
    timeline, today = state.absences.under(policy), local_date(at)
    spans = [
        (case.start, case.last_day + (ahead or timedelta(days=policy.case_gap_days - 1)))
        for case, course in zip(timeline.cases, timeline.courses, strict=True)
        if state_on(course, policy, today) is not CaseState.CLOSED
    ]
    if not spans:
        return _refused(RefusalCode.NO_OPEN_CASE, "employment", "has no open case")
    if any(first <= day <= last for first, last in spans):
        return None
    first, last = spans[-1]
    return _refused(
        RefusalCode.OUTSIDE_CASE, field, f"{day} must lie in the open case, {first} to {last}"
    )


def _correctable(state: State, fact: Struck) -> Refusal | None:
    cause = fact.cause
    if cause in state.struck:
        return _refused(RefusalCode.ALREADY_STRUCK, "cause", "was struck before")
    if cause in state.corrections:
        text = "is itself a correction; record the fact again instead"
        return _refused(RefusalCode.NOT_CORRECTABLE, "cause", text)
    told = {one.cause for one in state.absences.told} | {one.cause for one in state.done}
    if cause not in told:
        return _refused(RefusalCode.UNKNOWN_FACT, "cause", "recorded no fact of this employment")
    return None


def _follow_up(state: State, policy: Policy, at: datetime, fact: FollowUpFact) -> Refusal | None:
    cases = standings(state, policy)
    if not cases:
        return _refused(RefusalCode.NO_OPEN_CASE, "employment", "has no case")
    day = Done(at=at, fact=fact).on
    mine = next((one for one in reversed(cases) if one.case.start <= day), cases[0])
    given = Standing(doings=mine.doings, start=mine.case.start, today=local_date(at))
    return follow_up_refusal(fact, given)
