"""How directory columns are sealed: the field each is bound to, and the names that no one owns."""

from __future__ import annotations

from typing import Final

from adapters.vault.keyring import KeyRing
from adapters.vault.sealing import open_text, seal_text

NAME: Final = "name"
MAIL: Final = "mail"
_UNITS: Final = "unit names"


def seal_unit_name(ring: KeyRing, unit: str, name: str) -> bytes:
    """Seal a unit's name: a small unit's name can point to a person."""
    return seal_text(ring.house_key(_UNITS), unit, NAME, name)


def open_unit_name(ring: KeyRing, unit: str, sealed: bytes | None) -> str:
    """Open a unit's name; a unit without one is shown by its id."""
    return unit if sealed is None else open_text(ring.house_key(_UNITS), unit, NAME, sealed)
