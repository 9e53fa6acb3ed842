"""What a text about a case must not hold: codes of illnesses and national id numbers (R52).

Pure: it looks and says on which line; whoever saves the text decides. It knows codes by their
shape only, so the name of a room can look like one, and words are never read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from adapters.formats.national_id import check_national_id
from domain.refusals import InvalidValue


class Suspect(StrEnum):
    """What a text seems to hold."""

    MEDICAL_CODE = "a diagnosis code"
    NATIONAL_ID = "a national identity number"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A line, counted from 1, and what it seems to hold; never the text itself."""

    line: int
    suspect: Suspect

    def __str__(self) -> str:
        """Say it without repeating it."""
        return f"line {self.line} holds what looks like {self.suspect}"


_ALONE: Final = (r"(?<![\w./:#§-])", r"(?![\w-])(?![.:/]\w)")
"""A code stands for itself: not in an address, a number, a mark such as K-7F3Q or a time."""

_SHORT: Final = re.compile(rf"{_ALONE[0]}[A-Z][0-9]{{2}}{_ALONE[1]}")
"""ICPC-2 (P76) and the first three characters of ICD-10 (M54), as practitioners write them."""
_DOTTED: Final = re.compile(rf"{_ALONE[0]}[A-Za-z][0-9]{{2}}\.[0-9]{{1,2}}{_ALONE[1]}")
"""ICD-10 with its point (F32.1), in any case."""
_RUN_ON: Final = re.compile(rf"{_ALONE[0]}[A-Z][0-9]{{3,4}}{_ALONE[1]}")
"""ICD-10 without it (F321): a number of a room or a machine as often, so it needs a word beside."""
_SPEAKS_OF_CODES: Final = re.compile(r"diagnos|icd|icpc", re.IGNORECASE)
_ELEVEN: Final = re.compile(r"(?<![0-9])([0-9]{6})[ .-]?([0-9]{5})(?![0-9])")


def suspects(text: str) -> tuple[Finding, ...]:
    """Find the lines that seem to hold what does not belong in a text, each once a kind."""
    return tuple(
        Finding(line=number, suspect=suspect)
        for number, line in enumerate(text.splitlines(), start=1)
        for suspect in _suspects_of(line)
    )


def _suspects_of(line: str) -> list[Suspect]:
    found = []
    patterns = [_SHORT, _DOTTED, *([_RUN_ON] if _SPEAKS_OF_CODES.search(line) else [])]
    if any(pattern.search(line) for pattern in patterns):
        found.append(Suspect.MEDICAL_CODE)
    if any(_is_national_id(first + last) for first, last in _ELEVEN.findall(line)):
        found.append(Suspect.NATIONAL_ID)
    return found


def _is_national_id(digits: str) -> bool:
    try:
        check_national_id(digits)
    except InvalidValue:
        return False
    return True
