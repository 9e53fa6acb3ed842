"""Runs Temporal's dev server beside tilbake: for evaluation, training and development only.

Its file may be deleted while nothing runs; `tilbake recover` starts every open case again.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import signal
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from temporalio.client import Client
from temporalio.service import RPCError

from adapters.temporal.binary import find_binary
from adapters.temporal.bootstrap import SEARCH_ATTRIBUTES, prepare_namespace
from adapters.temporal.errors import ServerFailed, StateDirInUse
from adapters.temporal.leftover import stop_leftover, write_pid

HOST: Final = "127.0.0.1"
DATABASE: Final = "temporal.db"
_LOG: Final = "temporal.log"
_LOG_BYTES: Final = 10_000_000
_PRAGMAS: Final = ("journal_mode=WAL", "synchronous=FULL")
"""Without WAL the server is a third as fast and times out under load; FULL survives a power cut."""

_READY_SECONDS: Final = 30.0
_STOP_SECONDS: Final = 10.0
_PAUSE: Final = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddedTemporal:
    """How the embedded server is to run; ports that are None are chosen freely."""

    state_dir: Path
    port: int | None = None
    ui_port: int | None = None
    headless: bool = False
    ui_codec_endpoint: str | None = None
    """URL of the codec endpoint, so that Temporal's own pages show payloads in clear."""
    binary: Path | None = None
    dynamic_config: tuple[str, ...] = ()
    """Further `KEY=VALUE` pairs, such as a test needs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningTemporal:
    """Where the embedded server answers."""

    address: str
    ui_url: str | None
    log_file: Path
    process: asyncio.subprocess.Process = field(repr=False)


@asynccontextmanager
async def embedded_temporal(config: EmbeddedTemporal) -> AsyncIterator[RunningTemporal]:
    """Start the server on its file, prepare the namespace, and stop it cleanly at the end.

    Raises:
        StateDirInUse: another process runs it on the same files.
        ServerFailed: it did not come up.
    """
    config.state_dir.mkdir(parents=True, exist_ok=True)
    pid_file = config.state_dir / "temporal.pid"
    with _only_one(config.state_dir / "temporal.lock"):
        await stop_leftover(pid_file, str(config.state_dir.resolve() / DATABASE))
        _forget_orphaned_journal(config.state_dir / DATABASE)
        running = await _start(config)
        try:
            write_pid(pid_file, running.process.pid)
            await _until_ready(running)
            yield running
        finally:
            await _stop(running.process)
            pid_file.unlink(missing_ok=True)


def free_port() -> int:
    """Give a port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@contextmanager
def _only_one(path: Path) -> Iterator[None]:
    # The lock goes with the process, so a killed one leaves nothing to clean up.
    with path.open("w", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StateDirInUse(f"{path.parent} is in use by another process") from None
        yield


def _forget_orphaned_journal(database: Path) -> None:
    # The file may be deleted by hand; its journal must not be replayed into a new one.
    if not database.exists():
        for suffix in ("-wal", "-shm"):
            database.with_name(database.name + suffix).unlink(missing_ok=True)


async def _start(config: EmbeddedTemporal) -> RunningTemporal:
    port, ui_port = config.port or free_port(), config.ui_port or free_port()
    log_file = config.state_dir / _LOG
    if log_file.exists() and log_file.stat().st_size > _LOG_BYTES:
        log_file.replace(log_file.with_suffix(".log.1"))
    with log_file.open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            find_binary(config.binary),
            *_arguments(config, port, ui_port),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=log,
            stderr=asyncio.subprocess.STDOUT,
            # Ctrl-C is for us: we stop the worker first and the server last.
            start_new_session=True,
        )
    return RunningTemporal(
        address=f"{HOST}:{port}",
        ui_url=None if config.headless else f"http://{HOST}:{ui_port}",
        log_file=log_file,
        process=process,
    )


def _arguments(config: EmbeddedTemporal, port: int, ui_port: int) -> list[str]:
    database = config.state_dir.resolve() / DATABASE
    arguments = ["server", "start-dev", "--ip", HOST, "--port", str(port)]
    arguments += ["--db-filename", str(database), "--log-level", "warn", "--log-format", "json"]
    arguments += [f"--sqlite-pragma={pragma}" for pragma in _PRAGMAS]
    arguments += [f"--search-attribute={name}={kind}" for name, kind in SEARCH_ATTRIBUTES.items()]
    arguments += [f"--dynamic-config-value={pair}" for pair in config.dynamic_config]
    if config.headless:
        return [*arguments, "--headless"]
    arguments += ["--ui-port", str(ui_port), "--ui-disable-news-fetch"]
    if config.ui_codec_endpoint:
        arguments += ["--ui-codec-endpoint", config.ui_codec_endpoint]
    return arguments


async def _until_ready(running: RunningTemporal) -> None:
    try:
        async with asyncio.timeout(_READY_SECONDS):
            await _port_open(running)
            await _namespace_ready(running.address)
    except TimeoutError:
        raise ServerFailed(f"Temporal did not answer; see {running.log_file}") from None


async def _port_open(running: RunningTemporal) -> None:
    host, port = running.address.split(":")
    while True:
        if running.process.returncode is not None:
            raise ServerFailed(f"Temporal stopped while starting; see {running.log_file}")
        try:
            _, writer = await asyncio.open_connection(host, int(port))
        except OSError:
            await asyncio.sleep(_PAUSE)
            continue
        writer.close()
        return


async def _namespace_ready(address: str) -> None:
    while True:
        try:
            # No payload is sent, so no key is needed.
            return await prepare_namespace(await Client.connect(address))
        except (RPCError, RuntimeError):
            # The port answers before the namespace does.
            await asyncio.sleep(_PAUSE)


async def _stop(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    os.kill(process.pid, signal.SIGTERM)
    try:
        async with asyncio.timeout(_STOP_SECONDS):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
