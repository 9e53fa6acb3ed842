"""A tilbake whose worker dies again and again while many senders and a second writer go on."""

from __future__ import annotations

import asyncio
import signal
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from temporalio.client import WorkflowHandle, WorkflowUpdateRPCTimeoutOrCancelledError
from temporalio.service import RPCError

from activities.deliver import Deliveries
from activities.messages import AnswerMessage
from adapters.clock import SystemClock
from adapters.directory.file import directory_of
from adapters.directory.postgres import PostgresDirectory
from adapters.formats.policy_file import load_policy
from adapters.letters.folder import LetterFolder
from adapters.mail.courier import courier_from
from adapters.mail.settings import mail_settings_of
from adapters.postgres.event_log import PostgresEventLog
from adapters.postgres.outbox import LEASE, PostgresOutbox
from domain.ids import EmploymentId
from domain.localtime import local_date
from service.directory_import import take_in
from service.follow_ups import FollowUps, workflow_id
from tests.support.command_mix import Told
from tests.support.installation import directory_file, staff_of
from tests.support.worker_house import WorkerHouse, worker_house
from tests.support.worker_runs import WorkerRuns
from workflows.follow_up import FollowUp

PATIENCE = 6.0
"""Shorter than Temporal takes to give a dead worker's task to another: senders ask again."""
AT_ONCE = 100
_PAUSE = 0.2


@dataclass(frozen=True, kw_only=True)
class KilledHouse:
    """Where everything is."""

    base: WorkerHouse
    deliveries: Deliveries
    staff: Sequence[EmploymentId]

    @property
    def log(self) -> PostgresEventLog:
        """The log, as any process reads it."""
        return PostgresEventLog(self.base.pool)

    @property
    def maildir(self) -> Path:
        """Where mails end."""
        return mail_settings_of(self.base.settings).maildir

    def follow_up(self, employment: EmploymentId) -> WorkflowHandle[FollowUp, None]:
        """Give the latest run of a follow-up."""
        return self.base.client.get_workflow_handle_for(FollowUp.run, workflow_id(employment))

    async def deliver_until(self, stop: asyncio.Event) -> None:
        """Be the second writer, beside the delivery of whichever worker lives."""
        while not stop.is_set():
            if not await self.deliveries.deliver_due(datetime.now(UTC)):
                await self.deliveries.outbox.wait(_PAUSE)

    async def deliver_rest(self) -> None:
        """Deliver what is left, also what a killed worker had taken and holds still."""
        while await self.deliveries.deliver_due(datetime.now(UTC) + LEASE + timedelta(minutes=1)):
            pass


@asynccontextmanager
async def killed_house(url: str, state: Path, employees: int) -> AsyncIterator[KilledHouse]:
    """Set it all up, with a directory; the worker is started, and killed, by the test."""
    async with worker_house(url, state) as base:
        staff = staff_of(base.vault, employees)
        today = local_date(datetime.now(UTC))
        file = directory_of("directory.json", directory_file(staff, today - timedelta(days=400)))
        await take_in(base.pool, base.vault, file, today=today)
        yield KilledHouse(
            base=base,
            deliveries=_deliveries(base),
            staff=[one.employment for one in staff],
        )


def _deliveries(base: WorkerHouse) -> Deliveries:
    return Deliveries(
        log=PostgresEventLog(base.pool),
        outbox=PostgresOutbox(base.pool),
        directory=PostgresDirectory(base.pool, base.vault),
        courier=courier_from(mail_settings_of(base.settings)),
        letters=LetterFolder(base.settings.letters_path),
        policy=load_policy(base.settings.policy_file),
        clock=SystemClock(),
    )


@dataclass
class Senders:
    """Send commands until each has its answer, many at once.

    Who waits in vain sends again and still listens to the first call: a call is never cut off,
    and whatever it says in the end has to be the same.
    """

    follow_ups: FollowUps
    answers: defaultdict[str, list[AnswerMessage]] = field(
        default_factory=lambda: defaultdict(list)
    )
    """By command, what each call was answered."""
    failed: Counter[str] = field(default_factory=Counter)
    """Calls that failed, by why."""
    calls: int = 0
    in_flight: int = 0
    """Commands that were sent and not answered yet."""

    def __post_init__(self) -> None:
        self._gate = asyncio.Semaphore(AT_ONCE)
        self._moved = asyncio.Condition()
        self._late: set[asyncio.Task[AnswerMessage | None]] = set()

    async def send(self, told: Told) -> None:
        """Send one command until it is answered."""
        async with self._gate:
            self.in_flight += 1
            await self._answered(told)
            self.in_flight -= 1
        async with self._moved:
            self._moved.notify_all()

    async def send_in_order(self, script: Sequence[Told], at_once: int) -> None:
        """Send a case's commands in order, so many at a time; the first one alone."""
        await self.send(script[0])
        for start in range(1, len(script), at_once):
            async with asyncio.TaskGroup() as group:
                for told in script[start : start + at_once]:
                    group.create_task(self.send(told))

    async def until(self, answered: float) -> None:
        """Wait until so many commands are answered."""
        async with self._moved:
            await self._moved.wait_for(lambda: len(self.answers) >= answered)

    async def hear_the_rest(self) -> None:
        """Wait for the answers of all calls that were given up."""
        await asyncio.gather(*self._late)

    async def _answered(self, told: Told) -> None:
        waiting: set[asyncio.Task[AnswerMessage | None]] = set()
        while True:
            waiting.add(asyncio.create_task(self._called(told)))
            done, waiting = await asyncio.wait(
                waiting, timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED
            )
            if any(call.result() for call in done):
                self._late |= waiting
                return

    async def _called(self, told: Told) -> AnswerMessage | None:
        self.calls += 1
        try:
            answer = await self.follow_ups.execute(told.employment, told.command)
        except (RPCError, WorkflowUpdateRPCTimeoutOrCancelledError) as fault:
            self.failed[type(fault).__name__] += 1
            return None
        self.answers[told.command.id].append(answer)
        return answer


@dataclass
class Killer:
    """Kills the worker at random moments while commands are under way."""

    worker: WorkerRuns
    senders: Senders
    rng: Random
    in_flight: list[int] = field(default_factory=list)
    """How many commands were under way at each kill."""

    async def kill(self, times: int, of: int) -> None:
        """Kill once in each of so many equal parts of all commands; sometimes twice in a row."""
        await self.worker.start()
        for part in range(times):
            await self.senders.until(of * (part + self.rng.random()) / (times + 1))
            await self._kill_after(self.rng.uniform(0, 0.5))
            if self.rng.random() < 1 / 4:
                await self._kill_after(self.rng.uniform(0.1, 2.5))

    async def _kill_after(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        self.in_flight.append(self.senders.in_flight)
        code = await self.worker.kill()
        assert code == -signal.SIGKILL, f"the worker had left by itself, with {code}"
        await self.worker.start()
