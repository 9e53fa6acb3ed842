"""Corrections: a recorded fact that is wrong stays in the log and counts no longer (R50)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from domain.facts.parties import DocumentRef
from domain.ids import CauseId


class CorrectionReason(StrEnum):
    """Why a fact was corrected."""

    WRONG_VALUE = "wrong_value"
    WRONG_PERSON = "wrong_person"
    TWICE = "twice"
    NOT_SO = "not_so"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Struck:
    """The fact that the command `cause` recorded counts no longer.

    A fact that stands in its place is recorded by the same command.
    """

    kind: ClassVar[str] = "struck"
    cause: CauseId
    reason: CorrectionReason
    document: DocumentRef | None = None
