"""What crosses Temporal: opaque ids, dates and codes. Models grow by addition only.

Nothing here may carry a name, an address or a free text (R54).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

Opaque = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[\x21-\x7e]+$")]


class Message(BaseModel):
    """Base of every message: immutable, no unknown fields, with a version."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Literal[1] = 1


class CommandMessage(Message):
    """A command as it travels; `kind` and `body` are those of a fact in domain/facts.py."""

    id: Opaque
    actor: Opaque
    kind: Opaque
    body: dict[str, JsonValue]
    live_from: date | None = None
    instead_kind: Opaque | None = None
    """With `instead_body`: the fact that stands in the place of a struck one (R50)."""
    instead_body: dict[str, JsonValue] | None = None
    seen: int | None = None
    """How many facts whoever asks had seen: more by now, and they are asked to look again."""


class UnreadableMessage(Message):
    """A signal that could not be parsed, reduced to what is safe to keep."""

    id: Opaque
    name: str = Field(max_length=100)
    code: str
    field: str
    text: str


class StepInput(Message):
    """One step of an employment: a command, an unreadable signal, or a wake (neither)."""

    employment: Opaque
    at: datetime
    command: CommandMessage | None = None
    unreadable: UnreadableMessage | None = None


class AnswerMessage(Message):
    """What became of a command."""

    id: str
    accepted: bool
    code: str | None = None
    field: str | None = None
    text: str | None = None


class StepResult(Message):
    """All that the workflow ever branches on."""

    answer: AnswerMessage | None = None
    next_wake: datetime | None = None
    finished: bool = False
    phase: str = ""
    """State of the newest case: active, awaiting_note, dormant, closed or empty."""
    overdue: int = 0
    """How many duties of all its cases are overdue."""
    waits_for: str = ""
    """One line for Temporal's own page: codes and dates only."""


class FollowUpInput(Message):
    """What starts a run, and what continue-as-new carries on."""

    employment: Opaque
    last: StepResult | None = None
    """None in a fresh run: the run begins with a step that reads where the log stands."""
    run_started_at: datetime | None = None
