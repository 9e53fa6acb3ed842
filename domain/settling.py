"""What all duties share: exemption, target date, and the state on a date (R29, R33)."""

from __future__ import annotations

from datetime import date

from domain.calendar import target_date, working_days_before
from domain.duty import OBLIGATIONS, DutyAssessment, DutyState
from domain.exemptions import Exemption, exemption_of
from domain.reached import Reached, Seen


def settled(reached: Reached, seen: Seen) -> DutyAssessment:
    """Add what all duties share: exemption, target date and the state on the date."""
    legal, why, exempt = reached.legal_on, reached.why, reached.exempt
    exemption = _exemption(reached, seen)
    if exemption is not None and (legal or reached.undated is DutyState.UPCOMING):
        # What was done is measured by the date that held on the day on which it was done.
        day = reached.done_on or seen.on
        if exemption.holds(day):
            exempt, why = True, f"exempt: {exemption.fact.reason}; {why}"
        elif exemption.ends_on is not None:
            failed = "premise failed" if exemption.premise_failed else "review date passed"
            why = f"{why}; exemption ended {exemption.ends_on}: {failed}"
            legal = max(legal, exemption.ends_on) if legal else None
    target = target_date(legal, seen.policy.half_days) if legal else None
    return DutyAssessment(
        kind=reached.kind,
        state=_state(reached, legal, target, seen, exempt=exempt),
        legal_on=legal,
        target_on=target,
        certain=reached.certain,
        clock=reached.clock,
        rule=reached.rule,
        basis=reached.basis,
        why=why,
        mandatory=reached.mandatory,
    )


def _exemption(reached: Reached, seen: Seen) -> Exemption | None:
    if reached.kind not in OBLIGATIONS or not seen.doings.all:
        return None
    return exemption_of(reached.kind, seen.doings, seen.clocks.case, seen.known, seen.policy)


def _state(
    reached: Reached, legal: date | None, target: date | None, seen: Seen, *, exempt: bool
) -> DutyState:
    if legal is None or target is None:
        return DutyState.EXEMPT if exempt else reached.undated
    if reached.done_on is not None:
        informs = reached.resting is DutyState.INFORMATION
        return DutyState.DONE if informs or reached.done_on <= legal else DutyState.DONE_LATE
    if exempt:
        return DutyState.EXEMPT
    return reached.resting or _by_time(legal, target, seen)


def _by_time(legal: date, target: date, seen: Seen) -> DutyState:
    if seen.on > legal:
        early = seen.live_from is not None and legal < seen.live_from
        return DutyState.BEFORE_GO_LIVE if early else DutyState.OVERDUE
    soon = working_days_before(target, seen.policy.due_soon_workdays, seen.policy.half_days)
    return DutyState.DUE_SOON if seen.on >= soon else DutyState.UPCOMING
