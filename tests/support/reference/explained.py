"""A second reading of the rules behind `tilbake explain`, to compare the product with.

It shares nothing with `domain/`: dictionaries, one day at a time, the red days of another
library. Where the texts leave a choice it takes these readings.

1. A withdrawn note never counts again. Of two ends of the employment the earlier counts.
2. Days of a note that a return cut off are days that nobody says anything about (R14).
3. A grade change says nothing about a day that no note covers, so such a day can be enclosed
   by absence, is filled and projected in the class of the last day of absence (R37, R14b).
4. "Still away" fills uncovered days after the last day of absence on or before the day it
   was said, up to its date or to a return (R14b).
5. An uncovered day is work: vacation after an uncovered weekend is a gap (R11).
6. Facts belong to the latest case begun on their date (`on`; of those without one, or that
   rather say when something was decided, the day they were told), else to the first.
7. A fact dated after `on` counts like any other, except a return for the state of the case.
8. An ended employment or a death closes the case from its date, once the last day is past.
9. "Back soon" lapses when it is learnt that an absent day
   lies past its date; any other on the day after its date, which "too ill now" always has: 14
   days after it was told. From then on the legal date is the lapse if that is later (W10).
   Something done is measured against the date of the day on which it was done. The plan to
   the practitioner follows the plan. No other premise is checked.
10. The update of the plan counts from the latest meeting that was held, and is done by a plan
    completed on or after that day.
11. What a case that is not projected never reached is not applicable, done or not; only the
    plan to the practitioner, reached by a completed plan, has a state without a date.
12. A meeting held after the date of the question is late. The day of a yes is certain only
    if absence is known to last that long.
13. The end of sick pay is counted along the calendar, gaps included (R28).
14. A question stays one whatever the day, and whoever answered no.
"""

from __future__ import annotations

from datetime import date, timedelta

from tests.support.reference.cases import cases
from tests.support.reference.days import Object, Told, local, on_of, told
from tests.support.reference.duties import Duties

_DATED = ("plan_completed", "meeting_called", "meeting_held")


def explained(case: Object, on: date) -> Object:
    """Say what follows from a case file, seen from one day, as `explain` would in JSON."""
    facts = told(case)
    found = cases(facts, on)
    shares: list[Told] = [[] for _ in found]
    for fact in facts if found else ():
        day = on_of(fact["on"]) if fact["type"] in _DATED else local(fact["at"])
        begun = [number for number, one in enumerate(found) if one["start"] <= day]
        shares[max(begun, default=0)].append(fact)
    return {
        "on": on.isoformat(),
        "cases": [_case(one, share, facts, on) for one, share in zip(found, shares, strict=True)],
    }


def _case(case: Object, share: Told, facts: Told, on: date) -> Object:
    start, last = case["start"], case["last"]
    past = {day: what for day, what in case["days"].items() if day <= on}
    gross = (min(on, last) - start + timedelta(days=1)).days
    return {
        "start": start.isoformat(),
        "last_day": last.isoformat(),
        "state": case["state"],
        "net_days": len(past),
        "gross_days": max(gross, 0),
        "full_days": sum(what in ("full", "self") for what in past.values()),
        "duties": Duties(case, share, facts, on).all(),
    }
