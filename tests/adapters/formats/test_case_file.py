from __future__ import annotations

import json
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest

from adapters.formats.case_facts import AS_STORED, READERS
from adapters.formats.case_file import CaseFile, load_case_file, read_case
from adapters.formats.located import Faulty
from domain.facts import (
    AbsenceContinues,
    ContactMade,
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
    NoteReceived,
    NoteReplaced,
    NoteWithdrawn,
    Place,
    PlanChannel,
    PlanCompleted,
    PlanReceiver,
    PlanSent,
    ReturnedToWork,
    Role,
    SelfCertified,
    TimeSlot,
    VacationTaken,
    Via,
)
from domain.ids import MeetingName, NoteId
from domain.spans import DateSpan
from tests.support.notes import nav_note, period

AT = "2026-02-20T09:00:00+01:00"
NOTE = nav_note("n-1")
D1, D2 = date(2026, 3, 2), date(2026, 3, 6)


def case(*facts: dict[str, Any], notes: list[Any] | None = None, **more: Any) -> dict[str, Any]:
    return {
        "employment": "e-1001",
        "notes": [NOTE] if notes is None else notes,
        "facts": [{"at": AT, **fact} for fact in facts],
        **more,
    }


def refused(value: object) -> str:
    with pytest.raises(Faulty) as fault:
        read_case(value, "case.json")
    line = str(fault.value)
    assert "\n" not in line
    return line.removeprefix("case.json: ")


def facts_of(value: object) -> list[Fact]:
    return [entry.fact for entry in read_case(value, "case.json").entries]


def span(first: date, last: date) -> DateSpan:
    return DateSpan(first=first, last=last)


FACTS: list[tuple[dict[str, Any], Fact]] = [
    (
        {"type": "grade_changed", "on": "2026-03-02", "grade": 60},
        GradeChanged(on=D1, grade=60),
    ),
    (
        {"type": "grade_changed", "on": "2026-03-02", "grade": 0, "source": "s-1"},
        GradeChanged(on=D1, grade=0, source="s-1"),
    ),
    ({"type": "returned_to_work", "on": "2026-03-02"}, ReturnedToWork(on=D1)),
    ({"type": "absence_continues", "until": "2026-03-06"}, AbsenceContinues(until=D2)),
    (
        {"type": "self_certified", "from": "2026-03-02", "to": "2026-03-06"},
        SelfCertified(span=span(D1, D2)),
    ),
    (
        {"type": "vacation", "from": "2026-03-02", "to": "2026-03-06"},
        VacationTaken(span=span(D1, D2)),
    ),
    ({"type": "leave", "from": "2026-03-02", "to": "2026-03-06"}, LeaveTaken(span=span(D1, D2))),
    ({"type": "plan_completed", "on": "2026-03-02"}, PlanCompleted(on=D1)),
    ({"type": "plan_sent", "to": "nav"}, PlanSent(to=PlanReceiver.NAV)),
    (
        {"type": "plan_sent", "to": "practitioner", "channel": "letter"},
        PlanSent(to=PlanReceiver.PRACTITIONER, channel=PlanChannel.LETTER),
    ),
    (
        {"type": "meeting_called", "meeting": "dm1", "on": "2026-03-02"},
        MeetingCalled(meeting=Meeting.DIALOGUE_1, on=D1),
    ),
    (
        {
            "type": "meeting_called",
            "meeting": "additional",
            "on": "2026-03-02",
            "invitees": ["employee", "employer", "ohs"],
        },
        MeetingCalled(
            meeting=Meeting.ADDITIONAL, on=D1, invitees=(Role.EMPLOYEE, Role.MANAGER, Role.OHS)
        ),
    ),
    (
        {
            "type": "meeting_held",
            "meeting": "nav",
            "on": "2026-03-02",
            "attendees": ["employee", "manager"],
        },
        MeetingHeld(meeting=Meeting.NAV, on=D1, attendees=(Role.EMPLOYEE, Role.MANAGER)),
    ),
    (
        {"type": "meeting_useful", "by": "employer", "answer": False},
        MeetingUseful(by=Role.MANAGER, answer=False),
    ),
    (
        {
            "type": "exempted",
            "duty": "dialogue_meeting_1",
            "reason": "back_soon_without_adaptation",
            "until": "2026-03-02",
            "contacted_on": "2026-03-02",
        },
        Exempted(
            duty=DutyKind.DIALOGUE_MEETING_1,
            reason=ExemptionReason.BACK_SOON_WITHOUT_ADAPTATION,
            until=D1,
            contacted_on=D1,
        ),
    ),
    (
        {"type": "exempted", "duty": "follow_up_plan", "reason": "other"},
        Exempted(duty=DutyKind.FOLLOW_UP_PLAN, reason=ExemptionReason.OTHER),
    ),
    ({"type": "note_withdrawn", "note": "n-1"}, NoteWithdrawn(note_id=NoteId("n-1"))),
    ({"type": "nav_meeting_set", "on": "2026-03-02"}, NavMeetingSet(on=D1)),
    ({"type": "nav_meeting_set", "on": None}, NavMeetingSet(on=None)),
    ({"type": "employment_ended", "on": "2026-03-02"}, EmploymentEnded(on=D1)),
    ({"type": "died", "on": "2026-03-02"}, Died(on=D1)),
    (
        {
            "type": "meeting_called",
            "meeting": "dm1",
            "on": "2026-03-02",
            "invitees": ["employee", "manager"],
            "name": "m-1",
            "time": {"on": "2026-03-02", "begins": "13:30:00", "minutes": 45},
            "place": "workplace",
        },
        MeetingCalled(
            meeting=Meeting.DIALOGUE_1,
            on=D1,
            invitees=(Role.EMPLOYEE, Role.MANAGER),
            name=MeetingName("m-1"),
            time=TimeSlot(on=D1, begins=time(13, 30), minutes=45),
            place=Place.WORKPLACE,
        ),
    ),
    (
        {"type": "contact_made", "on": "2026-03-02", "via": "phone", "reached": False},
        ContactMade(on=D1, via=Via.PHONE, reached=False),
    ),
]


