"""The group `tilbake case`: reading cases, and where its commands are registered.

Every read is recorded, with who, what and when, before anything is shown.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from cli import (
    case_correct,
    case_done,
    case_facts,
    case_meeting,
    case_nav,
    case_ohs,
    case_plan,
    case_sheet,
    case_wish,
)
from cli.case_options import EmployeeNumber, Format, Names, Who, check_named, on_day
from cli.output import OutputFormat
from cli.running import actor, on_desk

if TYPE_CHECKING:
    from adapters.postgres.case_list import ListedCase
    from domain.ids import EmploymentId
    from service.case_view import CaseView
    from service.desk import Desk

app = typer.Typer(
    help=(
        "Look at cases, and record what happens in them.\n\n"
        "A case is named by its employment (e-…), its id (e-…/1), its mark (K-7F3Q), or the "
        "employee's number with -n. Try a change with --dry-run first: it shows which dates move. "
        "Every look at a case is recorded."
    ),
    no_args_is_help=True,
)
_READ = "Look"
_MOST = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """One case of the list."""

    case: ListedCase
    name: str | None


@app.command("list", rich_help_panel=_READ)
def list_(
    *,
    overdue: Annotated[
        bool, typer.Option("--overdue", help="Only cases with something overdue.")
    ] = False,
    unit: Annotated[
        str | None,
        typer.Option(metavar="UNIT", help="A unit and those below it: its id or its name."),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Closed cases too.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=_MOST, help="How many at most.")] = 100,
    names: Names = False,
    output: Format = OutputFormat.TEXT,
) -> None:
    """List cases: what is overdue first, then what is due next."""

    async def work(desk: Desk) -> list[_Line]:
        units = None if unit is None else await desk.units_below(unit)
        found = await desk.cases.listed(
            desk.today(), units=units, only_overdue=overdue, with_closed=everything, limit=limit
        )
        await desk.note_listed(actor(), _action("list", names), found)
        return [_Line(case=one, name=await _name(desk, one.employment, names)) for one in found]

    lines = on_desk(work)
    if output is OutputFormat.JSON:
        cases = [_line_json(line) for line in lines]
        typer.echo(json.dumps({"cases": cases}, ensure_ascii=False))
        return
    from cli.case_table import show_list  # noqa: PLC0415 - rich takes its time

    show_list([(line.case, line.name) for line in lines], is_cut=len(lines) == limit)


@app.command("show", rich_help_panel=_READ)
def show(
    who: Who = None,
    employee_number: EmployeeNumber = None,
    on: Annotated[
        date | None, on_day("--on", "The day on which you stand; today without it.")
    ] = None,
    names: Names = False,
    output: Format = OutputFormat.TEXT,
) -> None:
    """Show where a case stands: each duty with its dates and the reason for them.

    Below that: what happened, which reminders were sent or wait, and when the case wakes next.
    Example: `tilbake case show K-7F3Q`.
    """
    view = _view(who, employee_number, on, "show", names=names)
    if output is OutputFormat.JSON:
        from service.case_view import view_as_json  # noqa: PLC0415 - loaded by now

        typer.echo(json.dumps(view_as_json(view), ensure_ascii=False))
        return
    from cli.case_table import show_view  # noqa: PLC0415 - rich takes its time

    show_view(view)


@app.command("history", rich_help_panel=_READ)
def history(
    who: Who = None, employee_number: EmployeeNumber = None, output: Format = OutputFormat.TEXT
) -> None:
    """Show every event of a case: when it was learnt, who told it, what it says, and its cause.

    With --format json: one object a line.
    """
    view = _view(who, employee_number, None, "history", names=False)
    if output is OutputFormat.JSON:
        from service.case_view import event_as_json  # noqa: PLC0415 - loaded by now

        for one in view.happened:
            typer.echo(json.dumps(event_as_json(one), ensure_ascii=False))
        return
    from cli.case_table import show_history  # noqa: PLC0415 - rich takes its time

    show_history(view)


app.command("sheet", rich_help_panel=_READ)(case_sheet.sheet)


def _view(
    who: str | None, number: str | None, on: date | None, action: str, *, names: bool
) -> CaseView:
    check_named(who, number)

    async def work(desk: Desk) -> CaseView:
        day = on or desk.today()
        found = await desk.find(who, number, desk.today())
        view = await desk.reader.view(found, day)
        cases = [one.case_id for one in view.cases] or ([found.case] if found.case else [])
        await desk.note_access(actor(), _action(action, names), found.employment, cases)
        who_answers = await desk.directory.responsible_on(found.employment, day)
        leader = await desk.directory.name_of(who_answers) if names and who_answers else None
        return replace(
            view,
            name=await _name(desk, found.employment, names),
            responsible=who_answers,
            responsible_name=leader,
        )

    return on_desk(work)


async def _name(desk: Desk, employment: EmploymentId, asked: bool) -> str | None:
    return await desk.name_of(employment) if asked else None


def _action(name: str, names: bool) -> str:
    return f"case {name}" + " --names" * names


def _line_json(line: _Line) -> dict[str, object]:
    case = line.case
    named = {} if line.name is None else {"name": line.name}
    return {
        "case": case.case,
        "mark": case.mark,
        "employment": case.employment,
        **named,
        "state": case.state,
        "start": case.start_on.isoformat(),
        "last_day": case.last_on.isoformat(),
        "next_due_on": case.next_due_on.isoformat() if case.next_due_on else None,
        "overdue": case.overdue,
        "unit": case.unit,
    }


case_facts.register(app)
case_done.register(app)
case_correct.register(app)
for _called, _group in (
    ("plan", case_plan.app),
    ("meeting", case_meeting.app),
    ("wish", case_wish.app),
    ("ohs", case_ohs.app),
    ("nav", case_nav.app),
):
    app.add_typer(_group, name=_called, rich_help_panel="What was done")
