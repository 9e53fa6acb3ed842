"""The connection pool of the program, with the rights of the role `tilbake_app` only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

import asyncpg

if TYPE_CHECKING:
    Pool: TypeAlias = asyncpg.Pool[asyncpg.Record]
    PooledConnection: TypeAlias = asyncpg.pool.PoolConnectionProxy[asyncpg.Record]
    Connection: TypeAlias = asyncpg.Connection[asyncpg.Record]
else:
    Pool = asyncpg.Pool
    PooledConnection = asyncpg.pool.PoolConnectionProxy
    Connection = asyncpg.Connection

APP_ROLE: Final = "tilbake_app"


async def _keep_session(_: Connection) -> None:
    """Skip asyncpg's reset on release: it would cost a second round trip a step.

    Nothing here changes a session: no `SET`, no session lock, and listeners are removed by
    whoever added them.
    """


async def open_pool(
    url: str, *, role: str | None = APP_ROLE, min_size: int = 1, max_size: int = 10
) -> Pool:
    """Open a pool; `role` None keeps the rights of the user in the URL (tests, repairs)."""
    settings = {"application_name": "tilbake", "timezone": "UTC", "jit": "off"}
    if role is not None:
        settings["role"] = role
    return await asyncpg.create_pool(
        url,
        min_size=min_size,
        max_size=max_size,
        server_settings=settings,
        reset=_keep_session,
        command_timeout=60,
    )
