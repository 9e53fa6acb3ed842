"""R50: a wrong fact stays in the log and counts no longer; a right one may stand in its place."""

from __future__ import annotations

from datetime import date

import pytest

from domain.events import CaseClosed
from domain.facts import (
    CorrectionReason,
    DutyKind,
    NoteReceived,
    PlanCompleted,
    ReturnedToWork,
    Struck,
)
from domain.ids import CauseId
from tests.support.telling import START, Teller, sick

PLAN = DutyKind.FOLLOW_UP_PLAN


@pytest.fixture
def case() -> Teller:
    return sick().on(date(2026, 2, 9))


def strike(cause: str, reason: CorrectionReason = CorrectionReason.WRONG_VALUE) -> Struck:
    return Struck(cause=CauseId(cause), reason=reason)


def test_a_struck_plan_leaves_the_duty_as_it_was(case: Teller) -> None:
    case.accepted(PlanCompleted(on=date(2026, 1, 30)), "plan-1")
    assert case.duty(PLAN).state == "done"

    case.accepted(strike("plan-1"))
    assert case.duty(PLAN).state == "overdue"
    assert [one.event for one in case.log if one.cause == "plan-1"] == [
        PlanCompleted(on=date(2026, 1, 30))
    ]


def test_a_fact_in_its_place_is_recorded_by_the_same_command(case: Teller) -> None:
    case.accepted(PlanCompleted(on=date(2026, 1, 30)), "plan-1")
    right = PlanCompleted(on=date(2026, 2, 3))

    assert case.tell(strike("plan-1"), "fix-1", instead=right).accepted
    assert case.duty(PLAN).state == "done_late"
    assert [one.event.kind for one in case.log if one.cause == "fix-1"][:2] == [
        "struck",
        "plan_completed",
    ]


def test_a_struck_return_brings_the_dates_back(case: Teller) -> None:
    case.accepted(ReturnedToWork(on=date(2026, 2, 16)), "back-1")
    assert case.duty(DutyKind.DIALOGUE_MEETING_1).legal_on is None

    case.accepted(strike("back-1", CorrectionReason.NOT_SO))
    assert case.duty(DutyKind.DIALOGUE_MEETING_1).legal_on == date(2026, 2, 22)


def test_a_note_of_the_wrong_person_takes_its_case_with_it(case: Teller) -> None:
    note = next(one for one in case.log if isinstance(one.event, NoteReceived))

    events = case.accepted(strike(note.cause, CorrectionReason.WRONG_PERSON))
    assert [one.reason for one in events if isinstance(one, CaseClosed)] == ["withdrawn"]


@pytest.mark.parametrize(
    ("cause", "refused"),
    [
        ("no-such", ("unknown_fact", "cause")),
        ("plan-1", ("already_struck", "cause")),
        ("fix-1", ("not_correctable", "cause")),
    ],
)
def test_what_cannot_be_struck_is_named(case: Teller, cause: str, refused: tuple[str, str]) -> None:
    case.accepted(PlanCompleted(on=START), "plan-1")
    case.accepted(strike("plan-1"), "fix-1")

    assert case.refused(strike(cause)) == refused


def test_a_replacement_that_would_be_refused_leaves_the_fact(case: Teller) -> None:
    case.accepted(PlanCompleted(on=date(2026, 1, 30)), "plan-1")
    ahead = PlanCompleted(on=date(2026, 3, 1))

    answer = case.tell(strike("plan-1"), instead=ahead)
    assert (answer.accepted, answer.code) == (False, "in_future")
    assert case.duty(PLAN).state == "done"


def test_the_second_of_two_who_act_at_once_looks_again(case: Teller) -> None:
    seen = case.state.told
    assert case.tell(PlanCompleted(on=START), seen=seen).accepted

    second = case.tell(PlanCompleted(on=date(2026, 1, 6)), seen=seen)
    assert (second.accepted, second.code) == (False, "changed_meanwhile")
    assert case.tell(PlanCompleted(on=date(2026, 1, 6)), seen=case.state.told).accepted
