"""The servers of one `tilbake up`: embedded ones, or those that the settings name.

Both start at once. Whatever an earlier, killed `up` left behind is taken over (PostgreSQL) or
stopped (Temporal) by the adapters.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from adapters import embedded_postgres
from adapters.embedded_postgres import EmbeddedPostgres
from adapters.local_http import serving
from adapters.postgres.migrate import migrate
from adapters.settings import Settings, secret
from adapters.temporal.binary import binary_version, find_binary
from adapters.temporal.codec import SealingCodec
from adapters.temporal.codec_endpoint import codec_app, ui_origins
from adapters.temporal.embedded import (
    DATABASE,
    HOST,
    EmbeddedTemporal,
    RunningTemporal,
    embedded_temporal,
    free_port,
)
from adapters.temporal.keys import PayloadKeys

POSTGRES_FOLDER: Final = "postgres"
RECOVER_MARK: Final = "recover.todo"
"""Lies in the state folder from the moment a new Temporal file is made until every open case
was started in it: a recovery that is killed goes on with the next start."""

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseServer:
    """Where the database is."""

    url: str
    version: str | None
    """None for a server that the settings name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TemporalServer:
    """Where Temporal is."""

    address: str
    version: str | None = None
    """None, like all below, for a server that the settings name."""
    running: RunningTemporal | None = None
    codec_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Servers:
    """Both of them."""

    database: DatabaseServer
    temporal: TemporalServer


@asynccontextmanager
async def started(settings: Settings, keys: PayloadKeys, say: Say) -> AsyncIterator[Servers]:
    """Start what the settings do not name, and stop it in the end.

    Raises:
        ExceptionGroup: one of them cannot be started; the other is stopped again.
    """
    async with AsyncExitStack() as stack:
        async with asyncio.TaskGroup() as group:
            entered = stack.enter_async_context
            database = group.create_task(entered(_database(settings, say)))
            temporal = group.create_task(entered(_temporal(settings, keys, say)))
        yield Servers(database=database.result(), temporal=temporal.result())


@asynccontextmanager
async def postgres_in(state_dir: Path) -> AsyncIterator[EmbeddedPostgres]:
    """Run the embedded PostgreSQL of a state folder while the block runs."""
    folder = state_dir / POSTGRES_FOLDER
    starting = asyncio.create_task(asyncio.to_thread(embedded_postgres.start, folder))
    try:
        yield await asyncio.shield(starting)
    finally:
        # A thread cannot be cancelled: what it has begun to start has to be stopped after it.
        await asyncio.wait([starting])
        await asyncio.to_thread(embedded_postgres.stop, folder)


def forget_temporal(state_dir: Path) -> None:
    """Delete Temporal's file: the next `up` makes a new one and starts every open case in it.

    Needed after a restore: Temporal answers a command that it remembers by itself, although
    the log does not have it any more.
    """
    for file in state_dir.glob(f"{DATABASE}*"):
        file.unlink()


@asynccontextmanager
async def _database(settings: Settings, say: Say) -> AsyncIterator[DatabaseServer]:
    url = secret(settings.database_url)
    if url is not None:
        await migrate(url)
        yield DatabaseServer(url=url, version=None)
        return
    if not (settings.state_dir / POSTGRES_FOLDER).exists():
        say(f"setting up a new database in {settings.state_dir / POSTGRES_FOLDER} ...")
    version = asyncio.create_task(asyncio.to_thread(embedded_postgres.version))
    async with postgres_in(settings.state_dir) as server:
        await migrate(server.url)
        yield DatabaseServer(url=server.url, version=await version)


@asynccontextmanager
async def _temporal(
    settings: Settings, keys: PayloadKeys, say: Say
) -> AsyncIterator[TemporalServer]:
    if settings.names_temporal:
        yield TemporalServer(address=settings.temporal_address)
        return
    if not (settings.state_dir / DATABASE).exists():
        say(f"setting up Temporal in {settings.state_dir / DATABASE} ...")
        (settings.state_dir / RECOVER_MARK).touch()
    version = asyncio.create_task(binary_version(find_binary(settings.temporal_cli)))
    ui_port = free_port()
    codec = codec_app(SealingCodec(keys), ui_origins(ui_port))
    async with serving(codec, host=HOST, port=0) as codec_url:
        config = EmbeddedTemporal(
            state_dir=settings.state_dir,
            ui_port=ui_port,
            ui_codec_endpoint=codec_url,
            binary=settings.temporal_cli,
        )
        async with embedded_temporal(config) as running:
            yield TemporalServer(
                address=running.address,
                version=await version,
                running=running,
                codec_url=codec_url,
            )
