"""The hash chain of a stream: what exactly is hashed, and how it is checked again.

hash = sha256(hash of the record before || canonical JSON of the record); the first record
follows 32 zero bytes. Canonical: keys sorted, no spaces, UTF-8, the instant in UTC with
microseconds. Anyone can do the sum again from a row of `case_event`.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Final, TypeAlias

START: Final = bytes(32)
"""What the first record of a stream follows."""

Json: TypeAlias = "bool | int | str | list[Json] | dict[str, Json] | None"

_encode: Final = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
).encode


def canonical(
    *,
    employment: str,
    seq: int,
    case: str | None,
    cause: str,
    cause_no: int,
    kind: str,
    at: datetime,
    actor: str,
    rule_set: str,
    body: dict[str, Json],
) -> str:
    """Write a record as the text that is hashed."""
    return _encode(
        {
            "actor": actor,
            "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
            "body": body,
            "case": case,
            "cause": cause,
            "cause_no": cause_no,
            "employment": employment,
            "kind": kind,
            "rule_set": rule_set,
            "seq": seq,
        }
    )


def link(before: bytes, record: str) -> bytes:
    """Hash a record in its place after another."""
    return hashlib.sha256(before + record.encode()).digest()
