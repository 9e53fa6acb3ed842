"""The facts of a case file, one small reader a type. Unknown types and fields are faults.

What a fact means is decided in the domain; that a note is known is checked in case_file.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from adapters.formats.nav_note import read_note
from adapters.formats.record import Record
from domain.facts import (
    AbsenceContinues,
    Died,
    DutyKind,
    EmploymentEnded,
    Exempted,
    ExemptionReason,
    Fact,
    GradeChanged,
    LeaveTaken,
    Meeting,
    MeetingCalled,
    MeetingHeld,
    MeetingUseful,
    NavMeetingSet,
    NoteReplaced,
    NoteWithdrawn,
    PlanChannel,
    PlanCompleted,
    PlanReceiver,
    PlanSent,
    ReturnedToWork,
    Role,
    SelfCertified,
    VacationTaken,
)
from domain.ids import NoteId

_EMPLOYER: Final = {"employer": Role.MANAGER}
_NAV: Final = {"nav": Meeting.NAV}


def read_fact(record: Record) -> Fact | None:
    """Read one fact; `type`, `at` and nothing but the type's own fields may stand in it."""
    kind = record.text("type")
    read = READERS.get(kind)
    if read is None:
        if isinstance(record.value("type"), str):
            record.fault("type", f"must be one of {', '.join(READERS)}")
        return None
    fact = read(record)
    record.refuse_unread()
    return None if record.is_faulty else fact


def _grade_changed(record: Record) -> Fact | None:
    on, grade = record.day("on"), record.integer("grade")
    source = record.optional_text("source")
    return record.build(lambda: GradeChanged(on=on, grade=grade, source=source))


def _returned(record: Record) -> Fact | None:
    on = record.day("on")
    return record.build(lambda: ReturnedToWork(on=on))


def _continues(record: Record) -> Fact | None:
    until = record.day("until")
    return record.build(lambda: AbsenceContinues(until=until))


def _self_certified(record: Record) -> Fact | None:
    span = record.span("from", "to")
    return record.build(lambda: SelfCertified(span=span))


def _vacation(record: Record) -> Fact | None:
    span = record.span("from", "to")
    return record.build(lambda: VacationTaken(span=span))


def _leave(record: Record) -> Fact | None:
    span = record.span("from", "to")
    return record.build(lambda: LeaveTaken(span=span))


def _plan_completed(record: Record) -> Fact | None:
    on = record.day("on")
    return record.build(lambda: PlanCompleted(on=on))


def _plan_sent(record: Record) -> Fact | None:
    receiver = record.choice("to", PlanReceiver)
    channel = record.optional_choice("channel", PlanChannel)
    on = record.optional_day("on")
    return record.build(lambda: PlanSent(to=receiver, channel=channel, on=on))


def _meeting_called(record: Record) -> Fact | None:
    meeting, on = record.choice("meeting", Meeting, _NAV), record.day("on")
    called = record.choices("invitees", Role, _EMPLOYER)
    return record.build(lambda: MeetingCalled(meeting=meeting, on=on, invitees=called))


def _meeting_held(record: Record) -> Fact | None:
    meeting, on = record.choice("meeting", Meeting, _NAV), record.day("on")
    record.require("attendees")
    present = record.choices("attendees", Role, _EMPLOYER)
    return record.build(lambda: MeetingHeld(meeting=meeting, on=on, attendees=present))


def _meeting_useful(record: Record) -> Fact | None:
    who, answer = record.choice("by", Role, _EMPLOYER), record.boolean("answer")
    return record.build(lambda: MeetingUseful(by=who, answer=answer))


def _exempted(record: Record) -> Fact | None:
    duty = record.choice("duty", DutyKind)
    reason = record.choice("reason", ExemptionReason)
    until, contacted_on = record.optional_day("until"), record.optional_day("contacted_on")
    return record.build(
        lambda: Exempted(duty=duty, reason=reason, until=until, contacted_on=contacted_on)
    )


def _note_withdrawn(record: Record) -> Fact | None:
    note_id = record.text("note")
    return record.build(lambda: NoteWithdrawn(note_id=NoteId(note_id)))


def _note_replaced(record: Record) -> Fact | None:
    note_id = record.text("note")
    record.require("by")
    if "by" not in record:
        return None
    by = read_note(record.value("by"), f"{record.place}.by", record.faults)
    if by is None:
        return None
    if by.note.note_id == note_id:
        record.fault("by.sykmeldingId", "must be another id than that of the note it replaces")
    return record.build(lambda: NoteReplaced(note_id=NoteId(note_id), by=by.note))


def _nav_meeting_set(record: Record) -> Fact | None:
    if not record.states("on"):
        record.fault("on", "is missing (null cancels the meeting)")
    on = record.optional_day("on")
    return record.build(lambda: NavMeetingSet(on=on))


def _employment_ended(record: Record) -> Fact | None:
    on = record.day("on")
    return record.build(lambda: EmploymentEnded(on=on))


def _died(record: Record) -> Fact | None:
    on = record.day("on")
    return record.build(lambda: Died(on=on))


READERS: Final[Mapping[str, Callable[[Record], Fact | None]]] = MappingProxyType(
    {
        GradeChanged.kind: _grade_changed,
        ReturnedToWork.kind: _returned,
        AbsenceContinues.kind: _continues,
        SelfCertified.kind: _self_certified,
        VacationTaken.kind: _vacation,
        LeaveTaken.kind: _leave,
        PlanCompleted.kind: _plan_completed,
        PlanSent.kind: _plan_sent,
        MeetingCalled.kind: _meeting_called,
        MeetingHeld.kind: _meeting_held,
        MeetingUseful.kind: _meeting_useful,
        Exempted.kind: _exempted,
        NoteWithdrawn.kind: _note_withdrawn,
        NoteReplaced.kind: _note_replaced,
        NavMeetingSet.kind: _nav_meeting_set,
        EmploymentEnded.kind: _employment_ended,
        Died.kind: _died,
    }
)
"""Every type of fact that a case file may hold."""
