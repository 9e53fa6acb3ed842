"""What a mail says is looked up when it leaves, and a question goes along with it (R14b)."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from activities.notices import notice_of
from activities.ports import OutboxRow
from domain.events import Stage
from domain.facts import DutyKind, NoteEnd, NoteEndAnswered, Role
from domain.ids import CaseId
from domain.policy import DEFAULT
from tests.support.telling import Teller, sick

LAST = date(2026, 1, 29)


def row(role: Role = Role.MANAGER) -> OutboxRow:
    return OutboxRow(
        reminder="r-1",
        case=CaseId("e-1/1"),
        role=role,
        duty=DutyKind.FOLLOW_UP_PLAN,
        stage=Stage.DUE_SOON,
        legal_on=date(2026, 2, 1),
        target_on=date(2026, 1, 30),
        due_at=datetime(2026, 1, 23, 6, tzinfo=UTC),
    )


@pytest.fixture
def case() -> Teller:
    return sick(last=LAST)


@pytest.mark.parametrize(
    ("on", "role", "asked"),
    [
        (date(2026, 1, 25), Role.MANAGER, None),
        # Three days before the last note day.
        (date(2026, 1, 26), Role.MANAGER, LAST),
        # And on the first working day after it.
        (date(2026, 1, 30), Role.MANAGER, LAST),
        (date(2026, 1, 26), Role.HR, None),
    ],
)
def test_the_question_at_a_notes_end_goes_along_with_the_managers_mail(
    case: Teller, on: date, role: Role, asked: date | None
) -> None:
    case.on(on)

    assert notice_of(row(role), case.state, DEFAULT, on).known_until == asked


def test_once_answered_it_is_not_asked_again(case: Teller) -> None:
    case.on(date(2026, 1, 27))
    case.accepted(NoteEndAnswered(answer=NoteEnd.STILL_AWAY, on=date(2026, 1, 27)))

    assert notice_of(row(), case.state, DEFAULT, date(2026, 1, 27)).known_until is None
