"""Wires a worker from the settings, and runs it until it is asked to stop."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Final

import structlog
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from activities.deliver import Deliveries
from activities.step import Steps
from adapters.clock import SystemClock
from adapters.directory.postgres import PostgresDirectory
from adapters.event_codec import decode_fact
from adapters.formats.policy_file import load_policy
from adapters.health import Check, health_app
from adapters.letters.folder import LetterFolder
from adapters.local_http import serving
from adapters.logging import set_up_logging
from adapters.mail.courier import courier_from
from adapters.mail.settings import mail_settings_of
from adapters.postgres.event_log import PostgresEventLog
from adapters.postgres.migrate import require_current
from adapters.postgres.outbox import PostgresOutbox
from adapters.postgres.pool import Pool
from adapters.settings import Settings, load_settings
from adapters.temporal.bootstrap import register_search_attributes
from adapters.vault.from_settings import ring_from_settings
from adapters.vault.store import PostgresVault
from domain.refusals import TilbakeError
from service.reach import connected, opened
from service.worker import WorkerOptions, ensure_delivery, running_worker

_STOP_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)
_log = structlog.get_logger(__name__)


def main() -> int:
    """Run the worker; a wrong setting or file is one line on standard error and exit code 2."""
    try:
        asyncio.run(run_until_stopped(load_settings()))
    except TilbakeError as fault:
        sys.stderr.write(f"{fault}\n")
        return 2
    return 0


async def run_until_stopped(settings: Settings) -> None:
    """Work until SIGTERM or SIGINT; what runs is finished before this returns."""
    set_up_logging(settings.log_format, settings.log_level)
    stop = asyncio.Event()
    for which in _STOP_SIGNALS:
        asyncio.get_running_loop().add_signal_handler(which, stop.set)
    async with AsyncExitStack() as stack:
        url = settings.needed_database_url()
        pool = await stack.enter_async_context(opened(url, size=settings.database_pool))
        await require_current(pool)
        client = await connected(settings)
        await prepare(client)
        await stack.enter_async_context(working(settings, client, pool))
        await _serve_health(stack, settings, health_checks(pool, client))
        _log.info("worker_started", build_id=settings.build_id, address=settings.temporal_address)
        await stop.wait()
        _log.info("worker_stopping")
    _log.info("worker_stopped")


@asynccontextmanager
async def working(settings: Settings, client: Client, pool: Pool) -> AsyncIterator[None]:
    """Run the worker, and the one delivery, while the block runs; `up` does so in its process."""
    options = WorkerOptions(
        task_queue=settings.task_queue,
        max_cached_cases=settings.max_cached_cases,
        deployment_name=settings.deployment_name,
        build_id=settings.build_id,
    )
    async with running_worker(client, activities_of(settings, pool), options):
        await ensure_delivery(client, settings.task_queue)
        yield


def activities_of(settings: Settings, pool: Pool) -> Sequence[Callable[..., Any]]:
    """Give every activity that a worker runs, on the real parts."""
    log, policy = PostgresEventLog(pool), load_policy(settings.policy_file)
    deliveries = Deliveries(
        log=log,
        outbox=PostgresOutbox(pool),
        directory=PostgresDirectory(pool, PostgresVault(pool, ring_from_settings(settings))),
        courier=courier_from(mail_settings_of(settings)),
        letters=LetterFolder(settings.letters_path),
        policy=policy,
        clock=SystemClock(),
    )
    steps = Steps(log, policy, decode_fact, settings.max_cached_cases)
    return [steps.step, deliveries.deliver]


async def prepare(client: Client) -> None:
    """Register what workflows upsert, where a worker may do that."""
    try:
        await register_search_attributes(client)
    except RPCError as fault:
        # Where a worker may not, whoever runs the cluster has done it.
        if fault.status is not RPCStatusCode.PERMISSION_DENIED:
            raise
        _log.warning("search_attributes_not_checked", code=fault.status.name)


async def _serve_health(
    stack: AsyncExitStack, settings: Settings, checks: dict[str, Check]
) -> None:
    if settings.health_port is None:
        return
    app = health_app(checks)
    url = await stack.enter_async_context(
        serving(app, host=settings.health_host, port=settings.health_port)
    )
    _log.info("health_served", address=url)


def health_checks(pool: Pool, client: Client) -> dict[str, Check]:
    """Give what has to answer for the process to be ready."""
    return {"database": _database(pool), "temporal": _temporal(client)}


def _database(pool: Pool) -> Check:
    async def answers() -> bool:
        return bool(await pool.fetchval("select true"))

    return answers


def _temporal(client: Client) -> Check:
    async def answers() -> bool:
        return await client.service_client.check_health()

    return answers
