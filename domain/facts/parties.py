"""Who takes part in a case, how people are reached, and the sealed texts that facts point to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """Who takes part in, or is called to, something in a case."""

    EMPLOYEE = "employee"
    MANAGER = "manager"
    HR = "hr"
    PRACTITIONER = "practitioner"
    SAFETY_REPRESENTATIVE = "safety_representative"
    UNION_REPRESENTATIVE = "union_representative"
    OHS = "ohs"
    NAV = "nav"
    OTHER = "other"


EMPLOYER = frozenset({Role.MANAGER, Role.HR})
"""Who can stand for the employer in a meeting."""


class Via(StrEnum):
    """How somebody was reached, or how an answer came."""

    IN_PERSON = "in_person"
    PHONE = "phone"
    VIDEO = "video"
    LETTER = "letter"
    MESSAGE = "message"
    SIGNED_IN = "signed_in"


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRef:
    """A sealed text: its id and the SHA-256 of its ciphertext, never the text."""

    document_id: str
    sha256: str
