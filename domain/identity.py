"""Which known case a walked case is: ids stay while days move, merge and vanish (R12, R13)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from domain.absences import Timeline
from domain.cases import Case
from domain.doings import Doings, by_case
from domain.events import CaseClosed, CaseMerged, CaseOpened, CaseStartMoved, CloseReason
from domain.ids import CaseId, case_id
from domain.phases import Course
from domain.policy import Policy
from domain.state import KnownCase, Phase, State

CaseEvent = CaseOpened | CaseStartMoved | CaseMerged | CaseClosed


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A case with its identity, and everything that belongs to it."""

    identity: KnownCase
    case: Case
    course: Course
    doings: Doings

    @property
    def ids(self) -> frozenset[CaseId]:
        """Its id and those of the cases that were merged into it."""
        return frozenset({self.identity.case_id, *self.identity.absorbed})


def standings(state: State, policy: Policy) -> tuple[Standing, ...]:
    """Give the cases of an employment in order of days, each under its id."""
    timeline = state.absences.under(policy)
    shares = by_case(state.done, timeline.cases)
    return tuple(
        Standing(identity=identity, case=case, course=course, doings=doings)
        for identity, case, course, doings in zip(
            _identities(state, timeline), timeline.cases, timeline.courses, shares, strict=True
        )
    )


def _identities(state: State, timeline: Timeline) -> list[KnownCase]:
    """Name cases by their start; what the log does not know yet gets the next free number."""
    by_start = {known.start: known for known in state.live()}
    found, number = [], len(state.cases)
    for case in timeline.cases:
        known = by_start.get(case.start)
        if known is None:
            number += 1
            known = KnownCase(case_id=case_id(state.employment, number), start=case.start)
        found.append(known)
    return found


def reconciled(before: State, after: State, policy: Policy) -> tuple[CaseEvent, ...]:
    """Say how the known cases become the cases that the facts now make.

    A known case stands for the walked case that it shares days with. Of several the oldest
    keeps its id and the younger are merged into it; one whose days are all gone is closed.
    """
    spans = _spans(before, policy)
    cases = after.absences.under(policy).cases
    owners = _owners(cases, spans, policy.case_gap_days)
    events: list[CaseEvent] = []
    number = len(after.cases)
    for case, known in zip(cases, owners, strict=True):
        if not known:
            number += 1
            events.append(CaseOpened(case=case_id(after.employment, number), start=case.start))
            continue
        oldest, *younger = known
        if oldest.start != case.start:
            events.append(CaseStartMoved(case=oldest.case_id, old=oldest.start, new=case.start))
        events += [CaseMerged(case=oldest.case_id, merged=one.case_id) for one in younger]
    taken = {one.case_id for known in owners for one in known}
    events += [
        CaseClosed(case=known.case_id, reason=CloseReason.WITHDRAWN, last_day=last)
        for known, _, last in spans
        if known.case_id not in taken and known.phase is not Phase.WITHDRAWN
    ]
    return tuple(events)


_Span = tuple[KnownCase, date, date]


def _spans(state: State, policy: Policy) -> list[_Span]:
    """Give the days that each known case had until now; one without any has its start."""
    lasts = {case.start: case.last_day for case in state.absences.under(policy).cases}
    return [(known, known.start, lasts.get(known.start, known.start)) for known in state.live()]


def _owners(cases: Sequence[Case], spans: Sequence[_Span], gap: int) -> list[tuple[KnownCase, ...]]:
    """Give the known cases that each walked case continues, oldest first."""
    owners: list[tuple[KnownCase, ...]] = [() for _ in cases]
    left = list(spans)
    # Days in common first; then, for those that lost all their days, a case close by.
    for margin in (0, gap):
        for number, case in enumerate(cases):
            if owners[number]:
                continue
            mine = [span for span in left if _meets(case, span, margin)]
            owners[number] = tuple(known for known, _, _ in mine)
            left = [span for span in left if span not in mine]
    return owners


def _meets(case: Case, span: _Span, margin: int) -> bool:
    _, first, last = span
    return first.toordinal() - margin <= case.last and case.first <= last.toordinal() + margin
