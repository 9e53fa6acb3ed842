"""Events in words: what people read in a history, without ids of texts."""

from __future__ import annotations

from datetime import date, time

import pytest

from domain.events import CalledLate, Event, HeldWithout
from domain.facts import (
    DocumentRef,
    GradeChanged,
    LeftOut,
    LeftOutReason,
    Measure,
    Meeting,
    MeetingCalled,
    MeetingHeld,
    Participant,
    Place,
    PlanCompleted,
    Role,
    Step,
    TimeSlot,
    VacationTaken,
    Way,
)
from domain.ids import CaseId, MeasureId, MeetingName
from domain.spans import DateSpan
from service.wording import says
from tests.support.steps import note

DAY = date(2026, 2, 18)
TEXT = DocumentRef(document_id="d-1", sha256="a" * 64)
CASE = CaseId("e-1/1")
DM1 = MeetingName("dm1")

SAID: list[tuple[Event, str]] = [
    (
        MeetingCalled(
            meeting=Meeting.DIALOGUE_1,
            on=DAY,
            invitees=(Role.EMPLOYEE, Role.PRACTITIONER),
            time=TimeSlot(on=DAY, begins=time(10)),
            place=Place.WORKPLACE,
            ways=(Participant(role=Role.PRACTITIONER, way=Way.PHONE),),
            left_out=(LeftOut(role=Role.OHS, reason=LeftOutReason.NOT_AVAILABLE),),
        ),
        (
            "meeting dm1, on 2026-02-18, invitees employee and practitioner, "
            "time 2026-02-18 10:00 for 60 minutes, place workplace, ways practitioner by phone, "
            "left out ohs (not available)"
        ),
    ),
    (
        MeetingHeld(
            meeting=Meeting.DIALOGUE_1,
            on=DAY,
            attendees=(Role.EMPLOYEE, Role.MANAGER),
            document=TEXT,
            steps=(Step(on=date(2026, 3, 2), grade=0),),
        ),
        (
            "meeting dm1, on 2026-02-18, attendees employee and manager, "
            "steps 0 % from 2026-03-02, with a sealed text"
        ),
    ),
    (
        PlanCompleted(
            on=DAY,
            version=2,
            measures=(
                Measure(
                    measure=MeasureId("m1"),
                    code="other",
                    by=Role.MANAGER,
                    first=DAY,
                    evaluate_on=date(2026, 3, 2),
                ),
            ),
        ),
        (
            "on 2026-02-18, version 2, "
            "measures m1 (other by manager, 2026-02-18, lasting, looked at on 2026-03-02)"
        ),
    ),
    (CalledLate(case=CASE, name=DM1, workdays=0), "name dm1, workdays 0"),
    (
        HeldWithout(case=CASE, name=DM1, role=Role.UNION_REPRESENTATIVE, left_out=True),
        "name dm1, role union representative, left out",
    ),
    (
        VacationTaken(span=DateSpan(first=DAY, last=date(2026, 2, 20))),
        "span 2026-02-18 to 2026-02-20",
    ),
    (VacationTaken(span=DateSpan(first=DAY, last=DAY)), "span 2026-02-18"),
    (GradeChanged(on=DAY, grade=0), "on 2026-02-18, grade 0"),
    (note(days=7), "note n-1: 2026-01-05 to 2026-01-11 no activity"),
]


@pytest.mark.parametrize(("event", "text"), SAID, ids=[text[:40] for _, text in SAID])
def test_an_event_reads_as_words(event: Event, text: str) -> None:
    assert says(event) == text
