"""Reads what a signal carries into a message; what cannot be read becomes `UnreadableMessage`.

Pure and without echo: nothing that was sent appears in a refusal, since the sender may have
put a name or a text where none belongs (R54).

A signal takes one JSON object: the fields of its fact, and optionally `id` (the same id twice
is recorded once) and `actor`:

    temporal workflow signal -w follow-up/e-1001 --name grading_changed \
        --input '{"on": "2026-02-23", "grade": 60}'
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final, get_args

from pydantic import JsonValue, TypeAdapter, ValidationError
from temporalio.common import RawValue

from activities.messages import CommandMessage, Opaque, UnreadableMessage
from domain.facts import Fact, GradeChanged, NoteReceived, NoteWithdrawn, ReturnedToWork
from domain.falling_due import DERIVED
from domain.refusals import RefusalCode

SIGNALS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "grading_changed": GradeChanged.kind,
        "returned_to_work": ReturnedToWork.kind,
        "sick_note_received": NoteReceived.kind,
        "sick_note_withdrawn": NoteWithdrawn.kind,
    }
)
"""Names of the signals, and the kind of fact that each of them tells."""

KINDS: Final = frozenset(fact.kind for fact in get_args(Fact))
"""Every kind of fact that a command may ask to record."""

RESERVED: Final = (DERIVED, "sent/", "dropped/")
"""Ids that begin so belong to what falls due by itself."""

MAX_BYTES: Final = 64 * 1024
"""The longest message by far is a note with a hundred periods: about 10 KiB."""

DEFAULT_ACTOR: Final = "signal"
_SAFE_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,59}")
_RESERVED_WORDS: Final = " or ".join(RESERVED)
_PLAIN: Final = b"json/plain"
_object: Final[TypeAdapter[dict[str, JsonValue]]] = TypeAdapter(dict[str, JsonValue])
_opaque: Final[TypeAdapter[str]] = TypeAdapter(Opaque)


class _Unreadable(Exception):
    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field = field
        self.text = text


def read_signal(
    name: str, values: Sequence[RawValue], spare_id: str
) -> CommandMessage | UnreadableMessage:
    """Read a signal; `spare_id` names it when it brings no id of its own."""
    kind = SIGNALS.get(name)
    if kind is None:
        return UnreadableMessage(
            id=spare_id,
            name=safe_name(name),
            code=RefusalCode.UNKNOWN_COMMAND,
            field="signal",
            text=f"must be one of {', '.join(SIGNALS)}, poke",
        )
    try:
        return _command(kind, _body(values), spare_id)
    except _Unreadable as fault:
        return UnreadableMessage(
            id=spare_id,
            name=name,
            code=RefusalCode.MALFORMED,
            field=fault.field,
            text=fault.text,
        )


def safe_name(name: str) -> str:
    """Keep a name that looks like an identifier; anything else may be a person's."""
    return name if _SAFE_NAME.fullmatch(name) else "unnamed"


def fault_of(command: CommandMessage) -> str | None:
    """Say what is wrong with the outside of a command, or None; its body is read by the step."""
    if command.kind not in KINDS:
        return "kind: names no fact that can be recorded"
    if command.id.startswith(RESERVED):
        return f"id: must not begin with {_RESERVED_WORDS}"
    if len(_object.dump_json(command.body)) > MAX_BYTES:
        return f"body: is longer than {MAX_BYTES} bytes"
    if command.seen is not None and command.seen < 0:
        return "seen: counts facts, so it must be 0 or more"
    return _fault_instead(command)


def _fault_instead(command: CommandMessage) -> str | None:
    kind, body = command.instead_kind, command.instead_body
    if kind is None and body is None:
        return None
    if kind is None or body is None:
        return "instead: needs both a kind and a body"
    if kind not in KINDS:
        return "instead: names no fact that can be recorded"
    if len(_object.dump_json(body)) > MAX_BYTES:
        return f"instead: is longer than {MAX_BYTES} bytes"
    return None


def _body(values: Sequence[RawValue]) -> dict[str, JsonValue]:
    if len(values) != 1:
        raise _Unreadable("input", f"must be one JSON object, not {len(values)} values")
    payload = values[0].payload
    if payload.metadata.get("encoding") != _PLAIN:
        raise _Unreadable("input", "must be JSON (encoding json/plain)")
    if len(payload.data) > MAX_BYTES:
        raise _Unreadable("input", f"is longer than {MAX_BYTES} bytes")
    try:
        return _object.validate_json(payload.data)
    except (ValidationError, RecursionError):
        raise _Unreadable("input", "must be one JSON object") from None


def _command(kind: str, body: dict[str, JsonValue], spare_id: str) -> CommandMessage:
    command = CommandMessage(
        id=_named(body, "id", spare_id),
        actor=_named(body, "actor", DEFAULT_ACTOR),
        kind=kind,
        body=body,
    )
    if command.id.startswith(RESERVED):
        raise _Unreadable("id", f"must not begin with {_RESERVED_WORDS}")
    return command


def _named(body: dict[str, JsonValue], field: str, default: str) -> str:
    value = body.pop(field, None)
    if value is None:
        return default
    try:
        return _opaque.validate_python(value, strict=True)
    except ValidationError:
        raise _Unreadable(field, "must be 1 to 200 visible ASCII characters") from None
