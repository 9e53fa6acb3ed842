"""Between instants and local dates in Europe/Oslo. The only place that knows a time zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

OSLO: Final = ZoneInfo("Europe/Oslo")


def local_date(at: datetime) -> date:
    """Give the calendar date in Oslo at an aware instant."""
    return at.astimezone(OSLO).date()


def wake_at(day: date, hour: int) -> datetime:
    """Give the instant (UTC) at which a case acts on what belongs to `day`."""
    return datetime.combine(day, time(hour), OSLO).astimezone(UTC)


def acting_date(at: datetime, hour: int) -> date:
    """Give the last day whose wake-up lies at or before `at`; before `hour` it is yesterday."""
    day = local_date(at)
    return day if wake_at(day, hour) <= at else day - timedelta(days=1)
