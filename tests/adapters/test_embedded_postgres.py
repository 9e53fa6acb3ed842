"""The embedded server keeps its data and survives the death of whoever started it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from adapters import embedded_postgres
from adapters.embedded_postgres import EmbeddedPostgresFault

START = """
print(embedded_postgres.start(Path(sys.argv[1])).pid, flush=True)
signal.pause()
"""
TEMPORARY = """
with embedded_postgres.temporary() as server:
    print(server.pid, server.data_dir, flush=True)
    signal.pause()
"""
ROOT = Path(__file__).parents[2]


async def ask(url: str, sql: str) -> object:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that the server's own user can reach; pytest shuts its own to all but root."""
    with tempfile.TemporaryDirectory(prefix="tilbake-test-") as name:
        yield Path(name)


def read(file: Path) -> str:
    return file.read_text()


def write(file: Path, text: str) -> None:
    file.write_text(text)


def alive(pid: int) -> bool:
    """Say whether a process runs; one that is dead but not buried does not."""
    run = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return bool(run.stdout.strip()) and not run.stdout.strip().startswith("Z")


def start_and_kill(program: str, *arguments: str) -> list[str]:
    """Run a program that starts a server, and kill it; give the words that it printed."""
    imports = (
        "import signal, sys\nfrom pathlib import Path\nfrom adapters import embedded_postgres\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", imports + program, *arguments],
        stdout=subprocess.PIPE,
        cwd=ROOT,
        text=True,
    ) as child:
        assert child.stdout is not None
        words = child.stdout.readline().split()
        child.kill()
    return words


async def test_data_outlives_a_stop_and_a_start(folder: Path) -> None:
    with embedded_postgres.running(folder / "postgres") as server:
        await ask(server.url, "create table kept (x bigint)")
    assert not alive(server.pid)

    with embedded_postgres.running(folder / "postgres") as server:
        assert await ask(server.url, "select count(*) from kept") == 0
        assert await ask(server.url, "show fsync") == "on"


async def test_a_server_whose_parent_was_killed_is_taken_over(folder: Path) -> None:
    data_dir = folder / "postgres"
    pid = int(start_and_kill(START, str(data_dir))[0])

    with embedded_postgres.running(data_dir) as server:
        assert server.pid == pid
        assert await ask(server.url, "select 1") == 1
    assert not alive(pid)


async def test_a_server_that_was_killed_itself_recovers(folder: Path) -> None:
    data_dir = folder / "postgres"
    first = embedded_postgres.start(data_dir)
    await ask(first.url, "create table kept as select generate_series(1, 100) as x")
    os.kill(first.pid, signal.SIGKILL)

    with embedded_postgres.running(data_dir) as server:
        assert server.pid != first.pid
        assert await ask(server.url, "select count(*) from kept") == 100


async def test_lock_files_that_name_another_program_are_not_believed(folder: Path) -> None:
    data_dir = folder / "postgres"
    files = [data_dir / "postmaster.pid", data_dir / ".s.PGSQL.5432.lock"]
    with embedded_postgres.running(data_dir) as server:
        texts = [read(file) for file in files]
    mine = f"{os.getpid()}\n"
    for file, text in zip(files, texts, strict=True):
        write(file, text.replace(f"{server.pid}\n", mine, 1))

    with embedded_postgres.running(data_dir) as server:
        assert server.pid != os.getpid()
        assert await ask(server.url, "select 1") == 1


def test_a_folder_that_was_left_half_made_is_made_again(folder: Path) -> None:
    half = folder / "postgres.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")

    with embedded_postgres.running(folder / "postgres"):
        assert not half.exists()


def test_a_folder_of_another_version_is_refused(folder: Path) -> None:
    data_dir = folder / "postgres"
    data_dir.mkdir()
    (data_dir / "PG_VERSION").write_text("16\n")

    with pytest.raises(EmbeddedPostgresFault, match="was written by PostgreSQL 16"):
        embedded_postgres.start(data_dir)


def test_a_stop_where_nothing_runs_does_nothing(folder: Path) -> None:
    embedded_postgres.stop(folder / "postgres")


def test_a_server_that_cannot_start_says_why_in_one_line(folder: Path) -> None:
    data_dir = folder / "postgres"
    with embedded_postgres.running(data_dir):
        pass
    with (data_dir / "postgresql.conf").open("a") as file:
        file.write("no_such_setting = 1\n")

    with pytest.raises(EmbeddedPostgresFault) as caught:
        embedded_postgres.start(data_dir)

    assert "no_such_setting" in str(caught.value) or "configuration" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_temporary_server_leaves_nothing_and_sweeps_what_a_killed_one_left() -> None:
    pid, left = start_and_kill(TEMPORARY)

    with embedded_postgres.temporary() as server:
        assert not alive(int(pid))
        assert not Path(left).exists()
    assert not alive(server.pid)
    assert not server.data_dir.exists()


def test_the_version_is_told() -> None:
    assert embedded_postgres.version().startswith("18.")
