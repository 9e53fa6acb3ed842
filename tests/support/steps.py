"""Real steps on a real log, and messages that they understand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

from activities.messages import CommandMessage, StepInput
from activities.step import Steps
from adapters.event_codec import decode_fact, encode
from adapters.postgres.event_log import PostgresEventLog
from adapters.postgres.pool import Pool
from domain.facts import Fact, NoteReceived
from domain.ids import NoteId
from domain.notes import Activity, Note, Period
from domain.policy import DEFAULT, Policy
from domain.spans import DateSpan

MONDAY = date(2026, 1, 5)
MORNING = datetime(2026, 1, 5, 9, tzinfo=UTC)


def steps_on(pool: Pool, policy: Policy = DEFAULT) -> Steps:
    """Give the step of a worker of its own, with nothing in its cache."""
    return Steps(PostgresEventLog(pool), policy, decode_fact)


def new_employment() -> str:
    """Name an employment that no other test uses."""
    return f"e-{uuid4().hex[:12]}"


def note(first: date = MONDAY, days: int = 56, name: str = "n-1") -> NoteReceived:
    """A note of full absence."""
    span = DateSpan(first=first, last=first + timedelta(days=days - 1))
    period = Period(span=span, activity=Activity.NO_ACTIVITY)
    return NoteReceived(note=Note(note_id=NoteId(name), periods=(period,)))


def telling(fact: Fact, id: str = "c-1") -> CommandMessage:  # noqa: A002 - as the field is called
    """A command that asks to record a fact."""
    return CommandMessage(id=id, actor="hr-1", kind=fact.kind, body=encode(fact))


def step_of(
    employment: str, command: CommandMessage | None = None, at: datetime = MORNING
) -> StepInput:
    """What the workflow would hand to a step."""
    return StepInput(employment=employment, at=at, command=command)
