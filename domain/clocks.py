"""The day on which a clock reaches a number, known or projected, and the periods that made it.

`gross` counts all days since the start, `net` the days of absence, `full` the fully absent
ones (R20). Past its last known day a case is projected in the class of that day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from domain.cases import Case
from domain.timeline import FULLY_ABSENT


class Clock(StrEnum):
    """What a date is counted in."""

    NET = "net"
    FULL = "full"
    GROSS = "gross"
    FIXED = "fixed"
    WEEKDAYS = "weekdays"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocks:
    """The clocks of one case."""

    case: Case
    projected: bool

    def net_day(self, number: int) -> date | None:
        """Give the day on which so many days of absence are reached, or None (R20)."""
        return self._reached(self.case.counted, number, goes_on=True)

    def full_day(self, number: int) -> date | None:
        """Give the day on which so many fully absent days are reached, or None (R22)."""
        return self._reached(self.case.full, number, goes_on=self.case.ends_as in FULLY_ABSENT)

    def gross_day(self, offset: int) -> date | None:
        """Give start + offset if the case lasts so long, or None (R26)."""
        return self.if_lasting(self.case.start + timedelta(days=offset))

    def if_lasting(self, day: date) -> date | None:
        """Give the day if the case lasts to it, or None."""
        return day if self.projected or self.is_known(day) else None

    def is_known(self, day: date) -> bool:
        """Say whether what is known covers a day; if not, it holds only if the absence goes on."""
        return day <= self.case.last_day

    def is_full(self, day: date) -> bool:
        """Say whether the employee is, or is taken to be, fully absent on a day of absence."""
        if self.is_known(day):
            return day.toordinal() in self.case.full
        return self.case.ends_as in FULLY_ABSENT

    def _reached(self, days: tuple[int, ...], number: int, *, goes_on: bool) -> date | None:
        missing = number - len(days)
        if missing <= 0:
            return date.fromordinal(days[number - 1])
        if self.projected and goes_on:
            return date.fromordinal(self.case.last + missing)
        return None

    def periods(self, until: date, *, fully: bool = False) -> str:
        """Write the runs of counted days that made a date (R30)."""
        end, last = until.toordinal(), self.case.last
        runs = [
            (first, min(stop, end))
            for first, stop in (self.case.full_runs if fully else self.case.runs)
            if first <= end
        ]
        if end > last:
            first = runs.pop()[0] if runs and runs[-1][1] == last else last + 1
            runs.append((first, end))
        return ", ".join(
            f"{date.fromordinal(first)} to {date.fromordinal(stop)}" for first, stop in runs
        )
