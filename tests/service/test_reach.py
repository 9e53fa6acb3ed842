"""How a command finds the service: settings win, else the `up` of the state folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pydantic import SecretStr

from adapters.postgres.migrate import MigrationFault
from adapters.postgres.pool import DatabaseAway, Pool
from adapters.settings import Settings, secret
from adapters.state_dir import Running, alone_in, write_running
from adapters.temporal.embedded import free_port
from adapters.temporal.keys import payload_keys
from adapters.vault.errors import KeyFileUnusable
from service.reach import NotReached, located, reached

OF_UP = "postgresql://of-up"
OF_SETTINGS = "postgresql://of-settings"
_FORGET_LAST = """
delete from schema_migration where number = (select max(number) from schema_migration)
"""


@contextmanager
def an_up(state: Path, *, database: str | None, temporal: str | None) -> Iterator[None]:
    with alone_in(state):
        write_running(state, Running(pid=1, database_url=database, temporal_address=temporal))
        yield


def entries(folder: Path) -> list[Path]:
    return list(folder.iterdir())


def test_the_running_up_is_found(tmp_path: Path) -> None:
    with an_up(tmp_path, database=OF_UP, temporal="127.0.0.1:9"):
        found = located(Settings(state_dir=tmp_path))

    assert secret(found.database_url) == OF_UP
    assert found.temporal_address == "127.0.0.1:9"


def test_settings_win_over_a_running_up(tmp_path: Path) -> None:
    settings = Settings(
        state_dir=tmp_path, database_url=SecretStr(OF_SETTINGS), temporal_address="temporal:7233"
    )
    with an_up(tmp_path, database=OF_UP, temporal="127.0.0.1:9"):
        found = located(settings)

    assert secret(found.database_url) == OF_SETTINGS
    assert found.temporal_address == "temporal:7233"


def test_a_database_of_the_settings_is_not_joined_with_the_temporal_of_an_up(
    tmp_path: Path,
) -> None:
    settings = Settings(state_dir=tmp_path, database_url=SecretStr(OF_SETTINGS))
    with an_up(tmp_path, database=OF_UP, temporal="127.0.0.1:9"):
        found = located(settings)

    assert found.temporal_address == Settings().temporal_address


def test_an_up_on_a_database_of_the_settings_is_found_with_the_same_setting(
    tmp_path: Path,
) -> None:
    with an_up(tmp_path, database=None, temporal="127.0.0.1:9"):
        found = located(Settings(state_dir=tmp_path, database_url=SecretStr(OF_SETTINGS)))
        with pytest.raises(NotReached, match="TILBAKE_DATABASE_URL"):
            located(Settings(state_dir=tmp_path))

    assert found.temporal_address == "127.0.0.1:9"


def test_without_an_up_and_without_settings_the_way_out_is_said(tmp_path: Path) -> None:
    with pytest.raises(NotReached, match="start `tilbake up` or set TILBAKE_DATABASE_URL"):
        located(Settings(state_dir=tmp_path))


async def test_the_database_is_there_and_temporal_only_when_it_is_asked_for(
    tmp_path: Path, own_database_url: str
) -> None:
    payload_keys(tmp_path / "payload-keys.json", create=True)
    settings = Settings(
        state_dir=tmp_path,
        database_url=SecretStr(own_database_url),
        temporal_address=f"127.0.0.1:{free_port()}",
    )
    async with reached(settings) as house:
        assert await house.pool.fetchval("select count(*) from case_event") == 0
        with pytest.raises(NotReached, match="TILBAKE_TEMPORAL_ADDRESS"):
            await house.follow_ups()


async def test_a_database_that_is_away_is_one_line_without_its_password(tmp_path: Path) -> None:
    url = SecretStr(f"postgresql://me:secret@127.0.0.1:{free_port()}/tilbake")
    with pytest.raises(DatabaseAway) as caught:
        async with reached(Settings(state_dir=tmp_path, database_url=url)):
            pass

    assert "secret" not in str(caught.value)
    assert "TILBAKE_DATABASE_URL" in str(caught.value)


async def test_a_schema_of_another_release_is_refused(
    tmp_path: Path, own_database_url: str, owner_pool: Pool
) -> None:
    settings = Settings(state_dir=tmp_path, database_url=SecretStr(own_database_url))
    await owner_pool.execute(_FORGET_LAST)
    with pytest.raises(MigrationFault, match="tilbake db migrate"):
        async with reached(settings):
            pass


async def test_no_key_ring_is_made_by_looking(tmp_path: Path, own_database_url: str) -> None:
    settings = Settings(state_dir=tmp_path, database_url=SecretStr(own_database_url))
    async with reached(settings) as house:
        with pytest.raises(KeyFileUnusable):
            house.vault()
        with pytest.raises(KeyFileUnusable):
            await house.client()

    assert entries(tmp_path) == []
