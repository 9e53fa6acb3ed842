"""A worker process that can be killed and started again, any number of times."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

from adapters.settings import PREFIX
from tests.support.source import ROOT

PATIENCE = 30.0


class WorkerRuns:
    """`worker.py`, one process after the other; what they say goes to one file."""

    def __init__(self, log: Path, settings: Mapping[str, object]) -> None:
        inherited = {name: text for name, text in os.environ.items() if not name.startswith(PREFIX)}
        told = {PREFIX + name.upper(): str(value) for name, value in settings.items()}
        self._environment = {**inherited, **told}
        self._log = log
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start one; it is not waited for."""
        with self._log.open("ab") as log:
            self._process = await self._begun(log)

    async def kill(self) -> int:
        """Kill it as a power cut would; give its exit code, which others than -9 explain."""
        process = self._process
        assert process is not None
        if process.returncode is None:
            process.kill()
        return await process.wait()

    async def end(self) -> None:
        """See to it that none is left."""
        if self._process is not None:
            await self.kill()

    async def stop(self) -> int:
        """Ask it to leave; give its exit code."""
        process = self._process
        assert process is not None
        process.terminate()
        async with asyncio.timeout(PATIENCE):
            return await process.wait()

    async def _begun(self, log: BinaryIO) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            str(ROOT / "worker.py"),
            cwd=ROOT,
            env=self._environment,
            stdout=log,
            stderr=log,
        )
