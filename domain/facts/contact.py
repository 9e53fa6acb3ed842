"""Facts about contact with the employee: that there was some, never what was said (R36b, R14b)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar

from domain.facts.parties import Via
from domain.spans import check_day


class NoteEnd(StrEnum):
    """The answer to the question at the end of a note (R14b)."""

    BACK = "back"
    BACK_IN_PART = "back_in_part"
    STILL_AWAY = "still_away"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactMade:
    """There was contact on `on`, or it was tried."""

    kind: ClassVar[str] = "contact_made"
    on: date
    via: Via
    reached: bool = True
    next_on: date | None = None

    def __post_init__(self) -> None:
        """Refuse an absurd date."""
        check_day("on", self.on)
        if self.next_on is not None:
            check_day("next_on", self.next_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteEndAnswered:
    """The manager answered what comes after the note. Dates move by the facts that say so."""

    kind: ClassVar[str] = "note_end_answered"
    answer: NoteEnd
    on: date

    def __post_init__(self) -> None:
        """Refuse an absurd date."""
        check_day("on", self.on)
