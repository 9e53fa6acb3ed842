"""The time of a simulation: the real workflow's clock, laid over the days of a case file.

The server's clock begins at the real time and skips ahead; the case file lies anywhere. Steps
and deliveries see the instants of the file, and the workflow gets its wakes back in its own.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from temporalio import activity

from activities.deliver import Deliveries
from activities.messages import AnswerMessage, StepInput, StepResult
from activities.step import Steps
from adapters.postgres.outbox import PostgresOutbox

_LATE: Final = timedelta(minutes=1)
"""A wake may ring so much late: the clock runs on while the machine works, the case's does not."""

_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)


class CaseTime:
    """Maps the server's instants to those of the case by a constant that each fact sets anew."""

    def __init__(self) -> None:
        self._ahead = timedelta()
        self._standing: datetime | None = None
        self._wake: datetime | None = None
        self._last = _LONG_AGO

    @property
    def last(self) -> datetime:
        """The instant of the latest step."""
        return self._last

    def stand_at(self, at: datetime) -> None:
        """Let every step happen at one instant, whenever the server says it is."""
        self._standing = max(at, self._last)

    def go_on(self) -> None:
        """Let time pass again."""
        self._standing = None

    def of_case(self, server: datetime) -> datetime:
        """Give the case's instant."""
        return server + self._ahead

    def of_server(self, at: datetime) -> datetime:
        """Give the server's instant."""
        return at - self._ahead

    def step_at(self, server: datetime) -> datetime:
        """Give the instant at which a step happens, and remember it."""
        if self._standing is not None:
            self._ahead = self._standing - server
            self._last = self._standing
            return self._last
        at = self.of_case(server)
        wake = self._wake
        if wake is not None and wake > self._last and abs(at - wake) < _LATE:
            at = wake
        self._last = max(at, self._last)
        return self._last

    def wake_next(self, at: datetime | None) -> datetime | None:
        """Remember when the rules want to be woken; give it as the server's instant."""
        self._wake = at
        return self.of_server(at) if at is not None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedMail:
    """Sends what the outbox holds in simulated time."""

    outbox: PostgresOutbox
    deliveries: Deliveries

    async def send_before(self, end: datetime) -> None:
        """Send everything that may be tried before an instant, each at its own."""
        while True:
            at = await self.outbox.next_try()
            if at is None or at >= end or not await self.deliveries.deliver_due(at):
                return


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedSteps:
    """The real step, at the instants of the case.

    Deliveries write to the log but never wake a case: they may wait for the next step.
    """

    steps: Steps
    mail: SimulatedMail
    time: CaseTime
    fault: asyncio.Future[None]
    """Where a step that fails says so: here nothing is gained by trying it again."""

    @activity.defn(name="step")
    async def step(self, input: StepInput) -> StepResult:  # noqa: A002 - as Temporal names it
        """Let the mails of the time before leave the house, then step."""
        try:
            return await self._step(input)
        except Exception as fault:  # noqa: BLE001 - handed to whoever plays the case
            if not self.fault.done():
                self.fault.set_exception(fault)
            return _ended(input)

    async def _step(self, given: StepInput) -> StepResult:
        at = self.time.step_at(given.at)
        await self.mail.send_before(at)
        result = await self.steps.step(given.model_copy(update={"at": at}))
        return result.model_copy(update={"next_wake": self.time.wake_next(result.next_wake)})


def _ended(given: StepInput) -> StepResult:
    """End the run in good order: whoever waits for an answer gets one."""
    asked = given.command or given.unreadable
    answer = AnswerMessage(id=asked.id, accepted=False) if asked else None
    return StepResult(answer=answer, finished=True)
