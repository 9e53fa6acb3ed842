"""Options that several commands share."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from domain.refusals import InvalidValue
from domain.spans import check_day

if TYPE_CHECKING:
    from adapters.settings import Settings

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


StateDir = Annotated[
    Path | None,
    typer.Option(
        "--state-dir",
        metavar="FOLDER",
        help="Where `tilbake up` keeps its state. [default: TILBAKE_STATE_DIR, else ./var]",
    ),
]


def settings_in(state_dir: Path | None) -> Settings:
    """Read the settings; an option for the state folder wins.

    Raises:
        SettingsFault: a variable is wrong.
    """
    from adapters.settings import load_settings  # noqa: PLC0415 - keeps other commands fast

    settings = load_settings()
    return settings if state_dir is None else settings.model_copy(update={"state_dir": state_dir})
