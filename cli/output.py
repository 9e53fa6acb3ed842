"""How commands speak: results on standard output, one line a fault on standard error."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import typer

EXIT_FAILED: Final = 1
EXIT_REFUSED: Final = 2
EXIT_INTERRUPTED: Final = 130


class OutputFormat(StrEnum):
    """For people or for programs."""

    TEXT = "text"
    JSON = "json"


def complain(text: str) -> None:
    """Say on standard error what is wrong, in one line."""
    line = "".join(
        letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text
    )
    typer.echo(f"tilbake: {line}", err=True)
