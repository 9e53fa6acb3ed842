"""The command `explain`: reads case files, asks the domain, prints; no server."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.options import day
from cli.output import EXIT_REFUSED, OutputFormat, complain

if TYPE_CHECKING:
    from domain.policy import Policy
    from service.explain import Explanation


def explain(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", help="Case files: JSON with notes and facts."),
    ],
    on: Annotated[
        date | None,
        typer.Option(
            parser=day,
            metavar="DATE",
            help='The day on which you stand. Without it the "on" of the file counts, else today.',
        ),
    ] = None,
    policy: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The employer's policy, TOML; see policies/."),
    ] = None,
    output: Annotated[
        OutputFormat,
        typer.Option(
            "--format", help="text for people; json is one object, one a line with several files."
        ),
    ] = OutputFormat.TEXT,
) -> None:
    """Say which cases, duties and reminders follow from sick notes and facts, and why.

    Reads files only: nothing is stored, sent or asked of a server. Example: `tilbake explain
    case.json --on 2026-02-10`. A file that cannot be read is one line on standard error
    (file, place, what is wrong); the others are still printed, and the exit code is 2.
    """
    from adapters.formats.located import Faulty  # noqa: PLC0415 - keeps other commands fast
    from adapters.formats.policy_file import load_policy  # noqa: PLC0415 - as above
    from domain.refusals import TilbakeError  # noqa: PLC0415 - as above

    chosen = load_policy(policy)
    is_complete = True
    for file in files:
        try:
            explained = _explained(file, chosen, on)
        except TilbakeError as error:
            complain(str(error) if isinstance(error, Faulty) else f"{file}: {error}")
            is_complete = False
        else:
            _print(file if len(files) > 1 else None, explained, output)
    if not is_complete:
        raise typer.Exit(EXIT_REFUSED)


def _explained(file: Path, policy: Policy, on: date | None) -> Explanation:
    from adapters.formats.case_file import load_case_file  # noqa: PLC0415 - as above
    from domain.localtime import local_date  # noqa: PLC0415 - as above
    from service import explain as use_case  # noqa: PLC0415 - as above

    case = load_case_file(file)
    return use_case.explain(case, policy, on or case.on or local_date(datetime.now(UTC)))


def _print(file: Path | None, explained: Explanation, output: OutputFormat) -> None:
    if output is OutputFormat.JSON:
        from service.explain import as_json  # noqa: PLC0415 - as above

        typer.echo(json.dumps(as_json(explained), ensure_ascii=False))
        return
    from cli.explain_table import show  # noqa: PLC0415 - rich takes its time

    show(file, explained)
