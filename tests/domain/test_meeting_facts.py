"""R34: a meeting from the call to what came of it, and who is told of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

import pytest

from domain.events import (
    CalledLate,
    CameUncalled,
    Event,
    HeldWithout,
    InvitationChange,
    InvitationDue,
    OhsOrderDue,
    OrderChange,
)
from domain.facts import (
    AbsentReason,
    CancelReason,
    CorrectionReason,
    DutyKind,
    Fact,
    LeftOut,
    LeftOutReason,
    Matter,
    Meeting,
    MeetingCalled,
    MeetingCancelled,
    MeetingHeld,
    MeetingMoved,
    MeetingNotAttended,
    Place,
    Role,
    Struck,
    TimeSlot,
    Via,
    WishDisputed,
    WishStated,
    WishWithdrawn,
)
from domain.ids import CauseId, MeetingName, WishId
from domain.meetings import MeetingState
from domain.refusals import InvalidValue
from tests.support.telling import Teller, sick

NAME = MeetingName("m-1")
TODAY = date(2026, 2, 9)
DAY = date(2026, 2, 18)
BOTH = (Role.EMPLOYEE, Role.MANAGER)
DM1 = DutyKind.DIALOGUE_MEETING_1


def called(on: date = DAY, invitees: tuple[Role, ...] = BOTH, **more: object) -> MeetingCalled:
    meeting = Meeting.DIALOGUE_1
    return MeetingCalled(meeting=meeting, on=on, invitees=invitees, name=NAME, **more)  # type: ignore[arg-type]


def held(on: date = DAY, attendees: tuple[Role, ...] = BOTH) -> MeetingHeld:
    return MeetingHeld(meeting=Meeting.DIALOGUE_1, on=on, attendees=attendees, name=NAME)


def wish(about: Role, name: str = "w-1", *, wanted: bool = True) -> WishStated:
    return WishStated(
        wish=WishId(name), by=Role.EMPLOYEE, about=about, wanted=wanted, via=Via.PHONE, on=TODAY
    )


def withdrawn() -> WishWithdrawn:
    return WishWithdrawn(wish=WishId("w-1"), via=Via.PHONE, on=TODAY)


def told(events: list[Event]) -> list[tuple[InvitationChange, int, tuple[Role, ...]]]:
    return [(one.change, one.sequence, one.to) for one in events if isinstance(one, InvitationDue)]


def ordered(events: list[Event]) -> list[OrderChange]:
    return [one.change for one in events if isinstance(one, OhsOrderDue)]


@pytest.fixture
def case() -> Teller:
    return sick().on(TODAY)


def test_a_call_a_move_and_a_cancellation_tell_the_same_people(case: Teller) -> None:
    moved = MeetingMoved(name=NAME, on=date(2026, 2, 19), place=Place.PRACTITIONERS_OFFICE)
    cancelled = MeetingCancelled(name=NAME, reason=CancelReason.NEW_TIME_LATER)

    assert told(case.accepted(called())) == [(InvitationChange.CALLED, 0, BOTH)]
    assert told(case.accepted(moved)) == [(InvitationChange.MOVED, 1, BOTH)]
    assert told(case.accepted(cancelled)) == [(InvitationChange.CANCELLED, 2, BOTH)]
    assert case.doings.meetings()[NAME].state is MeetingState.CANCELLED
    assert case.refused(moved) == ("meeting_not_called", "name")


def test_a_meeting_that_was_held_meets_the_duty_on_its_day(case: Teller) -> None:
    case.accepted(called())
    case.on(DAY)
    case.accepted(held())

    assert case.duty(DM1).state == "done"
    assert case.duty(DutyKind.UPDATE_PLAN).legal_on == date(2026, 2, 25)
    assert case.refused(MeetingMoved(name=NAME, on=DAY)) == ("meeting_not_called", "name")


def test_when_somebody_did_not_come_the_duty_stays_open_for_a_new_call(case: Teller) -> None:
    case.accepted(called())
    case.on(DAY)
    absent = MeetingNotAttended(name=NAME, on=DAY, absent=(Role.EMPLOYEE,), reason=AbsentReason.ILL)
    case.accepted(absent)

    assert case.duty(DM1).state == "due_soon"
    assert case.doings.called_for(Meeting.DIALOGUE_1) == []
    again = MeetingCalled(
        meeting=Meeting.DIALOGUE_1,
        on=date(2026, 2, 20),
        invitees=BOTH,
        name=MeetingName("m-2"),
    )
    case.accepted(again)
    assert case.doings.called_for(Meeting.DIALOGUE_1) == [date(2026, 2, 20)]


@pytest.mark.parametrize(
    ("on", "workdays"),
    [
        # Monday to Monday is five working days.
        (date(2026, 2, 16), None),
        (date(2026, 2, 13), 4),
        (TODAY, 0),
    ],
)
def test_less_than_five_working_days_of_notice_is_recorded(
    case: Teller, on: date, workdays: int | None
) -> None:
    late = [one.workdays for one in case.accepted(called(on)) if isinstance(one, CalledLate)]
    assert late == ([] if workdays is None else [workdays])


@pytest.mark.parametrize(
    "role", [Role.PRACTITIONER, Role.SAFETY_REPRESENTATIVE, Role.UNION_REPRESENTATIVE]
)
def test_some_are_called_only_with_the_employees_wish(case: Teller, role: Role) -> None:
    """R35, and the check list: the practitioner if the employee wants it, or agrees."""
    invitees = (*BOTH, role)

    assert case.refused(called(invitees=invitees)) == ("not_agreed", "invitees")
    case.accepted(wish(role))
    assert told(case.accepted(called(invitees=invitees)))[0][2] == invitees


@pytest.mark.parametrize("role", [Role.OHS, Role.NAV, Role.OTHER])
def test_others_are_called_when_either_side_sees_the_need(case: Teller, role: Role) -> None:
    assert told(case.accepted(called(invitees=(*BOTH, role))))[0][2] == (*BOTH, role)


def test_a_wish_binds_and_leaving_someone_out_needs_a_reason(case: Teller) -> None:
    case.accepted(wish(Role.OHS))
    reason = LeftOut(role=Role.OHS, reason=LeftOutReason.NOT_AVAILABLE)

    assert case.refused(called()) == ("wanted_left_out", "left_out")
    case.accepted(called(left_out=(reason,)))
    case.on(DAY)
    without = [one for one in case.accepted(held()) if isinstance(one, HeldWithout)]
    assert [(one.role, one.left_out) for one in without] == [(Role.OHS, True)]


@pytest.mark.parametrize("back", [withdrawn(), WishDisputed(wish=WishId("w-1"))])
def test_a_withdrawn_or_disputed_wish_takes_the_invitation_back(case: Teller, back: Fact) -> None:
    invitees = (*BOTH, Role.PRACTITIONER)
    case.accepted(wish(Role.PRACTITIONER))
    case.accepted(called(invitees=invitees))

    assert told(case.accepted(back)) == [
        (InvitationChange.TAKEN_BACK, 1, (Role.PRACTITIONER,)),
    ]
    assert case.doings.meetings()[NAME].invitees == BOTH
    assert case.refused(called(invitees=invitees)) == ("not_agreed", "invitees")


def test_who_came_without_a_call_is_flagged_and_kept(case: Teller) -> None:
    case.accepted(called())
    case.on(DAY)
    events = case.accepted(held(attendees=(*BOTH, Role.OHS)))

    assert [one.role for one in events if isinstance(one, CameUncalled)] == [Role.OHS]
    assert case.doings.meetings()[NAME].attendees == (*BOTH, Role.OHS)


def test_a_struck_call_is_cancelled_and_a_later_one_has_a_higher_sequence(case: Teller) -> None:
    case.accepted(called(), "call-1")
    struck = Struck(cause=CauseId("call-1"), reason=CorrectionReason.NOT_SO)

    assert told(case.accepted(struck)) == [(InvitationChange.CANCELLED, 1, BOTH)]
    assert told(case.accepted(called())) == [(InvitationChange.CALLED, 2, BOTH)]


def test_the_time_of_a_meeting_is_on_its_day() -> None:
    slot = TimeSlot(on=date(2026, 2, 19), begins=time(10))
    with pytest.raises(InvalidValue, match="must be the day of the meeting"):
        called(time=slot)


def test_ohs_is_ordered_once_and_taken_back_when_no_side_wants_it_any_more(case: Teller) -> None:
    managers = replace(wish(Role.OHS, "w-2"), by=Role.MANAGER)

    assert ordered(case.accepted(wish(Role.OHS))) == [OrderChange.PLACED]
    assert ordered(case.accepted(managers)) == []
    assert ordered(case.accepted(withdrawn())) == []
    assert ordered(case.accepted(wish(Role.OHS, "w-3", wanted=False))) == []
    last = WishWithdrawn(wish=WishId("w-2"), via=Via.PHONE, on=TODAY)
    assert ordered(case.accepted(last)) == [OrderChange.TAKEN_BACK]


def test_nobody_else_and_no_other_matter_is_an_order(case: Teller) -> None:
    shown = replace(wish(Role.OHS), matter=Matter.SHOW_PLAN)

    assert ordered(case.accepted(shown)) == []
    assert ordered(case.accepted(wish(Role.SAFETY_REPRESENTATIVE, "w-2"))) == []
