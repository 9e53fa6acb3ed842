"""A backup holds everything, and goes back whole or not at all."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import asyncpg
import pytest

from activities.ports import Append, Head
from adapters.postgres.audit import verify
from adapters.postgres.dump import DumpFault, backup, restore
from adapters.postgres.event_log import PostgresEventLog
from adapters.postgres.migrate import MigrationFault, migrate
from adapters.postgres.pool import Pool
from domain.ids import EmploymentId
from tests.support.database import opened
from tests.support.records import case_row, grade, outbox_row, records

EMPLOYMENT = EmploymentId("e-1")


@pytest.fixture
async def dump(own_pool: Pool, own_database_url: str, tmp_path: Path) -> Path:
    """A backup of a database with one stream."""
    batch = Append(
        employment=EMPLOYMENT,
        head=Head(),
        records=records(grade(20), grade(40)),
        cases=(case_row(EMPLOYMENT),),
        outbox=(outbox_row(EMPLOYMENT, "r-1"),),
    )
    await PostgresEventLog(own_pool).append(batch)
    file = tmp_path / "tilbake.dump"
    backup(own_database_url, file)
    return file


async def count(url: str) -> int:
    connection = await asyncpg.connect(url)
    try:
        found: int = await connection.fetchval(
            "select count(*) from pg_class where relnamespace = 'public'::regnamespace"
        )
    finally:
        await connection.close()
    return found


def cut_off(file: Path, part: float) -> None:
    os.truncate(file, int(file.stat().st_size * part))


async def test_what_was_backed_up_is_there_again_and_verifies(
    dump: Path, empty_database_url: str, own_pool: Pool
) -> None:
    await restore(empty_database_url, dump)

    async with opened(empty_database_url) as restored:
        log = PostgresEventLog(restored)
        assert await log.load(EMPLOYMENT) == await PostgresEventLog(own_pool).load(EMPLOYMENT)
        assert (await verify(restored)).fault is None
        assert await restored.fetchval("select count(*) from outbox") == 1
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await restored.execute("delete from case_event")
        head = (await log.load(EMPLOYMENT)).head
        more = records(grade(), after=head, cause="after")
        assert await log.append(Append(employment=EMPLOYMENT, head=head, records=more))
    assert await migrate(empty_database_url) == ()


def test_a_backup_is_for_its_owner_only(dump: Path) -> None:
    assert stat.S_IMODE(dump.stat().st_mode) == 0o600
    assert [path.name for path in dump.parent.iterdir()] == [dump.name]


def test_a_backup_does_not_overwrite_another(dump: Path, own_database_url: str) -> None:
    before = dump.read_bytes()

    with pytest.raises(DumpFault, match="exists already"):
        backup(own_database_url, dump)

    assert dump.read_bytes() == before


async def test_a_database_with_anything_in_it_is_not_restored_into(
    dump: Path, own_database_url: str
) -> None:
    with pytest.raises(DumpFault, match="is not empty"):
        await restore(own_database_url, dump)


async def test_a_backup_of_a_newer_release_is_refused(
    own_database_url: str, empty_database_url: str, tmp_path: Path
) -> None:
    connection = await asyncpg.connect(own_database_url)
    await connection.execute(
        "insert into schema_migration (number, name, sha256) values (9000, '9000_pre_x.sql', 'x')"
    )
    await connection.close()
    backup(own_database_url, tmp_path / "newer.dump")

    with pytest.raises(MigrationFault, match=r"9000_pre_x\.sql is newer than this program"):
        await restore(empty_database_url, tmp_path / "newer.dump")

    assert await count(empty_database_url) == 0


@pytest.mark.parametrize("part", [0.3, 0.9, 0.99])
async def test_a_backup_that_was_cut_off_leaves_the_database_empty(
    dump: Path, empty_database_url: str, part: float
) -> None:
    cut_off(dump, part)

    with pytest.raises(DumpFault) as caught:
        await restore(empty_database_url, dump)

    assert "\n" not in str(caught.value)
    assert await count(empty_database_url) == 0


@pytest.mark.parametrize("content", [b"", b"not a dump", b"PGDMP\0\0"])
async def test_a_file_that_is_no_backup_is_refused_in_one_line(
    content: bytes, empty_database_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "other"
    file.write_bytes(content)

    with pytest.raises(DumpFault) as caught:
        await restore(empty_database_url, file)

    assert "\n" not in str(caught.value)


def test_a_server_that_cannot_be_reached_is_told_in_one_line(tmp_path: Path) -> None:
    url = "postgresql://me:secret@127.0.0.1:9/tilbake"
    with pytest.raises(DumpFault, match="pg_dump") as caught:
        backup(url, tmp_path / "none.dump")

    assert "secret" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []
