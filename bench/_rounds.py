"""Runs rounds of cases on one system, in a process of its own, and reads what they cost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench._stand import HERE, Stand, cpu_of, create_database

PATIENCE: Final = 30.0


@dataclass(frozen=True)
class Round:
    """What one round cost, in CPU seconds, and when the last writes of its cases were done."""

    cpu: dict[str, float]
    moments: list[float]

    @property
    def total(self) -> float:
        """All processes together."""
        return sum(self.cpu.values())


class Process:
    """One system, warm and ready."""

    def __init__(self, name: str, process: subprocess.Popen[str], stand: Stand) -> None:
        self.name = name
        self._process = process
        self._stand = stand
        self._answer()

    def round(self, count: int, **how: object) -> Round:
        """Run so many cases to their end."""
        before = self._cpu()
        self.send(count, **how)
        return self.finish(before)

    def watch(self, seconds: float) -> float:
        """Give the CPU seconds that everything uses while nothing is asked of it."""
        before = self._cpu()
        time.sleep(seconds)
        after = self._cpu()
        return sum(after.values()) - sum(before.values())

    def send(self, count: int, **how: object) -> None:
        """Ask for a round."""
        assert self._process.stdin is not None
        print(json.dumps({"count": count, **how}), file=self._process.stdin, flush=True)

    def finish(self, before: dict[str, float] | None = None) -> Round:
        """Wait for the round that was asked for."""
        moments = self._answer()
        after = self._cpu()
        start = before or after
        return Round({name: after[name] - start[name] for name in after}, moments)

    def _answer(self) -> list[float]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.name} stopped; what it said stands above")
        moments: list[float] = json.loads(line)["moments"]
        return moments

    def _cpu(self) -> dict[str, float]:
        used = self._stand.cpu()
        if self.name.startswith("dbos"):
            del used["temporal"]  # it has no part in it
        return {**used, "worker": cpu_of(self._process.pid)}


@contextmanager
def running(name: str, stand: Stand, system_url: str) -> Iterator[Process]:
    """Run a system while the block runs."""
    process = subprocess.Popen(
        [sys.executable, HERE / "_system.py", name, stand.address, stand.postgres.url, system_url],
        env=compiled(stand.folder),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Process(name, process, stand)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()


async def system_database(stand: Stand) -> str:
    """Make the database in which DBOS keeps its own tables."""
    return await create_database(stand.postgres, "dbos_system")


def compiled(folder: Path) -> dict[str, str]:
    """Give an environment in which compiled modules are kept, as in any installation.

    The sandbox imports a workflow's modules for each case.
    """
    kept = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPYCACHEPREFIX": str(folder / "compiled")}
