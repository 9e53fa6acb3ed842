"""Real databases for tests: one server a session, a migrated database, and fresh ones on demand."""

from __future__ import annotations

import itertools
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import asyncpg
import pytest

from adapters import embedded_postgres
from adapters.embedded_postgres import EmbeddedPostgres
from adapters.postgres.migrate import migrate
from adapters.postgres.pool import Pool, open_pool

TEMPLATE = "tilbake_template"
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def postgres() -> Iterator[EmbeddedPostgres]:
    """One temporary server for the session."""
    with embedded_postgres.temporary() as server:
        yield server


@pytest.fixture(scope="session")
async def template(postgres: EmbeddedPostgres) -> str:
    """A migrated database that others are copied from."""
    await _create(postgres, TEMPLATE)
    await migrate(postgres.url_of(TEMPLATE))
    return TEMPLATE


@pytest.fixture(scope="session")
async def database_url(postgres: EmbeddedPostgres, template: str) -> str:
    """A migrated database that all tests share: use names of your own in it."""
    await _create(postgres, "shared", template)
    return postgres.url_of("shared")


@pytest.fixture(scope="session")
async def pool(database_url: str) -> AsyncIterator[Pool]:
    """A pool on the shared database, with the rights of the program."""
    async with opened(database_url) as shared:
        yield shared


@pytest.fixture
async def empty_database_url(postgres: EmbeddedPostgres) -> str:
    """A database of the test's own, without a table."""
    name = f"empty_{next(_numbers)}"
    await _create(postgres, name)
    return postgres.url_of(name)


@pytest.fixture
async def own_database_url(postgres: EmbeddedPostgres, template: str) -> str:
    """A migrated database of the test's own."""
    name = f"own_{next(_numbers)}"
    await _create(postgres, name, template)
    return postgres.url_of(name)


@pytest.fixture
async def own_pool(own_database_url: str) -> AsyncIterator[Pool]:
    """A pool on the test's own database, with the rights of the program."""
    async with opened(own_database_url) as mine:
        yield mine


@pytest.fixture
async def owner_pool(own_database_url: str) -> AsyncIterator[Pool]:
    """A pool on the same database as `own_pool`, with the rights of its owner."""
    async with opened(own_database_url, role=None) as mine:
        yield mine


@asynccontextmanager
async def opened(url: str, role: str | None = "tilbake_app") -> AsyncIterator[Pool]:
    """Open a pool for a block; what still runs in the end is cut off, so no test hangs."""
    found = await open_pool(url, role=role)
    try:
        yield found
    finally:
        found.terminate()


async def _create(server: EmbeddedPostgres, name: str, template: str = "template1") -> None:
    connection = await asyncpg.connect(server.url_of("postgres"))
    try:
        await connection.execute(f"create database {name} template {template}")
    finally:
        await connection.close()


def unused_name(prefix: str) -> str:
    """Name something that no other test uses."""
    return f"{prefix}-{os.getpid()}-{next(_numbers)}"
