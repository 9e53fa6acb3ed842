"""`tilbake simulate`: a case file through the real workflow, on a server that skips time.

Workflow, step, rules, database and mails are the real ones; only the clock, the directory and
the servers are made for the occasion.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Final

from temporalio.client import WorkflowExecutionStatus, WorkflowHandle
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import WorkflowEnvironment

from activities.deliver import Deliveries
from activities.messages import CommandMessage
from activities.step import Steps
from adapters import embedded_postgres
from adapters.clock import SystemClock
from adapters.directory.one_employment import OneEmployment
from adapters.embedded_postgres import EmbeddedPostgres
from adapters.event_codec import decode_fact, encode
from adapters.formats.case_file import CaseFile, Entry
from adapters.letters.folder import LetterFolder
from adapters.mail.maildir import MaildirCourier
from adapters.mail.settings import MailSettings
from adapters.postgres.event_log import PostgresEventLog
from adapters.postgres.outbox import PostgresOutbox
from adapters.postgres.pool import Pool
from adapters.postgres.scratch import scratch_database
from adapters.temporal.keys import PayloadKeys
from adapters.temporal.skipping import start_skipping_server
from domain.events import Recorded
from domain.ids import EmploymentId
from domain.policy import Policy
from domain.refusals import TilbakeError
from service.follow_ups import FollowUps, workflow_id
from service.simulated_time import CaseTime, SimulatedMail, SimulatedSteps
from service.worker import WorkerOptions, running_worker
from workflows.follow_up import FollowUp

ACTOR: Final = "simulation"
_FAR_AHEAD: Final = datetime(2190, 1, 1, tzinfo=UTC)
"""A run that began then is never too old: a skipping clock miscounts after two continuations."""

_LONG_HISTORY: Final = "limit.historyCount.suggestContinueAsNew=40000"
_PATIENCE: Final = 300.0
"""Real seconds for a whole case; half a year takes about four."""

_AFTER_A_FAULT: Final = 10.0
"""Real seconds for the rest to end by itself: a call that is cut off leaves noise behind."""

_LAST_MAILS: Final = timedelta(days=14)
"""Longer than any row of days on which no mail leaves."""


class SimulationStuck(TilbakeError):
    """The case did not come to its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """The servers on which cases are played."""

    postgres: EmbeddedPostgres
    temporal: WorkflowEnvironment
    mails: Path
    numbers: count[int] = field(default_factory=lambda: count(1))


@asynccontextmanager
async def stage(mails: Path, binary: Path | None = None) -> AsyncIterator[Stage]:
    """Start both servers for a while; nothing of them is kept, the mails are.

    Raises:
        EmbeddedPostgresFault, ServerFailed: one of them did not come up.
    """
    keys = PayloadKeys(current="simulation", keys={"simulation": os.urandom(32)})
    async with AsyncExitStack() as stack:
        postgres, temporal = await asyncio.gather(
            asyncio.to_thread(stack.enter_context, embedded_postgres.temporary()),
            start_skipping_server(keys, _LONG_HISTORY, binary=binary),
        )
        await stack.enter_async_context(temporal)
        yield Stage(postgres=postgres, temporal=temporal, mails=mails)


async def simulate(case: CaseFile, policy: Policy, on: Stage) -> tuple[Recorded, ...]:
    """Play one case to its end and give its log.

    Raises:
        SimulationStuck: it did not end.
    """
    name = f"simulation-{next(on.numbers)}"
    async with scratch_database(on.postgres, name) as pool:
        time, mail = CaseTime(), _mail(pool, policy, on.mails, case)
        fault: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        steps = Steps(PostgresEventLog(pool), policy, decode_fact)
        step = SimulatedSteps(steps=steps, mail=mail, time=time, fault=fault).step
        async with running_worker(on.temporal.client, [step], WorkerOptions(task_queue=name)):
            play = _Play(on.temporal, name, case.employment, time, fault)
            try:
                await _played(asyncio.create_task(play.through(case.entries)), fault)
            except Exception:
                await play.give_up()
                raise
        await mail.send_before(time.last + _LAST_MAILS)
        return (await PostgresEventLog(pool).load(case.employment)).records


