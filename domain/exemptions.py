"""Exemptions watch their own premise: when they hold, and from when on they do not (R33, W10)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from domain.cases import Case
from domain.doings import Doings
from domain.facts import DutyKind, Exempted, ExemptionReason
from domain.localtime import local_date
from domain.policy import Policy
from domain.timeline import Known, ended_by_return

SOON_BACK: Final = frozenset(
    {ExemptionReason.BACK_SOON_WITHOUT_ADAPTATION, ExemptionReason.MEASURES_WORK_SOON_BACK}
)
"""Reasons whose premise is a return by the stated date."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exemption:
    """An exemption as it stands; `ends_on` is the first day on which it holds no longer."""

    fact: Exempted
    ends_on: date | None
    due_on: date | None
    """The duty is due on this day at the earliest, once the exemption has ended."""
    premise_failed: bool

    def holds(self, on: date) -> bool:
        """Say whether the duty is exempt on a date."""
        return self.ends_on is None or on < self.ends_on


def exemption_of(
    duty: DutyKind, doings: Doings, case: Case, known: Known, policy: Policy
) -> Exemption | None:
    """Give the latest exemption of a duty in a case, with its end if it has one."""
    told = doings.exemption(duty)
    if told is None:
        return None
    told_on, fact = told
    if fact.reason is ExemptionReason.TOO_ILL_NOW:
        return _reviewed(fact, told_on, policy)
    failed_on = _premise_failed_on(fact, told_on, case, known)
    return Exemption(
        fact=fact,
        ends_on=failed_on,
        due_on=failed_on,
        premise_failed=failed_on is not None,
    )


def _reviewed(fact: Exempted, told_on: date, policy: Policy) -> Exemption:
    days = timedelta(days=policy.exemption_review_days)
    until = fact.until or (fact.contacted_on or told_on) + days
    return Exemption(
        fact=fact, ends_on=until + timedelta(days=1), due_on=until, premise_failed=False
    )


def _premise_failed_on(fact: Exempted, told_on: date, case: Case, known: Known) -> date | None:
    """Give the day on which it was learnt that the absence goes past the stated date."""
    if fact.reason not in SOON_BACK or fact.until is None:
        return None
    until = fact.until.toordinal()
    if case.last <= until:
        return None
    learnt = [
        local_date(at)
        for at, first, last in _absences(known)
        if first <= case.last and min(last, case.last) > until
    ]
    return max(told_on, min(learnt, default=told_on))


def _absences(known: Known) -> list[tuple[datetime, int, int]]:
    """Give what tells of absence: when it was learnt, its first and its last day."""
    spans = [(at, note.begins_on, note.periods[-1].span.last) for at, note in known.notes.values()]
    spans += [(at, span.first, span.last) for at, span in known.certified]
    found = []
    for at, first, last in spans:
        ended = ended_by_return(first.toordinal(), known.returns)
        end = last.toordinal() if ended is None else min(last.toordinal(), ended - 1)
        found.append((at, first.toordinal(), end))
    return found + [(at, 0, until) for at, until in known.continues]
