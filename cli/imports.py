"""The group `tilbake import`: NAV's notes and payroll's absence, one record after the other."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from cli.case_options import on_day
from cli.output import EXIT_REFUSED, complain
from cli.running import on_desk
from domain.refusals import TilbakeError

if TYPE_CHECKING:
    from adapters.formats.located import Faulty
    from service.desk import Desk
    from service.imports import Counts

app = typer.Typer(
    help=(
        "Take in sick notes and payroll absence from files.\n\n"
        "An import may be repeated: what is known already changes nothing. A bad record is "
        "refused with its place and reason, and the others are taken; the exit code is then 2."
    ),
    no_args_is_help=True,
)

LiveFrom: TypeAlias = Annotated[
    date | None,
    on_day("--live-from", "For going live: what fell due before is neither sent nor missed."),
]
DryRun: TypeAlias = Annotated[
    bool, typer.Option("--dry-run", help="Look everything up and count; record nothing.")
]


@app.command("notes")
def notes(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...",
            help="NAV's notes: JSON with one note or an array, JSON lines, or a folder of these.",
        ),
    ],
    live_from: LiveFrom = None,
    dry_run: DryRun = False,
) -> None:
    """Import sick notes (sykmelding) as NAV's interface gives them.

    A note finds its employment by national id and organisation number. One that fits several
    employments waits for HR: `tilbake queue list`. The practitioner's words are sealed before
    anything else is recorded. Example: `tilbake import notes inbox/ --dry-run`.
    """

    async def work(desk: Desk) -> Counts:
        from adapters.formats.note_source import stream_notes  # noqa: PLC0415 - keeps others fast
        from service.ends import tell_ends  # noqa: PLC0415 - as above
        from service.imports import Terms  # noqa: PLC0415 - as above
        from service.note_import import NoteImport  # noqa: PLC0415 - as above

        with _progress("Notes") as told:
            use_case = NoteImport(
                commander=await desk.commander(),
                employments=desk.staff,
                ledger=desk.told,
                sealer=desk.safe,
                queue=desk.hr_queue,
                terms=Terms(dry_run=dry_run, live_from=live_from),
                refuse=_refuse,
            )
            with _saying_how_far(use_case.counts, dry_run=dry_run):
                counts = await use_case.run(stream_notes(files, told))
                if not dry_run:
                    await tell_ends(desk.directory, await desk.commander())
        return counts

    _conclude(on_desk(work), dry_run=dry_run)


@app.command("absences")
def absences(
    file: Annotated[
        Path, typer.Argument(metavar="FILE.csv", help="Payroll's absence, all of its period.")
    ],
    mapping: Annotated[
        Path,
        typer.Option(
            "--map", metavar="FILE", help="How to read it, TOML: columns, dates, what codes mean."
        ),
    ],
    live_from: LiveFrom = None,
    dry_run: DryRun = False,
    allow_removals: Annotated[
        bool,
        typer.Option(
            "--allow-removals", help="Withdraw removed rows even when they are suspiciously many."
        ),
    ] = False,
) -> None:
    """Import absence from payroll: employee number, from, to, per cent, code.

    The file is taken to list all absence of its period: a row of an earlier file that is gone
    is withdrawn. Codes that the map does not have are listed, and their rows not taken. The map
    is explained in docs/absence-map.md.
    """

    async def work(desk: Desk) -> Counts:
        from adapters.formats.absence_csv import stream_absences  # noqa: PLC0415 - as above
        from adapters.formats.absence_map import load_map  # noqa: PLC0415 - as above
        from service.absence_import import AbsenceImport  # noqa: PLC0415 - as above
        from service.ends import tell_ends  # noqa: PLC0415 - as above
        from service.imports import Terms  # noqa: PLC0415 - as above

        rows = stream_absences(file, load_map(mapping))
        with _progress("Rows") as told:
            use_case = AbsenceImport(
                commander=await desk.commander(),
                employments=desk.staff,
                ledger=desk.told,
                terms=Terms(dry_run=dry_run, live_from=live_from),
                refuse=_refuse,
                keyed=desk.keyed,
                allow_removals=allow_removals,
                progress=told,
            )
            with _saying_how_far(use_case.counts, dry_run=dry_run):
                counts = await use_case.run(str(file), rows)
                if not dry_run:
                    await tell_ends(desk.directory, await desk.commander())
        return counts

    _conclude(on_desk(work), dry_run=dry_run)


def _refuse(fault: Faulty) -> None:
    complain(str(fault))


@contextmanager
def _progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar on standard error while the block runs; nothing where nobody looks."""
    if not sys.stderr.isatty():
        yield lambda _done, _all: None
        return
    from rich.console import Console  # noqa: PLC0415 - takes its time
    from rich.progress import Progress  # noqa: PLC0415 - as above

    with Progress(console=Console(file=sys.stderr), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


@contextmanager
def _saying_how_far(counts: Counts, *, dry_run: bool) -> Iterator[None]:
    """Say the counts even when something stops the import; it may be repeated as it is."""
    try:
        yield
    except TilbakeError:
        _say(counts, dry_run=dry_run)
        raise


def _conclude(counts: Counts, *, dry_run: bool) -> None:
    """Say the counts, and end with the exit code that they call for."""
    _say(counts, dry_run=dry_run)
    if counts.refused:
        raise typer.Exit(EXIT_REFUSED)


def _say(counts: Counts, *, dry_run: bool) -> None:
    said = [
        (counts.taken, "would be taken" if dry_run else "taken"),
        (counts.known, "known already"),
        (counts.queued, "for HR to assign: `tilbake queue list`"),
        (counts.withdrawn, "would be withdrawn" if dry_run else "withdrawn"),
        (counts.ignored, "ignored, as the map says"),
        (sum(counts.unknown_codes.values()), "with a code that the map does not have"),
        (counts.refused, "refused"),
    ]
    typer.echo("Dry run, nothing recorded:" if dry_run else "Imported:")
    for number, what in said:
        if number or what.endswith("taken"):
            typer.echo(f"  {number:>6} {what}")
    for code, number in sorted(counts.unknown_codes.items()):
        typer.echo(f"  {number:>6} with the unknown code {code!r}")
    if counts.unknown_keys:
        typer.echo(f"  {counts.unknown_keys:>6} fields unknown to this version were left out")
