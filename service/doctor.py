"""`tilbake doctor`: everything that can be wrong by now, each with the way out.

Checks only look. What depends on a part that is not there is not checked.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import datetime
from typing import Final

from adapters.postgres.pool import DatabaseAway
from adapters.settings import Settings, SettingsFault
from adapters.temporal.from_settings import keys_from_settings
from adapters.vault.from_settings import ring_from_settings
from domain.refusals import TilbakeError
from service.doctor_findings import Finding, fine, problem
from service.doctor_house import disk, mail_server, maildir, policy_file
from service.doctor_temporal import (
    case_runs,
    delivery_run,
    namespace,
    search_attributes,
    workers,
)
from service.doctor_work import chain, given_up, overdue_wakes, schema, unsent
from service.reach import NotReached, Reached, located, opened

_CONNECTIONS: Final = 2
_START: Final = "start `tilbake up`, or the database"

Look = Callable[[], Awaitable[Finding]]


async def examine(load: Callable[[], Settings], now: datetime) -> AsyncIterator[Finding]:
    """Check one thing after the other and say what was found."""
    try:
        settings = load()
    except SettingsFault as fault:
        yield problem(
            "settings", str(fault), "put the variable right; deploy/env.example lists all"
        )
        return
    yield fine("settings", "can be read")
    where = _where(settings)
    async for finding in _house(settings if isinstance(where, NotReached) else where):
        yield finding
    if isinstance(where, NotReached):
        yield problem("database", str(where), _START)
        return
    async for finding in _servers(where, now):
        yield finding


def _where(settings: Settings) -> Settings | NotReached:
    try:
        return located(settings)
    except NotReached as fault:
        return fault


async def _servers(settings: Settings, now: datetime) -> AsyncIterator[Finding]:
    async with AsyncExitStack() as stack:
        try:
            opening = opened(settings.needed_database_url(), size=_CONNECTIONS)
            pool = await stack.enter_async_context(opening)
        except DatabaseAway as fault:
            yield problem("database", str(fault), _START)
            return
        version = await pool.fetchval("show server_version")
        yield fine("database", f"answers, PostgreSQL {version}")
        is_current = await _guarded("schema", lambda: schema(pool))
        yield is_current
        if is_current.is_problem:
            return
        reached = Reached(settings, pool)
        async for finding in _work(reached, now):
            yield finding
        async for finding in _temporal(reached):
            yield finding


async def _house(settings: Settings) -> AsyncIterator[Finding]:
    yield _key("payload keys", lambda: keys_from_settings(settings))
    yield _key("key-encryption keys", lambda: ring_from_settings(settings))
    yield policy_file(settings)
    yield disk(settings)
    yield maildir(settings) if settings.smtp_host is None else await mail_server(settings)


async def _work(reached: Reached, now: datetime) -> AsyncIterator[Finding]:
    pool = reached.pool
    yield await _guarded("steps", lambda: overdue_wakes(pool, now))
    yield await _guarded("reminders", lambda: unsent(pool, now))
    yield await _guarded("undeliverable", lambda: given_up(pool))
    yield await _guarded("chain", lambda: chain(pool))


async def _temporal(reached: Reached) -> AsyncIterator[Finding]:
    try:
        client = await reached.client()
    except TilbakeError as fault:
        yield problem("Temporal", str(fault), "start it; no case is lost meanwhile")
        return
    yield fine("Temporal", f"answers at {reached.settings.temporal_address}")
    queue = reached.settings.task_queue
    yield await _guarded("retention", lambda: namespace(client))
    yield await _guarded("search attributes", lambda: search_attributes(client))
    yield await _guarded("worker", lambda: workers(client, queue))
    yield await _guarded("delivery", lambda: delivery_run(client))
    yield await _guarded("open cases", lambda: case_runs(client, reached.pool))


def _key(name: str, read: Callable[[], object]) -> Finding:
    try:
        read()
    except TilbakeError as fault:
        return problem(name, str(fault), "put it back from the key backup; never make a new one")
    return fine(name, "can be read, by their owner only")


async def _guarded(name: str, look: Look) -> Finding:
    try:
        return await look()
    except Exception as fault:  # noqa: BLE001 - one check that fails must not hide the others
        said = str(fault) if isinstance(fault, TilbakeError) else type(fault).__name__
        return problem(name, f"could not be checked: {said}", "see the log of the service")
