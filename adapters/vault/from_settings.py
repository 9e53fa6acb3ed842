"""Finds the key ring that the settings of the process name."""

from __future__ import annotations

from adapters.settings import Settings, secret
from adapters.vault.keyring import KeyRing, load_or_create_ring, ring_from_text


def ring_from_settings(settings: Settings) -> KeyRing:
    """Read the ring from the setting, else from its file, which is made on first use.

    Raises:
        KeyFileUnusable: neither holds a ring.
    """
    text = secret(settings.kek)
    return load_or_create_ring(settings.kek_path) if text is None else ring_from_text(text)
