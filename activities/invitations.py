"""From an invitation that waits to what its reader is told, or why it is told no more; pure.

Asked again just before it leaves (R40): what was said to the same reader later, and how the
meeting stands by then, decide.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import takewhile
from typing import Final

from activities.endings import was_sent
from activities.ports import Invitation, InvitationRow
from domain.events import CloseReason, DropReason, InvitationChange, InvitationDue, Recorded
from domain.facts import MeetingHeld, Role, named
from domain.identity import Standing, standings
from domain.ids import CauseId, case_mark
from domain.meetings import Arranged, MeetingState
from domain.phases import CaseState, close_reason, state_on
from domain.policy import Policy
from domain.state import State, fold

WITHDRAWING: Final = frozenset({InvitationChange.CANCELLED, InvitationChange.TAKEN_BACK})
"""What takes a calendar entry away again; the others put one there, or change it."""
_OVER: Final = frozenset({CloseReason.DIED, CloseReason.EMPLOYMENT_ENDED})


def invitation_id(due: InvitationDue, role: Role) -> str:
    """Name what one role is told about a meeting: the same on every retry and restart (R42)."""
    return f"{due.case}:{due.name}:{due.sequence}:{due.change}:{role}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """Everything that one role was, or is to be, told about one meeting, in order."""

    before: tuple[InvitationDue, ...]
    after: tuple[InvitationDue, ...]
    meeting: str
    """Cases merge, and a name can be used again after a meeting was held: the first call of
    this one names it for good."""
    is_held: bool
    cause: CauseId


def invitation_of(
    row: InvitationRow, records: Sequence[Recorded], state: State, policy: Policy, on: date
) -> Invitation | DropReason | None:
    """Say what the reader is told, or why it is dropped; None while it has to wait.

    Somebody is uninvited only after it is known whether the invitation reached them.
    """
    standing = next((one for one in standings(state, policy) if row.case in one.ids), None)
    told = _told(row, records, standing)
    if told.after:
        moved = told.after[-1].change is InvitationChange.MOVED
        return DropReason.MOVED if moved else DropReason.SUPERSEDED
    if told.is_held:
        return DropReason.DONE
    if row.change in WITHDRAWING:
        if row.role is Role.EMPLOYEE and standing is not None and _has_died(standing, policy, on):
            return DropReason.CLOSED
        # The calendar holds the meeting as it stood before it was taken back.
        known = takewhile(lambda one: one.cause != told.cause, records)
        as_told = standings(fold(state.employment, known), policy)
        return _withdrawal(row, records, told, as_told)
    if standing is None or _is_over(standing, policy, on):
        return DropReason.CLOSED
    found = _called(row, standing, on)
    return found if isinstance(found, DropReason) else _said(row, standing, found, told)


def _told(row: InvitationRow, records: Sequence[Recorded], standing: Standing | None) -> _Told:
    ids = standing.ids if standing is not None else {row.case}
    about: list[tuple[CauseId, InvitationDue]] = []
    is_held = is_reached = False
    for record in records:
        match record.event:
            case MeetingHeld() as held if named(held.name, held.meeting) == row.meeting:
                is_held = is_reached
                if is_held:
                    break
                about.clear()
            case InvitationDue(case=case, name=name) as due if case in ids and name == row.meeting:
                about.append((record.cause, due))
                is_reached = is_reached or invitation_id(due, row.role) == row.reminder
            case _:
                pass
    mine = [due for _, due in about if row.role in due.to]
    at = next(n for n, due in enumerate(mine) if invitation_id(due, row.role) == row.reminder)
    first = about[0][1]
    return _Told(
        before=tuple(mine[:at]),
        after=tuple(mine[at + 1 :]),
        meeting=f"{first.case}:{first.name}:{first.sequence}",
        is_held=is_held,
        cause=next(cause for cause, due in about if due is mine[at]),
    )


def _called(row: InvitationRow, standing: Standing, on: date) -> Arranged | DropReason:
    found = standing.doings.meetings().get(row.meeting)
    if found is None or found.state is not MeetingState.CALLED or found.on < on:
        return DropReason.NOT_APPLICABLE
    return found if row.role in found.invitees else DropReason.NOT_APPLICABLE


def _is_over(standing: Standing, policy: Policy, on: date) -> bool:
    # Somebody who is back may still meet: a call stands until a person cancels it (R24).
    course = standing.course
    return state_on(course, policy, on) is CaseState.CLOSED and close_reason(course, on) in _OVER


def _withdrawal(
    row: InvitationRow, records: Sequence[Recorded], told: _Told, as_told: tuple[Standing, ...]
) -> Invitation | DropReason | None:
    ends = [was_sent(records, invitation_id(due, row.role)) for due in told.before]
    if not any(ends):
        return None if None in ends else DropReason.NOT_APPLICABLE
    for one in as_told:
        found = one.doings.meetings().get(row.meeting)
        if row.case in one.ids and found is not None:
            return _said(row, one, found, told)
    return DropReason.NOT_APPLICABLE


def _has_died(standing: Standing, policy: Policy, on: date) -> bool:
    return standing.course.died and _is_over(standing, policy, on)


def _said(row: InvitationRow, standing: Standing, found: Arranged, told: _Told) -> Invitation:
    return Invitation(
        reminder=row.reminder,
        mark=case_mark(standing.identity.case_id),
        case=standing.identity.case_id,
        meeting=told.meeting,
        role=row.role,
        change=row.change,
        sequence=row.sequence,
        on=found.on,
        time=found.time,
        place=found.place,
        way=found.way_of(row.role),
        decided_at=row.due_at,
    )
