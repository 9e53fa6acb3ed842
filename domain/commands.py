"""Commands: someone asks that a fact be recorded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.facts import Fact
from domain.ids import CauseId


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Record `fact`, once: the same id twice gives the first answer again."""

    cause: CauseId
    actor: str
    """An opaque id of who asks."""
    fact: Fact
    instead: Fact | None = None
    """What stands in the place of a struck fact (R50)."""
    seen: int | None = None
    """How many facts whoever asks had seen; more by now means: look again."""
    live_from: date | None = None
    """Set by an import at go-live: what fell due before this day is neither sent nor missed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A signal that could not be understood; recorded as refused, never dropped."""

    cause: CauseId
    actor: str
    name: str
    """Name of the signal, or the kind that the command claimed to be."""
    code: str
    field: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What became of a command; the same on every repeat of its id."""

    cause: CauseId
    accepted: bool
    code: str | None = None
    field: str | None = None
    text: str | None = None
