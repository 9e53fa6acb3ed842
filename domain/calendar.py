"""The Norwegian working calendar: red days, working days and target dates (R29).

A red day (helligdag) is a public holiday by law; 24 December is none, but by default no
target date falls on it (policy `half_days`).
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from domain.spans import ONE_DAY

SATURDAY: Final = 5
_FIXED: Final = ((1, 1), (5, 1), (5, 17), (12, 25), (12, 26))
_FROM_EASTER: Final = (-3, -2, 0, 1, 39, 49, 50)
"""Maundy Thursday, Good Friday, Easter, Easter Monday, Ascension, Whit Sunday and Monday."""

HalfDays = tuple[tuple[int, int], ...]


def easter_sunday(year: int) -> date:
    """Give Easter Sunday of a year (Gregorian computus, Meeus/Jones/Butcher)."""
    golden = year % 19
    century, rest = divmod(year, 100)
    leap, skipped = divmod(century, 4)
    moon = (19 * golden + century - leap - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * skipped + 2 * (rest // 4) - moon - rest % 4) % 7
    late = (golden + 11 * moon + 22 * weekday) // 451
    month, day = divmod(moon + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


@lru_cache(maxsize=512)
def red_days(year: int) -> frozenset[date]:
    """Give the red days of a year that are not merely Sundays."""
    easter = easter_sunday(year)
    fixed = {date(year, month, day) for month, day in _FIXED}
    return frozenset(fixed | {easter + timedelta(days=days) for days in _FROM_EASTER})


def is_non_working(day: date) -> bool:
    """Say whether a day is a Saturday, a Sunday or a red day."""
    return day.weekday() >= SATURDAY or day in red_days(day.year)


def is_working_day(day: date, half_days: HalfDays) -> bool:
    """Say whether a task can be due on the day (R29)."""
    return not is_non_working(day) and (day.month, day.day) not in half_days


@lru_cache(maxsize=4096)
def target_date(legal: date, half_days: HalfDays) -> date:
    """Give the last working day on or before a legal date (R29)."""
    day = legal
    while not is_working_day(day, half_days):
        day -= ONE_DAY
    return day


@lru_cache(maxsize=4096)
def working_days_before(day: date, count: int, half_days: HalfDays) -> date:
    """Go back so many working days; Friday less five is the Friday before."""
    for _ in range(count):
        day = target_date(day - ONE_DAY, half_days)
    return day


def add_weekdays(first: date, count: int) -> date:
    """Give the count-th Monday-to-Friday day from `first` on, red days counted (R28)."""
    start = first
    while start.weekday() >= SATURDAY:
        start += ONE_DAY
    weeks, days = divmod(start.weekday() + count - 1, 5)
    return start - timedelta(days=start.weekday()) + timedelta(weeks=weeks, days=days)
