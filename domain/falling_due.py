"""What falls due in an employment on a day: missed dates, phases, lapses and reminders.

Asked again for the same day, once the answer is recorded, it gives nothing more. The causes
are made of the case, the duty, the stage and the legal date, never of a timer or an attempt.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from domain.absences import Timeline
from domain.assess import duties_on
from domain.duties import OBLIGATIONS, DutyAssessment, DutyState
from domain.events import (
    CaseClosed,
    CasePaused,
    CaseResumed,
    DutyMissed,
    Event,
    ExemptionLapsed,
    FellDueBeforeGoLive,
    Pending,
    ReminderDue,
    Stage,
)
from domain.exemptions import exemption_of
from domain.facts import Role
from domain.identity import Standing, standings
from domain.ids import CauseId
from domain.ladder import is_overdue
from domain.phases import OPEN, CaseState, close_reason, pause_reason, state_on
from domain.policy import Policy
from domain.stages import fired_for, has_budget, open_stages
from domain.state import Phase, State

DERIVED = "due/"
"""Causes of what falls due by itself begin so; no command may use it."""
_DONE = frozenset({DutyState.DONE, DutyState.DONE_LATE})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Day:
    """One case on the day that is asked about."""

    state: State
    policy: Policy
    timeline: Timeline
    standing: Standing
    on: date
    duties: tuple[DutyAssessment, ...]
    phase: CaseState
    by_later_fact: bool
    fresh: int
    """Stages from this number on were reached in the step that is going on."""


def due_on(
    state: State, policy: Policy, on: date, *, fresh: int, by_later_fact: bool
) -> tuple[Pending, ...]:
    """Give what falls due on a day and is not yet recorded, in the order to record it.

    `fresh` is the number of stages that had been reached when the step began: of several that
    fall due in one step, after an outage, only the newest of a duty is sent. `by_later_fact`
    marks dates that passed before anyone could know them (W11).
    """
    pending: list[Pending] = []
    timeline = state.absences.under(policy)
    for standing in standings(state, policy):
        day = _Day(
            state=state,
            policy=policy,
            timeline=timeline,
            standing=standing,
            on=on,
            duties=duties_on(standing, timeline, policy, on, state.live_from),
            phase=state_on(standing.course, policy, on),
            by_later_fact=by_later_fact,
            fresh=fresh,
        )
        pending += (*_lapses(day), *_misses(day), *_phases(day), *_reminders(day))
    return tuple(pending)


def _pending(day: _Day, cause: str, event: Event) -> Pending:
    case = day.standing.identity.case_id
    return Pending(cause=CauseId(f"{DERIVED}{case}/{cause}"), event=event, case=case)


def _lapses(day: _Day) -> Iterator[Pending]:
    case, standing = day.standing.identity.case_id, day.standing
    for duty in day.duties:
        if duty.kind not in OBLIGATIONS or duty.state in _DONE:
            continue
        exemption = exemption_of(
            duty.kind, standing.doings, standing.case, day.timeline.known, day.policy
        )
        if exemption is None or exemption.holds(day.on) or exemption.ends_on is None:
            continue
        if (case, duty.kind, exemption.ends_on) not in day.state.lapsed:
            event = ExemptionLapsed(
                case=case,
                duty=duty.kind,
                on=exemption.ends_on,
                premise_failed=exemption.premise_failed,
            )
            yield _pending(day, f"{duty.kind}/lapsed/{exemption.ends_on}", event)


def _misses(day: _Day) -> Iterator[Pending]:
    case = day.standing.identity.case_id
    for duty in day.duties:
        legal = duty.legal_on
        if duty.kind not in OBLIGATIONS or legal is None:
            continue
        if (case, duty.kind, legal) in day.state.missed:
            continue
        if duty.state is DutyState.OVERDUE:
            missed = DutyMissed(
                case=case, duty=duty.kind, legal_on=legal, by_later_fact=day.by_later_fact
            )
            yield _pending(day, f"{duty.kind}/missed/{legal}", missed)
        elif duty.state is DutyState.BEFORE_GO_LIVE:
            early = FellDueBeforeGoLive(case=case, duty=duty.kind, legal_on=legal)
            yield _pending(day, f"{duty.kind}/before_go_live/{legal}", early)


def _phases(day: _Day) -> Iterator[Pending]:
    known, course = day.standing.identity, day.standing.course
    case, last_day = known.case_id, day.standing.case.last_day
    wanted, number = _phase(day.phase), known.changes
    if wanted is known.phase:
        return
    if wanted is Phase.OPEN or known.phase in {Phase.CLOSED, Phase.WITHDRAWN}:
        yield _pending(day, f"phase/{number}", CaseResumed(case=case))
        number += 1
    if wanted is Phase.PAUSED:
        reason = pause_reason(course, day.on)
        paused = CasePaused(case=case, reason=reason, last_day=last_day)
        yield _pending(day, f"phase/{number}", paused)
    elif wanted is Phase.CLOSED:
        closed = CaseClosed(case=case, reason=close_reason(course, day.on), last_day=last_day)
        yield _pending(day, f"phase/{number}", closed)


def _phase(state: CaseState) -> Phase:
    match state:
        case CaseState.ACTIVE | CaseState.AWAITING_NOTE:
            return Phase.OPEN
        case CaseState.DORMANT:
            return Phase.PAUSED
        case CaseState.CLOSED:
            return Phase.CLOSED


def _reminders(day: _Day) -> Iterator[Pending]:
    if day.phase not in OPEN:
        return
    opened = [one.on for one in fired_for(day.standing, None, day.state.fired)]
    if not opened and not _began_before_go_live(day):
        yield _due(day, None, Stage.OPENING, (Role.MANAGER,))
        opened = [day.on]
    opened_on = max(opened, default=date.min)
    for duty in day.duties:
        yield from _stages(day, duty, opened_on)


def _began_before_go_live(day: _Day) -> bool:
    live_from = day.state.live_from
    return live_from is not None and day.standing.case.start < live_from


def _stages(day: _Day, duty: DutyAssessment, opened_on: date) -> Iterator[Pending]:
    ladder = open_stages(day.state, day.policy, day.standing, duty, day.duties)
    reached = [one for one in ladder if one.on <= day.on]
    if not reached or duty.legal_on is None:
        return
    newest = reached[-1]
    # The mail that opens a case carries all dates: what comes no later than it goes unsent.
    covered = not is_overdue(newest.stage) and newest.on <= opened_on
    before = fired_for(day.standing, duty.kind, day.state.fired[: day.fresh])
    if has_budget(newest, duty.legal_on, before, day.policy):
        # Whoever an earlier stage would have told is told by the newest.
        everyone = tuple(dict.fromkeys(role for one in reached for role in one.to))
        for one in reached:
            if one is newest and not covered:
                yield _due(day, duty, one.stage, everyone)
            else:
                yield _due(day, duty, one.stage, one.to, superseded=True)


def _due(
    day: _Day,
    duty: DutyAssessment | None,
    stage: Stage,
    to: tuple[Role, ...],
    *,
    superseded: bool = False,
) -> Pending:
    event = ReminderDue(
        case=day.standing.identity.case_id,
        duty=duty.kind if duty else None,
        stage=stage,
        legal_on=duty.legal_on if duty else None,
        target_on=duty.target_on if duty else None,
        to=to,
        superseded=superseded,
    )
    name = f"{duty.kind}/{stage}/{duty.legal_on}" if duty else f"{stage}"
    return _pending(day, name, event)
