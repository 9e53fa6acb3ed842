"""Spans of whole days, both ends included."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from domain.refusals import InvalidValue

EARLIEST: Final = date(1990, 1, 1)
LATEST: Final = date(2199, 12, 31)
MAX_DAYS: Final = 20 * 366
ONE_DAY: Final = timedelta(days=1)


def check_day(field: str, day: date) -> None:
    """Refuse a date that no sick leave of this century can have.

    Raises:
        InvalidValue: before 1990 or after 2199.
    """
    if not EARLIEST <= day <= LATEST:
        raise InvalidValue(field, f"{day} must lie between {EARLIEST} and {LATEST}")


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class DateSpan:
    """From `first` to `last`, both included; at most 20 years, not before 1990."""

    first: date
    last: date

    def __post_init__(self) -> None:
        """Refuse an absurd span once, so that nobody has to look again."""
        check_day("fom", self.first)
        check_day("tom", self.last)
        if self.last < self.first:
            raise InvalidValue("fom", f"{self.first} must not be after tom {self.last}")
        if (self.last - self.first).days >= MAX_DAYS:
            raise InvalidValue("tom", f"{self.last} is more than 20 years after {self.first}")

    def __contains__(self, day: date) -> bool:
        """Say whether the day lies in the span."""
        return self.first <= day <= self.last

    def __iter__(self) -> Iterator[date]:
        """Walk the days in order."""
        for number in range(self.first.toordinal(), self.last.toordinal() + 1):
            yield date.fromordinal(number)
