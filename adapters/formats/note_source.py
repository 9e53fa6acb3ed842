"""Where notes to import come from: one object, an array, JSON lines, or a folder of such files.

JSON lines are streamed, a line at a time. What cannot be read is yielded as a `Faulty`
with its place, so that one bad record does not stop the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final

from adapters.formats.located import Fault, Faults, Faulty
from adapters.formats.nav_note import NavNote, read_note
from adapters.formats.reading import check_narrow, decode, parse_json, read_json

MAX_LINE: Final = 2**20
MAX_ARRAY: Final = 64 * 2**20
"""An array is read whole; more than this has to come as JSON lines."""
LINE_SUFFIXES: Final = frozenset({".jsonl", ".ndjson"})
SUFFIXES: Final = LINE_SUFFIXES | {".json"}

Progress = Callable[[int, int], None]
"""Told how many of how many bytes are done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcedNote:
    """A note and where it stood."""

    file: str
    place: str
    found: NavNote


def stream_notes(
    paths: Iterable[Path], progress: Progress = lambda _done, _all: None
) -> Iterator[SourcedNote | Faulty]:
    """Walk the notes of files and folders in their order; a folder's files by name."""
    listed = [_files(path) for path in paths]
    files = [file for found in listed if not isinstance(found, Faulty) for file in found]
    total, done = sum(map(_size, files)), 0
    for found in listed:
        if isinstance(found, Faulty):
            yield found
            continue
        for file in found:
            yield from _file(file, partial(_told, progress, done, total))
            done += _size(file)
            progress(done, total)


def _files(path: Path) -> list[Path] | Faulty:
    if not path.is_dir():
        return [path]
    found = sorted(file for file in path.iterdir() if file.suffix.lower() in SUFFIXES)
    if not found:
        return _faulty(path, "", "holds no .json, .jsonl or .ndjson file")
    return found


def _file(path: Path, here: Callable[[int], None]) -> Iterator[SourcedNote | Faulty]:
    if not _holds_lines(path):
        yield from _whole(path)
        return
    try:
        with path.open("rb") as stream:
            yield from _lines(path, stream, here)
    except OSError:
        yield _faulty(path, "", "cannot be read to its end")


def _holds_lines(path: Path) -> bool:
    """Tell JSON lines by the file's name, or by a second line that begins a second object.

    What cannot be read holds none: reading it whole says what is wrong with it.
    """
    try:
        with path.open("rb") as stream:
            check_narrow(str(path), stream.read(4))
            stream.seek(0)
            if path.suffix.lower() in LINE_SUFFIXES:
                return True
            first, second = _content(stream), _content(stream)
    except (OSError, Faulty):
        return False
    return first.startswith(b"{") and first.endswith(b"}") and second.startswith(b"{")


def _content(stream: BinaryIO) -> bytes:
    """Give the next line that is not blank, without what surrounds it."""
    while line := stream.readline(MAX_LINE + 1):
        if text := line.removeprefix(b"\xef\xbb\xbf").strip():
            return text
    return b""


def _lines(
    path: Path, stream: BinaryIO, here: Callable[[int], None]
) -> Iterator[SourcedNote | Faulty]:
    number = 0
    while line := stream.readline(MAX_LINE + 1):
        number += 1
        place = f"line {number}"
        if len(line) > MAX_LINE:
            while line and not line.endswith(b"\n"):
                line = stream.readline(MAX_LINE)
            yield _faulty(path, place, f"is longer than {MAX_LINE // 2**20} MiB")
        elif line.removeprefix(b"\xef\xbb\xbf").strip():
            yield _line(path, place, line)
        here(stream.tell())


def _line(path: Path, place: str, line: bytes) -> SourcedNote | Faulty:
    name = str(path)
    try:
        value = parse_json(name, decode(name, line, place), place)
    except Faulty as fault:
        return fault
    found = _note(name, "", value)
    if isinstance(found, Faulty):
        inner = ": ".join(part for part in (place, found.first.place) if part)
        return Faulty(name, Fault(place=inner, text=found.first.text), found.more)
    return replace(found, place=place)


def _whole(path: Path) -> Iterator[SourcedNote | Faulty]:
    try:
        value = read_json(path, MAX_ARRAY)
    except Faulty as fault:
        yield fault
        return
    if isinstance(value, list):
        for number, item in enumerate(value):
            yield _note(str(path), f"[{number}]", item)
    else:
        yield _note(str(path), "", value)


def _note(name: str, place: str, value: object) -> SourcedNote | Faulty:
    faults = Faults()
    found = read_note(value, place, faults)
    try:
        faults.check(name)
    except Faulty as fault:
        return fault
    if found is None:
        return Faulty(name, Fault(place=place, text="cannot be read"))
    return SourcedNote(file=name, place=place, found=found)


def _told(progress: Progress, before: int, total: int, here: int) -> None:
    progress(before + here, total)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _faulty(path: Path, place: str, text: str) -> Faulty:
    return Faulty(str(path), Fault(place=place, text=text))
