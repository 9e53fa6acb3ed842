"""Backup into one file and restore into an empty database, with PostgreSQL's own programs."""

from __future__ import annotations

import asyncio
import os
import subprocess
import tempfile
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from adapters.embedded_postgres import program
from adapters.postgres.migrate import Applied, check, compare, shipped
from adapters.postgres.pool import connection_of_owner
from domain.refusals import TilbakeError

_ENSURE_ROLE: Final = """
do $$
begin
    create role tilbake_app nologin;
exception
    when duplicate_object or unique_violation then null;
end
$$
"""
_HOLDS: Final = """
select count(*) from pg_class
where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm', 'S')
"""
_IN_USE: Final = """
select exists (
    select from pg_stat_activity
    where datname = current_database() and application_name = 'tilbake'
)
"""
_EMPTY: Final = (
    "set lock_timeout = '3s'; set client_min_messages = warning; "
    "drop schema public cascade; create schema public; grant usage on schema public to public;"
)
_FIELDS: Final = 3


class DumpFault(TilbakeError):
    """A backup or a restore did not happen; nothing was left half done."""


def backup(url: str, file: Path) -> None:
    """Write the database to a file that only its owner may read; an existing one is refused.

    Raises:
        DumpFault: the file exists, or pg_dump fails.
    """
    if file.exists():
        raise DumpFault(f"{file} exists already")
    part = file.with_name(f"{file.name}.part")
    try:
        part.touch(mode=0o600)
        place, password = _without_password(url)
        _run(
            "pg_dump",
            "--format=custom",
            "--no-owner",
            f"--file={part}",
            f"--dbname={place}",
            password=password,
        )
        with part.open("rb") as whole:
            os.fsync(whole.fileno())
        part.replace(file)
    except OSError as error:
        raise DumpFault(f"{file} cannot be written: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)


async def restore(url: str, file: Path, *, replace: bool = False) -> None:
    """Fill an empty database from a backup, or one whose contents go; all or nothing.

    Raises:
        DumpFault: the database is not empty, or in use, or the file is no backup or a broken one.
        MigrationFault: the backup was written by a newer release, or by a changed one.
        DatabaseAway: the database cannot be connected to.
    """
    check_backup(file)
    async with connection_of_owner(url) as connection:
        if await connection.fetchval(_HOLDS):
            if not replace:
                raise DumpFault("the database is not empty: take a new one, or --replace this one")
            if await connection.fetchval(_IN_USE):
                raise DumpFault("the database is in use by tilbake: stop its worker first")
        await connection.execute(_ENSURE_ROLE)
    await asyncio.to_thread(_fill, url, file, _EMPTY if replace else "")


def check_backup(file: Path) -> None:
    """Look whether a file is a backup that this release can read.

    Raises:
        DumpFault: it is none.
        MigrationFault: it was written by a newer release, or by a changed one.
    """
    check(compare(shipped(), _schema_of(file)))


def _fill(url: str, file: Path, before: str) -> None:
    """Read a backup in, in one transaction with what is to be done before."""
    place, password = _without_password(url)
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "restore.sql"
        _run("pg_restore", "--exit-on-error", "--no-owner", f"--file={script}", str(file))
        _run(
            "psql",
            "-Xq",
            "--single-transaction",
            "--set=ON_ERROR_STOP=1",
            "--output=/dev/null",
            f"--dbname={place}",
            f"--command={before}",
            f"--file={script}",
            password=password,
        )


def _schema_of(file: Path) -> list[Applied]:
    """Read which migrations a backup holds, without a database."""
    if not file.is_file():
        raise DumpFault(f"{file} does not exist")
    text = _run("pg_restore", "--data-only", "--table=schema_migration", "--file=-", str(file))
    rows = [line.split("\t") for line in text.splitlines() if line[:1].isdigit()]
    applied = [Applied(number=int(r[0]), name=r[1], sha256=r[2]) for r in rows if len(r) > _FIELDS]
    if not applied:
        raise DumpFault(f"{file} is not a backup of tilbake")
    return applied


def _without_password(url: str) -> tuple[str, str | None]:
    """Take the password out: arguments of a program can be read by every user of the host."""
    parts = urlsplit(url)
    if parts.password is None:
        return url, None
    place = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=f"{parts.username}@{place}").geturl(), unquote(parts.password)


def _run(name: str, *arguments: str, password: str | None = None) -> str:
    """Run a program; what it complains about becomes one line."""
    run = subprocess.run(
        [program(name), *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | ({"PGPASSWORD": password} if password else {}),
    )
    if run.returncode:
        lines = [line for line in run.stderr.splitlines() if line.startswith(f"{name}:")]
        said = lines[0].removeprefix(f"{name}:").strip() if lines else "it failed without a word"
        raise DumpFault(f"{name}: {said}")
    return run.stdout
