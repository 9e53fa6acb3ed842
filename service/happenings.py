"""From the log of a simulated case to what happened and when, one line an event.

Milestones are no events of the log: a legal date that arrives is told here, as it stood then.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from typing import Final, TypeAlias

from activities.invitations import invitation_id
from activities.ohs_orders import order_id
from adapters.event_codec import encode
from domain.assess import assess
from domain.events import (
    InvitationDue,
    OhsOrderDue,
    Recorded,
    ReminderDropped,
    ReminderDue,
    ReminderSent,
    Stage,
    reminder_id,
)
from domain.facts import DutyKind
from domain.ids import CaseId, EmploymentId
from domain.localtime import OSLO, local_date, wake_at
from domain.policy import Policy
from domain.state import State, begin, evolve
from service.wording import is_said, shown

Json: TypeAlias = "bool | int | str | list[Json] | dict[str, Json] | None"

MILESTONE: Final = "milestone"
SUPERSEDED: Final = "reminder_superseded"
"""A stage that was reached together with a later one, which goes out in its stead."""

_TOLD_APART: Final = frozenset(
    {"case", "duty", "stage", "legal_on", "target_on", "to", "texts", "document", "superseded"}
)
_OF_A_REMINDER: Final = frozenset({"reminder", "role", "to_person", "channel", "uncertain"})
"""Told by its duty and stage, or the same in every simulation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One line of a simulation; what does not apply is None or empty."""

    at: datetime
    employment: EmploymentId
    kind: str
    case: CaseId | None = None
    duty: DutyKind | None = None
    legal_on: date | None = None
    target_on: date | None = None
    stage: Stage | None = None
    to: tuple[str, ...] = ()
    more: dict[str, Json] = field(default_factory=dict)
    """The other fields of the event, as the log holds them."""


def happenings(
    employment: EmploymentId, records: Sequence[Recorded], policy: Policy
) -> tuple[Happening, ...]:
    """Tell a whole log in the order in which it happened."""
    told: list[Happening] = []
    state, reminders = begin(employment), _reminders(records)
    instants = [(at, list(group)) for at, group in groupby(records, key=lambda one: one.at)]
    ends = [at for at, _ in instants[1:]] + [datetime.max.replace(tzinfo=OSLO)]
    for (at, group), end in zip(instants, ends, strict=True):
        for record in group:
            state = evolve(state, record)
            told.append(_event(employment, record, reminders))
        told += _milestones(state, policy, at, end)
    return tuple(told)


def as_json(one: Happening) -> dict[str, Json]:
    """Write a happening; keys that do not apply are left out."""
    said: dict[str, Json | None] = {
        "at": one.at.astimezone(OSLO).isoformat(),
        "employment": one.employment,
        "kind": one.kind,
        "case": one.case,
        "duty": one.duty,
        "legal_on": one.legal_on.isoformat() if one.legal_on else None,
        "target_on": one.target_on.isoformat() if one.target_on else None,
        "stage": one.stage,
        "to": [str(role) for role in one.to] or None,
    }
    return {key: value for key, value in {**said, **one.more}.items() if value is not None}


def as_text(one: Happening) -> str:
    """Write a happening as one line for people, in local time."""
    about = [_words(part) for part in (one.duty, one.stage) if part]
    about += [f"to {' and '.join(_words(role) for role in one.to)}"] if one.to else []
    more = {key: value for key, value in one.more.items() if is_said(value)}
    about += [f"{_words(key)} {shown(value)}" for key, value in more.items()]
    days = [f"{name} {day}" for name, day in _days(one) if day]
    when = one.at.astimezone(OSLO).strftime("%a %Y-%m-%d %H:%M")
    line = f"{when}  {_words(one.kind):<18}  {', '.join(about)}"
    return f"{line} ({', '.join(days)})" if days else line.rstrip()


def _event(
    employment: EmploymentId,
    record: Recorded,
    reminders: dict[str, ReminderDue | InvitationDue | OhsOrderDue],
) -> Happening:
    event, hidden = record.event, _TOLD_APART
    about: object = event
    to: str | tuple[str, ...] = getattr(event, "to", ())
    if isinstance(event, ReminderSent | ReminderDropped):
        about, to = reminders.get(event.reminder, event), (event.role,)
        hidden |= _OF_A_REMINDER
    return Happening(
        at=record.at,
        employment=employment,
        kind=SUPERSEDED if getattr(event, "superseded", False) else event.kind,
        case=record.case,
        duty=getattr(about, "duty", None),
        legal_on=getattr(about, "legal_on", None),
        target_on=getattr(about, "target_on", None),
        stage=getattr(about, "stage", None),
        to=(to,) if isinstance(to, str) else to,
        more={
            **{key: value for key, value in encode(event).items() if key not in hidden},
            **(_of_a_meeting(about) if about is not event else {}),
        },
    )


def _of_a_meeting(about: object) -> dict[str, Json]:
    if isinstance(about, OhsOrderDue):
        return {"change": str(about.change)}
    if not isinstance(about, InvitationDue):
        return {}
    return {"name": about.name, "change": str(about.change), "sequence": about.sequence}


def _reminders(records: Sequence[Recorded]) -> dict[str, ReminderDue | InvitationDue | OhsOrderDue]:
    found: dict[str, ReminderDue | InvitationDue | OhsOrderDue] = {}
    for record in records:
        match due := record.event:
            case ReminderDue():
                found |= {reminder_id(due.case, due, role): due for role in due.to}
            case InvitationDue():
                found |= {invitation_id(due, role): due for role in due.to}
            case OhsOrderDue():
                found[order_id(due, record.cause)] = due
            case _:
                pass
    return found


def _milestones(state: State, policy: Policy, at: datetime, end: datetime) -> Iterator[Happening]:
    """Tell the legal dates that arrive before anything else happens."""
    dates = {
        duty.legal_on
        for case in assess(state, policy, local_date(at))
        for duty in case.duties
        if duty.legal_on is not None
    }
    for day in sorted(dates):
        if at <= (arrives := wake_at(day, policy.wake_hour)) < end:
            yield from _arrived(state, policy, day, arrives)


def _arrived(state: State, policy: Policy, day: date, at: datetime) -> Iterator[Happening]:
    for case in assess(state, policy, day):
        for duty in case.duties:
            if duty.legal_on == day:
                yield Happening(
                    at=at,
                    employment=state.employment,
                    kind=MILESTONE,
                    case=case.case_id,
                    duty=duty.kind,
                    legal_on=duty.legal_on,
                    target_on=duty.target_on,
                    more={"state": str(duty.state)},
                )


def _days(one: Happening) -> tuple[tuple[str, date | None], ...]:
    return ("legal", one.legal_on), ("target", one.target_on)


def _words(code: str) -> str:
    return str(code).replace("_", " ")
