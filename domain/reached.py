"""What a duty's own rule says, before exemptions and time; and how its reason is worded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.clocks import Clock, Clocks
from domain.doings import Doings
from domain.duty import DutyState
from domain.facts import DutyKind
from domain.policy import Policy
from domain.timeline import Known


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A case as it is seen from a date."""

    clocks: Clocks
    doings: Doings
    known: Known
    policy: Policy
    on: date
    live_from: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """What a duty's own rule says, before exemptions and time."""

    kind: DutyKind
    clock: Clock
    rule: str
    basis: str
    why: str
    legal_on: date | None
    done_on: date | None = None
    certain: bool = False
    mandatory: bool | None = None
    exempt: bool = False
    undated: DutyState = DutyState.NOT_APPLICABLE
    """The state when it has no date."""
    resting: DutyState | None = None
    """The state while nothing is done, where time makes none: a question or an information."""


def is_known(seen: Seen, day: date | None) -> bool:
    """Say whether what is known covers a day."""
    return day is not None and seen.clocks.is_known(day)


def counted(seen: Seen, number: int, words: str, reached_on: date | None) -> str:
    """Word the reason of a date that is counted in days, with the periods that made it (R30)."""
    if reached_on is None:
        return f"{_ordinal(number)} {words} is not reached"
    periods = seen.clocks.periods(reached_on, fully=words.startswith("fully"))
    return f"{_ordinal(number)} {words}; {periods}"


def since_start(seen: Seen, days: int, legal: date | None) -> str:
    """Word the reason of a date that is counted from the start, gaps and all (R26)."""
    start = seen.clocks.case.start
    said = f"{days} days after the start on {start}"
    return said if legal else f"{said} are not reached"


def _ordinal(number: int) -> str:
    teens = number % 100 in {11, 12, 13}
    ending = "th" if teens else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
