"""From days to cases: where one begins and ends, its state, and how it would go on.

A case is a dictionary: `days` (counted day to class, R10 and R11), `state`, and `beyond`,
the class in which it is projected past its last day, or None when it is not.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from tests.support.reference.days import (
    DAY,
    OFF,
    SICK,
    Object,
    Told,
    classes,
    last_possible_day,
    of_type,
    on_of,
    span,
)

GAP = 16
GRACE = 10
FAR = 4 * 366
"""So many days a projection is followed; no clock needs more."""


def cases(facts: Told, on: date) -> list[Object]:
    """Find the cases, oldest first, as they look on a day."""
    found: list[Object] = [{"days": days} for days in _runs(classes(facts))]
    for number, case in enumerate(found):
        case["start"], case["last"] = min(case["days"]), max(case["days"])
        case["state"] = _state(case, facts, on)
        case["beyond"] = _beyond(case, facts, is_last=number == len(found) - 1)
    return found


def _runs(what: dict[date, str]) -> list[dict[date, str]]:
    """Walk day by day; 16 days in a row that do not count close a case."""
    found: list[dict[date, str]] = []
    gap, worked = GAP, True
    for day in span(min(what), max(what)) if what else ():
        said = what.get(day, "work")
        if said in SICK:
            if gap >= GAP:
                found.append({})
            found[-1][day] = said
            gap, worked = 0, False
        elif said in OFF and not worked:
            found[-1][day] = said
        else:
            gap, worked = gap + 1, True
    return found


def _state(case: Object, facts: Told, on: date) -> str:
    last = case["last"]
    if on <= last:
        return "active"
    end = last_possible_day(facts)
    if on >= last + timedelta(days=GAP) or (end is not None and end <= on):
        return "closed"
    returns = [on_of(fact["on"]) for fact in of_type(facts, "returned_to_work")]
    if any(last < back <= on for back in returns) or on > last + timedelta(days=GRACE):
        return "dormant"
    return "awaiting_note"


def _beyond(case: Object, facts: Told, *, is_last: bool) -> str | None:
    stops = of_type(facts, "returned_to_work", "employment_ended", "died")
    later = any(on_of(fact["on"]) > case["last"] for fact in stops)
    if case["state"] not in ("active", "awaiting_note") or not is_last or later:
        return None
    if last_possible_day(facts) is not None:
        return None
    absent = max(day for day, what in case["days"].items() if what in SICK)
    found: str = case["days"][absent]
    return found


def walk(case: Object) -> Iterator[tuple[date, str, bool]]:
    """Walk the counted days, then the projected ones; the last item says "known"."""
    for day in sorted(case["days"]):
        yield day, case["days"][day], True
    if case["beyond"]:
        day = case["last"]
        for _ in range(FAR):
            day += DAY
            yield day, case["beyond"], False


def nth(case: Object, count: int, *kinds: str) -> tuple[date, bool] | None:
    """Find the count-th counted day of these classes (all, when none is named)."""
    for day, what, known in walk(case):
        count -= not kinds or what in kinds
        if count == 0:
            return day, known
    return None


def lasts_to(case: Object, day: date) -> tuple[date, bool] | None:
    """Say whether a case lasts to a day, and whether that is known."""
    if day <= case["last"]:
        return day, True
    return (day, False) if case["beyond"] else None
