"""R33: what an exemption needs, when it holds, and when it ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.events import ExemptionLapsed
from domain.facts import (
    ContactMade,
    DutyKind,
    Exempted,
    ExemptionDecided,
    ExemptionReason,
    Measure,
    PartAnswer,
    PartAnswered,
    PlanCompleted,
    PlanPart,
    Role,
    Via,
)
from domain.ids import CauseId, MeasureId
from domain.policy import DEFAULT
from tests.support.telling import START, Teller, sick

DM1 = DutyKind.DIALOGUE_MEETING_1
TODAY = date(2026, 2, 9)
MEASURE = MeasureId("m-1")


def exempted(reason: ExemptionReason = ExemptionReason.NO_RETURN, **more: object) -> Exempted:
    given = {"contacted_on": TODAY, **more}
    return Exempted(duty=DM1, reason=reason, **given)  # type: ignore[arg-type]


def plan() -> PlanCompleted:
    return PlanCompleted(
        on=TODAY,
        version=1,
        answers=tuple(PartAnswered(part=part, answer=PartAnswer.FILLED) for part in PlanPart),
        employee_took_part=True,
        measures=(Measure(measure=MEASURE, code="other", by=Role.MANAGER, first=START),),
    )


@pytest.fixture
def case() -> Teller:
    return sick().on(TODAY)


SOON = ExemptionReason.BACK_SOON_WITHOUT_ADAPTATION
WORKS = ExemptionReason.MEASURES_WORK_SOON_BACK


@pytest.mark.parametrize(
    ("fact", "code", "field"),
    [
        (exempted(contacted_on=None), "exemption_needs_contact", "contacted_on"),
        (exempted(SOON), "exemption_needs_date", "until"),
        (exempted(SOON, until=date(2026, 2, 8)), "exemption_past_date", "until"),
        (exempted(WORKS, until=date(2026, 5, 4)), "measure_needed", "measure"),
        (
            exempted(WORKS, until=date(2026, 5, 4), measure=MeasureId("m-9")),
            "unknown_measure",
            "measure",
        ),
    ],
)
def test_what_is_missing_is_named(case: Teller, fact: Exempted, code: str, field: str) -> None:
    assert case.refused(fact) == (code, field)


def test_contact_on_record_is_enough(case: Teller) -> None:
    case.accepted(ContactMade(on=TODAY, via=Via.PHONE, reached=False))
    case.accepted(exempted(ExemptionReason.UNREACHABLE, contacted_on=None))

    assert case.duty(DM1).state == "exempt"


def test_the_third_example_points_to_a_measure_of_the_plan(case: Teller) -> None:
    case.accepted(plan())
    case.accepted(exempted(WORKS, until=date(2026, 5, 4), measure=MEASURE))

    assert case.duty(DM1).state == "exempt"


def test_too_ill_now_is_looked_at_again_after_14_days_and_then_due(case: Teller) -> None:
    case.accepted(exempted(ExemptionReason.TOO_ILL_NOW))
    case.on(date(2026, 2, 24))

    lapsed = [one.event for one in case.log if isinstance(one.event, ExemptionLapsed)]
    assert [(one.on, one.premise_failed) for one in lapsed] == [(date(2026, 2, 24), False)]
    assert case.duty(DM1).legal_on == date(2026, 2, 24)
    assert case.duty(DM1).state == "due_soon"


def test_where_the_policy_asks_for_it_hr_decides() -> None:
    case = sick(replace(DEFAULT, exemption_approval=True)).on(TODAY)
    case.accepted(exempted(), "ex-1")
    assert case.duty(DM1).state == "upcoming"

    case.accepted(ExemptionDecided(exemption=CauseId("ex-1"), approved=True))
    assert case.duty(DM1).state == "exempt"
    case.accepted(ExemptionDecided(exemption=CauseId("ex-1"), approved=False))
    assert case.duty(DM1).state == "upcoming"
    unknown = ExemptionDecided(exemption=CauseId("ex-2"), approved=True)
    assert case.refused(unknown) == ("unknown_exemption", "exemption")
