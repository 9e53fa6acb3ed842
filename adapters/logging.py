"""Log lines as JSON or for people; opaque ids, codes and counts only (R54).

structlog's own events and those of the standard library end in the same place. What is not on
the list of safe keys is dropped, and an exception is logged by its kind and its place: its
message may repeat what somebody sent.
"""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from types import TracebackType
from typing import Any, Final, TextIO

import structlog
from structlog.typing import EventDict, Processor
from temporalio import activity, workflow

from adapters.settings import LogFormat, LogLevel

SAFE_KEYS: Final = frozenset(
    {
        "event",
        "level",
        "logger",
        "timestamp",
        "fault",
        "faults",
        "employment",
        "case",
        "reminder",
        "duty",
        "stage",
        "role",
        "kind",
        "code",
        "reason",
        "outcome",
        "count",
        "attempt",
        "seconds",
        "bytes",
        "seq",
        "version",
        "path",
        "port",
        "pid",
        "address",
        "build_id",
        "workflow_id",
        "workflow_type",
        "run_id",
        "activity_type",
    }
)
"""Keys whose values are opaque ids, codes, counts, or of the machine. Extend with care."""

_FROM_TEMPORAL: Final = ("workflow_id", "workflow_type", "run_id", "activity_type", "attempt")
_INTERNAL: Final = frozenset({"_record", "_from_structlog"})
_QUIET: Final = ("uvicorn", "uvicorn.error", "uvicorn.access", "asyncio", "aiosmtplib")
_Caught = tuple[type[BaseException], BaseException, TracebackType | None]


def set_up_logging(form: LogFormat, level: LogLevel, stream: TextIO | None = None) -> None:
    """Send all log lines of the process to standard error; called once, at its start."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        flatten_temporal,
        name_faults,
        keep_safe_keys,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _renderer(form),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    _tame()


def flatten_temporal(_: object, __: str, event: EventDict) -> EventDict:
    """Take the ids out of what Temporal adds to its lines, and drop the rest."""
    for name in ("temporal_workflow", "temporal_activity"):
        details = event.pop(name, None)
        if isinstance(details, Mapping):
            event.update({key: details[key] for key in _FROM_TEMPORAL if key in details})
    return event


def name_faults(_: object, __: str, event: EventDict) -> EventDict:
    """Replace an exception by the kinds and places of its chain, without any message."""
    caught = _caught(event)
    if caught is not None:
        event["faults"] = faults(caught[1])
    return event


def keep_safe_keys(_: object, __: str, event: EventDict) -> EventDict:
    """Drop every key that is not known to be safe."""
    return {key: value for key, value in event.items() if key in SAFE_KEYS or key in _INTERNAL}


def faults(error: BaseException) -> list[str]:
    """Name an exception and what caused it: kind, module, line and function of each."""
    named = []
    current: BaseException | None = error
    while current is not None:
        frames = traceback.extract_tb(current.__traceback__)
        place = f" at {frames[-1].filename}:{frames[-1].lineno} {frames[-1].name}" if frames else ""
        named.append(type(current).__name__ + place)
        current = current.__cause__ or (
            None if current.__suppress_context__ else current.__context__
        )
    return named


def _caught(event: MutableMapping[str, Any]) -> _Caught | None:
    given = event.pop("exc_info", None)
    if isinstance(given, BaseException):
        return type(given), given, given.__traceback__
    if given is True:
        given = sys.exc_info()
    if isinstance(given, tuple) and given[1] is not None:
        return given
    return None


def _renderer(form: LogFormat) -> Processor:
    if form is LogFormat.CONSOLE:
        return structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    return structlog.processors.JSONRenderer()


def _tame() -> None:
    # Temporal's adapters would put all ids into each message's text as well.
    workflow.logger.workflow_info_on_message = False
    activity.logger.activity_info_on_message = False
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
