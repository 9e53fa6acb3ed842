"""What activities need from the world. `adapters` implements these protocols."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from domain.events import DropReason, InvitationChange, OrderChange, Recorded, Stage
from domain.facts import DutyKind, Place, Role, TimeSlot, Way
from domain.ids import CaseId, EmploymentId, MeetingName


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Where a stream ends: `seq` 0 and 32 zero bytes for an empty one."""

    seq: int = 0
    hash: bytes = bytes(32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """The log of one employment, whole."""

    head: Head
    records: tuple[Recorded, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow:
    """One row of `case_view`, for lists: codes and dates only."""

    case: CaseId
    mark: str
    state: str
    start_on: date
    last_on: date
    next_due_on: date | None
    """Target date of the nearest open duty."""
    overdue: int
    duties: tuple[tuple[str, str, str | None], ...]
    """(kind, state, legal date or None), as the case page lists them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxRow:
    """A reminder to one role, to be sent once. `reminder` is its deterministic id."""

    reminder: str
    case: CaseId
    role: Role
    duty: DutyKind | None
    stage: Stage
    legal_on: date | None
    target_on: date | None
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationRow:
    """What one role is to be told about a meeting, once; `reminder` is its deterministic id."""

    reminder: str
    case: CaseId
    role: Role
    meeting: MeetingName
    change: InvitationChange
    sequence: int
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRow:
    """What OHS is to be told about coming to the meeting, once; `reminder` is its id."""

    reminder: str
    case: CaseId
    role: Role
    change: OrderChange
    due_at: datetime


AnyRow = OutboxRow | InvitationRow | OrderRow
"""Whatever waits in the outbox."""


class OutboxState(StrEnum):
    """How far a reminder or an invitation has come."""

    PENDING = "pending"
    SENT = "sent"
    DROPPED = "dropped"
    FAILED = "failed"
    """Refused for good by the receiving side: in HR's queue."""
    NO_RECIPIENT = "no_recipient"
    """Nobody to send to: in HR's queue (R46)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """The end of one outbox row, written in the transaction that appends its event."""

    reminder: str
    state: OutboxState
    detail: str = ""
    """A code, never an address or a text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Append:
    """One transaction: events, what they mean for lists, and what is to be sent."""

    employment: EmploymentId
    head: Head
    """Where the writer believes the stream ends; if it does not, nothing is written."""
    records: tuple[Recorded, ...]
    cases: tuple[CaseRow, ...] | None = None
    """All cases of the employment; None leaves the view as it is."""
    outbox: tuple[AnyRow, ...] = ()
    settled: tuple[Settlement, ...] = ()
    next_wake: datetime | None = None
    finished: bool = False
    keep_wake: bool = False
    """A writer that is not the case's workflow leaves `next_wake` and `finished` alone."""


class EventLog(Protocol):
    """The append-only, hash-chained log of every employment."""

    async def load(self, employment: EmploymentId) -> Stream:
        """Read a stream from its first event; an unknown employment has an empty one."""

    async def append(self, batch: Append) -> Head | None:
        """Write all or nothing in one round trip; None when the head was not the expected one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxItem:
    """A claimed outbox row."""

    employment: EmploymentId
    row: AnyRow
    attempts: int
    """Tries before this one."""


class Outbox(Protocol):
    """What waits to be sent."""

    async def claim(self, now: datetime, limit: int) -> Sequence[OutboxItem]:
        """Lease up to `limit` pending rows due at `now`, oldest first, to this caller alone."""

    async def retry_at(self, reminder: str, when: datetime, detail: str) -> None:
        """Record a failed try and give the row back for a later one."""

    async def wait(self, seconds: float) -> None:
        """Return when something new may be pending, or after so many seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Who a reminder goes to, looked up when it is sent (R40, R45)."""

    person: str
    """Opaque id; recorded with what was sent."""
    address: str = field(repr=False)
    language: str
    """nb, nn or en."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contacts:
    """Whom one can turn to about an employment, as the directory has it."""

    employer: str = field(default="", repr=False)
    """Name of the top unit; empty when the directory has none."""
    phone: str | None = field(default=None, repr=False)
    ohs: str | None = field(default=None, repr=False)
    """Mailbox of occupational health, never a person's."""


class Directory(Protocol):
    """Who is who, by date."""

    async def recipient(self, employment: EmploymentId, role: Role, on: date) -> Recipient | None:
        """Find who holds the role for an employment on a date; None when nobody does (R46)."""

    async def overdue_in_unit(self, employment: EmploymentId, on: date) -> int:
        """Count the overdue duties of the unit where the employment is on a date (R43)."""

    async def contacts(self, employment: EmploymentId, on: date) -> Contacts:
        """Find whom the parties of an employment can turn to on a date."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What the information sheet says besides the dates of the case."""

    has_ohs: bool
    contacts: Contacts = Contacts()


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What a reminder says, before it is put into words (R44)."""

    reminder: str
    mark: str
    case: CaseId
    duty: DutyKind | None
    stage: Stage
    legal_on: date | None
    target_on: date | None
    dates: tuple[tuple[DutyKind, date], ...] = ()
    """All dates of the case, for the mail that opens it."""
    role: Role = Role.MANAGER
    """Who reads it; HR is told of a unit, never of a case (R43)."""
    overdue_in_unit: int = 0
    """How many duties of the unit are overdue; set for HR only."""
    sheet: Sheet | None = None
    """For the mail that opens a case."""
    known_until: date | None = None
    """Set while the manager is asked what comes after that day (R14b)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """What somebody is told about a meeting, before it is put into words (R34)."""

    reminder: str
    mark: str
    case: CaseId
    meeting: str
    """Names the meeting for good: every message about it says the same."""
    role: Role
    change: InvitationChange
    sequence: int
    on: date
    time: TimeSlot | None
    place: Place | None
    way: Way
    decided_at: datetime
    """When it was decided; the same however often it is sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OhsOrder:
    """What OHS is told, before it is put into words: nothing about a person (R35, R44)."""

    reminder: str
    mark: str
    case: CaseId
    change: OrderChange
    has_plan: bool
    """Whether a follow-up plan exists; the manager can be asked for it."""
    decided_at: datetime
    """When it was decided; the same however often it is sent."""
    phone: str | None = field(default=None, repr=False)
    """Where the manager is reached."""


Said = Notice | Invitation | OhsOrder
"""Whatever goes out as a mail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """How something left the house."""

    channel: str
    """smtp, maildir or letter."""
    uncertain: bool = False


class DeliveryRefused(Exception):
    """The receiving side refused for good (SMTP 5xx); `code` is safe to store."""

    def __init__(self, code: str) -> None:
        """Keep the code only, never the address."""
        super().__init__(code)
        self.code = code


class DeliveryDelayed(Exception):
    """The receiving side cannot take it now (SMTP 4xx, no connection)."""

    def __init__(self, code: str) -> None:
        """Keep the code only, never the address."""
        super().__init__(code)
        self.code = code


class Courier(Protocol):
    """Puts a notice into words in the recipient's language and hands it over."""

    async def send(self, said: Said, to: Recipient, at: datetime) -> Delivery:
        """Send once; the reminder's id makes a repeat recognisable (Message-ID).

        Raises:
            DeliveryRefused: for good.
            DeliveryDelayed: for now.
        """


class Letters(Protocol):
    """Writes what goes on paper, to those who are not written to by mail (R32)."""

    async def write(self, said: Invitation | OhsOrder, contacts: Contacts) -> Delivery:
        """Write the letter unless it is there already.

        Raises:
            DeliveryDelayed: for now.
        """


class Clock(Protocol):
    """The real clock, for what leaves the house. Rules never see it."""

    def now(self) -> datetime:
        """Give the present instant, aware, in UTC."""


__all__ = [
    "AnyRow",
    "Append",
    "CaseRow",
    "Clock",
    "Contacts",
    "Courier",
    "Delivery",
    "DeliveryDelayed",
    "DeliveryRefused",
    "Directory",
    "DropReason",
    "EventLog",
    "Head",
    "Invitation",
    "InvitationRow",
    "Letters",
    "Notice",
    "OhsOrder",
    "OrderRow",
    "Outbox",
    "OutboxItem",
    "OutboxRow",
    "OutboxState",
    "Recipient",
    "Said",
    "Settlement",
    "Sheet",
    "Stream",
]
