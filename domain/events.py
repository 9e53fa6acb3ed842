"""Events: facts as they were recorded, and what tilbake concluded from them.

The log of an employment is a sequence of `Recorded`. Everything else is derived from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from domain.facts import DutyKind, Fact, Role
from domain.ids import CaseId, CauseId, MeetingName


class Stage(StrEnum):
    """Steps of the reminder ladder (R43), in the order in which they come."""

    OPENING = "opening"
    HEADS_UP = "heads_up"
    DUE_SOON = "due_soon"
    ON_TARGET = "on_target"
    OVERDUE = "overdue"
    OVERDUE_HR = "overdue_hr"
    WEEKLY_1 = "weekly_1"
    WEEKLY_2 = "weekly_2"
    WEEKLY_3 = "weekly_3"


class PauseReason(StrEnum):
    """Why a case sleeps."""

    RETURNED = "returned"
    NO_NOTE = "no_note"


class CloseReason(StrEnum):
    """Why a case closed (R14, R15)."""

    NO_ABSENCE = "no_absence"
    RETURNED = "returned"
    EMPLOYMENT_ENDED = "employment_ended"
    DIED = "died"
    WITHDRAWN = "withdrawn"


class DropReason(StrEnum):
    """Why a reminder was not sent (R40, R43)."""

    DONE = "done"
    EXEMPT = "exempt"
    CALLED = "called"
    NOT_APPLICABLE = "not_applicable"
    MOVED = "moved"
    PAUSED = "paused"
    CLOSED = "closed"
    SUPERSEDED = "superseded"
    NO_RECIPIENT = "no_recipient"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOpened:
    """A case began on its first counted day (R10, R12)."""

    kind: ClassVar[str] = "case_opened"
    case: CaseId
    start: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseStartMoved:
    """Late information moved the first day of a case (R12)."""

    kind: ClassVar[str] = "case_start_moved"
    case: CaseId
    old: date
    new: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseMerged:
    """A later note filled the gap: `merged` lives on in `case` (R13)."""

    kind: ClassVar[str] = "case_merged"
    case: CaseId
    merged: CaseId


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePaused:
    """The case became dormant; employer reminders pause (R14, R14b)."""

    kind: ClassVar[str] = "case_paused"
    case: CaseId
    reason: PauseReason
    last_day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResumed:
    """A dormant or closed case has a day of absence again (R14)."""

    kind: ClassVar[str] = "case_resumed"
    case: CaseId


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseClosed:
    """The case ended; a later sick day within 16 days of `last_day` would resume it (R10)."""

    kind: ClassVar[str] = "case_closed"
    case: CaseId
    reason: CloseReason
    last_day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineMoved:
    """A fact changed a date (R12); None means that the duty no longer applies."""

    kind: ClassVar[str] = "deadline_moved"
    case: CaseId
    duty: DutyKind
    old: date
    new: date | None
    because: str
    """Kind of the fact that moved it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyMissed:
    """A legal date passed and the duty was not done (R12).

    `by_later_fact` tells "became overdue by recalculation" from "not done in time" (W11).
    """

    kind: ClassVar[str] = "duty_missed"
    case: CaseId
    duty: DutyKind
    legal_on: date
    by_later_fact: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FellDueBeforeGoLive:
    """A legal date lay before tilbake was taken into use: never sent, never missed."""

    kind: ClassVar[str] = "fell_due_before_go_live"
    case: CaseId
    duty: DutyKind
    legal_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ExemptionLapsed:
    """An exemption's premise failed or its review date passed (R33, W10)."""

    kind: ClassVar[str] = "exemption_lapsed"
    case: CaseId
    duty: DutyKind
    on: date
    premise_failed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderDue:
    """A stage of the ladder was reached; one reminder goes to each role (R42, R43)."""

    kind: ClassVar[str] = "reminder_due"
    case: CaseId
    duty: DutyKind | None
    """None for the mail that opens a case."""
    stage: Stage
    legal_on: date | None
    target_on: date | None
    to: tuple[Role, ...]
    superseded: bool = False
    """A later stage, or the opening, says it all: recorded, never sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderSent:
    """A reminder left the house (R40, R45). `to_person` is an opaque person id."""

    kind: ClassVar[str] = "reminder_sent"
    case: CaseId
    reminder: str
    role: Role
    to_person: str
    channel: str
    uncertain: bool = False
    """The connection broke after the text was handed over: it may have arrived."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderDropped:
    """A reminder was not sent, and why (R40, R46)."""

    kind: ClassVar[str] = "reminder_dropped"
    case: CaseId
    reminder: str
    role: Role
    reason: DropReason


