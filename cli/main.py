"""The app `tilbake`: where commands are registered, and the entry point.

To add a command, write it in a module of its own and register it under "Commands" below. A
command module imports what it needs inside its function: `tilbake explain` loads no server.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from typing import Annotated

import typer
from typer.exceptions import TyperException

from cli import cases, directory, doctor, explain, imports, notes_queue, operate, simulate, up
from cli.output import EXIT_INTERRUPTED, EXIT_REFUSED, complain
from domain.refusals import TilbakeError

app = typer.Typer(
    name="tilbake",
    help=(
        "Follows up sick leave for an employer in Norway: what is due, when, and why.\n\n"
        "Begin with `tilbake explain FILE`: it needs no server. Each command has its own --help. "
        "Exit codes: 0 done, 1 failed, 2 the input or the command was not accepted."
    ),
    no_args_is_help=True,
    rich_markup_mode="markdown",
    add_completion=False,
    pretty_exceptions_enable=False,
)

# Commands
app.command("explain")(explain.explain)
app.command("simulate")(simulate.simulate)
app.command("up")(up.up)
app.command("worker")(operate.worker)
app.command("doctor")(doctor.doctor)
app.command("recover")(operate.recover)
app.command("backup")(operate.backup)
app.command("restore")(operate.restore)
app.add_typer(operate.db, name="db")
app.add_typer(operate.audit, name="audit")
app.add_typer(imports.app, name="import")
app.add_typer(directory.app, name="directory")
app.add_typer(notes_queue.app, name="queue")
app.add_typer(cases.app, name="case")


def _say_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version  # noqa: PLC0415 - costs time at every start

        from domain import RULE_SET  # noqa: PLC0415 - as above

        typer.echo(f"tilbake {version('tilbake')}, rules {RULE_SET}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_say_version, is_eager=True, help="Say the version and stop."
        ),
    ] = False,
) -> None:
    """Take the options that stand before a command."""


def main(arguments: Sequence[str]) -> int:
    """Run one command and give its exit code; an expected error is one line, never a traceback."""
    try:
        code = app(list(arguments), prog_name="tilbake", standalone_mode=False)
        sys.stdout.flush()
    except TyperException as error:
        if message := " ".join(error.format_message().split()):
            complain(message)  # without a command the help was the message
        return EXIT_REFUSED
    except TilbakeError as error:
        complain(str(error))
        return EXIT_REFUSED
    except (typer.Abort, KeyboardInterrupt):
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # The reader has gone (`| head`): nothing more can be said, not even at shutdown.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return code if isinstance(code, int) else 0


def run() -> None:
    """Run the command that the process was started with."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    sys.exit(main(sys.argv[1:]))


if __name__ == "__main__":
    run()
