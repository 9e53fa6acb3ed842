"""The reminder ladder: which stage of which duty comes when, and to whom (R42, R43)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, assert_never

from domain.calendar import working_days_before
from domain.doings import Doings
from domain.duties import OPEN, DutyAssessment, DutyState
from domain.events import Stage
from domain.facts import DutyKind, Meeting, Role
from domain.policy import Anchor, Policy, Rung

RANK: Final[Mapping[Stage, int]] = {stage: number for number, stage in enumerate(Stage)}
"""The order of stages; a later one makes the earlier ones superfluous."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """A stage of a duty's ladder, on its day."""

    duty: DutyKind | None
    """None for the mail that opens a case."""
    stage: Stage
    on: date
    to: tuple[Role, ...]

    @property
    def overdue(self) -> bool:
        """Say whether it belongs to the stages after the legal date, outside the budget."""
        return is_overdue(self.stage)


def is_overdue(stage: Stage) -> bool:
    """Say whether a stage comes after the legal date (R43)."""
    return RANK[stage] >= RANK[Stage.OVERDUE]


def ladder_of(
    duty: DutyAssessment,
    duties: Sequence[DutyAssessment],
    doings: Doings,
    start: date,
    policy: Policy,
) -> tuple[Reminder, ...]:
    """Give the stages of an open duty in order of rank, those that need no reminder left out.

    Counted from the start of the case or the duty's date, never from the end of a note (R42).
    """
    if not _is_reminded(duty, duties):
        return ()
    found = []
    for rung in policy.ladders.get(duty.kind, ()):
        reminder = _on_day(rung, duty, start, policy)
        if reminder is not None and not _is_under_way(reminder, doings):
            found.append(reminder)
    found.sort(key=lambda one: RANK[one.stage])
    return tuple(found)


def listed(ladder: Sequence[Reminder], policy: Policy) -> tuple[Reminder, ...]:
    """Give the stages of a duty that cost a mail, as far as the budget of R43 goes."""
    before = [one for one in ladder if not one.overdue]
    kept = before[: policy.allotment.get(ladder[0].duty, 0)] if ladder and ladder[0].duty else []
    return (*kept, *(one for one in ladder if one.overdue))


def _is_reminded(duty: DutyAssessment, duties: Sequence[DutyAssessment]) -> bool:
    if duty.state not in OPEN or duty.legal_on is None:
        return False
    if duty.kind is DutyKind.PLAN_TO_PRACTITIONER:
        # The plan and its way to the practitioner are one item until the plan is made (R43).
        return duties[0].state in {DutyState.DONE, DutyState.DONE_LATE}
    return True


def _on_day(rung: Rung, duty: DutyAssessment, start: date, policy: Policy) -> Reminder | None:
    overdue = is_overdue(rung.stage)
    if overdue and duty.state is DutyState.QUESTION:
        return None
    on = _day_of(rung, duty, start, policy)
    if on is None or (not overdue and duty.legal_on is not None and on > duty.legal_on):
        return None
    return Reminder(duty=duty.kind, stage=rung.stage, on=on, to=rung.to)


def _day_of(rung: Rung, duty: DutyAssessment, start: date, policy: Policy) -> date | None:
    if duty.legal_on is None or duty.target_on is None:
        return None
    match rung.anchor:
        case Anchor.CASE_DAY:
            return start + timedelta(days=rung.days - 1)
        case Anchor.WORKDAYS_BEFORE_TARGET:
            return working_days_before(duty.target_on, rung.days, policy.half_days)
        case Anchor.DAYS_BEFORE_LEGAL:
            return duty.legal_on - timedelta(days=rung.days)
        case Anchor.DAYS_AFTER_LEGAL:
            return duty.legal_on + timedelta(days=rung.days)
    assert_never(rung.anchor)


def _is_under_way(reminder: Reminder, doings: Doings) -> bool:
    """Say whether the meeting is called for that day or later, or the plan is drafted (R43)."""
    if reminder.duty is DutyKind.DIALOGUE_MEETING_1:
        return any(on >= reminder.on for on in doings.called_for(Meeting.DIALOGUE_1))
    if reminder.duty is DutyKind.FOLLOW_UP_PLAN and not reminder.overdue:
        drafted_on = doings.plan_drafted_on()
        return drafted_on is not None and drafted_on <= reminder.on
    return False