@pytest.mark.parametrize(("written", "fact"), FACTS, ids=lambda each: str(each)[-60:])
def test_each_type_of_fact_is_read(written: dict[str, Any], fact: Fact) -> None:
    assert facts_of(case(written))[1:] == [fact]


def test_the_table_above_has_every_type() -> None:
    shown = {written["type"] for written, _ in FACTS} | {"note_replaced", *AS_STORED}

    assert shown == set(READERS)


def test_a_replacement_carries_the_new_note() -> None:
    new = nav_note("n-2", period("2026-01-05", "2026-04-01"))

    fact = facts_of(case({"type": "note_replaced", "note": "n-1", "by": new}))[1]

    assert isinstance(fact, NoteReplaced)
    assert (fact.note_id, fact.by.note_id) == ("n-1", "n-2")


def test_a_plain_note_is_received_at_midnight_in_oslo_of_the_first_day_it_covers() -> None:
    days = [{"fom": "2026-06-30", "tom": "2026-07-01"}]
    summer = nav_note("n-1", period("2026-07-02", "2026-07-20"), egenmeldingsdager=days)

    entries = read_case(case(notes=[summer]), "case.json").entries

    assert [entry.at for entry in entries] == [datetime(2026, 6, 29, 22, tzinfo=UTC)]


def test_a_wrapped_note_is_received_when_it_says() -> None:
    entries = read_case(case(notes=[{"at": AT, "note": NOTE}]), "case.json").entries

    assert [entry.at for entry in entries] == [datetime(2026, 2, 20, 8, tzinfo=UTC)]


def test_entries_come_in_the_order_in_which_they_were_learnt() -> None:
    early = {"type": "plan_completed", "on": "2026-01-01", "at": "2026-01-01T09:00:00Z"}

    assert [type(fact) for fact in facts_of(case(early))] == [PlanCompleted, NoteReceived]


def test_a_withdrawal_never_comes_before_its_note() -> None:
    early = {"type": "note_withdrawn", "note": "n-1", "at": "2026-01-01T09:00:00Z"}

    assert [type(fact) for fact in facts_of(case(early))] == [NoteReceived, NoteWithdrawn]


