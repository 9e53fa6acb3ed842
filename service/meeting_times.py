"""Proposes times for a meeting: working days before the target date, 09 to 15 (R34).

A proposal and no rule: whoever calls the meeting decides. What is in people's calendars is
not known here.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time, timedelta
from typing import Final

from domain.calendar import is_working_day, working_days_before
from domain.facts import TimeSlot
from domain.policy import Policy
from domain.spans import ONE_DAY

HOURS: Final = (time(10), time(13), time(9))
"""Not before 09, and over by 15."""
_MANY: Final = 3
_WINDOW: Final = timedelta(days=14)
_LEEWAY: Final = 2
"""Working days before the target date, so that the meeting can be moved once."""


def proposals(today: date, target: date | None, policy: Policy) -> tuple[TimeSlot, ...]:
    """Propose up to three times, with notice enough where there still is time for it.

    Late is better than never: when the target date is too close, or has passed, the next
    working days are proposed.
    """
    last = target if target is not None and target > today else today + _WINDOW
    days = list(_working_days(today, last, policy))
    if not days:
        days = list(_working_days(today, today + _WINDOW, policy))[:_MANY]
    notice = policy.short_notice_workdays
    fair = days[notice - 1 if notice else 0 :] or days
    if target is not None and target > today:
        latest = working_days_before(last, _LEEWAY, policy.half_days)
        fair = [day for day in fair if day <= latest] or fair
    return tuple(
        TimeSlot(on=day, begins=hour) for day, hour in zip(_spread(fair), HOURS, strict=False)
    )


def _working_days(after: date, last: date, policy: Policy) -> Iterator[date]:
    day = after + ONE_DAY
    while day <= last:
        if is_working_day(day, policy.half_days):
            yield day
        day += ONE_DAY


def _spread(days: list[date]) -> list[date]:
    """Take up to three of the last two weeks, every other day: people are away on some."""
    chosen = days[-1 : -2 * _MANY : -2]
    return sorted(chosen)
