"""What can go wrong with Temporal itself.

TilbakeError (domain/refusals.py)
└── TemporalFault
    ├── PayloadKeyMissing   a payload was sealed under a key that the ring does not hold
    ├── ServerFailed        the embedded server did not start or stopped by itself
    └── StateDirInUse       another process runs the embedded server on the same files
"""

from __future__ import annotations

from domain.refusals import TilbakeError


class TemporalFault(TilbakeError):
    """Base of the faults of this package."""


class PayloadKeyMissing(TemporalFault):
    """Keys are kept until the last history that needs them is gone; this one is not there."""

    def __init__(self, key_id: str) -> None:
        """Name the key, which is no secret."""
        super().__init__(f"payload key {key_id} is not in the key ring")
        self.key_id = key_id


class ServerFailed(TemporalFault):
    """The embedded server did not come up, or went away."""


class StateDirInUse(TemporalFault):
    """Another process runs the embedded server on the same files."""
