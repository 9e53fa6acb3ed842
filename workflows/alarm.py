"""One timer, made anew only when its instant moves: each timer is two events of history."""

from __future__ import annotations

import asyncio
from datetime import datetime

from temporalio import workflow

from workflows.options import SHORTEST_WAIT


class Alarm:
    """Rings once at an instant; setting it to the same instant again changes nothing."""

    __slots__ = ("_at", "_sleep")

    def __init__(self) -> None:
        self._at: datetime | None = None
        self._sleep: asyncio.Task[None] | None = None

    @property
    def has_rung(self) -> bool:
        """Whether the wait has ended; told by the wait itself, not by comparing clocks."""
        return self._sleep is not None and self._sleep.done()

    def set(self, at: datetime | None, summary: str) -> None:
        """Wait for `at` instead of whatever was waited for."""
        if at == self._at and not self.has_rung:
            return
        if self._sleep is not None:
            self._sleep.cancel()
        self._at, self._sleep = at, None
        if at is not None:
            wait = max(at - workflow.now(), SHORTEST_WAIT)
            self._sleep = asyncio.create_task(workflow.sleep(wait, summary=summary))

    def hush(self) -> None:
        """Forget that it rang; a step is about to serve it."""
        if self.has_rung:
            self._at, self._sleep = None, None
