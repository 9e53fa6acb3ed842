"""Commands for whoever runs the house: worker, backup, restore, recover, db, audit."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from cli.options import StateDir, settings_in
from cli.output import EXIT_FAILED, complain

if TYPE_CHECKING:
    from adapters.postgres.audit import Verification
    from adapters.settings import Settings

_SAY_EVERY: Final = 500

db = typer.Typer(help="The database of tilbake.", no_args_is_help=True)
audit = typer.Typer(help="What proves that nothing was changed afterwards.", no_args_is_help=True)


def worker() -> None:
    """Run the worker on the servers that TILBAKE_DATABASE_URL and TILBAKE_TEMPORAL_ADDRESS name.

    It follows the cases and sends the reminders until SIGTERM or Ctrl-C, finishes what runs,
    and ends with 0. Several may run side by side. With TILBAKE_HEALTH_PORT it answers /live
    and /ready. `tilbake up` has a worker of its own.
    """
    from service.worker_process import run_until_stopped  # noqa: PLC0415 - keeps others fast

    asyncio.run(run_until_stopped(settings_in(None)))


@db.command("migrate")
def migrate(
    state_dir: StateDir = None,
    only_pre: Annotated[
        bool,
        typer.Option("--only-pre", help="Stop before what the old release could not live with."),
    ] = False,
) -> None:
    """Bring the schema to this release; harmless to repeat.

    Needs the rights of the database's owner. `tilbake up` does it by itself.
    """
    from service.backup import lift  # noqa: PLC0415 - keeps others fast

    applied = asyncio.run(lift(settings_in(state_dir), only_pre=only_pre))
    _say_applied(applied)
    if not applied:
        print("the schema is up to date: nothing was changed")


def backup(
    file: Annotated[Path, typer.Argument(help="The file to write; it must not exist.")],
    state_dir: StateDir = None,
) -> None:
    """Write the database into one file, while tilbake runs or not.

    It holds sealed texts and readable dates: keep it like health data. The keys are not in it,
    and without them names and texts cannot be read: keep a copy of both elsewhere.
    """
    from service.backup import back_up, keys_outside  # noqa: PLC0415 - keeps others fast

    settings = settings_in(state_dir)
    asyncio.run(back_up(settings, file))
    print(f"{file}: {file.stat().st_size} bytes")
    print(f"Not in it, keep copies elsewhere: {' and '.join(keys_outside(settings))}")


def restore(
    file: Annotated[Path, typer.Argument(help="A file that `tilbake backup` wrote.")],
    state_dir: StateDir = None,
    replace: Annotated[
        bool,
        typer.Option("--replace", help="Give up what the database holds now, for good."),
    ] = False,
) -> None:
    """Read a backup into an empty database, whole or not at all. Stop tilbake first.

    A backup of a newer release is refused, one of an older release is brought up to this one.
    """
    from service.backup import bring_back, keys_outside  # noqa: PLC0415 - keeps others fast

    settings = settings_in(state_dir)
    applied = asyncio.run(bring_back(settings, file, replace=replace))
    print(f"restored from {file}")
    _say_applied(applied)
    print(f"It needs its keys: {' and '.join(keys_outside(settings))}")
    if settings.database_url is None and not settings.names_temporal:
        print("Next: `tilbake up`, which starts every open case from the log.")
    else:
        print("What Temporal remembers is not what the log holds now: give it a new namespace.")
        print("Next: `tilbake recover`, then start the worker.")


def recover(state_dir: StateDir = None) -> None:
    """Start the workflow of every employment whose log is not finished, from the log alone.

    For when Temporal's data was lost, or after a restore. It may be run at any time: a case
    that runs already is left as it is. `tilbake up` does it when Temporal's file is new.
    """
    print(f"{asyncio.run(_recover(settings_in(state_dir)))} open cases run")


@audit.command("verify")
def verify(
    employment: Annotated[
        str | None, typer.Argument(help="One employment (e-…); without it all.")
    ] = None,
    state_dir: StateDir = None,
) -> None:
    """Compute the chain of hashes anew; exit code 1 when an event was changed or is missing."""
    found = asyncio.run(_verify(settings_in(state_dir), employment))
    if employment is not None and not found.streams and found.fault is None:
        raise typer.BadParameter(f"the log knows no employment {employment}")
    print(f"{found.events} events of {found.streams} employments checked")
    if found.fault is not None:
        complain(f"{found.fault.employment}: event {found.fault.seq} {found.fault.problem}")
        raise typer.Exit(EXIT_FAILED)
    print("the chain is whole")


async def _recover(settings: Settings) -> int:
    from adapters.postgres.event_log import PostgresEventLog  # noqa: PLC0415 - as above
    from service.reach import reached  # noqa: PLC0415 - as above
    from service.recover import recover as start_again  # noqa: PLC0415 - as above

    def progress(done: int, of: int) -> None:
        if done % _SAY_EVERY == 0:
            print(f"{done} of {of}", flush=True)

    async with reached(settings) as house:
        log = PostgresEventLog(house.pool)
        return await start_again(log, await house.follow_ups(), progress)


async def _verify(settings: Settings, employment: str | None) -> Verification:
    from adapters.postgres.audit import verify as walk  # noqa: PLC0415 - as above
    from domain.ids import EmploymentId  # noqa: PLC0415 - as above
    from service.reach import reached  # noqa: PLC0415 - as above

    async with reached(settings) as house:
        return await walk(house.pool, EmploymentId(employment) if employment else None)


def _say_applied(names: tuple[str, ...]) -> None:
    for name in names:
        print(f"applied {name}")