class InvitationChange(StrEnum):
    """What an invitation says about a meeting."""

    CALLED = "called"
    MOVED = "moved"
    CANCELLED = "cancelled"
    TAKEN_BACK = "taken_back"
    """The meeting stands, but without the one who reads it (R35)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationDue:
    """People are to be told about a meeting, each apart from the others (R34)."""

    kind: ClassVar[str] = "invitation_due"
    case: CaseId
    name: MeetingName
    change: InvitationChange
    sequence: int
    """Rises with each mail about the meeting, whatever is corrected (RFC 5545)."""
    to: tuple[Role, ...]


class OrderChange(StrEnum):
    """What OHS is told about coming to a case's meetings."""

    PLACED = "placed"
    TAKEN_BACK = "taken_back"


@dataclass(frozen=True, slots=True, kw_only=True)
class OhsOrderDue:
    """OHS is to be told that somebody wants it in the meeting, or that nobody does now (R35)."""

    kind: ClassVar[str] = "ohs_order_due"
    case: CaseId
    change: OrderChange
    to: tuple[Role, ...] = (Role.OHS,)


@dataclass(frozen=True, slots=True, kw_only=True)
class CalledLate:
    """A meeting was called or moved with little notice, counted in working days (R34)."""

    kind: ClassVar[str] = "called_late"
    case: CaseId
    name: MeetingName
    workdays: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldWithout:
    """A meeting was held without somebody whom the employee wanted (R35)."""

    kind: ClassVar[str] = "held_without"
    case: CaseId
    name: MeetingName
    role: Role
    left_out: bool
    """A reason for not calling them is on record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CameUncalled:
    """Somebody took part who was not called."""

    kind: ClassVar[str] = "came_uncalled"
    case: CaseId
    name: MeetingName
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandRefused:
    """A command or signal was not accepted (design: recorded, never dropped)."""

    kind: ClassVar[str] = "command_refused"
    code: str
    field: str
    text: str
    command: str
    """Kind of the command as it was named; for a malformed one the signal's name."""


Outcome = (
    CaseOpened
    | CaseStartMoved
    | CaseMerged
    | CasePaused
    | CaseResumed
    | CaseClosed
    | DeadlineMoved
    | DutyMissed
    | FellDueBeforeGoLive
    | ExemptionLapsed
    | ReminderDue
    | ReminderSent
    | ReminderDropped
    | InvitationDue
    | OhsOrderDue
    | CalledLate
    | HeldWithout
    | CameUncalled
    | CommandRefused
)

Event = Fact | Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """An event that is about to be appended, with the cause that guards its repeat."""

    cause: CauseId
    event: Event
    case: CaseId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """An event in the log: gapless `seq` from 1, the instant it was learnt, and who told it."""

    seq: int
    at: datetime
    actor: str
    """An opaque id, or `system`."""
    cause: CauseId
    event: Event
    case: CaseId | None = None
    rule_set: str = ""


def reminder_id(case: CaseId, due: ReminderDue, role: Role) -> str:
    """Name one reminder to one role: the same on every retry and restart (R42)."""
    duty = due.duty or "case"
    day = due.legal_on.isoformat() if due.legal_on else "-"
    return f"{case}:{duty}:{due.stage}:{day}:{role}"
