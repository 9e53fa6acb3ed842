"""The group `tilbake directory`: who works where, and who answers for whom."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.case_options import Format, Names
from cli.output import OutputFormat, complain
from cli.running import actor, on_desk

if TYPE_CHECKING:
    from adapters.directory.postgres import Unit
    from service.desk import Desk
    from service.directory_import import ImportReport
    from service.ends import ToldEnd

app = typer.Typer(
    help="Who works where, and who answers for whom; docs/directory-format.md describes the file.",
    no_args_is_help=True,
)


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The directory, JSON.")],
    full: Annotated[
        bool | None,
        typer.Option("--full/--delta", help="Refuse a file whose scope is not this one."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would change; write nothing.")
    ] = False,
    allow_ends: Annotated[
        bool,
        typer.Option(
            "--allow-ends", "--force", help="Let more than 5 % of the employments end by it."
        ),
    ] = False,
) -> None:
    """Import units, people and employments; all of a file or nothing.

    A full file ends what it leaves out, a delta leaves the rest as it is. Who ended is told to
    the cases. The import may be repeated. Example: `tilbake directory import staff.json --dry-run`.
    """

    async def work(desk: Desk) -> tuple[ImportReport, tuple[ToldEnd, ...]]:
        from adapters.directory.file import Scope, read_directory  # noqa: PLC0415 - as above
        from adapters.formats.located import Fault, Faulty  # noqa: PLC0415 - as above
        from service.directory_import import take_in  # noqa: PLC0415 - as above
        from service.ends import tell_ends  # noqa: PLC0415 - as above

        read = read_directory(file)
        if full is not None and read.scope is not (Scope.FULL if full else Scope.DELTA):
            text = f"is {read.scope}, and --{'full' if full else 'delta'} was asked for"
            raise Faulty(str(file), Fault(place="scope", text=text))
        report = await take_in(
            desk.pool,
            desk.vault,
            read,
            today=desk.today(),
            dry_run=dry_run,
            allow_ends=allow_ends,
        )
        untold = () if dry_run else await desk.directory.untold_ends()
        return report, await tell_ends(desk.directory, await desk.commander()) if untold else ()

    report, ended = on_desk(work)
    for line in report.lines():
        typer.echo(line)
    if told := sum(one.refusal is None for one in ended):
        typer.echo(f"  {told:>6} cases were told that their employment ends")
    for one in ended:
        if one.refusal is not None:
            complain(f"{one.employment}: the end on {one.last} was not taken: {one.refusal}")


@app.command("units")
def units(names: Names = False, output: Format = OutputFormat.TEXT) -> None:
    """List the units as a tree, with the ids by which `case list --unit` finds them."""

    async def work(desk: Desk) -> tuple[Unit, ...]:
        if names:
            from service.desk import NOBODY  # noqa: PLC0415 - as above

            await desk.access.record(actor(), "directory units --names", [NOBODY])
        return await desk.directory.units()

    found = on_desk(work)
    if output is OutputFormat.JSON:
        shown = [_json(one, names=names) for one in found]
        typer.echo(json.dumps({"units": shown}, ensure_ascii=False))
        return
    for one in found:
        name = f"  {one.name}" if names else ""
        typer.echo(f"{'  ' * one.depth}{one.unit}  {one.orgnr}{name}")
    if not found:
        typer.echo("No unit: `tilbake directory import` brings them.")


def _json(unit: Unit, *, names: bool) -> dict[str, object]:
    named = {"name": unit.name} if names else {}
    return {
        "unit": unit.unit,
        "parent": unit.parent,
        "orgnr": unit.orgnr,
        **named,
        "has_ohs": unit.has_ohs,
    }