def test_the_same_note_twice_is_one_note() -> None:
    again = {"at": AT, "note": {**NOTE, "behandler": None, "nyttFelt": 1}}

    assert len(facts_of(case(notes=[NOTE, again]))) == 1


def test_the_same_id_at_another_note_is_refused() -> None:
    other = nav_note("n-1", period("2026-01-05", "2026-01-20"))

    assert refused(case(notes=[NOTE, other])) == (
        "notes[1].sykmeldingId: the same id stands at a note that differs"
    )
    assert refused(case({"type": "note_replaced", "note": "n-1", "by": other})) == (
        "facts[0].by.sykmeldingId: must be another id than that of the note it replaces"
    )
    two = nav_note("n-2")
    change = {"type": "note_replaced", "note": "n-1", "by": {**other, "sykmeldingId": "n-2"}}
    assert refused(case(change, notes=[NOTE, two])) == (
        "facts[0].by.sykmeldingId: the same id stands at a note that differs"
    )


def test_a_chain_of_replacements_is_read_in_any_order() -> None:
    one = {"type": "note_replaced", "note": "n-1", "by": nav_note("n-2")}
    two = {"type": "note_replaced", "note": "n-2", "by": nav_note("n-3")}

    assert len(facts_of(case(two, one))) == 3


def test_lists_may_be_empty_or_left_out() -> None:
    nothing = CaseFile(employment=read_case(case(), "x").employment, on=None, entries=())

    assert read_case({"employment": "e-1001"}, "case.json") == nothing
    assert read_case({"employment": "e-1001", "notes": [], "facts": []}, "case.json") == nothing


def test_the_day_in_the_file_is_read() -> None:
    assert read_case(case(on="2026-02-10"), "case.json").on == date(2026, 2, 10)


@pytest.mark.parametrize(
    ("fact", "line"),
    [
        ({"type": "grade_changed", "on": "2026-03-02", "grade": 101}, "grade: 101 must lie"),
        ({"type": "grade_changed", "on": "2026-03-02", "grade": "60"}, "grade: must be a whole"),
        ({"type": "grade_changed", "on": "2026-03-02", "grade": 60.0}, "grade: must be a whole"),
        ({"type": "grade_changed", "grade": 60}, "on: is missing"),
        ({"type": "returned_to_work", "on": "1889-03-02"}, "on: 1889-03-02 must lie between"),
        ({"type": "returned_to_work", "on": "2026-03-02", "why": "x"}, "why: there is no such"),
        ({"type": "vacation", "from": "2026-03-02", "to": "2026-03-01"}, "from: 2026-03-02 must"),
        ({"type": "leave", "from": "2026-03-02", "to": "2050-03-03"}, "to: 2050-03-03 is more"),
        ({"type": "meeting_held", "meeting": "dm1", "on": "2026-03-02"}, "attendees: is missing"),
        (
            {"type": "meeting_called", "meeting": "dm1", "on": "2026-03-02", "invitees": ["hr", 1]},
            "invitees[1]: must be one of employee, manager, hr,",
        ),
        (
            {"type": "meeting_called", "meeting": "dm3", "on": "2026-03-02"},
            "meeting: must be one of dm1, additional, dm2, nav",
        ),
        ({"type": "meeting_useful", "by": "hr", "answer": 1}, "answer: must be true or false"),
        (
            {"type": "exempted", "duty": "max_sick_pay", "reason": "other"},
            "duty: max_sick_pay is not a duty one can be exempt from",
        ),
        ({"type": "exempted", "duty": "follow_up_plan", "reason": "lazy"}, "reason: must be one"),
        ({"type": "plan_sent", "to": "nav", "channel": "e-mail"}, "channel: must be one of"),
        ({"type": "nav_meeting_set"}, "on: is missing (null cancels the meeting)"),
        ({"type": "note_withdrawn", "note": "n-9"}, "note: there is no such note in this file"),
        ({"type": "note_replaced", "note": "n-1"}, "by: is missing"),
        ({"type": "note_replaced", "note": "n-1", "by": {}}, "by.sykmeldingId: is missing"),
        ({"type": "row_withdrawn", "row": "r"}, "type: must be one of grade_changed,"),
        ({"type": "went_live", "on": "2026-03-02"}, "type: must be one of grade_changed,"),
        ({"type": ["died"]}, "type: must be a text"),
        ({}, "type: is missing"),
        ({"type": "died", "on": "2026-03-02", "at": "2026-03-02T09:00:00"}, "at: must name its"),
        ({"type": "died", "on": "2026-03-02", "at": "2026-03-02"}, "at: must be an instant"),
        ({"type": "died", "on": "2026-03-02", "at": "2026-03-02T24:30:00Z"}, "at: must be an inst"),
        ({"type": "died", "on": "2026-03-02", "at": "0001-01-01T00:00:00+14:00"}, "at: 0001-01"),
        ({"type": "died", "on": "2026-03-02", "at": None}, "at: is missing"),
        ({"type": "died", "on": "2026-03-02", "at": 1772442000}, "at: must be a text"),
    ],
)
def test_a_bad_fact_is_located(fact: dict[str, Any], line: str) -> None:
    assert refused(case(fact)).startswith(f"facts[0].{line}")


