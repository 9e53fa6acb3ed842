"""The keys of Temporal payloads: a ring of their own, since histories outlive a key rotation.

The ring is a file that only its owner may read (made on the first `up`) or the text of a setting.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from adapters.vault.keyring import KeyRing, load_or_create_ring, load_ring, ring_from_text


@dataclass(frozen=True, slots=True, kw_only=True)
class PayloadKeys:
    """AES-256 keys by id, and the one that seals new payloads."""

    current: str
    keys: Mapping[str, bytes] = field(repr=False)


def payload_keys(path: Path, *, create: bool = False) -> PayloadKeys:
    """Read the ring from its file, or make it when it is not there and `create` is set.

    Raises:
        KeyFileUnusable: no such file, open to others, or not a key ring.
    """
    return _of(load_or_create_ring(path) if create else load_ring(path))


def payload_keys_from_text(text: str) -> PayloadKeys:
    """Read the ring from the text of a setting.

    Raises:
        KeyFileUnusable: it is not a key ring; nothing of the text is repeated.
    """
    return _of(ring_from_text(text))


def _of(ring: KeyRing) -> PayloadKeys:
    return PayloadKeys(current=ring.current, keys=ring.keys)
