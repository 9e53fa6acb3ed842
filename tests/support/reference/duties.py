"""The nine duties of a case as dictionaries, read row by row from the table in the design.

`Facts` here are only those that belong to the case. See explained.py for the readings that
were taken where the text leaves a choice.
"""

from __future__ import annotations

from datetime import date, timedelta

from tests.support.reference.cases import lasts_to, nth
from tests.support.reference.days import (
    DAY,
    SICK,
    Object,
    Told,
    classes,
    local,
    of_type,
    on_of,
    target,
    workdays_before,
)

Reached = tuple[date, bool] | None

CODES = {
    "follow_up_plan": ("R21", "aml. § 4-6 (3)"),
    "plan_to_practitioner": ("R32", "aml. § 4-6 (3)"),
    "dialogue_meeting_1": ("R22", "aml. § 4-6 (4)"),
    "activity_requirement": ("R25", "ftrl. § 8-7 a"),
    "nav_meeting_question": ("R26", "ftrl. § 8-7 a"),
    "plan_to_nav": ("R27", "aml. § 4-6 (3), ftrl. § 25-2"),
    "nav_dialogue_meeting": ("R26", "ftrl. § 8-7 a"),
    "update_plan": ("R36", "aml. § 4-6 (3)"),
    "max_sick_pay": ("R28", "ftrl. § 8-12"),
}


