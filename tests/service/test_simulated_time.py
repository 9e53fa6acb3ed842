"""The clock of a simulation: a constant between two facts, and no moment of the machine's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from service.simulated_time import CaseTime

SERVER = datetime(2031, 7, 1, 10, 30, 15, 123456, tzinfo=UTC)
FACT = datetime(2026, 3, 27, 8, tzinfo=UTC)
WAKE = datetime(2026, 3, 30, 5, tzinfo=UTC)
LATE = timedelta(milliseconds=70)


def told(at: datetime = FACT) -> CaseTime:
    time = CaseTime()
    time.stand_at(at)
    time.step_at(SERVER)
    time.go_on()
    return time


def test_a_fact_happens_at_its_own_instant_whatever_the_server_says() -> None:
    assert told().last == FACT


def test_a_wake_comes_back_as_the_instant_that_the_rules_asked_for() -> None:
    time = told()
    asked = time.wake_next(WAKE)

    assert asked == SERVER + (WAKE - FACT)
    assert time.step_at(asked + LATE) == WAKE


def test_a_step_far_from_the_wake_keeps_its_own_instant() -> None:
    """So a timer that rang on the wrong day would be seen."""
    time = told()
    asked = time.wake_next(WAKE)

    assert asked is not None
    assert time.step_at(asked - timedelta(days=1)) == WAKE - timedelta(days=1)


def test_time_stands_while_a_fact_is_told_and_never_runs_back() -> None:
    time = told()
    asked = time.wake_next(WAKE)
    assert asked is not None
    time.step_at(asked)

    time.stand_at(WAKE - timedelta(milliseconds=5))
    assert time.step_at(asked + LATE) == WAKE
    assert time.step_at(asked + 2 * LATE) == WAKE


def test_a_wake_that_has_passed_does_not_hold_time_up() -> None:
    time = told()
    asked = time.wake_next(FACT)

    assert asked == SERVER
    assert time.step_at(SERVER + timedelta(seconds=1)) == FACT + timedelta(seconds=1)


def test_without_a_wake_there_is_none_on_the_server() -> None:
    assert told().wake_next(None) is None
