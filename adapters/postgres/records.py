"""Between the contracts of `activities.ports` and the rows and texts that PostgreSQL takes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

import asyncpg

from activities.ports import AnyRow, Append, CaseRow, InvitationRow, OrderRow, Settlement
from adapters.event_codec import Json, decode, encode
from adapters.postgres.chain import canonical, link
from domain.events import Recorded
from domain.ids import CaseId, CauseId, EmploymentId

INVITATION: Final = "invitation"
ORDER: Final = "order"
"""Kinds of an outbox row; the others are reminders."""

_write: Final = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode


def chained(batch: Append) -> tuple[list[str], list[bytes]]:
    """Write the records as they are hashed, and hash each after the one before."""
    texts: list[str] = []
    hashes: list[bytes] = []
    last = batch.head.hash
    numbers: dict[str, int] = {}
    for record in batch.records:
        number = numbers.get(record.cause, 0)
        numbers[record.cause] = number + 1
        text = _canonical(batch.employment, record, number)
        last = link(last, text)
        texts.append(text)
        hashes.append(last)
    return texts, hashes


def _canonical(employment: EmploymentId, record: Recorded, cause_no: int) -> str:
    text = _of(employment, record, cause_no, encode(record.event))
    if "\\u0000" in text or not _is_utf8(text):
        body = _storable(encode(record.event))
        assert isinstance(body, dict)  # noqa: S101 - told to the type checker
        return _of(employment, record, cause_no, body)
    return text


def _of(employment: EmploymentId, record: Recorded, cause_no: int, body: dict[str, Json]) -> str:
    return canonical(
        employment=employment,
        seq=record.seq,
        case=record.case,
        cause=record.cause,
        cause_no=cause_no,
        kind=record.event.kind,
        at=record.at,
        actor=record.actor,
        rule_set=record.rule_set,
        body=body,
    )


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _storable(value: Json) -> Json:
    """Replace what jsonb cannot hold (NUL, lone surrogates): a case must not stall on it."""
    if isinstance(value, str):
        return value.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
    if isinstance(value, list):
        return [_storable(one) for one in value]
    if isinstance(value, dict):
        return {key: _storable(one) for key, one in value.items()}
    return value


def recorded(row: asyncpg.Record) -> Recorded:
    """Read one row of `case_event`."""
    case = row["case_id"]
    return Recorded(
        seq=row["seq"],
        at=row["at"],
        actor=row["actor"],
        cause=CauseId(row["cause_id"]),
        event=decode(row["kind"], row["body"]),
        case=None if case is None else CaseId(case),
        rule_set=row["rule_set"],
    )


def cases_json(cases: Sequence[CaseRow]) -> str:
    """Write the rows of the view."""
    return _write(
        [
            {
                "case": row.case,
                "mark": row.mark,
                "state": row.state,
                "start_on": row.start_on.isoformat(),
                "last_on": row.last_on.isoformat(),
                "next_due_on": row.next_due_on.isoformat() if row.next_due_on else None,
                "overdue": row.overdue,
                "duties": row.duties,
            }
            for row in cases
        ]
    )


def outbox_json(rows: Sequence[AnyRow]) -> str:
    """Write new rows of the outbox."""
    return _write([_outbox_row(row) for row in rows])


def _outbox_row(row: AnyRow) -> dict[str, Json]:
    said: dict[str, Json] = {
        "reminder": row.reminder,
        "case": row.case,
        "role": row.role,
        "due_at": row.due_at.isoformat(),
    }
    if isinstance(row, InvitationRow):
        return said | {
            "kind": INVITATION,
            "meeting": row.meeting,
            "change": row.change,
            "sequence": row.sequence,
        }
    if isinstance(row, OrderRow):
        return said | {"kind": ORDER, "change": row.change}
    return said | {
        "duty": row.duty,
        "stage": row.stage,
        "legal_on": row.legal_on.isoformat() if row.legal_on else None,
        "target_on": row.target_on.isoformat() if row.target_on else None,
    }


def settled_json(settled: Sequence[Settlement]) -> str:
    """Write how outbox rows ended."""
    return _write([{"reminder": s.reminder, "state": s.state, "detail": s.detail} for s in settled])
