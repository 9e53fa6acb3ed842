"""What must hold of the reminders that `explain` lists; the text leaves open which it lists.

So there is no second list to compare with, only faults to look for (R43, decision 4): a stage
on another day than its ladder gives, twice, to the wrong people, or beyond the budget.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from tests.support.reference.days import Object, on_of, workdays_before

BUDGET: Final = {"follow_up_plan": 2, "dialogue_meeting_1": 2, "plan_to_nav": 1}
"""Most mails before the legal date; other duties have none."""
_AFTER: Final = {"overdue": 1, "overdue_hr": 5, "weekly_1": 12, "weekly_2": 19, "weekly_3": 26}


def reminder_faults(case: Object) -> Iterator[str]:
    """Name each fault of the reminders of one case of the answer, as JSON."""
    rows = {row["kind"]: row for row in case["duties"]}
    reminders = case["reminders"]
    seen = Counter((one["duty"], one["stage"]) for one in reminders)
    if any(count > 1 for count in seen.values()):
        yield "a stage twice"
    if [one["on"] for one in reminders] != sorted(one["on"] for one in reminders):
        yield "out of order"
    early: Counter[str] = Counter()
    for one in reminders:
        if one["duty"] is None:
            if (one["stage"], one["on"], one["to"]) != ("opening", case["start"], ["manager"]):
                yield "the opening"
        elif rows[one["duty"]]["legal_on"] is None:
            yield "for a duty without a date"
        else:
            yield from _of_a_duty(one, rows[one["duty"]], case)
            early[one["duty"]] += one["on"] <= rows[one["duty"]]["legal_on"]
    if any(count > BUDGET.get(duty, 0) for duty, count in early.items()):
        yield "beyond the budget"


def _of_a_duty(one: Object, row: Object, case: Object) -> Iterator[str]:
    if row["state"] == "information" or (row["state"] == "question" and one["stage"] in _AFTER):
        yield f"{one['stage']} for a duty that is {row['state']}"
    if row["state"] == "done" and one["on"] > row["legal_on"]:
        yield "overdue, though done in time"
    if one["on"] != _day(one, row, case).isoformat():
        yield f"{one['stage']} on another day"
    if one["to"] != (["manager", "hr"] if one["stage"] == "overdue_hr" else ["manager"]):
        yield f"{one['stage']} to others"


def _day(reminder: Object, row: Object, case: Object) -> date:
    stage, legal = reminder["stage"], on_of(row["legal_on"])
    if stage in _AFTER:
        return legal + timedelta(days=_AFTER[stage])
    if stage == "heads_up":
        if row["kind"] == "plan_to_nav":
            return legal - timedelta(days=14)
        day = 14 if row["kind"] == "follow_up_plan" else 35
        return on_of(case["start"]) + timedelta(days=day - 1)
    return workdays_before(on_of(row["target_on"]), 5 if stage == "due_soon" else 0)
