"""Exemptions watch their own premise: when they hold, and from when on they do not (R33, W10)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.cases import Case
from domain.doings import Doings, Done
from domain.facts import SOON_BACK, DutyKind, Exempted, ExemptionReason
from domain.localtime import local_date
from domain.policy import Policy
from domain.timeline import Known, last_day_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Exemption:
    """An exemption as it stands.

    `ends_on` is the first day on which it holds no longer: the day on which its premise
    failed, or the day after its stated date. The duty is due on that day at the earliest.
    """

    fact: Exempted
    ends_on: date | None
    premise_failed: bool
    """It ends because the absence went past the stated date, not because that date came."""

    def holds(self, on: date) -> bool:
        """Say whether the duty is exempt on a date."""
        return self.ends_on is None or on < self.ends_on


def exemption_of(
    duty: DutyKind, doings: Doings, case: Case, known: Known, policy: Policy
) -> Exemption | None:
    """Give the exemption of a duty that holds longest, with its end if it has one."""
    found = [
        _as_it_stands(done.told_on, fact, case, known, policy)
        for done, fact in doings.exemptions(duty)
        if _is_in_force(done, doings, policy)
    ]
    return max(found, key=lambda one: one.ends_on or date.max, default=None)


def _is_in_force(done: Done, doings: Doings, policy: Policy) -> bool:
    """Say whether HR has agreed, where the policy asks for it; a no counts under any policy."""
    approved = doings.is_approved(done.cause)
    return approved is True or (approved is None and not policy.exemption_approval)


def _as_it_stands(
    told_on: date, fact: Exempted, case: Case, known: Known, policy: Policy
) -> Exemption:
    if fact.reason in SOON_BACK:
        failed_on = _premise_failed_on(fact, case, known)
        return Exemption(fact=fact, ends_on=failed_on, premise_failed=True)
    until = _review_on(fact, told_on, policy)
    ends_on = until + timedelta(days=1) if until else None
    return Exemption(fact=fact, ends_on=ends_on, premise_failed=False)


def _review_on(fact: Exempted, told_on: date, policy: Policy) -> date | None:
    """Give the last day of an exemption; "too ill now" always has one."""
    if fact.until is None and fact.reason is ExemptionReason.TOO_ILL_NOW:
        return told_on + timedelta(days=policy.exemption_review_days)
    return fact.until


def _premise_failed_on(fact: Exempted, case: Case, known: Known) -> date | None:
    """Give the day on which it was learnt that the absence goes past the stated date."""
    if fact.until is None:
        return None
    until = fact.until.toordinal()
    if case.last <= until:
        return None
    learnt = [
        local_date(at)
        for at, first, last in _absences(known)
        if first <= case.last and last >= case.first and min(last, case.last) > until
    ]
    return min(learnt, default=None)


def _absences(known: Known) -> list[tuple[datetime, int, int]]:
    """Give what tells of absence: when it was learnt, its first and its last day."""
    found = [
        (at, note.begins_on.toordinal(), last_day_of(note, known))
        for at, note in known.notes.values()
    ]
    found += [(at, span.first.toordinal(), span.last.toordinal()) for at, span in known.certified]
    return found + [(at, 0, until) for at, until in known.continues]
