"""One sealed text: AES-256-GCM under a person's data key, bound to the person and the field.

Pure functions over bytes; where keys and texts are stored is not known here.
"""

from __future__ import annotations

import secrets
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from adapters.vault.errors import Tampered

_VERSION: Final = b"\x01"
_NONCE_BYTES: Final = 12
_TAG_BYTES: Final = 16


def new_data_key() -> bytes:
    """Draw the data key of one person."""
    return AESGCM.generate_key(bit_length=256)


def seal_text(data_key: bytes, person: str, field: str, text: str) -> bytes:
    """Seal a text: version, nonce, ciphertext with tag.

    A random nonce is safe for the few thousand texts that one person's key ever seals.
    """
    nonce = secrets.token_bytes(_NONCE_BYTES)
    bound = _bound_to(person, field)
    return _VERSION + nonce + AESGCM(data_key).encrypt(nonce, text.encode(), bound)


def open_text(data_key: bytes, person: str, field: str, sealed: bytes) -> str:
    """Open what `seal_text` gave.

    Raises:
        Tampered: it was changed, or sealed for another person, field or key.
    """
    start = len(_VERSION) + _NONCE_BYTES
    if sealed[: len(_VERSION)] != _VERSION or len(sealed) < start + _TAG_BYTES:
        raise Tampered("not a sealed text")
    nonce = sealed[len(_VERSION) : start]
    try:
        opened = AESGCM(data_key).decrypt(nonce, sealed[start:], _bound_to(person, field))
    except InvalidTag as fault:
        raise Tampered(f"the sealed {field} of person {person} was changed") from fault
    return opened.decode()


def _bound_to(person: str, field: str) -> bytes:
    return f"{person}\0{field}".encode()
