"""The meetings of a case as they stand: called, moved, cancelled, held (R34), by name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from domain.facts import (
    LeftOut,
    Matter,
    Meeting,
    MeetingCalled,
    MeetingCancelled,
    MeetingHeld,
    MeetingMoved,
    MeetingNotAttended,
    Participant,
    Place,
    Role,
    TimeSlot,
    Way,
    WishDisputed,
    WishStated,
    WishWithdrawn,
    named,
)
from domain.ids import MeetingName, WishId


class MeetingState(StrEnum):
    """How far a meeting has come."""

    CALLED = "called"
    HELD = "held"
    CANCELLED = "cancelled"
    NOT_ATTENDED = "not_attended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arranged:
    """A meeting, and everything that was said about it."""

    name: MeetingName
    meeting: Meeting
    state: MeetingState
    on: date
    called_on: date | None
    """The day on which it was first called; None: held without a call on record."""
    time: TimeSlot | None = None
    place: Place | None = None
    invitees: tuple[Role, ...] = ()
    ways: tuple[Participant, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    attendees: tuple[Role, ...] = ()
    sequence: int = 0
    """How often the invitation changed (SEQUENCE of RFC 5545)."""

    def way_of(self, role: Role) -> Way:
        """Say how somebody takes part; in person unless something else was said."""
        return next((one.way for one in self.ways if one.role is role), Way.IN_PERSON)


def arranged(facts: Iterable[tuple[date, object]]) -> dict[MeetingName, Arranged]:
    """Follow every meeting through the facts, given in the order in which they were told.

    Each fact comes with the day on which it was told. What is said about a meeting that was
    never called changes nothing.
    """
    found: dict[MeetingName, Arranged] = {}
    wishes: dict[WishId, WishStated] = {}
    for told_on, fact in facts:
        match fact:
            case MeetingCalled():
                name = named(fact.name, fact.meeting)
                found[name] = _called(name, fact, told_on, found.get(name))
            case MeetingMoved() if fact.name in found:
                found[fact.name] = _moved(found[fact.name], fact)
            case MeetingCancelled() if fact.name in found:
                found[fact.name] = _changed(found[fact.name], MeetingState.CANCELLED)
            case MeetingNotAttended() if fact.name in found:
                state = MeetingState.NOT_ATTENDED
                found[fact.name] = replace(found[fact.name], state=state)
            case WishStated():
                wishes[fact.wish] = fact
            case WishWithdrawn() | WishDisputed() if fact.wish in wishes:
                _take_off(found, wishes.pop(fact.wish))
            case MeetingHeld() if fact.both_present:
                name = named(fact.name, fact.meeting)
                found[name] = _held(name, fact, found.get(name))
            case _:
                pass
    return found


def _take_off(found: dict[MeetingName, Arranged], wish: WishStated) -> None:
    """Take back the invitations that stood on a wish (R35)."""
    if wish.matter is not Matter.CALL or not wish.wanted:
        return
    for name, one in found.items():
        if one.state is MeetingState.CALLED and wish.about in one.invitees:
            left = tuple(role for role in one.invitees if role is not wish.about)
            found[name] = replace(one, invitees=left)


def _called(
    name: MeetingName, fact: MeetingCalled, told_on: date, before: Arranged | None
) -> Arranged:
    again = before is not None and before.state is not MeetingState.HELD
    return Arranged(
        name=name,
        meeting=fact.meeting,
        state=MeetingState.CALLED,
        on=fact.on,
        called_on=told_on,
        time=fact.time,
        place=fact.place,
        invitees=fact.invitees,
        ways=fact.ways,
        left_out=fact.left_out,
        sequence=before.sequence + 1 if before is not None and again else 0,
    )


def _moved(before: Arranged, fact: MeetingMoved) -> Arranged:
    return replace(
        _changed(before, MeetingState.CALLED),
        on=fact.on,
        time=fact.time,
        place=fact.place or before.place,
    )


def _changed(before: Arranged, state: MeetingState) -> Arranged:
    return replace(before, state=state, sequence=before.sequence + 1)


def _held(name: MeetingName, fact: MeetingHeld, before: Arranged | None) -> Arranged:
    made = before or Arranged(
        name=name, meeting=fact.meeting, state=MeetingState.HELD, on=fact.on, called_on=None
    )
    return replace(made, state=MeetingState.HELD, on=fact.on, attendees=fact.attendees)
