"""A dev server whose clocks skip ahead, for simulations and tests; it keeps nothing.

Each workflow has a clock of its own, which begins at the real time of its start.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Final

from temporalio.common import SearchAttributeKey
from temporalio.testing import TimeSkippingConfig, WorkflowEnvironment

from adapters.temporal.binary import find_binary
from adapters.temporal.connection import sealing_converter
from adapters.temporal.errors import ServerFailed
from adapters.temporal.keys import PayloadKeys

_DYNAMIC_CONFIG: Final = (
    "frontend.WorkflowTimeSkippingEnabled=true",
    # A skip takes a second otherwise.
    'history.timerProcessorMaxTimeShift="10ms"',
    # Each skip asks for timers anew, and after a few the server lets only 20 a second through.
    "history.timerProcessorMaxPollRPS=10000",
    "system.forceSearchAttributesCacheRefreshOnRead=true",
)
_SKIPS: Final = 5000
"""After 200, the server's own limit, a clock stands still without a word."""

_READY_WITHIN: Final = timedelta(seconds=30)


async def start_skipping_server(
    keys: PayloadKeys, *dynamic_config: str, binary: Path | None = None
) -> WorkflowEnvironment:
    """Start the server, to be stopped by `async with`; further dynamic config as `KEY=VALUE`.

    Raises:
        ServerFailed: it did not come up.
    """
    # Its greeting would stand among what a command prints.
    extra = ["--output", "none"]
    extra += [
        part
        for pair in (*_DYNAMIC_CONFIG, *dynamic_config)
        for part in ("--dynamic-config-value", pair)
    ]
    try:
        return await WorkflowEnvironment.start_time_skipping_v2(
            ts_config=TimeSkippingConfig(max_session_skip_count=_SKIPS),
            data_converter=sealing_converter(keys),
            dev_server_existing_path=str(find_binary(binary)),
            dev_server_extra_args=extra,
            dev_server_log_level="never",
            dev_server_startup_timeout=_READY_WITHIN,
            search_attributes=[
                SearchAttributeKey.for_keyword("CasePhase"),
                SearchAttributeKey.for_int("OverdueDuties"),
            ],
        )
    except RuntimeError as fault:
        raise ServerFailed("Temporal's time-skipping server did not start") from fault
