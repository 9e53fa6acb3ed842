"""Options that the commands of a case share."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from typing import Annotated, Final, TypeAlias

import typer
from typer.models import ArgumentInfo, OptionInfo

from cli.options import day
from cli.output import OutputFormat
from domain.refusals import InvalidValue
from domain.spans import DateSpan

WHO: ArgumentInfo = typer.Argument(
    metavar="CASE",
    help="An employment (e-…), a case (e-…/1) or its mark (K-7F3Q).",
    show_default=False,
)
NUMBER: OptionInfo = typer.Option(
    "--employee-number",
    "-n",
    metavar="NUMBER",
    help="Instead: the number that payroll knows, found in the directory.",
)

Who: TypeAlias = Annotated[str | None, WHO]
EmployeeNumber: TypeAlias = Annotated[str | None, NUMBER]
Format: TypeAlias = Annotated[
    OutputFormat, typer.Option("--format", help="text for people, json for programs.")
]
Names: TypeAlias = Annotated[
    bool, typer.Option("--names", help="Show names too; who looked is recorded.")
]
_ID: Final = re.compile(r"(?!due/)[\x21-\x7e]{1,200}")
_SHORT: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_NOTE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,99}")


class YesNo(StrEnum):
    """An answer."""

    YES = "yes"
    NO = "no"


def command_id(text: str) -> str:
    """Read the id of a command; `due/` is for what falls due by itself.

    Raises:
        typer.BadParameter: it is none.
    """
    if not _ID.fullmatch(text):
        raise typer.BadParameter(
            "must be 1 to 200 visible ASCII characters that do not begin with due/"
        )
    return text


def note_id(text: str) -> str:
    """Read the id of a note; a name or a text has no place in it.

    Raises:
        typer.BadParameter: it is none.
    """
    if not _NOTE.fullmatch(text):
        raise typer.BadParameter("must be an id of 1 to 100 letters, digits, . _ : or -")
    return text


def short_id(text: str) -> str:
    """Read the id of a measure, a wish or a meeting; a person's name has no place in it.

    Raises:
        typer.BadParameter: it is none.
    """
    if not _SHORT.fullmatch(text):
        raise typer.BadParameter("must be 1 to 40 small letters, digits or -")
    return text


CommandId: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--id",
        parser=command_id,
        metavar="ID",
        help="Your own id of this command: the same id twice is recorded once.",
    ),
]
DryRun: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--dry-run",
        "--preview",
        help="Show which duties and reminders come, move or go; record nothing.",
    ),
]
SeenFacts: TypeAlias = Annotated[
    int | None,
    typer.Option(
        "--seen",
        min=0,
        metavar="NUMBER",
        help="The number of facts that you had seen (`case show` says it): refused when there "
        "are more by now.",
    ),
]


def on_day(name: str, text: str) -> OptionInfo:
    """Make an option that takes a date."""
    option: OptionInfo = typer.Option(name, parser=day, metavar="DATE", help=text)
    return option


def span(first: date, last: date) -> DateSpan:
    """Make a span of --from and --to.

    Raises:
        InvalidValue: named as the options are.
    """
    if last < first:
        raise InvalidValue("--from", f"{first} must not be after --to {last}")
    try:
        return DateSpan(first=first, last=last)
    except InvalidValue as refused:
        raise InvalidValue("--from" if refused.field == "fom" else "--to", refused.text) from None


def check_named(who: str | None, number: str | None) -> None:
    """Refuse a command that names nobody, or two.

    Raises:
        typer.BadParameter: neither or both were given.
    """
    if (who is None) == (number is None):
        raise typer.BadParameter("name either CASE or --employee-number")
