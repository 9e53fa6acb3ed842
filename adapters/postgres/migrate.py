"""Applies the numbered SQL files, each in a transaction of its own, under an advisory lock.

What was applied is remembered with its checksum; a file that was changed, went missing or is
unknown to this program stops everything, before anything is written.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources
from typing import Final

import asyncpg

from adapters.postgres.pool import Connection, Pool, PooledConnection, connection_of_owner
from domain.refusals import TilbakeError

_LOCK: Final = 7_405_619_002
"""Any number that nothing else locks: two migrations never run at once."""
_NAME: Final = re.compile(r"(?P<number>\d{4})_(?P<phase>pre|post)_\w+\.sql")
_TABLE: Final = """
create table if not exists schema_migration (
    number bigint primary key,
    name text not null,
    sha256 text not null,
    applied_at timestamptz not null default now()
)
"""
_APPLIED: Final = "select number, name, sha256 from schema_migration order by number"


class MigrationFault(TilbakeError):
    """The schema and the files of this program do not fit; nothing was changed."""


class Phase(StrEnum):
    """Before the new release starts, or after the last one of the old has stopped."""

    PRE = "pre"
    POST = "post"


class FileState(StrEnum):
    """Where a migration stands."""

    APPLIED = "applied"
    PENDING = "pending"
    CHANGED = "changed"
    MISSING = "missing"
    NEWER = "newer"
    LATE = "late"


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """One numbered file."""

    number: int
    name: str
    phase: Phase
    sql: str

    @property
    def sha256(self) -> str:
        """Checksum of its text."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What the database remembers of a migration."""

    number: int
    name: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """One line of `status`."""

    number: int
    name: str
    state: FileState


_FAULTS: Final = {
    FileState.CHANGED: "{name} was changed after it was applied",
    FileState.MISSING: "{name} was applied but is not part of this program",
    FileState.NEWER: "{name} is newer than this program: use the release that wrote it",
    FileState.LATE: "{name} is not applied although a later one is: give it a new number",
}


def shipped() -> tuple[Migration, ...]:
    """Read the files that come with this program, in order.

    Raises:
        MigrationFault: a name that does not fit, or a number used twice.
    """
    folder = resources.files("adapters.postgres.migrations")
    files = sorted(
        (file for file in folder.iterdir() if file.name.endswith(".sql")), key=lambda f: f.name
    )
    return ordered([(file.name, file.read_text("utf-8")) for file in files])


def ordered(files: Sequence[tuple[str, str]]) -> tuple[Migration, ...]:
    """Make migrations of (name, text) pairs."""
    found: dict[int, Migration] = {}
    for name, sql in files:
        match = _NAME.fullmatch(name)
        if match is None:
            raise MigrationFault(f"{name} is not named NNNN_pre_what.sql or NNNN_post_what.sql")
        number = int(match["number"])
        if number in found:
            raise MigrationFault(f"{name} has the number of {found[number].name}")
        found[number] = Migration(number=number, name=name, phase=Phase(match["phase"]), sql=sql)
    return tuple(found[number] for number in sorted(found))


def compare(files: Sequence[Migration], applied: Sequence[Applied]) -> tuple[Status, ...]:
    """Set the files beside what the database remembers."""
    done = {one.number: one for one in applied}
    last_done = max(done, default=0)
    last_file = max((file.number for file in files), default=0)
    lines = []
    for file in files:
        was = done.pop(file.number, None)
        if was is None:
            state = FileState.PENDING if file.number > last_done else FileState.LATE
        else:
            state = FileState.APPLIED if was.sha256 == file.sha256 else FileState.CHANGED
        lines.append(Status(number=file.number, name=file.name, state=state))
    for number, was in done.items():
        state = FileState.NEWER if number > last_file else FileState.MISSING
        lines.append(Status(number=number, name=was.name, state=state))
    return tuple(sorted(lines, key=lambda line: line.number))


def check(lines: Sequence[Status]) -> None:
    """Refuse a schema that this program must not touch.

    Raises:
        MigrationFault: names the first file that does not fit.
    """
    for line in lines:
        if line.state in _FAULTS:
            raise MigrationFault(_FAULTS[line.state].format(name=line.name))


async def status(
    connection: Connection | PooledConnection, files: Sequence[Migration] | None = None
) -> tuple[Status, ...]:
    """Say where each migration stands, without changing anything."""
    exists = await connection.fetchval("select to_regclass('schema_migration') is not null")
    rows = await connection.fetch(_APPLIED) if exists else []
    applied = [Applied(number=row[0], name=row[1], sha256=row[2]) for row in rows]
    return compare(shipped() if files is None else files, applied)


async def require_current(pool: Pool) -> None:
    """Let the program start only on the schema that it was written for.

    Raises:
        MigrationFault: names the first file that is pending or does not fit.
    """
    async with pool.acquire() as connection:
        lines = await status(connection)
    check(lines)
    phases = {file.number: file.phase for file in shipped()}
    for line in lines:
        if line.state is FileState.PENDING and phases[line.number] is Phase.PRE:
            raise MigrationFault(f"{line.name} is not applied yet: run `tilbake db migrate`")


async def migrate(
    url: str, *, only_pre: bool = False, files: Sequence[Migration] | None = None
) -> tuple[str, ...]:
    """Apply what is pending, in order, and name it; `only_pre` stops before the first post file.

    Raises:
        MigrationFault: the files do not fit the database, or one of them fails.
        DatabaseAway: it cannot be connected to.
    """
    known = shipped() if files is None else tuple(files)
    async with connection_of_owner(url) as connection:
        await connection.execute("select pg_advisory_lock($1)", _LOCK)
        await connection.execute(_TABLE)
        lines = await status(connection, known)
        check(lines)
        pending = {line.number for line in lines if line.state is FileState.PENDING}
        return await _apply(connection, [f for f in known if f.number in pending], only_pre)


async def _apply(
    connection: Connection, pending: Sequence[Migration], only_pre: bool
) -> tuple[str, ...]:
    done = []
    for file in pending:
        if only_pre and file.phase is Phase.POST:
            break
        try:
            async with connection.transaction():
                await connection.execute(file.sql)
                await connection.execute(
                    "insert into schema_migration (number, name, sha256) values ($1, $2, $3)",
                    file.number,
                    file.name,
                    file.sha256,
                )
        except asyncpg.PostgresError as error:
            raise MigrationFault(f"{file.name} failed: {error}") from error
        done.append(file.name)
    return tuple(done)
