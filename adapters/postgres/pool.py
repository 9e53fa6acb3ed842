"""The connection pool of the program, with the rights of the role `tilbake_app` only."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Final, TypeAlias

import asyncpg

from domain.refusals import TilbakeError

if TYPE_CHECKING:
    Pool: TypeAlias = asyncpg.Pool[asyncpg.Record]
    PooledConnection: TypeAlias = asyncpg.pool.PoolConnectionProxy[asyncpg.Record]
    Connection: TypeAlias = asyncpg.Connection[asyncpg.Record]
else:
    Pool = asyncpg.Pool
    PooledConnection = asyncpg.pool.PoolConnectionProxy
    Connection = asyncpg.Connection

APP_ROLE: Final = "tilbake_app"


class DatabaseAway(TilbakeError):
    """The database does not answer, or does not let us in; the text never repeats its address."""


async def _keep_session(_: Connection) -> None:
    """Skip asyncpg's reset on release: it would cost a second round trip a step.

    Nothing here changes a session: no `SET`, no session lock, and listeners are removed by
    whoever added them.
    """


async def open_pool(
    url: str, *, role: str | None = APP_ROLE, min_size: int = 1, max_size: int = 10
) -> Pool:
    """Open a pool; `role` None keeps the rights of the user in the URL (tests, repairs).

    Raises:
        DatabaseAway: it cannot be opened.
    """
    settings = {"application_name": "tilbake", "timezone": "UTC", "jit": "off"}
    if role is not None:
        settings["role"] = role
    with _said_in_one_line():
        return await asyncpg.create_pool(
            url,
            min_size=min_size,
            max_size=max_size,
            server_settings=settings,
            reset=_keep_session,
            command_timeout=60,
        )


@asynccontextmanager
async def connection_of_owner(url: str) -> AsyncIterator[Connection]:
    """Connect once, with the rights of the user in the URL, for migrations and repairs.

    Raises:
        DatabaseAway: it cannot be connected to.
    """
    with _said_in_one_line():
        connection: Connection = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        await connection.close()


@contextmanager
def _said_in_one_line() -> Iterator[None]:
    try:
        yield
    except (OSError, TimeoutError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as f:
        # The text of a fault may repeat the address, with what is secret in it.
        raise DatabaseAway(
            f"the database is not reached ({type(f).__name__}): check TILBAKE_DATABASE_URL"
        ) from f
