"""Texts that go with a fact: read from a file or standard input, and looked at before they go in.

A text is sealed under the employee's key before the command is sent; the event holds its id.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Final, TypeAlias

import typer

from adapters.formats.located import Fault, Faulty
from adapters.formats.reading import decode, read_text

STANDARD_INPUT: Final = "-"
LONGEST: Final = 64 * 1024
"""Bytes: twenty pages."""

TextFile: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--text",
        metavar="FILE",
        help="A file with the words, or - for standard input. They are sealed; nothing about "
        "illness belongs in them.",
    ),
]
Anyway: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--anyway",
        help="Save the text although something in it looks like a diagnosis code or a national id.",
    ),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A text and where it came from."""

    name: str
    content: str = field(repr=False)


def read_words(file: str | None, *, anyway: bool) -> Words | None:
    """Read a text and look at it; None when none was given.

    Raises:
        Faulty: it cannot be read, is empty, or holds what does not belong in it.
    """
    if file is None:
        return None
    words = _read(file)
    if not words.content.strip():
        raise Faulty(words.name, Fault(place="", text="is empty"))
    from adapters.formats.text_guard import suspects  # noqa: PLC0415 - keeps other commands fast

    found = suspects(words.content)
    if found and not anyway:
        text = f"{found[0]}: take it out, or save it with --anyway if it is none"
        raise Faulty(words.name, Fault(place="", text=text), len(found) - 1)
    return words


def needed_words(file: str | None, *, anyway: bool) -> Words:
    """Read a text that must be there.

    Raises:
        typer.BadParameter: it was not given.
        Faulty: as `read_words`.
    """
    words = read_words(file, anyway=anyway)
    if words is None:
        raise typer.BadParameter("give the words: --text FILE, or --text - for standard input")
    return words


def text_of(words: Words | None) -> str | None:
    """Give the text alone."""
    return None if words is None else words.content


def _read(file: str) -> Words:
    if file != STANDARD_INPUT:
        return Words(name=file, content=read_text(Path(file), LONGEST))
    raw = sys.stdin.buffer.read(LONGEST + 1)
    name = "standard input"
    if len(raw) > LONGEST:
        raise Faulty(name, Fault(place="", text=f"is longer than {LONGEST} bytes"))
    return Words(name=name, content=decode(name, raw))
