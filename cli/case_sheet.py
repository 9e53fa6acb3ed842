"""`tilbake case sheet`: the information sheet of a case, to print and hand over."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from cli.case_options import EmployeeNumber, Who, check_named
from cli.running import actor, on_desk

if TYPE_CHECKING:
    from service.desk import Desk


class Side(StrEnum):
    """Who reads it."""

    EMPLOYEE = "employee"
    MANAGER = "manager"


class SheetLanguage(StrEnum):
    """What it is written in."""

    BOKMAAL = "nb"
    NYNORSK = "nn"
    ENGLISH = "en"


def sheet(
    who: Who = None,
    employee_number: EmployeeNumber = None,
    side: Annotated[Side, typer.Option("--for", help="Which side it is for.")] = Side.EMPLOYEE,
    language: Annotated[
        SheetLanguage | None,
        typer.Option("--language", help="Its language; the reader's own without it."),
    ] = None,
) -> None:
    """Print the information sheet of a case: roles, dates, what is stored, how to complain.

    Both sides get it by mail when the case opens; this is for those without an address.
    It names nobody. Example: `tilbake case sheet K-7F3Q --language nn`.
    """
    check_named(who, employee_number)

    async def work(desk: Desk) -> str:
        from domain.facts import Role  # noqa: PLC0415 - loaded by now
        from service.sheet import case_for_sheet, sheet_of  # noqa: PLC0415 - as above

        found = await desk.find(who, employee_number, desk.today())
        case = await case_for_sheet(desk, found)
        await desk.note_access(actor(), "case sheet", found.employment, [case])
        return await sheet_of(desk, found.employment, case, Role(side), language)

    typer.echo(on_desk(work), nl=False)