@pytest.mark.parametrize(
    ("value", "line"),
    [
        ([], "must be an object, not a list"),
        (None, "must be an object, not null"),
        ({}, "employment: is missing"),
        ({"employment": "follow-up/e"}, "employment: must be an id"),
        (case(on="i går"), "on: must be a date such as 2026-01-05"),
        (case(note=[]), "note: there is no such field here"),
        (case() | {"notes": {}}, "notes: must be a list, not an object"),
        (case() | {"facts": [7]}, "facts[0]: must be an object, not a whole number"),
        (case(notes=["x"]), "notes[0]: must be an object, not a text"),
        (case(notes=[{"note": NOTE}]), "notes[0].at: is missing"),
        (case(notes=[{"at": AT}]), "notes[0].note: must be an object, not null"),
        (
            case(notes=[{"at": AT, "note": NOTE, "by": "x"}]),
            "notes[0].by: there is no such field here",
        ),
        (
            case(notes=[{"at": AT, "note": nav_note("n", period("x", "2026-01-05"))}]),
            "notes[0].note.sykmeldingPerioder[0].fom: must be a date",
        ),
        (case() | {"a\nb": 1}, '"a\\nb": there is no such field here'),
    ],
)
def test_a_bad_file_is_located(value: object, line: str) -> None:
    assert refused(value).startswith(line)


def test_further_faults_are_counted() -> None:
    bad = {"type": "died", "on": "x", "at": "y", "more": 1}

    assert refused(case(bad, bad)).endswith("(+5 more)")
    assert "more)" not in refused(case({"type": "died", "on": "x"}))


def test_a_file_is_read_from_disk(tmp_path: Path) -> None:
    path = tmp_path / "case.json"
    path.write_text(json.dumps(case(on="2026-02-10")), encoding="utf-8")

    assert load_case_file(path).on == date(2026, 2, 10)


def test_a_file_may_say_who_answers_from_which_day_on() -> None:
    rows = [{"from": "2026-02-02", "person": "p-2"}, {"from": "2026-01-01", "person": "p-1"}]
    read = read_case({**case(), "managers": rows}, "case.json")

    assert read.managers == ((date(2026, 1, 1), "p-1"), (date(2026, 2, 2), "p-2"))


@pytest.mark.parametrize(
    ("row", "line"),
    [
        ({"from": "2026-02-02"}, "managers[0].person: is missing"),
        ({"person": "p-1"}, "managers[0].from: is missing"),
        (
            {"from": "2026-02-02", "person": "Kari Eksempel"},
            "managers[0].person: must be an id of 1 to 100 letters, digits, . _ : or -",
        ),
        (
            {"from": "2026-02-02", "person": "p-1", "to": "2026-03-01"},
            "managers[0].to: there is no such field here",
        ),
    ],
)
def test_a_manager_that_cannot_be_read_is_named(row: dict[str, Any], line: str) -> None:
    assert refused({**case(), "managers": [row]}) == line
