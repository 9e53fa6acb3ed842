"""What follows at once from a fact about a meeting or a wish: what is sent or kept (R34, R35)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from domain.calendar import is_working_day
from domain.doings import Doings
from domain.events import (
    CalledLate,
    CameUncalled,
    HeldWithout,
    InvitationChange,
    InvitationDue,
    OhsOrderDue,
    OrderChange,
)
from domain.facts import (
    Fact,
    Meeting,
    MeetingCalled,
    MeetingCancelled,
    MeetingHeld,
    MeetingMoved,
    Role,
    Struck,
    WishDisputed,
    WishStated,
    WishWithdrawn,
    named,
)
from domain.ids import CaseId
from domain.meetings import Arranged, MeetingState
from domain.policy import Policy
from domain.spans import ONE_DAY
from domain.wishes import ohs_is_asked_for, wanted_by_employee

Consequence = InvitationDue | OhsOrderDue | CalledLate | HeldWithout | CameUncalled


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A fact that was told in a case, and what was done before and with it."""

    case: CaseId
    fact: Fact
    before: Doings
    after: Doings
    today: date


def consequences(told: Told, policy: Policy) -> tuple[Consequence, ...]:
    """Say what is to be sent and what is to be kept because of one fact."""
    return (*_of_meetings(told, policy), *_ordered(told, policy))


def _of_meetings(told: Told, policy: Policy) -> tuple[Consequence, ...]:
    case, fact, today = told.case, told.fact, told.today
    was, now = told.before.meetings(), told.after.meetings()
    match fact:
        case MeetingCalled():
            name = named(fact.name, fact.meeting)
            return tuple(_called(case, was.get(name), now[name], policy, today))
        case MeetingMoved() if fact.name in now:
            moved = now[fact.name]
            return (*_late(case, moved, policy, today), *_tell(case, moved, InvitationChange.MOVED))
        case MeetingCancelled() if fact.name in now:
            return tuple(_tell(case, now[fact.name], InvitationChange.CANCELLED))
        case MeetingHeld():
            name = named(fact.name, fact.meeting)
            return tuple(_held(case, now[name], told.after, fact)) if name in now else ()
        case WishWithdrawn() | WishDisputed() | Struck():
            return tuple(
                due for name, one in was.items() for due in _changed(case, one, now.get(name))
            )
        case _:
            return ()


def _ordered(told: Told, policy: Policy) -> Iterator[OhsOrderDue]:
    """Order OHS when the first side wants it, and take that back when no side does any more."""
    if not policy.has_ohs or not isinstance(told.fact, _ABOUT_WISHES):
        return
    before, now = (ohs_is_asked_for(one.wishes().values()) for one in (told.before, told.after))
    if before != now:
        change = OrderChange.PLACED if now else OrderChange.TAKEN_BACK
        yield OhsOrderDue(case=told.case, change=change)


def _tell(case: CaseId, one: Arranged, change: InvitationChange) -> Iterator[InvitationDue]:
    # NAV calls its own meeting; tilbake keeps its date and who prepares.
    if one.meeting is not Meeting.NAV and one.invitees:
        yield InvitationDue(
            case=case, name=one.name, change=change, sequence=one.sequence, to=one.invitees
        )


def _called(
    case: CaseId, was: Arranged | None, now: Arranged, policy: Policy, today: date
) -> Iterator[Consequence]:
    yield from _late(case, now, policy, today)
    if was is not None:
        yield from _taken_off(case, was, now)
    yield from _tell(case, now, InvitationChange.CALLED)


def _changed(case: CaseId, was: Arranged, now: Arranged | None) -> Iterator[InvitationDue]:
    """Tell those who were called what became of it, when a fact behind it counts no longer."""
    if was.state is not MeetingState.CALLED:
        return
    if now is None or now.state is not MeetingState.CALLED:
        if now is None:
            yield from _tell(case, was, InvitationChange.CANCELLED)
        return
    yield from _taken_off(case, was, now)
    if (was.on, was.time, was.place) != (now.on, now.time, now.place):
        yield from _tell(case, now, InvitationChange.MOVED)


def _taken_off(case: CaseId, was: Arranged, now: Arranged | None) -> Iterator[InvitationDue]:
    left = now.invitees if now else ()
    gone = tuple(role for role in was.invitees if role not in left)
    if gone:
        yield InvitationDue(
            case=case,
            name=was.name,
            change=InvitationChange.TAKEN_BACK,
            sequence=was.sequence + 1,
            to=gone,
        )


def _late(case: CaseId, one: Arranged, policy: Policy, today: date) -> Iterator[CalledLate]:
    notice, day = 0, today
    while day < one.on and notice < policy.short_notice_workdays:
        day += ONE_DAY
        notice += is_working_day(day, policy.half_days)
    if notice < policy.short_notice_workdays:
        yield CalledLate(case=case, name=one.name, workdays=notice)


def _held(case: CaseId, one: Arranged, doings: Doings, fact: MeetingHeld) -> Iterator[Consequence]:
    reasons = {left.role for left in one.left_out}
    for role in wanted_by_employee(doings.wishes().values()):
        if role not in fact.attendees:
            yield HeldWithout(case=case, name=one.name, role=role, left_out=role in reasons)
    if one.called_on is None:
        return
    for role in fact.attendees:
        if role not in one.invitees and role not in _OWN_PARTIES:
            yield CameUncalled(case=case, name=one.name, role=role)


_OWN_PARTIES = frozenset({Role.EMPLOYEE, Role.MANAGER, Role.HR})
"""Employer and employee are parties of every meeting."""
_ABOUT_WISHES = (WishStated, WishWithdrawn, WishDisputed, Struck)
