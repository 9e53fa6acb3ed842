"""A database of its own on a temporary server, for one simulation."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from adapters.embedded_postgres import EmbeddedPostgres
from adapters.postgres.migrate import migrate
from adapters.postgres.pool import Pool, open_pool


@asynccontextmanager
async def scratch_database(server: EmbeddedPostgres, name: str) -> AsyncIterator[Pool]:
    """Make a database with every table and open it, with the rights of the program."""
    connection = await asyncpg.connect(server.url_of("postgres"))
    try:
        await connection.execute(f'create database "{name}"')
    finally:
        await connection.close()
    url = server.url_of(name)
    await migrate(url)
    pool = await open_pool(url)
    try:
        yield pool
    finally:
        pool.terminate()  # whatever still runs is thrown away with the server
