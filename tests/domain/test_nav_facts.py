"""R27, R39: what NAV's dates ask of the employer."""

from __future__ import annotations

from datetime import date

from domain.facts import (
    DutyKind,
    NavMeetingSet,
    PlanAskedByNav,
    PlanReceiver,
    PlanSent,
)
from tests.support.telling import Teller, sick

TO_NAV = DutyKind.PLAN_TO_NAV
ASKED = PlanAskedByNav(on=date(2026, 3, 2), by=date(2026, 3, 9))


def case_on(day: date) -> Teller:
    return sick(last=date(2026, 8, 30)).on(day)


def test_nav_may_ask_for_the_plan_by_a_day_of_its_own() -> None:
    case = case_on(date(2026, 3, 2))
    case.accepted(ASKED)

    duty = case.duty(TO_NAV)
    assert (duty.legal_on, duty.rule, duty.state) == (date(2026, 3, 9), "R39", "due_soon")
    case.accepted(PlanSent(to=PlanReceiver.NAV))
    assert case.duty(TO_NAV).state == "done"


def test_a_plan_sent_before_nav_asked_does_not_answer_it() -> None:
    case = case_on(date(2026, 2, 10))
    case.accepted(PlanSent(to=PlanReceiver.NAV))
    case.on(date(2026, 3, 2))
    case.accepted(ASKED)

    assert case.duty(TO_NAV).state == "due_soon"


def test_of_two_dates_the_earlier_binds() -> None:
    case = case_on(date(2026, 3, 2))
    case.accepted(ASKED)
    case.accepted(NavMeetingSet(on=date(2026, 3, 13)))
    assert case.duty(TO_NAV).legal_on == date(2026, 3, 6)

    case.accepted(NavMeetingSet(on=date(2026, 6, 17)))
    assert case.duty(TO_NAV).legal_on == date(2026, 3, 9)
