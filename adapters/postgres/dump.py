"""Backup into one file and restore into an empty database, with PostgreSQL's own programs."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

import asyncpg

from adapters.embedded_postgres import program
from adapters.postgres.migrate import Applied, check, compare, shipped
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


async def restore(url: str, file: Path) -> None:
    """Fill an empty database from a backup, all or nothing.

    Raises:
        DumpFault: the database is not empty, or the file is no backup or a broken one.
        MigrationFault: the backup was written by a newer release, or by a changed one.
    """
    check(compare(shipped(), _schema_of(file)))
    connection = await asyncpg.connect(url)
    try:
        if await connection.fetchval(_HOLDS):
            raise DumpFault("the database is not empty: restore goes into a new one")
        await connection.execute(_ENSURE_ROLE)
    finally:
        await connection.close()
    place, password = _without_password(url)
    _run(
        "pg_restore",
        "--single-transaction",
        "--exit-on-error",
        "--no-owner",
        f"--dbname={place}",
        str(file),
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
        lines = [line for line in run.stderr.splitlines() if line.startswith(f"{name}: ")]
        said = lines[0].removeprefix(f"{name}: ") if lines else "it failed without a word"
        raise DumpFault(f"{name}: {said}")
    return run.stdout
