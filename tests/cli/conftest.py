"""One running tilbake for the tests of the command line."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from adapters.embedded_postgres import EmbeddedPostgres
from tests.support.installation import CommandLine, Installation, installed


@pytest.fixture(scope="session")
async def installation(
    postgres: EmbeddedPostgres, template: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Installation]:
    connection = await asyncpg.connect(postgres.url_of("postgres"))
    await connection.execute(f"create database installation template {template}")
    await connection.close()
    state = tmp_path_factory.mktemp("installation")
    async with installed(postgres.url_of("installation"), state) as house:
        yield house


@pytest.fixture(scope="session")
def directory_taken_in() -> list[bool]:
    """Empty until the first test has taken the directory in."""
    return []


@pytest.fixture
async def tilbake(
    installation: Installation,
    directory_taken_in: list[bool],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> CommandLine:
    line = CommandLine(installation, monkeypatch, capsys, tmp_path)
    if not directory_taken_in:
        await line.ok("directory", "import", installation.state / "directory.json", "--full")
        directory_taken_in.append(True)
    return line
