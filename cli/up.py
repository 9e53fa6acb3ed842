"""The command `up`: starts everything for evaluation, and says where it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cli.options import StateDir, settings_in
from cli.output import EXIT_FAILED, complain

if TYPE_CHECKING:
    from service.up import House


def up(
    state_dir: StateDir = None,
    demo: Annotated[
        bool | None,
        typer.Option(
            "--demo/--no-demo",
            help="Put an invented organisation into an empty database. "
            "[default: only into the embedded one]",
        ),
    ] = None,
) -> None:
    """Start everything in one process: PostgreSQL, Temporal, the worker; Ctrl-C stops it.

    For evaluation, training and development, not for production. State is kept in ./var and
    used again by the next start, also after a crash or `kill -9`. TILBAKE_DATABASE_URL and
    TILBAKE_TEMPORAL_ADDRESS name servers of your own instead of the embedded ones. Without a
    mail server (TILBAKE_SMTP_HOST) mails become files in var/mail.
    """
    import asyncio  # noqa: PLC0415 - keeps other commands fast

    from adapters.embedded_postgres import EmbeddedPostgresFault  # noqa: PLC0415 - as above
    from adapters.temporal.errors import ServerFailed  # noqa: PLC0415 - as above
    from service.up import Voice, run_until_stopped  # noqa: PLC0415 - as above

    settings = settings_in(state_dir)
    say("tilbake is starting ...")
    wants_demo = settings.database_url is None if demo is None else demo
    try:
        asyncio.run(run_until_stopped(settings, Voice(say=say, ready=_ready), demo=wants_demo))
    except (EmbeddedPostgresFault, ServerFailed) as fault:
        complain(str(fault))
        raise typer.Exit(EXIT_FAILED) from None
    say("stopped")


def say(line: str) -> None:
    """Say a line at once, also into a pipe or a file."""
    print(line, flush=True)


def _ready(house: House) -> None:
    for line in _lines(house):
        say(line)


def _lines(house: House) -> list[str]:
    from adapters.mail.settings import mail_settings_of  # noqa: PLC0415 - as above
    from service.up import LOG  # noqa: PLC0415 - as above

    state_dir, running = house.settings.state_dir.resolve(), house.running
    mail = mail_settings_of(house.settings)
    mails = mail.smtp.host if mail.smtp else f"{state_dir / 'mail'} (a Maildir)"
    return [
        "",
        "tilbake runs, for evaluation, training and development: not for production.",
        "",
        *_servers(house),
        _row("mails", mails),
        _row("health", running.health_url or ""),
        _row("log", str(state_dir / LOG)),
        "",
        "Try in another terminal:",
        *_hints(house),
        "",
        "Ctrl-C stops everything.",
    ]


def _servers(house: House) -> list[str]:
    database, temporal = house.servers.database, house.servers.temporal
    named = "the server that TILBAKE_DATABASE_URL names"
    lines = [_row("PostgreSQL", f"{database.version}, embedded" if database.version else named)]
    if temporal.running is None:
        return [*lines, _row("Temporal", f"{temporal.address}, not embedded")]
    version = (temporal.version or "").removeprefix("temporal version ")
    return [
        *lines,
        _row("Temporal", f"{version}, embedded, {temporal.address}"),
        _row("its pages", house.running.temporal_ui or ""),
        _row("codec", f"{temporal.codec_url} (opens payloads for these pages)"),
    ]


def _hints(house: House) -> list[str]:
    place = house.settings.state_dir
    prefix = "" if str(place) == "var" else f"TILBAKE_STATE_DIR={place} "
    return [
        f"  {prefix}tilbake case list",
        f"  {prefix}tilbake case show MARK      with a mark from the list, such as K-7F3Q",
        f"  {prefix}tilbake doctor",
    ]


def _row(name: str, text: str) -> str:
    return f"  {name:<12} {text}"
