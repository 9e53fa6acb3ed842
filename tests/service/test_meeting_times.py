"""Proposed times: working days before the target date, with notice where there is time."""

from __future__ import annotations

from datetime import date, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import is_working_day
from domain.policy import DEFAULT
from service.meeting_times import proposals

DAYS = st.dates(min_value=date(2024, 1, 1), max_value=date(2032, 1, 1))


@given(DAYS, st.none() | st.integers(min_value=-30, max_value=120))
def test_there_is_always_a_time_to_propose_in_working_hours(today: date, ahead: int | None) -> None:
    target = None if ahead is None else today + timedelta(days=ahead)

    found = proposals(today, target, DEFAULT)

    assert 1 <= len(found) <= 3
    for one in found:
        assert one.on > today
        assert is_working_day(one.on, DEFAULT.half_days)
        end = one.begins.hour * 60 + one.begins.minute + one.minutes
        assert one.begins >= time(9)
        assert end <= 15 * 60
    assert [one.on for one in found] == sorted({one.on for one in found})


@given(DAYS, st.integers(min_value=25, max_value=120))
def test_with_time_enough_there_is_notice_and_leeway(today: date, ahead: int) -> None:
    target = today + timedelta(days=ahead)

    for one in proposals(today, target, DEFAULT):
        notice = [
            day
            for number in range(1, (one.on - today).days + 1)
            if is_working_day(day := today + timedelta(days=number), DEFAULT.half_days)
        ]
        assert len(notice) >= DEFAULT.short_notice_workdays
        assert one.on < target


def test_an_example_of_the_seventh_week() -> None:
    found = proposals(date(2026, 1, 26), date(2026, 2, 20), DEFAULT)

    assert [(one.on, one.begins) for one in found] == [
        (date(2026, 2, 12), time(10)),
        (date(2026, 2, 16), time(13)),
        (date(2026, 2, 18), time(9)),
    ]


def test_after_the_target_date_the_next_working_days_are_proposed() -> None:
    found = proposals(date(2026, 2, 27), date(2026, 2, 20), DEFAULT)

    assert found[0].on > date(2026, 2, 27)
    assert found[-1].on <= date(2026, 3, 13)
