"""From classes of days to cases: the walk, the 16-day rule and the three clocks (R10-R20).

A case here is what the days alone say. Its identity over time (which case a late note moved,
merged or resumed) is kept by domain/identity.py.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from domain.policy import Policy
from domain.timeline import ABSENT, FULLY_ABSENT, OFF, DayClass

Run = tuple[int, int]
"""First and last day of days without a break."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A continuous sick-leave case: its counted days, in order, as ordinals."""

    counted: tuple[int, ...]
    """FULL, PARTIAL and SELF, and the vacation or leave that follows directly (R11)."""
    full: tuple[int, ...]
    """FULL and SELF only (R20)."""
    partial: tuple[int, ...]
    """PARTIAL only; the rest of what is counted is vacation or leave."""
    ends_as: DayClass
    """Class of its last day of absence; vacation and leave are none."""
    runs: tuple[Run, ...] = field(init=False)
    full_runs: tuple[Run, ...] = field(init=False)
    """The same days as `counted` and `full`, as unbroken runs."""

    def __post_init__(self) -> None:
        """Find the runs once: every explanation of a date names them."""
        object.__setattr__(self, "runs", _runs(self.counted))
        object.__setattr__(self, "full_runs", _runs(self.full))

    @property
    def first(self) -> int:
        """The first counted day (R12), as an ordinal."""
        return self.counted[0]

    @property
    def last(self) -> int:
        """The last counted day, as an ordinal."""
        return self.counted[-1]

    @property
    def start(self) -> date:
        """The first counted day (R12)."""
        return date.fromordinal(self.first)

    @property
    def last_day(self) -> date:
        """The last counted day."""
        return date.fromordinal(self.last)

    def net(self, on: date) -> int:
        """Count the days of absence up to a date, the date included (R20)."""
        return bisect_right(self.counted, on.toordinal())

    def fully(self, on: date) -> int:
        """Count the fully absent days up to a date, the date included (R20)."""
        return bisect_right(self.full, on.toordinal())

    def gross(self, on: date) -> int:
        """Count all days from the start to a date or to the last day, whichever is first (R20)."""
        return max(0, min(on.toordinal(), self.last) - self.first + 1)


def walk(days: Mapping[int, DayClass], policy: Policy) -> tuple[Case, ...]:
    """Split classified days, given in order, into cases (R10, R11).

    Sixteen days in a row that are no days of absence end a case. A day that nothing is
    known about is a day of work; vacation counts only directly after a counted day.
    """
    cases: list[Case] = []
    counted: list[int] = []
    full: list[int] = []
    partial: list[int] = []
    ends_as = DayClass.FULL
    for day, kind in days.items():
        if kind in ABSENT:
            if counted and day - counted[-1] > policy.case_gap_days:
                cases.append(_case(counted, full, partial, ends_as))
                counted, full, partial = [], [], []
            counted.append(day)
            ends_as = kind
            (full if kind in FULLY_ABSENT else partial).append(day)
        elif kind in OFF and counted and counted[-1] == day - 1:
            counted.append(day)
    if counted:
        cases.append(_case(counted, full, partial, ends_as))
    return tuple(cases)


def _case(counted: list[int], full: list[int], partial: list[int], ends_as: DayClass) -> Case:
    return Case(counted=tuple(counted), full=tuple(full), partial=tuple(partial), ends_as=ends_as)


def _runs(days: tuple[int, ...]) -> tuple[Run, ...]:
    runs: list[Run] = []
    first = previous = None
    for day in days:
        if first is None or previous is None or day != previous + 1:
            if first is not None and previous is not None:
                runs.append((first, previous))
            first = day
        previous = day
    if first is not None and previous is not None:
        runs.append((first, previous))
    return tuple(runs)
