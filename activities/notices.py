"""From an outbox row and the state of its case to what a mail says; pure, no words yet."""

from __future__ import annotations

from datetime import date
from typing import Final

from activities.ports import Notice, OutboxRow
from domain.assess import assess, questions_on
from domain.duties import DutyAssessment
from domain.events import ReminderDue, Stage
from domain.facts import DutyKind, Role
from domain.ids import CaseId, case_mark
from domain.policy import Policy
from domain.questions import QuestionKind
from domain.state import State

_BEHIND: Final = frozenset({"done", "done_late", "exempt", "not_applicable"})


def due_of(row: OutboxRow) -> ReminderDue:
    """Give the event that an outbox row stands for, narrowed to its one reader."""
    return ReminderDue(
        case=row.case,
        duty=row.duty,
        stage=row.stage,
        legal_on=row.legal_on,
        target_on=row.target_on,
        to=(row.role,),
    )


def notice_of(row: OutboxRow, state: State, policy: Policy, on: date) -> Notice:
    """Say what the reader is told, with the dates as they are on the day it is sent.

    The mail that opens a case carries all dates that lie open (R43).
    """
    duties = _duties(state, policy, on, row.case)
    now = next((one for one in duties if one.kind is row.duty and one.legal_on), None)
    return Notice(
        reminder=row.reminder,
        mark=case_mark(row.case),
        case=row.case,
        duty=row.duty,
        stage=row.stage,
        legal_on=now.legal_on if now else row.legal_on,
        target_on=now.target_on if now else row.target_on,
        dates=_open_dates(duties) if row.stage is Stage.OPENING else (),
        role=row.role,
        known_until=_known_until(row, state, policy, on),
    )


def _known_until(row: OutboxRow, state: State, policy: Policy, on: date) -> date | None:
    """R14b: the question at a note's end goes along with a mail that goes anyway."""
    if row.role is not Role.MANAGER:
        return None
    asked = questions_on(state, policy, on).get(row.case, ())
    if not any(one.kind is QuestionKind.NOTE_END for one in asked):
        return None
    return next(case.last_day for case in assess(state, policy, on) if case.case_id == row.case)


def _duties(state: State, policy: Policy, on: date, case: CaseId) -> tuple[DutyAssessment, ...]:
    shown = [found for found in assess(state, policy, on) if found.case_id == case]
    return shown[0].duties if shown else ()


def _open_dates(duties: tuple[DutyAssessment, ...]) -> tuple[tuple[DutyKind, date], ...]:
    return tuple(
        (duty.kind, duty.target_on or duty.legal_on)
        for duty in duties
        if duty.legal_on is not None and duty.state not in _BEHIND
    )
