"""`tilbake up` as a user runs it: a process of its own, with a state folder of its own."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from adapters.settings import PREFIX, Settings
from adapters.state_dir import Running, running_in
from service.follow_ups import FollowUps
from service.reach import reached

ROOT = Path(__file__).parents[2]
READY = "Ctrl-C"
PATIENCE = 40.0


class Up:
    """One running `tilbake up`."""

    def __init__(self, state: Path, process: asyncio.subprocess.Process) -> None:
        self.state = state
        self.process = process
        self.lines: list[str] = []

    @property
    def running(self) -> Running:
        """Where its servers are."""
        found = running_in(self.state)
        assert found is not None, self.lines
        return found

    async def until_ready(self) -> None:
        """Read its lines until it says how it is stopped."""
        await self.until(READY)

    async def until(self, text: str) -> None:
        """Read its lines until one holds a text."""
        assert self.process.stdout is not None
        async with asyncio.timeout(PATIENCE):
            while line := (await self.process.stdout.readline()).decode():
                self.lines.append(line.rstrip())
                if text in line:
                    return
        raise AssertionError("\n".join(self.lines))

    async def end(self, which: signal.Signals = signal.SIGINT, *, group: bool = False) -> int:
        """Send a signal, to itself or to its whole group, and give the exit code."""
        if group:
            os.killpg(self.process.pid, which)
        else:
            self.process.send_signal(which)
        async with asyncio.timeout(PATIENCE):
            rest, _ = await self.process.communicate()
            self.lines += rest.decode().splitlines()
        assert self.process.returncode is not None
        return self.process.returncode

    async def kill_alone(self) -> None:
        """Kill the parent; its servers stay behind."""
        assert await self.end(signal.SIGKILL) == -signal.SIGKILL

    async def kill_tree(self) -> None:
        """Kill everything that belongs to it, at once."""
        for pid in processes_of(self.state):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        await self.process.communicate()


@asynccontextmanager
async def up(state: Path, *options: str, **settings: str) -> AsyncIterator[Up]:
    """Start one, ready; whatever is left of it in the end is killed."""
    one = await begun(state, *options, **settings)
    try:
        await one.until_ready()
        yield one
    finally:
        await one.kill_tree()


async def begun(state: Path, *options: str, **settings: str) -> Up:
    """Start one, and do not wait for it."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "cli.main",
        "up",
        *options,
        cwd=ROOT,
        env=environment(state, settings),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,  # a terminal's Ctrl-C reaches a whole group
    )
    return Up(state, process)


async def follow_ups_of(one: Up) -> FollowUps:
    """Talk to its cases as another process would."""
    async with reached(Settings(state_dir=one.state)) as house:
        return await house.follow_ups()


async def tilbake(state: Path, *arguments: str, **settings: str) -> tuple[int, str]:
    """Run another command beside it; give its exit code and what it said."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "cli.main",
        *arguments,
        cwd=ROOT,
        env=environment(state, settings),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with asyncio.timeout(PATIENCE):
        said, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, said.decode()


def environment(state: Path, settings: Mapping[str, str]) -> dict[str, str]:
    """Give the environment of a process, with no setting but these."""
    inherited = {name: text for name, text in os.environ.items() if not name.startswith(PREFIX)}
    told = {PREFIX + name.upper(): text for name, text in settings.items()}
    return {**inherited, **told, f"{PREFIX}STATE_DIR": str(state)}


def processes_of(state: Path) -> list[int]:
    """List the processes that work on a state folder, those of PostgreSQL below its first."""
    found = []
    for folder in Path("/proc").iterdir():
        with suppress(OSError, ValueError):
            pid = int(folder.name)
            words = (folder / "cmdline").read_bytes() + (folder / "environ").read_bytes()
            if str(state).encode() in words and pid != os.getpid():
                found.append(pid)
    return sorted({*found, *(child for pid in found for child in _children(pid))})


def _children(pid: int) -> list[int]:
    with suppress(OSError):
        listed = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii")
        return [int(child) for child in listed.split()]
    return []
