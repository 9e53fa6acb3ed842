"""R14b, R22, R37, R37b: what is asked, since when, and who has not answered."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from domain.assess import questions_on
from domain.facts import (
    AfterSickPay,
    AnotherMeetingAnswered,
    Fact,
    GradeChanged,
    MaxDateAnswered,
    Measure,
    MeasureEvaluated,
    MeasureOutcome,
    Meeting,
    MeetingHeld,
    MeetingUseful,
    NavMeetingNeed,
    NavMeetingSet,
    NoteEnd,
    NoteEndAnswered,
    NoteReceived,
    PartAnswer,
    PartAnswered,
    PlanCompleted,
    PlanPart,
    ReturnedToWork,
    Role,
    Step,
)
from domain.ids import MeasureId, NoteId
from domain.localtime import local_date
from domain.notes import Activity, Note, Period
from domain.spans import DateSpan
from tests.support.telling import START, Teller, sick

BOTH = (Role.EMPLOYEE, Role.MANAGER)


def asked(case: Teller) -> list[tuple[str, str, tuple[Role, ...]]]:
    today = local_date(case.at)
    (found,) = questions_on(case.state, case.policy, today).values()
    return [(str(one.kind), one.on.isoformat(), one.to) for one in found]


def kinds(case: Teller) -> list[str]:
    return [kind for kind, _, _ in asked(case)]


def held(on: date, **more: object) -> MeetingHeld:
    return MeetingHeld(meeting=Meeting.DIALOGUE_1, on=on, attendees=BOTH, **more)  # type: ignore[arg-type]


def test_three_days_before_a_note_ends_the_manager_is_asked_what_comes_next() -> None:
    case = sick(last=date(2026, 1, 29))

    assert kinds(case.on(date(2026, 1, 25))) == []
    assert asked(case.on(date(2026, 1, 26))) == [("note_end", "2026-01-26", (Role.MANAGER,))]
    case.accepted(NoteEndAnswered(answer=NoteEnd.UNKNOWN, on=date(2026, 1, 26)))
    assert kinds(case) == []


def test_a_return_needs_no_question() -> None:
    case = sick(last=date(2026, 1, 29)).on(date(2026, 1, 27))
    case.accepted(ReturnedToWork(on=date(2026, 1, 30)))

    assert kinds(case) == []


def test_while_graded_each_side_is_asked_until_it_has_answered() -> None:
    case = sick()
    case.accepted(GradeChanged(on=date(2026, 1, 12), grade=50))
    case.on(date(2026, 2, 12))
    silent = (Role.MANAGER, Role.EMPLOYEE, Role.PRACTITIONER)
    assert asked(case) == [("meeting_useful", "2026-02-08", silent)]

    case.accepted(MeetingUseful(by=Role.EMPLOYEE, answer=False))
    assert asked(case) == [("meeting_useful", "2026-02-08", (Role.MANAGER, Role.PRACTITIONER))]
    case.accepted(MeetingUseful(by=Role.PRACTITIONER, answer=True))
    assert kinds(case) == []


def plan(evaluate_on: date) -> PlanCompleted:
    measure = Measure(
        measure=MeasureId("m-1"),
        code="other",
        by=Role.MANAGER,
        first=START,
        evaluate_on=evaluate_on,
    )
    return PlanCompleted(
        on=date(2026, 1, 26),
        version=1,
        answers=tuple(PartAnswered(part=part, answer=PartAnswer.FILLED) for part in PlanPart),
        employee_took_part=True,
        measures=(measure,),
    )


def evaluated(outcome: MeasureOutcome, on: date) -> MeasureEvaluated:
    return MeasureEvaluated(measure=MeasureId("m-1"), outcome=outcome, on=on)


def test_a_measure_is_looked_at_on_its_day() -> None:
    case = sick().on(date(2026, 1, 26))
    case.accepted(plan(date(2026, 2, 9)))

    assert asked(case.on(date(2026, 2, 9))) == [("evaluate_measure", "2026-02-09", (Role.MANAGER,))]
    case.accepted(evaluated(MeasureOutcome.WORKS, date(2026, 2, 9)))
    assert kinds(case) == []


@pytest.mark.parametrize(
    "reason",
    [
        GradeChanged(on=date(2026, 2, 23), grade=60),
        evaluated(MeasureOutcome.NO, date(2026, 2, 23)),
    ],
)
def test_a_changed_grade_or_a_failing_measure_suggests_another_meeting(reason: Fact) -> None:
    """S1: relevant when the percentage changes, or when measures do not work."""
    case = sick().on(date(2026, 1, 26))
    case.accepted(plan(date(2026, 2, 20)))
    case.on(date(2026, 2, 18))
    case.accepted(held(date(2026, 2, 18)))
    case.on(date(2026, 2, 23))
    case.accepted(reason)

    assert ("another_meeting", "2026-02-23", (Role.MANAGER,)) in asked(case)
    answer = AnotherMeetingAnswered(by=Role.MANAGER, wanted=False, on=date(2026, 2, 23))
    case.accepted(answer)
    assert "another_meeting" not in kinds(case)


def test_a_note_with_another_grade_suggests_it_too() -> None:
    case = sick(last=date(2026, 2, 22)).on(date(2026, 2, 18))
    case.accepted(held(date(2026, 2, 18)))
    graded = Period(
        span=DateSpan(first=date(2026, 2, 23), last=date(2026, 4, 30)),
        activity=Activity.GRADED,
        grade=50,
    )
    case.accepted(NoteReceived(note=Note(note_id=NoteId("n-2"), periods=(graded,))))

    assert "another_meeting" not in kinds(case.on(date(2026, 2, 22)))
    assert ("another_meeting", "2026-02-23", (Role.MANAGER,)) in asked(case.on(date(2026, 2, 23)))


def test_week_18_without_another_meeting_brings_the_question() -> None:
    case = sick(last=date(2026, 8, 30)).on(date(2026, 2, 18))
    case.accepted(held(date(2026, 2, 18)))

    week_18 = START + timedelta(days=18 * 7 - 1)
    assert "another_meeting" not in kinds(case.on(week_18 - timedelta(days=1)))
    assert ("another_meeting", week_18.isoformat(), (Role.MANAGER,)) in asked(case.on(week_18))
    case.accepted(NavMeetingSet(on=date(2026, 6, 24)))
    assert "another_meeting" not in kinds(case)


def test_an_agreed_step_that_the_notes_do_not_follow_is_asked_about() -> None:
    case = sick().on(date(2026, 2, 18))
    steps = (Step(on=date(2026, 3, 9), grade=50), Step(on=date(2026, 3, 23), grade=100))
    case.accepted(held(date(2026, 2, 18), steps=steps))

    assert kinds(case.on(date(2026, 3, 8))) == []
    assert asked(case.on(date(2026, 3, 9))) == [("step_differs", "2026-03-09", (Role.MANAGER,))]
    # The second step is full absence, as the note says.
    assert kinds(case.on(date(2026, 3, 23))) == ["step_differs"]


def test_nav_asks_both_sides_from_week_16_on() -> None:
    case = sick(last=date(2026, 8, 30)).on(START + timedelta(days=112))
    assert ("nav_meeting_need", "2026-04-27", (Role.MANAGER, Role.EMPLOYEE)) in asked(case)

    case.accepted(NavMeetingNeed(by=Role.EMPLOYEE, needed=True, on=local_date(case.at)))
    assert ("nav_meeting_need", "2026-04-27", (Role.MANAGER,)) in asked(case)


def test_at_the_end_of_sick_pay_hr_is_asked_and_nothing_closes() -> None:
    case = sick(last=date(2027, 2, 28)).on(date(2027, 1, 1))
    assert ("after_sick_pay", "2027-01-01", (Role.HR,)) in asked(case)
    assert case.case().state == "active"

    answer = MaxDateAnswered(answer=AfterSickPay.OTHER_BENEFIT, on=date(2027, 1, 1))
    case.accepted(answer)
    assert "after_sick_pay" not in kinds(case)
