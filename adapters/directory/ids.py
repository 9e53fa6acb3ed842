"""Opaque ids of the directory, the same in every import; nothing of the source shows in them."""

from __future__ import annotations

import base64
from typing import Final

from adapters.vault.keyring import KeyRing
from domain.ids import EmploymentId

_BYTES: Final = 10
"""80 bits: 16 letters, and no two of a million employments meet."""


def employment_id(ring: KeyRing, source: str) -> EmploymentId:
    """Name an employment by the employer's own key for it."""
    return EmploymentId(_opaque(ring, "e", source))


def person_id(ring: KeyRing, source: str) -> str:
    """Name a person by the employer's own key for them."""
    return _opaque(ring, "p", source)


def unit_id(ring: KeyRing, source: str) -> str:
    """Name a unit by the employer's own key for it."""
    return _opaque(ring, "u", source)


def national_id_digest(ring: KeyRing, national_id: str) -> bytes:
    """Digest a national id for its index; the id itself is stored nowhere."""
    return ring.index("national id", national_id)


def employee_number_digest(ring: KeyRing, number: str) -> bytes:
    """Digest an employee number for its index."""
    return ring.index("employee number", number)


def _opaque(ring: KeyRing, letter: str, source: str) -> str:
    digest = ring.index(f"source key {letter}", source)[:_BYTES]
    return f"{letter}-{base64.b32encode(digest).decode().lower()}"
