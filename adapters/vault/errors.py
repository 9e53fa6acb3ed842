"""What can go wrong with keys and sealed texts.

    VaultError
    ├── KeyFileUnusable  the key file is missing, open to others or not a key file
    ├── KeyMissing       a text was sealed under a key-encryption key that is not in the ring
    ├── Erased           the person's data key was deleted; the text is gone for good
    ├── DocumentUnknown  no such document, or upkeep deleted it as unused
    └── Tampered         the ciphertext, the person or the field is not what was sealed

No message holds a key, a text or a name.
"""

from __future__ import annotations

from domain.refusals import TilbakeError


class VaultError(TilbakeError):
    """Base of every error of the vault."""


class KeyFileUnusable(VaultError):
    """The key ring cannot be read from where the settings say."""


class KeyMissing(VaultError):
    """A data key is wrapped by a key-encryption key that the ring does not hold."""

    def __init__(self, key_id: str) -> None:
        """Name the key that has to be brought back."""
        super().__init__(
            f"key-encryption key {key_id} is not in the key ring; "
            "put it back from the key backup, or erase what was sealed under it"
        )
        self.key_id = key_id


class Erased(VaultError):
    """The person was erased: no data key, so no text."""

    def __init__(self, person: str) -> None:
        """Name the person by the opaque id."""
        super().__init__(f"person {person} has no data key: the texts were erased, or never were")
        self.person = person


class DocumentUnknown(VaultError):
    """There is no document of that id."""


class Tampered(VaultError):
    """A ciphertext does not belong to this person and field, or was changed."""
