"""`tilbake up`: both servers, the worker and a demonstration in one process, until a stop signal.

For evaluation, training and development. What a killed `up` left behind is found and used by
the next one; see service/servers.py.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import SecretStr

from adapters.clock import SystemClock
from adapters.health import health_app
from adapters.local_http import serving
from adapters.logging import set_up_logging
from adapters.postgres.event_log import PostgresEventLog
from adapters.settings import Settings
from adapters.state_dir import Running, alone_in, forget_running, write_running
from adapters.temporal.errors import ServerFailed
from adapters.temporal.from_settings import keys_from_settings
from adapters.vault.from_settings import ring_from_settings
from domain.localtime import local_date
from domain.refusals import TilbakeError
from service.demo import Demo
from service.reach import Reached, opened
from service.recover import recover
from service.servers import RECOVER_MARK, Say, Servers, TemporalServer, started
from service.worker_process import health_checks, prepare, working

DEMO_POLICY: Final = Path(__file__).parents[1] / "policies" / "demo.toml"
LOG: Final = "tilbake.log"
_LOG_BYTES: Final = 10_000_000
_STOP_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_SAY_EVERY: Final = 500
"""Cases that are started again between two lines of progress."""


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Everything that runs, for whoever says where it is."""

    settings: Settings
    servers: Servers
    running: Running


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """How `up` speaks to who started it."""

    say: Say
    """A line of progress."""
    ready: Callable[[House], None]
    """Called once, when everything runs."""


async def run_until_stopped(settings: Settings, voice: Voice, *, demo: bool) -> None:
    """Bring everything up, say so, and take it down when the process is told to stop.

    Raises:
        TilbakeError: it did not come up, or a server went away; whatever ran is stopped.
    """
    stop = asyncio.Event()
    for which in _STOP_SIGNALS:
        if signal.getsignal(which) is not signal.SIG_IGN or which is not signal.SIGHUP:
            asyncio.get_running_loop().add_signal_handler(which, stop.set)
    is_up = asyncio.Event()
    house = asyncio.create_task(_live(settings, voice, is_up, demo=demo))
    told = asyncio.create_task(stop.wait())
    await asyncio.wait({house, told}, return_when=asyncio.FIRST_COMPLETED)
    told.cancel()
    if not stop.is_set():
        await house
        return
    voice.say("stopping ...")
    house.cancel()
    await asyncio.wait({house})
    fault = None if house.cancelled() else house.exception()
    # What was cut off half-way, by a Ctrl-C that a child got too, fails in ways of its own.
    if isinstance(fault, TilbakeError) and is_up.is_set():
        raise fault


async def _live(settings: Settings, voice: Voice, is_up: asyncio.Event, *, demo: bool) -> None:
    with alone_in(settings.state_dir), _logging_to_file(settings):
        try:
            async with _house(settings, voice.say) as (house, reached):
                await _start_cases_again(reached, voice.say)
                if demo:
                    await _ensure_demo(reached, voice.say)
                voice.ready(house)
                is_up.set()
                await _until_a_server_goes(house.servers.temporal)
        except ExceptionGroup as faults:
            # What failed first is the cause; the rest was stopped because of it.
            raise faults.exceptions[0] from None


@asynccontextmanager
async def _house(settings: Settings, say: Say) -> AsyncIterator[tuple[House, Reached]]:
    keys = keys_from_settings(settings, create=True)
    ring_from_settings(settings, create=True)
    async with AsyncExitStack() as stack:
        servers = await stack.enter_async_context(started(settings, keys, say))
        here = _completed(settings, servers)
        url = servers.database.url
        pool = await stack.enter_async_context(opened(url, size=settings.database_pool))
        reached = Reached(here, pool)
        client = await reached.client()
        if servers.temporal.running is None:
            await prepare(client)
        await stack.enter_async_context(working(here, client, pool))
        app = health_app(health_checks(pool, client))
        health = serving(app, host=settings.health_host, port=settings.health_port or 0)
        running = _running(here, servers, await stack.enter_async_context(health))
        write_running(settings.state_dir, running)
        stack.callback(forget_running, settings.state_dir)
        yield House(settings=here, servers=servers, running=running), reached


def _completed(settings: Settings, servers: Servers) -> Settings:
    """Put what was started, and the policy of the demonstration, where nothing was set."""
    return settings.model_copy(
        update={
            "database_url": SecretStr(servers.database.url),
            "temporal_address": servers.temporal.address,
            "policy_file": settings.policy_file or DEMO_POLICY,
        }
    )


def _running(here: Settings, servers: Servers, health: str) -> Running:
    """Say where things are; what the settings name is said by them alone, and may be secret."""
    temporal = servers.temporal
    return Running(
        pid=os.getpid(),
        database_url=servers.database.url if servers.database.version else None,
        temporal_address=temporal.address if temporal.running else None,
        temporal_ui=temporal.running.ui_url if temporal.running else None,
        codec_url=temporal.codec_url,
        health_url=f"{health}/ready",
        policy_file=str(here.policy_file.absolute()) if here.policy_file else None,
    )


async def _start_cases_again(reached: Reached, say: Say) -> None:
    mark = reached.settings.state_dir / RECOVER_MARK
    if not mark.exists():
        return

    def progress(done: int, of: int) -> None:
        if done % _SAY_EVERY == 0 or done == of:
            say(f"Temporal's file is new: {done} of {of} open cases started again from the log")

    await recover(PostgresEventLog(reached.pool), await reached.follow_ups(), progress)
    mark.unlink()


async def _ensure_demo(reached: Reached, say: Say) -> None:
    demo = Demo(
        state_dir=reached.settings.state_dir,
        pool=reached.pool,
        vault=reached.vault(),
        follow_ups=await reached.follow_ups(),
    )
    today = local_date(SystemClock().now())
    await demo.ensure(today, lambda: say("adding the demonstration: two units, a dozen employees"))


async def _until_a_server_goes(temporal: TemporalServer) -> None:
    if temporal.running is None:
        await asyncio.Event().wait()
    else:
        await temporal.running.process.wait()
        raise ServerFailed(f"Temporal stopped by itself; see {temporal.running.log_file}")


@contextmanager
def _logging_to_file(settings: Settings) -> Iterator[None]:
    """Keep log lines out of the terminal, where people read."""
    path = settings.state_dir / LOG
    if path.exists() and path.stat().st_size > _LOG_BYTES:
        path.replace(path.with_suffix(".log.1"))
    with path.open("a", encoding="utf-8") as log:
        set_up_logging(settings.log_format, settings.log_level, log)
        try:
            yield
        finally:
            logging.getLogger().handlers[:] = [logging.NullHandler()]
