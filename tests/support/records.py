"""Builders of records and batches for tests of what stores them."""

from __future__ import annotations

from datetime import UTC, date, datetime

from activities.ports import CaseRow, Head, OutboxRow
from domain.events import Event, Recorded, Stage
from domain.facts import DutyKind, GradeChanged, Role
from domain.ids import CaseId, CauseId, EmploymentId, case_id, case_mark

AT = datetime(2026, 1, 5, 6, 0, 0, 123456, tzinfo=UTC)
DAY = date(2026, 2, 1)


def grade(percent: int = 60) -> GradeChanged:
    """Make some fact."""
    return GradeChanged(on=DAY, grade=percent)


def records(
    *events: Event,
    after: Head | None = None,
    cause: str = "c-1",
    case: CaseId | None = None,
    at: datetime = AT,
) -> tuple[Recorded, ...]:
    """Number events on from a head, all of one cause."""
    start = (after or Head()).seq + 1
    return tuple(
        Recorded(
            seq=seq,
            at=at,
            actor="hr-1",
            cause=CauseId(cause),
            event=event,
            case=case,
            rule_set="2026.1+default-1",
        )
        for seq, event in enumerate(events, start=start)
    )


def case_row(employment: EmploymentId, number: int = 1, *, overdue: int = 0) -> CaseRow:
    """Make a row of the view."""
    case = case_id(employment, number)
    return CaseRow(
        case=case,
        mark=case_mark(case),
        state="active",
        start_on=date(2026, 1, 5),
        last_on=date(2026, 3, 1),
        next_due_on=date(2026, 1, 30),
        overdue=overdue,
        duties=(("follow_up_plan", "due_soon", "2026-02-01"), ("max_sick_pay", "upcoming", None)),
    )


def outbox_row(employment: EmploymentId, reminder: str, due_at: datetime = AT) -> OutboxRow:
    """Make a reminder that waits."""
    return OutboxRow(
        reminder=reminder,
        case=case_id(employment, 1),
        role=Role.MANAGER,
        duty=DutyKind.FOLLOW_UP_PLAN,
        stage=Stage.DUE_SOON,
        legal_on=DAY,
        target_on=date(2026, 1, 30),
        due_at=due_at,
    )
