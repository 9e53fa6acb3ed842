"""A pid file that is believed only when the process it names is really ours."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Final

_PATIENCE: Final = 5.0
_PAUSE: Final = 0.05


def write_pid(path: Path, pid: int) -> None:
    """Note which process was started."""
    path.write_text(f"{pid}\n", encoding="ascii")


async def stop_leftover(path: Path, marker: str) -> bool:
    """Stop the process of an earlier run that was killed; say whether there was one.

    A pid is used again by the system, so the process must carry `marker` on its command line.
    """
    pid = _read_pid(path)
    found = pid is not None and marker in command_of(pid)
    if pid is not None and found:
        await _stop(pid, marker)
    path.unlink(missing_ok=True)  # noqa: ASYNC240 - a local file, at start
    return found


def command_of(pid: int) -> str:
    """Give the command line of a process; empty when there is none."""
    proc = Path("/proc")
    if proc.is_dir():
        try:
            return (proc / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except (OSError, UnicodeDecodeError):
            return ""
    # Where there is no /proc, such as on macOS.
    asked = subprocess.run(
        ["ps", "-p", str(pid), "-o", "command="], capture_output=True, text=True, check=False
    )
    return asked.stdout.strip()


def _read_pid(path: Path) -> int | None:
    try:
        return int(path.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None


async def _stop(pid: int, marker: str) -> None:
    for which in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.kill(pid, which)
        except ProcessLookupError:
            return
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            if marker not in command_of(pid):
                return
            await asyncio.sleep(_PAUSE)
