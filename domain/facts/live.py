"""Taking tilbake into use while cases run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from domain.spans import check_day


@dataclass(frozen=True, slots=True, kw_only=True)
class WentLive:
    """What fell due before `on` is from before tilbake was in use: never sent, never missed."""

    kind: ClassVar[str] = "went_live"
    on: date

    def __post_init__(self) -> None:
        """Refuse an absurd date."""
        check_day("on", self.on)
