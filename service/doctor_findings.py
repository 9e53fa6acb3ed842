"""What a check of `tilbake doctor` says; never a name, an address or the value of a secret."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How bad it is."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was checked, how it stands, and what to do about it."""

    check: str
    verdict: Verdict
    text: str
    way_out: str | None = None

    @property
    def is_problem(self) -> bool:
        """Whether somebody has to act."""
        return self.verdict is Verdict.PROBLEM


def fine(check: str, text: str) -> Finding:
    """Nothing to do."""
    return Finding(check=check, verdict=Verdict.OK, text=text)


def warning(check: str, text: str, way_out: str) -> Finding:
    """Works, but somebody should look."""
    return Finding(check=check, verdict=Verdict.WARNING, text=text, way_out=way_out)


def problem(check: str, text: str, way_out: str) -> Finding:
    """Does not work, or not for long."""
    return Finding(check=check, verdict=Verdict.PROBLEM, text=text, way_out=way_out)
