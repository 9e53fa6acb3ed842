"""Runs a command on the running service, as the user of this machine.

What serves the service is imported only when a command runs: others start fast.
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from service.desk import Desk

T = TypeVar("T")


def on_desk(work: Callable[[Desk], Awaitable[T]]) -> T:
    """Reach the service, do the work, and give what it gives."""
    import asyncio  # noqa: PLC0415 - takes its time

    from adapters.settings import load_settings  # noqa: PLC0415 - keeps other commands fast
    from service.desk import at_desk  # noqa: PLC0415 - as above

    async def run() -> T:
        async with at_desk(load_settings()) as desk:
            return await work(desk)

    return asyncio.run(run())


def actor() -> str:
    """Name who acts in logs: the number of the system's user, never the name (R54)."""
    return f"cli-{os.getuid()}"
