"""A backup of the embedded house goes back, and the next `up` goes on from it."""

from __future__ import annotations

from pathlib import Path

import asyncpg
import pytest
from pydantic import SecretStr

from activities.ports import Append, Head
from adapters.postgres.dump import DumpFault
from adapters.postgres.event_log import PostgresEventLog
from adapters.postgres.migrate import migrate
from adapters.settings import Settings
from adapters.state_dir import Running, alone_in, write_running
from domain.ids import EmploymentId
from service.backup import NoDatabase, back_up, bring_back, keys_outside, lift
from service.servers import postgres_in
from tests.support.database import opened
from tests.support.records import grade, records

EMPLOYMENT = EmploymentId("e-1")


async def write(url: str, employment: EmploymentId = EMPLOYMENT) -> None:
    async with opened(url) as pool:
        batch = Append(employment=employment, head=Head(), records=records(grade(20)))
        await PostgresEventLog(pool).append(batch)


async def streams(url: str) -> list[str]:
    async with opened(url) as pool:
        return [end.employment for end in await PostgresEventLog(pool).all_streams()]


def left_of_temporal(state: Path) -> list[Path]:
    return list(state.glob("temporal.db*"))


async def test_an_embedded_house_that_stands_still_is_backed_up_and_replaced(
    tmp_path: Path,
) -> None:
    settings, file = Settings(state_dir=tmp_path / "var"), tmp_path / "tilbake.dump"
    settings.state_dir.mkdir()
    async with postgres_in(settings.state_dir) as server:
        await migrate(server.url)
        await write(server.url)
    await back_up(settings, file)
    async with postgres_in(settings.state_dir) as server:
        await write(server.url, EmploymentId("e-later"))
    (settings.state_dir / "temporal.db").touch()
    (settings.state_dir / "temporal.db-wal").touch()

    with pytest.raises(DumpFault, match="not empty"):
        await bring_back(settings, file, replace=False)
    await bring_back(settings, file, replace=True)

    async with postgres_in(settings.state_dir) as server:
        assert await streams(server.url) == [EMPLOYMENT]
    assert left_of_temporal(settings.state_dir) == []


async def test_a_restore_goes_into_a_new_folder_and_lifts_the_schema(
    tmp_path: Path, own_database_url: str
) -> None:
    file = tmp_path / "tilbake.dump"
    await write(own_database_url)
    await back_up(Settings(database_url=SecretStr(own_database_url)), file)

    applied = await bring_back(Settings(state_dir=tmp_path / "new"), file, replace=False)

    async with postgres_in(tmp_path / "new") as server:
        assert await streams(server.url) == [EMPLOYMENT]
    assert applied == ()


async def test_what_is_in_use_is_not_replaced(tmp_path: Path, own_database_url: str) -> None:
    settings, file = Settings(database_url=SecretStr(own_database_url)), tmp_path / "tilbake.dump"
    await write(own_database_url)
    await back_up(settings, file)

    async with opened(own_database_url):
        with pytest.raises(DumpFault, match="in use"):
            await bring_back(settings, file, replace=True)

    assert await streams(own_database_url) == [EMPLOYMENT]


async def test_a_replacement_that_fails_leaves_everything_as_it_was(
    tmp_path: Path, own_database_url: str
) -> None:
    settings, file = Settings(database_url=SecretStr(own_database_url)), tmp_path / "tilbake.dump"
    await write(own_database_url)
    await back_up(settings, file)
    connection = await asyncpg.connect(own_database_url)
    await connection.execute("create schema other; create view other.v as select 1 from outbox")
    holder = await asyncpg.connect(own_database_url)
    transaction = holder.transaction()
    await transaction.start()
    await holder.execute("lock table outbox in access share mode")
    try:
        with pytest.raises(DumpFault, match="psql") as caught:
            await bring_back(settings, file, replace=True)
    finally:
        await transaction.rollback()
        await holder.close()
        await connection.close()

    assert "\n" not in str(caught.value)
    assert await streams(own_database_url) == [EMPLOYMENT]


async def test_a_restore_beside_a_running_up_is_refused(tmp_path: Path) -> None:
    with alone_in(tmp_path):
        here = Running(pid=1, database_url="postgresql://of-up", temporal_address=None)
        write_running(tmp_path, here)
        with pytest.raises(NoDatabase, match="stop it first"):
            await bring_back(Settings(state_dir=tmp_path), tmp_path / "x.dump", replace=True)


async def test_where_there_is_no_database_there_is_nothing_to_back_up_or_lift(
    tmp_path: Path,
) -> None:
    settings = Settings(state_dir=tmp_path / "none")
    with pytest.raises(NoDatabase, match="TILBAKE_DATABASE_URL"):
        await back_up(settings, tmp_path / "x.dump")
    with pytest.raises(NoDatabase, match="--state-dir"):
        await lift(settings, only_pre=False)


async def test_migrations_that_were_applied_are_named(empty_database_url: str) -> None:
    settings = Settings(database_url=SecretStr(empty_database_url))

    first = await lift(settings, only_pre=True)

    assert first[0] == "0001_pre_event_log.sql"
    assert await lift(settings, only_pre=False) == ()


def test_the_keys_that_are_not_in_a_backup_are_named() -> None:
    settings = Settings(state_dir=Path("var"), keys=SecretStr("a ring"))

    assert keys_outside(settings) == ("var/kek.json", "TILBAKE_KEYS")
