"""The way from a command to the running service: its database, and Temporal when it is needed.

Settings win; without them the `tilbake up` of the state folder is found by itself.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from pydantic import SecretStr
from temporalio.client import Client
from temporalio.service import RPCError

from adapters.postgres.migrate import require_current
from adapters.postgres.pool import Pool, open_pool
from adapters.settings import Settings, variable
from adapters.state_dir import Running, running_in
from adapters.temporal.connection import connect
from adapters.temporal.from_settings import keys_from_settings
from adapters.vault.from_settings import ring_from_settings
from adapters.vault.store import PostgresVault
from domain.refusals import TilbakeError
from service.follow_ups import FollowUps

_CONNECTIONS: Final = 4
"""A command needs few; the pool of the settings is the worker's."""


class NotReached(TilbakeError):
    """The service, or a part of it, is not there."""


class Reached:
    """The running service, as a command sees it."""

    def __init__(self, settings: Settings, pool: Pool) -> None:
        """Take the settings that `located` completed, and an open pool."""
        self.settings = settings
        self.pool = pool
        self._client: Client | None = None

    async def client(self) -> Client:
        """Connect to Temporal, once.

        Raises:
            NotReached: it does not answer.
            KeyFileUnusable: the ring of payload keys cannot be read.
        """
        if self._client is None:
            self._client = await connected(self.settings)
        return self._client

    async def follow_ups(self) -> FollowUps:
        """Give the way to all follow-ups; raises what `client` raises."""
        return FollowUps(await self.client(), self.settings.task_queue)

    def vault(self) -> PostgresVault:
        """Give the vault.

        Raises:
            KeyFileUnusable: the ring of key-encryption keys cannot be read.
        """
        return PostgresVault(self.pool, ring_from_settings(self.settings))


@asynccontextmanager
async def reached(settings: Settings) -> AsyncIterator[Reached]:
    """Reach the service that the settings name, or the `tilbake up` of their state folder.

    Raises:
        NotReached: there is none.
        DatabaseAway: its database does not answer.
        MigrationFault: the schema is not the one that this program was written for.
    """
    found = located(settings)
    async with opened(found.needed_database_url(), size=_CONNECTIONS) as pool:
        await require_current(pool)
        yield Reached(found, pool)


def located(settings: Settings) -> Settings:
    """Complete the settings by what a running `up` tells.

    Raises:
        NotReached: neither names a database.
    """
    running = running_in(settings.state_dir)
    if settings.database_url is None:
        running = _with_database(running)
    elif running is None or running.database_url is not None:
        # A database of the settings' own has nothing to do with what an `up` embeds.
        return settings
    known: dict[str, object] = {}
    if running.database_url is not None:
        known["database_url"] = SecretStr(running.database_url)
    if running.temporal_address is not None and not settings.names_temporal:
        known["temporal_address"] = running.temporal_address
    if running.policy_file is not None and settings.policy_file is None:
        known["policy_file"] = Path(running.policy_file)
    return settings.model_copy(update=known)


def _with_database(running: Running | None) -> Running:
    if running is None:
        raise NotReached(
            f"tilbake is not running: start `tilbake up` or set {variable('database_url')} "
            f"and {variable('temporal_address')}"
        )
    if running.database_url is None:
        raise NotReached(
            f"{variable('database_url')} must be set as it was for the running `tilbake up`"
        )
    return running


@asynccontextmanager
async def opened(url: str, *, size: int) -> AsyncIterator[Pool]:
    """Open a pool while the block runs.

    Raises:
        DatabaseAway: the database does not answer, or does not let us in.
    """
    async with await open_pool(url, max_size=size) as pool:
        yield pool


async def connected(settings: Settings) -> Client:
    """Connect to Temporal.

    Raises:
        NotReached: it does not answer, or does not let us in.
        KeyFileUnusable: the ring of payload keys cannot be read.
    """
    keys = keys_from_settings(settings)
    try:
        return await connect(settings.temporal_target(), keys)
    except (RuntimeError, RPCError, OSError) as fault:
        raise NotReached(
            f"Temporal is not reached at {settings.temporal_address}: "
            f"check {variable('temporal_address')} and that it runs"
        ) from fault
