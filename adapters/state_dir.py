"""The folder of one `tilbake up`: who works in it, and where its servers answer.

Other commands find a running `up` here. A lock that goes with the process says whether it
lives; the file with the addresses is believed only while that lock is held.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Final

from domain.refusals import TilbakeError

LOCK: Final = "up.lock"
RUNNING: Final = "running.json"
_OWNER_ONLY: Final = 0o600
_PATIENCE: Final = 0.5
"""A command that only looks holds the lock for a moment; another `up` holds it for good."""
_PAUSE: Final = 0.02


class StateDirTaken(TilbakeError):
    """Another process works in the state folder."""

    def __init__(self, state_dir: Path) -> None:
        """Name the folder and the way out."""
        super().__init__(
            f"{state_dir} is in use by another tilbake: stop that one first, "
            "or name another folder with --state-dir"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """Where the servers of a running `up` answer; None where its settings named another."""

    pid: int
    database_url: str | None
    temporal_address: str | None
    temporal_ui: str | None = None
    codec_url: str | None = None
    health_url: str | None = None
    policy_file: str | None = None
    """The policy that its worker follows, so that other commands reckon by the same."""


@contextmanager
def alone_in(state_dir: Path) -> Iterator[None]:
    """Be the only `up`, or the only repair, in the folder while the block runs.

    Raises:
        StateDirTaken: another one is.
    """
    state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (state_dir / LOCK).open("a", encoding="ascii") as lock:
        if not _taken(lock, time.monotonic() + _PATIENCE):
            raise StateDirTaken(state_dir)
        yield


def write_running(state_dir: Path, running: Running) -> None:
    """Tell other commands where the servers are, in one step."""
    fresh = state_dir / f"{RUNNING}.new"
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(asdict(running), file, indent=2)
    fresh.replace(state_dir / RUNNING)


def forget_running(state_dir: Path) -> None:
    """Take the file away when the servers stop."""
    (state_dir / RUNNING).unlink(missing_ok=True)


def running_in(state_dir: Path) -> Running | None:
    """Find the `up` that runs in a folder; a file that a killed one left says nothing."""
    if not _is_held(state_dir / LOCK):
        return None
    with suppress(OSError, ValueError, TypeError):
        return Running(**json.loads((state_dir / RUNNING).read_text("utf-8")))
    return None


def _taken(lock: IO[str], until: float) -> bool:
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                return False
            time.sleep(_PAUSE)
        else:
            return True


def _is_held(path: Path) -> bool:
    try:
        with path.open("r", encoding="ascii") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False
