"""Finds the key ring that the settings of the process name."""

from __future__ import annotations

from adapters.settings import Settings, secret
from adapters.vault.keyring import KeyRing, load_or_create_ring, load_ring, ring_from_text


def ring_from_settings(settings: Settings, *, create: bool = False) -> KeyRing:
    """Read the ring from the setting, else from its file; only `up` may make one.

    A worker that made a new ring where the right one was not found would find nobody by it.

    Raises:
        KeyFileUnusable: neither holds a ring.
    """
    text = secret(settings.kek)
    if text is not None:
        return ring_from_text(text)
    return load_or_create_ring(settings.kek_path) if create else load_ring(settings.kek_path)
