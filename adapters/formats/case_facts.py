"""The facts of a case file, one small reader a type. Unknown types and fields are faults.

What a fact means is decided in the domain; that a note is known is checked in case_file.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from adapters.event_codec import decode_fact
from adapters.formats.located import shown_key
from adapters.formats.nav_note import read_note
from adapters.formats.record import Record
from domain.facts import (
    AbsenceContinues,
    AnotherMeetingAnswered,
    ContactMade,
    Died,
    DutyKind,
    EarlierNavMeetingAsked,
    EmploymentEnded,
    Exempted,
    ExemptionDecided,
    ExemptionReason,
    Fact,
    GradeChanged,
    LeaveTaken,
    MaxDateAnswered,
    MeasureEvaluated,
    Meeting,
    MeetingCalled,
    MeetingCancelled,
    MeetingHeld,
    MeetingMoved,
    MeetingNotAttended,
    MeetingPrepared,
    MeetingUseful,
    MinutesAnswered,
    NavMeetingNeed,
    NavMeetingSet,
    NoteEndAnswered,
    NoteReplaced,
    NoteWithdrawn,
    PlanAskedByNav,
    PlanChannel,
    PlanCommented,
    PlanCompleted,
    PlanDrafted,
    PlanNotSent,
    PlanReceiver,
    PlanSent,
    PlanShown,
    PractitionerAsked,
    ReturnedToWork,
    Role,
    SelfCertified,
    TimesOffered,
    VacationTaken,
    WishDisputed,
    WishStated,
    WishWithdrawn,
)
from domain.ids import NoteId
from domain.refusals import InvalidValue

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


def _as_stored(kind: str) -> Callable[[Record], Fact | None]:
    """Read a fact by the very fields under which the log stores it."""

    def read(record: Record) -> Fact | None:
        body = {key: record.value(key) for key in record.unread() if key != "at"}
        try:
            return decode_fact(kind, body)
        except InvalidValue as fault:
            record.fault(shown_key(fault.field), fault.text)
            return None

    return read


def _in_full(
    kind: str, brief: Callable[[Record], Fact | None], *fields: str
) -> Callable[[Record], Fact | None]:
    """Read a fact that holds more than the brief form knows as it is stored."""
    stored = _as_stored(kind)

    def read(record: Record) -> Fact | None:
        return brief(record) if set(record.unread()) <= {*fields, "at"} else stored(record)

    return read


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


AS_STORED: Final = tuple(
    fact.kind
    for fact in (
        PlanDrafted,
        PlanShown,
        PlanCommented,
        MeasureEvaluated,
        PlanNotSent,
        MeetingPrepared,
        TimesOffered,
        PractitionerAsked,
        MeetingMoved,
        MeetingCancelled,
        MeetingNotAttended,
        MinutesAnswered,
        AnotherMeetingAnswered,
        WishStated,
        WishWithdrawn,
        WishDisputed,
        ContactMade,
        NoteEndAnswered,
        ExemptionDecided,
        NavMeetingNeed,
        EarlierNavMeetingAsked,
        PlanAskedByNav,
        MaxDateAnswered,
    )
)
"""Types that have no brief form: their fields are those of domain/facts."""

READERS: Final[Mapping[str, Callable[[Record], Fact | None]]] = MappingProxyType(
    {
        GradeChanged.kind: _grade_changed,
        ReturnedToWork.kind: _returned,
        AbsenceContinues.kind: _continues,
        SelfCertified.kind: _self_certified,
        VacationTaken.kind: _vacation,
        LeaveTaken.kind: _leave,
        PlanCompleted.kind: _in_full(PlanCompleted.kind, _plan_completed, "on"),
        PlanSent.kind: _in_full(PlanSent.kind, _plan_sent, "to", "channel", "on"),
        MeetingCalled.kind: _in_full(
            MeetingCalled.kind, _meeting_called, "meeting", "on", "invitees"
        ),
        MeetingHeld.kind: _in_full(MeetingHeld.kind, _meeting_held, "meeting", "on", "attendees"),
        MeetingUseful.kind: _in_full(MeetingUseful.kind, _meeting_useful, "by", "answer"),
        Exempted.kind: _in_full(
            Exempted.kind, _exempted, "duty", "reason", "until", "contacted_on"
        ),
        NoteWithdrawn.kind: _note_withdrawn,
        NoteReplaced.kind: _note_replaced,
        NavMeetingSet.kind: _nav_meeting_set,
        EmploymentEnded.kind: _employment_ended,
        Died.kind: _died,
        **{kind: _as_stored(kind) for kind in AS_STORED},
    }
)
"""Every type of fact that a case file may hold."""
