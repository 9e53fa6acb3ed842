"""The key ring: key-encryption keys by id, and the key of the keyed indexes.

Read from a file that only its owner may read, or from a setting. Old keys stay in the ring
until every data key was wrapped anew; taking one out makes old backups unreadable.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.keywrap import (
    InvalidUnwrap,
    aes_key_unwrap,
    aes_key_wrap,
)

from adapters.vault.errors import KeyFileUnusable, KeyMissing, Tampered

KEY_BYTES: Final = 32
_OWNER_ONLY: Final = 0o600
_OTHERS: Final = 0o077


@dataclass(frozen=True, slots=True, kw_only=True)
class WrappedKey:
    """A data key as it is stored: which key-encryption key wraps it, and the bytes."""

    key_id: str
    wrapped: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRing:
    """Key-encryption keys by id, the one that wraps new data keys, and the index key."""

    current: str
    keys: Mapping[str, bytes] = field(repr=False)
    index_key: bytes = field(repr=False)

    def __post_init__(self) -> None:
        """Refuse a ring that could not seal or find anything."""
        if self.current not in self.keys:
            raise KeyFileUnusable(f"the key ring names {self.current} but does not hold it")
        if any(len(key) != KEY_BYTES for key in (*self.keys.values(), self.index_key)):
            raise KeyFileUnusable(f"every key in the key ring must be {KEY_BYTES} bytes long")

    def wrap(self, data_key: bytes) -> WrappedKey:
        """Wrap a data key (RFC 3394) under the current key-encryption key."""
        return WrappedKey(
            key_id=self.current, wrapped=aes_key_wrap(self.keys[self.current], data_key)
        )

    def unwrap(self, stored: WrappedKey) -> bytes:
        """Give the data key back.

        Raises:
            KeyMissing: its key-encryption key is not in the ring.
            Tampered: the wrapped bytes were changed.
        """
        key = self.keys.get(stored.key_id)
        if key is None:
            raise KeyMissing(stored.key_id)
        try:
            return aes_key_unwrap(key, stored.wrapped)
        except InvalidUnwrap as fault:
            raise Tampered("a wrapped data key was changed") from fault

    def index(self, purpose: str, text: str) -> bytes:
        """Digest a value that is looked up but not stored (HMAC-SHA256, one space a purpose)."""
        return hmac.digest(self.index_key, f"{purpose}\0{text}".encode(), hashlib.sha256)

    def house_key(self, purpose: str) -> bytes:
        """Give the key of sealed texts that belong to no person; rotation leaves it as it is."""
        return self.index("house key", purpose)

    def rotated(self) -> KeyRing:
        """Add a new key-encryption key and make it the current one; old ones stay."""
        name = _new_key_id()
        return replace(self, current=name, keys={**self.keys, name: secrets.token_bytes(KEY_BYTES)})


def new_ring() -> KeyRing:
    """Make a ring with one random key-encryption key and a random index key."""
    name = _new_key_id()
    return KeyRing(
        current=name,
        keys={name: secrets.token_bytes(KEY_BYTES)},
        index_key=secrets.token_bytes(KEY_BYTES),
    )


def ring_to_text(ring: KeyRing) -> str:
    """Write the ring as JSON: `{"current", "keys": {id: base64}, "index": base64}`."""
    keys = {name: _to_base64(key) for name, key in ring.keys.items()}
    shown = {"current": ring.current, "keys": keys, "index": _to_base64(ring.index_key)}
    return json.dumps(shown, indent=2)


def ring_from_text(text: str) -> KeyRing:
    """Read a ring from its JSON, from a file or a setting.

    Raises:
        KeyFileUnusable: it is not a key ring; nothing of the text is repeated.
    """
    try:
        shown = json.loads(text)
        return KeyRing(
            current=str(shown["current"]),
            keys={str(name): _from_base64(key) for name, key in shown["keys"].items()},
            index_key=_from_base64(shown["index"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        # The cause would repeat key material in a traceback.
        raise KeyFileUnusable(
            'a key ring is JSON: {"current": id, "keys": {id: base64}, "index": base64}'
        ) from None


def load_ring(path: Path) -> KeyRing:
    """Read the ring from a file that only its owner may read.

    Raises:
        KeyFileUnusable: no such file, open to others, or not a key ring.
    """
    try:
        mode = path.stat().st_mode
        text = path.read_text(encoding="utf-8")
    except OSError as fault:
        raise KeyFileUnusable(f"key file {path}: {fault.strerror}") from fault
    if mode & _OTHERS:
        raise KeyFileUnusable(f"key file {path} is open to others: chmod 600 it")
    return ring_from_text(text)


def load_or_create_ring(path: Path) -> KeyRing:
    """Read the ring, making it on first use; two processes that start at once get the same."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_new(path, ring_to_text(new_ring()))
    return load_ring(path)


def save_ring(path: Path, ring: KeyRing) -> None:
    """Replace the file by a ring in one step, so that no crash leaves half a file."""
    fresh = _write_beside(path, ring_to_text(ring))
    fresh.replace(path)


def _write_new(path: Path, text: str) -> None:
    fresh = _write_beside(path, text)
    try:
        path.hardlink_to(fresh)
    except FileExistsError:
        pass  # another process was first, and its keys are the ones in use
    finally:
        fresh.unlink()


def _write_beside(path: Path, text: str) -> Path:
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(8)}.tmp")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return fresh


def _new_key_id() -> str:
    return f"k-{secrets.token_hex(4)}"


def _to_base64(key: bytes) -> str:
    return base64.b64encode(key).decode("ascii")


def _from_base64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise ValueError from None
