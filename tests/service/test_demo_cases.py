"""The demonstration shows the same on whatever day it is made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from adapters.formats.policy_file import load_policy
from domain.assess import CaseAssessment, assess
from domain.commands import Command
from domain.events import Event, ReminderDue
from domain.ids import CauseId, EmploymentId
from domain.state import begin
from domain.step import advance
from service.demo_cases import DemoCase, cases
from service.demo_people import EMPLOYEES
from service.up import DEMO_POLICY

POLICY = load_policy(DEMO_POLICY)
DAYS = [date(2026, 11, 23) + timedelta(days=n) for n in range(7)] + [
    date(2026, 3, 29),  # the clock goes forward
    date(2026, 4, 3),  # Good Friday
    date(2026, 12, 31),
    date(2028, 2, 29),
]


@dataclass(frozen=True)
class Played:
    """What became of one case of the demonstration."""

    accepted: list[bool]
    events: list[Event]
    cases: tuple[CaseAssessment, ...]


def played(case: DemoCase, today: date) -> Played:
    """Tell a case to the rules, all of it on the day itself."""
    at = datetime.combine(today, datetime.min.time(), UTC) + timedelta(hours=10)
    state, accepted, events = begin(EmploymentId(case.person)), [], []
    for number, fact in enumerate(case.facts):
        cause = CauseId(f"{case.person}/{number}")
        command = Command(cause=cause, actor="demo", fact=fact, live_from=case.live_from)
        advanced = advance(state, POLICY, at, command)
        state = advanced.state
        accepted.append(advanced.answer is not None and advanced.answer.accepted)
        events += [one.event for one in advanced.pending]
    return Played(accepted, events, assess(state, POLICY, today))


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_on_any_day_it_shows_a_duty_in_every_state(today: date) -> None:
    all_cases = [one for case in cases(today) for one in played(case, today).cases]
    duties = {str(duty.state) for case in all_cases for duty in case.duties}

    assert duties >= {
        "upcoming",
        "due_soon",
        "overdue",
        "question",
        "done",
        "done_late",
        "exempt",
        "information",
        "not_applicable",
    }
    assert {str(case.state) for case in all_cases} == {"active", "awaiting_note", "dormant"}


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_every_fact_is_accepted_and_a_few_duties_are_reminded_of(today: date) -> None:
    all_played = [played(case, today) for case in cases(today)]
    due = [one for case in all_played for one in case.events if isinstance(one, ReminderDue)]

    assert all(accepted for case in all_played for accepted in case.accepted)
    assert 4 <= len({(one.case, one.duty) for one in due}) <= 8


def test_each_employee_has_a_case() -> None:
    assert [case.person for case in cases(DAYS[0])] == list(EMPLOYEES)


def test_the_policy_is_the_one_that_comes_with_tilbake() -> None:
    assert Path(__file__).parents[2] / "policies" / "demo.toml" == DEMO_POLICY
