"""Backup, restore and migration of the database, wherever it is.

The database is that of the settings, else that of a running `tilbake up`, else the embedded
one in the state folder, which is started for the while.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from adapters.postgres import dump
from adapters.postgres.migrate import migrate
from adapters.settings import Settings, secret, variable
from adapters.state_dir import alone_in, running_in
from domain.refusals import TilbakeError
from service.servers import POSTGRES_FOLDER, forget_temporal, postgres_in


class NoDatabase(TilbakeError):
    """There is nothing to back up, or nothing that may be overwritten now."""


async def back_up(settings: Settings, file: Path) -> None:
    """Write the database into one file; tilbake may run meanwhile.

    Raises:
        TilbakeError: there is no database, or the file cannot be written.
    """
    async with _database(settings, create=False) as url:
        await asyncio.to_thread(dump.backup, url, file)


async def bring_back(settings: Settings, file: Path, *, replace: bool) -> tuple[str, ...]:
    """Restore a backup, lift it to this release, and give the migrations that did so.

    Raises:
        TilbakeError: tilbake still runs, the database is not empty, or the file does not fit.
    """
    if settings.database_url is None and running_in(settings.state_dir) is not None:
        raise NoDatabase(f"`tilbake up` runs on {settings.state_dir}: stop it first")
    await asyncio.to_thread(dump.check_backup, file)
    async with _database(settings, create=True) as url:
        await dump.restore(url, file, replace=replace)
        applied = await migrate(url)
    if settings.database_url is None and not settings.names_temporal:
        forget_temporal(settings.state_dir)
    return applied


async def lift(settings: Settings, *, only_pre: bool) -> tuple[str, ...]:
    """Apply the migrations that are pending, and name them.

    Raises:
        TilbakeError: there is no database, or a migration does not fit.
    """
    async with _database(settings, create=False) as url:
        return await migrate(url, only_pre=only_pre)


def keys_outside(settings: Settings) -> tuple[str, str]:
    """Name where the two key rings are; a backup is worth nothing without them."""
    return (
        str(settings.kek_path) if settings.kek is None else variable("kek"),
        str(settings.payload_keys_path) if settings.keys is None else variable("keys"),
    )


@asynccontextmanager
async def _database(settings: Settings, *, create: bool) -> AsyncIterator[str]:
    running = running_in(settings.state_dir)
    url = secret(settings.database_url) or (running.database_url if running else None)
    if url is not None:
        yield url
        return
    if running is not None:
        raise NoDatabase(f"{variable('database_url')} must be set as it was for `tilbake up`")
    if not create and not (settings.state_dir / POSTGRES_FOLDER).exists():
        raise NoDatabase(
            f"{settings.state_dir} holds no database: set {variable('database_url')}, "
            "or name the state folder of `tilbake up` with --state-dir"
        )
    with alone_in(settings.state_dir):
        async with postgres_in(settings.state_dir) as server:
            yield server.url
