"""How directory columns are sealed: the field each is bound to, and the names that no one owns."""

from __future__ import annotations

from typing import Final

from adapters.vault.keyring import KeyRing
from adapters.vault.sealing import open_text, seal_text

NAME: Final = "name"
MAIL: Final = "mail"
PHONE: Final = "phone"
_UNITS: Final = "unit names"
_CONTACTS: Final = "unit contacts"


def seal_unit_name(ring: KeyRing, unit: str, name: str) -> bytes:
    """Seal a unit's name: a small unit's name can point to a person."""
    return seal_text(ring.house_key(_UNITS), unit, NAME, name)


def open_unit_name(ring: KeyRing, unit: str, sealed: bytes | None) -> str:
    """Open a unit's name; a unit without one is shown by its id."""
    return unit if sealed is None else open_text(ring.house_key(_UNITS), unit, NAME, sealed)


def seal_contact(ring: KeyRing, unit: str, what: str, text: str | None) -> bytes | None:
    """Seal a number or an address of a unit; `what` is `PHONE` or the role it belongs to."""
    return None if text is None else seal_text(ring.house_key(_CONTACTS), unit, what, text)


def open_contact(ring: KeyRing, unit: str, what: str, sealed: bytes | None) -> str | None:
    """Open a number or an address of a unit."""
    return None if sealed is None else open_text(ring.house_key(_CONTACTS), unit, what, sealed)