async def _played(play: asyncio.Task[None], fault: asyncio.Future[None]) -> None:
    """Wait for the end, the first fault of a step, or until it takes too long."""
    try:
        done, _ = await asyncio.wait(
            {play, fault}, timeout=_PATIENCE, return_when=asyncio.FIRST_COMPLETED
        )
        if not done:
            raise SimulationStuck(f"the case had not ended after {_PATIENCE:.0f} s")
        if fault.done():
            await asyncio.wait({play}, timeout=_AFTER_A_FAULT)  # it ends by itself
            fault.result()
        play.result()
    finally:
        play.cancel()
        fault.cancel()
        await asyncio.gather(play, return_exceptions=True)


class _Play:
    """Tells each fact at its own instant, and lets the workflow's clock skip between them."""

    def __init__(
        self,
        server: WorkflowEnvironment,
        task_queue: str,
        employment: EmploymentId,
        time: CaseTime,
        fault: asyncio.Future[None],
    ) -> None:
        self._server = server
        self._employment = employment
        self._time = time
        self._fault = fault
        self._name = task_queue
        self._follow_ups = FollowUps(server.client, task_queue, run_started_at=_FAR_AHEAD)

    async def through(self, entries: tuple[Entry, ...]) -> None:
        """Tell all facts, and see the case finished."""
        for number, entry in enumerate(entries, start=1):
            await self._pass_until(entry.at)
            self._time.stand_at(entry.at)
            # A clock that skips while a fact is on its way would leave it behind.
            with self._server.with_time_skipping_disabled():
                await self._follow_ups.execute(self._employment, self._command(number, entry))
            self._time.go_on()
            if self._fault.done():
                return
        await self._pass_until(None)

    async def give_up(self) -> None:
        """End a run that cannot go on, so that its employment can be played again."""
        with suppress(RPCError):
            await self._handle().terminate()

    async def _pass_until(self, at: datetime | None) -> None:
        handle = self._handle()
        try:
            if (await handle.describe()).status is not WorkflowExecutionStatus.RUNNING:
                return
            now = self._time.of_case(await self._server.get_current_time(handle))
            if at is None:
                await self._server.fast_forward(handle)
            elif at > now:
                await self._server.fast_forward(handle, at - now)
        except RPCError as fault:
            # No run yet, or one that has just ended: the next fact starts another.
            if fault.status is not RPCStatusCode.NOT_FOUND:
                raise

    def _command(self, number: int, entry: Entry) -> CommandMessage:
        # The server answers an id that it knows from an earlier case of the same employment.
        fact, cause = entry.fact, f"{self._name}/{number}"
        return CommandMessage(id=cause, actor=ACTOR, kind=fact.kind, body=encode(fact))

    def _handle(self) -> WorkflowHandle[FollowUp, None]:
        return self._server.client.get_workflow_handle_for(
            FollowUp.run, workflow_id(self._employment)
        )


def _mail(pool: Pool, policy: Policy, folder: Path, case: CaseFile) -> SimulatedMail:
    settings = MailSettings(
        base_url="http://tilbake.invalid",
        sender="tilbake@tilbake.invalid",
        message_domain="tilbake.invalid",
        maildir=folder,
    )
    outbox = PostgresOutbox(pool)
    deliveries = Deliveries(
        log=PostgresEventLog(pool),
        outbox=outbox,
        directory=OneEmployment(pool, case.managers),
        courier=MaildirCourier(settings),
        letters=LetterFolder(folder / "letters"),
        policy=policy,
        clock=SystemClock(),
    )
    return SimulatedMail(outbox=outbox, deliveries=deliveries)
