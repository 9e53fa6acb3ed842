"""The least workflow that waits for a message or a timer and writes: held against tilbake."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from temporalio import workflow

from activities.messages import AnswerMessage, CommandMessage

WRITE: Final = "write"
_TIMEOUT: Final = timedelta(seconds=30)


@workflow.defn
class Bare:
    """Opened by a message like a follow-up; then so many wakes, and a write at each."""

    @workflow.init
    def __init__(self, name: str, wakes: int, pace: float, at: datetime | None) -> None:  # noqa: ARG002
        """Be ready for the message, which may come before `run`."""
        self._name = name
        self._asked: CommandMessage | None = None
        self._written = 0

    @workflow.run
    async def run(self, name: str, wakes: int, pace: float, at: datetime | None) -> None:  # noqa: ARG002
        """Write at the opening and at each wake."""
        await workflow.wait_condition(self._is_asked)
        await self._write()
        for _ in range(wakes):
            self._asked = None
            wait = timedelta(seconds=pace) if at is None else at - workflow.now()
            try:
                await workflow.wait_condition(self._is_asked, timeout=wait)
            except TimeoutError:
                await self._write()

    @workflow.update
    async def execute(self, command: CommandMessage) -> AnswerMessage:
        """Take a message in; answered when it is written."""
        self._asked, before = command, self._written
        await workflow.wait_condition(lambda: self._written > before)
        return AnswerMessage(id=command.id, accepted=True)

    def _is_asked(self) -> bool:
        return self._asked is not None

    async def _write(self) -> None:
        await workflow.execute_local_activity(
            WRITE, args=[self._name, self._written], start_to_close_timeout=_TIMEOUT
        )
        self._written += 1
