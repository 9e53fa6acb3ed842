"""When mail may leave the house (R41): working days, within the policy's hours, local time."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from domain.calendar import is_working_day
from domain.localtime import OSLO, local_date, wake_at
from domain.policy import Policy
from domain.spans import ONE_DAY

_WHOLE_DAY: Final = (0, 24)


def next_opening(policy: Policy, at: datetime) -> datetime | None:
    """Give the instant at which mail may leave again; None when it may leave at `at`."""
    if policy.send_from_hour is None and policy.send_to_hour is None:
        return None
    first, end = _hours(policy)
    day = local_date(at)
    hour = at.astimezone(OSLO).hour
    if is_working_day(day, policy.half_days) and hour < end:
        return None if hour >= first else wake_at(day, first)
    day += ONE_DAY
    while not is_working_day(day, policy.half_days):
        day += ONE_DAY
    return wake_at(day, first)


def _hours(policy: Policy) -> tuple[int, int]:
    first, end = _WHOLE_DAY
    if policy.send_from_hour is not None:
        first = policy.send_from_hour
    if policy.send_to_hour is not None:
        end = policy.send_to_hour
    return first, end
