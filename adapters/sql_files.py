"""Reads SQL statements from the .sql files beside the modules that run them."""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def statement(folder: Path, name: str) -> str:
    """Give the one statement of `<folder>/sql/<name>.sql`; read once."""
    return (folder / "sql" / f"{name}.sql").read_text(encoding="utf-8")
