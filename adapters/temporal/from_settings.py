"""Finds the ring of payload keys that the settings of the process name."""

from __future__ import annotations

from adapters.settings import Settings, secret
from adapters.temporal.keys import PayloadKeys, payload_keys, payload_keys_from_text


def keys_from_settings(settings: Settings, *, create: bool = False) -> PayloadKeys:
    """Read the ring from the setting, else from its file; only `up` may make one.

    Raises:
        KeyFileUnusable: neither the setting nor the file holds a ring.
    """
    text = secret(settings.keys)
    if text is not None:
        return payload_keys_from_text(text)
    return payload_keys(settings.payload_keys_path, create=create)
