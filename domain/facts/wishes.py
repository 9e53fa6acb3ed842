"""Wishes and agreements: who wants whom called or shown what (R35). A wish binds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar

from domain.facts.parties import DocumentRef, Role, Via
from domain.ids import WishId
from domain.spans import check_day


class Matter(StrEnum):
    """What a wish is about."""

    CALL = "call"
    """To be called to a meeting."""
    SHOW_PLAN = "show_plan"


@dataclass(frozen=True, slots=True, kw_only=True)
class WishStated:
    """`by` wants, or does not want, `about` to be called or shown the plan."""

    kind: ClassVar[str] = "wish_stated"
    wish: WishId
    by: Role
    about: Role
    wanted: bool
    via: Via
    on: date
    matter: Matter = Matter.CALL

    def __post_init__(self) -> None:
        """Refuse an absurd date."""
        check_day("on", self.on)


@dataclass(frozen=True, slots=True, kw_only=True)
class WishWithdrawn:
    """A wish was taken back; an invitation that stood on it is taken back too."""

    kind: ClassVar[str] = "wish_withdrawn"
    wish: WishId
    via: Via
    on: date

    def __post_init__(self) -> None:
        """Refuse an absurd date."""
        check_day("on", self.on)


@dataclass(frozen=True, slots=True, kw_only=True)
class WishDisputed:
    """The employee says that a wish that somebody recorded is not theirs: it binds no longer."""

    kind: ClassVar[str] = "wish_disputed"
    wish: WishId
    document: DocumentRef | None = None
