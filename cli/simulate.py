"""The command `simulate`: case files through the real workflow, on servers made for the moment."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from cli.output import EXIT_REFUSED, OutputFormat, complain

if TYPE_CHECKING:
    from adapters.formats.case_file import CaseFile
    from domain.policy import Policy
    from service.happenings import Happening


def simulate(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", help="Case files: JSON with notes and facts."),
    ],
    policy: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The employer's policy, TOML; see policies/."),
    ] = None,
    output: Annotated[
        OutputFormat,
        typer.Option(
            "--format", help="text: one line an event; json: one object a line for each event."
        ),
    ] = OutputFormat.TEXT,
    mails: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Keep the mails in this Maildir, to read them."),
    ] = None,
) -> None:
    """Play case files through the real workflow, on a server that skips time.

    The same files as `tilbake explain` reads. Each note and fact is told at its own `at`; what
    happens then is printed with the instant at which it happened: facts, reminders that fall
    due and leave the house, missed dates, and legal dates as they arrive (milestones). It ends
    when the case does. Servers are started for it and nothing of them is kept; half a year
    takes seconds. Example: `tilbake simulate examples/half-a-year.json`.

    A file that cannot be read is one line on standard error; the others are still played, and
    the exit code is 2.
    """
    from adapters.formats.policy_file import load_policy  # noqa: PLC0415 - keeps others fast

    chosen = load_policy(policy)
    cases = {file: case for file in files if (case := _loaded(file)) is not None}
    with TemporaryDirectory(prefix="tilbake-mails-") as temporary:
        if cases:
            try:
                asyncio.run(_play(cases, chosen, mails or Path(temporary), output))
            except asyncio.CancelledError:
                raise KeyboardInterrupt from None  # what Ctrl-C becomes while servers stop
    if len(cases) < len(set(files)):
        raise typer.Exit(EXIT_REFUSED)


def _loaded(file: Path) -> CaseFile | None:
    from adapters.formats.case_file import load_case_file  # noqa: PLC0415 - as above
    from adapters.formats.located import Faulty  # noqa: PLC0415 - as above
    from domain.refusals import TilbakeError  # noqa: PLC0415 - as above

    try:
        return load_case_file(file)
    except TilbakeError as error:
        complain(str(error) if isinstance(error, Faulty) else f"{file}: {error}")
        return None


async def _play(
    cases: dict[Path, CaseFile], policy: Policy, mails: Path, output: OutputFormat
) -> None:
    from adapters.logging import set_up_logging  # noqa: PLC0415 - as above
    from adapters.settings import LogFormat, LogLevel, load_settings  # noqa: PLC0415 - as above
    from service.happenings import happenings  # noqa: PLC0415 - as above
    from service.simulate import simulate as play  # noqa: PLC0415 - as above
    from service.simulate import stage  # noqa: PLC0415 - as above

    set_up_logging(LogFormat.CONSOLE, LogLevel.ERROR)
    async with stage(mails, load_settings().temporal_cli) as servers:
        for file, case in cases.items():
            records = await play(case, policy, servers)
            if len(cases) > 1 and output is OutputFormat.TEXT:
                typer.echo(f"{file}:")
            for one in happenings(case.employment, records, policy):
                typer.echo(_line(one, output))


def _line(one: Happening, output: OutputFormat) -> str:
    if output is OutputFormat.JSON:
        from service.happenings import as_json  # noqa: PLC0415 - as above

        return json.dumps(as_json(one), ensure_ascii=False)
    from service.happenings import as_text  # noqa: PLC0415 - as above

    return as_text(one)
