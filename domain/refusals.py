"""What is refused, and how it is said.

    TilbakeError
    ├── InvalidValue     a value that no rule can accept; names the field
    └── BrokenHistory    the stored log contradicts itself; never the caller's fault

A *refusal* is not an exception: it is an answer (`Refusal`) with a stable code
that the API, the pages and the log share. Nobody matches on its text.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class TilbakeError(Exception):
    """Base of every error that tilbake raises on purpose."""


class InvalidValue(TilbakeError, ValueError):
    """A value is out of range or contradicts another; `field` says which."""

    def __init__(self, field: str, text: str) -> None:
        """Name the field (as the user wrote it) and say what would be valid."""
        super().__init__(f"{field}: {text}")
        self.field = field
        self.text = text


class BrokenHistory(TilbakeError):
    """The event log cannot have been written by this program."""


class RefusalCode(StrEnum):
    """Why a command was not accepted. Codes are part of the API and never change meaning."""

    MALFORMED = "malformed"
    UNKNOWN_COMMAND = "unknown_command"
    NO_OPEN_CASE = "no_open_case"
    UNKNOWN_NOTE = "unknown_note"
    NOTE_WITHDRAWN = "note_withdrawn"
    NOTE_DIFFERS = "note_differs"
    UNKNOWN_ROW = "unknown_row"
    EMPLOYMENT_ENDED = "employment_ended"
    OUTSIDE_CASE = "outside_case"
    MEETING_NEEDS_BOTH = "meeting_needs_both"
    IN_FUTURE = "in_future"
    CHANGED_MEANWHILE = "changed_meanwhile"
    PLAN_INCOMPLETE = "plan_incomplete"
    VERSION_TAKEN = "version_taken"
    UNKNOWN_VERSION = "unknown_version"
    UNKNOWN_MEASURE = "unknown_measure"
    MEASURE_NEEDED = "measure_needed"
    UNKNOWN_MEETING = "unknown_meeting"
    MEETING_NOT_CALLED = "meeting_not_called"
    NOT_AGREED = "not_agreed"
    WANTED_LEFT_OUT = "wanted_left_out"
    GOAL_BEFORE_START = "goal_before_start"
    EXEMPTION_NEEDS_CONTACT = "exemption_needs_contact"
    EXEMPTION_NEEDS_DATE = "exemption_needs_date"
    EXEMPTION_PAST_DATE = "exemption_past_date"
    UNKNOWN_EXEMPTION = "unknown_exemption"
    UNKNOWN_WISH = "unknown_wish"
    UNKNOWN_FACT = "unknown_fact"
    ALREADY_STRUCK = "already_struck"
    NOT_CORRECTABLE = "not_correctable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A command that was understood but not accepted."""

    code: RefusalCode
    field: str
    text: str