class Duties:
    """Makes the nine rows of one case."""

    def __init__(self, case: Object, facts: Told, everything: Told, on: date) -> None:
        self.case, self.facts, self.everything, self.on = case, facts, everything, on
        self.rows: list[Object] = []

    def all(self) -> list[Object]:
        """List the nine in their order."""
        start: date = self.case["start"]
        self._plans()
        self._meeting_1()
        active = nth(self.case, 56)
        dated = (start + timedelta(days=55), active[1]) if active else None
        self._information("activity_requirement", "net", dated)
        question = lasts_to(self.case, start + timedelta(days=119))
        self._information("nav_meeting_question", "gross", question)
        self._nav()
        self._update_plan()
        end = _248th_weekday(start)
        self._information("max_sick_pay", "weekdays", lasts_to(self.case, end))
        return self.rows

    def _plans(self) -> None:
        reached = nth(self.case, 28)
        made = self._days("plan_completed")
        plan = self._duty("follow_up_plan", "net", reached, made)
        if reached:
            reached = (on_of(plan["legal_on"]), reached[1])
        sent = [
            local(fact["at"])
            for fact in of_type(self.facts, "plan_sent")
            if fact["to"] == "practitioner"
        ]
        self._duty(
            "plan_to_practitioner",
            "net",
            reached,
            sent,
            undated=bool(made),
            needless=plan["state"] == "exempt",
        )

    def _meeting_1(self) -> None:
        full, net = nth(self.case, 49, "full", "self"), nth(self.case, 49)
        yes = [
            local(fact["at"]) for fact in of_type(self.facts, "meeting_useful") if fact["answer"]
        ]
        clock, reached, mandatory = "full", full, full is not None
        if full is None and net is not None:
            clock, reached, mandatory = "net", net, bool(yes)
            if yes:
                dated = max(net[0], min(yes))
                reached = (dated, net[1] and dated <= self.case["last"])
        row = self._duty("dialogue_meeting_1", clock, reached, self._held("dm1"))
        row["mandatory"] = mandatory
        if reached and not mandatory and row["state"] in ("upcoming", "due_soon", "overdue"):
            row["state"] = "question"

    def _nav(self) -> None:
        start: date = self.case["start"]
        sets = of_type(self.facts, "nav_meeting_set")
        meeting = on_of(sets[-1]["on"]) if sets and sets[-1]["on"] else None
        sent = [
            local(fact["at"]) for fact in of_type(self.facts, "plan_sent") if fact["to"] == "nav"
        ]
        due = (meeting - timedelta(days=7), True) if meeting else None
        self._duty("plan_to_nav", "fixed", due, sent)
        reached = (meeting, True) if meeting else lasts_to(self.case, start + timedelta(days=181))
        row = self._information("nav_dialogue_meeting", "fixed" if meeting else "gross", reached)
        if reached and self._held("dm2"):
            row["state"] = "done"

    def _update_plan(self) -> None:
        held = max(self._held("dm1", "additional", "dm2"), default=None)
        due = (held + timedelta(days=7), True) if held else None
        made = [day for day in self._days("plan_completed") if held and day >= held]
        self._duty("update_plan", "fixed", due, made)

    def _days(self, kind: str) -> list[date]:
        return [on_of(fact["on"]) for fact in of_type(self.facts, kind)]

    def _held(self, *meetings: str) -> list[date]:
        """Give the days of meetings at which the employee and the employer were (R34)."""
        return [
            on_of(fact["on"])
            for fact in of_type(self.facts, "meeting_held")
            if fact["meeting"] in meetings
            and "employee" in fact["attendees"]
            and {"manager", "hr", "employer"} & set(fact["attendees"])
        ]

    def _row(self, kind: str, clock: str, reached: Reached) -> Object:
        rule, basis = CODES[kind]
        legal = reached[0] if reached else None
        row = {
            "kind": kind,
            "state": "not_applicable",
            "legal_on": legal and legal.isoformat(),
            "target_on": legal and target(legal).isoformat(),
            "certain": bool(reached and reached[1]),
            "clock": clock,
            "rule": rule,
            "basis": basis,
        }
        self.rows.append(row)
        return row

    def _information(self, kind: str, clock: str, reached: Reached) -> Object:
        row = self._row(kind, clock, reached)
        if reached:
            row["state"] = "information"
        return row

    def _duty(
        self,
        kind: str,
        clock: str,
        reached: Reached,
        done: list[date],
        *,
        undated: bool = False,
        needless: bool = False,
    ) -> Object:
        stands, lapsed = self._exempt(kind, min(done, default=self.on))
        if reached is None:
            row = self._row(kind, clock, None)
            if undated:
                row["state"] = "done" if done else "exempt" if stands else "upcoming"
            return row
        legal = max([reached[0], *lapsed])
        row = self._row(kind, clock, (legal, reached[1]))
        if done:
            row["state"] = "done" if min(done) <= legal else "done_late"
        elif stands or needless:
            row["state"] = "exempt"
        elif self.on > legal:
            row["state"] = "overdue"
        elif self.on >= workdays_before(target(legal), 5):
            row["state"] = "due_soon"
        else:
            row["state"] = "upcoming"
        return row

    def _exempt(self, kind: str, day: date) -> tuple[bool, list[date]]:
        """Say whether an exemption stands on a day, and when others had lapsed (R33, W10)."""
        stands, lapsed = False, []
        for fact in of_type(self.facts, "exempted"):
            if fact["duty"] == kind:
                lapse = self._lapse(fact)
                if lapse is not None and lapse <= day:
                    lapsed.append(lapse)
                else:
                    stands = True
        return stands, [] if stands else lapsed

    def _lapse(self, fact: Object) -> date | None:
        until = on_of(fact["until"]) if fact.get("until") else None
        if fact["reason"] in ("back_soon_without_adaptation", "measures_work_soon_back"):
            return self._known_to_pass(until) if until else None
        if fact["reason"] == "too_ill_now" and until is None:
            until = local(fact["at"]) + timedelta(days=14)
        return until + DAY if until else None

    def _known_to_pass(self, until: date) -> date | None:
        """Find the day on which it was learnt that the absence goes past the stated return."""
        passing = {d for d, what in self.case["days"].items() if what in SICK and d > until}
        for now in sorted({fact["at"] for fact in self.everything}) if passing else ():
            known = classes([fact for fact in self.everything if fact["at"] <= now])
            if any(known.get(day) in SICK for day in passing):
                return local(now)
        return None


def _248th_weekday(start: date) -> date:
    """Count 248 days from Monday to Friday after the 16 days of the employer (R28)."""
    day, left = start + timedelta(days=15), 248
    while left:
        day += DAY
        left -= day.weekday() < 5
    return day
