"""Options that several commands share."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

import typer

from domain.refusals import InvalidValue
from domain.spans import check_day

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def day(text: str) -> date:
    """Read a date such as 2026-01-05 from the command line.

    Raises:
        typer.BadParameter: it is none, or one that no sick leave can have.
    """
    try:
        found = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        found = None
    if found is None:
        raise typer.BadParameter("must be a date such as 2026-01-05")
    try:
        check_day("", found)
    except InvalidValue as refused:
        raise typer.BadParameter(refused.text) from None
    return found
