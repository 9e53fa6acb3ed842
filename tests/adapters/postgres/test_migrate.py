"""Migrations are applied once, in order, or not at all."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest

from adapters.postgres.migrate import (
    FileState,
    MigrationFault,
    migrate,
    ordered,
    require_current,
    shipped,
    status,
)
from adapters.postgres.pool import Pool
from tests.support.database import opened

ONE = ("0001_pre_one.sql", "create table one (x bigint)")
TWO = ("0002_post_two.sql", "create table two (x bigint)")
THREE = ("0003_pre_three.sql", "create table three (x bigint)")


async def tables(url: str) -> set[str]:
    connection = await asyncpg.connect(url)
    try:
        rows = await connection.fetch(
            "select relname from pg_class"
            " where relkind = 'r' and relnamespace = 'public'::regnamespace"
        )
    finally:
        await connection.close()
    return {row[0] for row in rows} - {"schema_migration"}


async def states(url: str, *files: tuple[str, str]) -> list[FileState]:
    connection = await asyncpg.connect(url)
    try:
        return [line.state for line in await status(connection, ordered(files))]
    finally:
        await connection.close()


async def test_the_shipped_files_apply_and_a_second_run_finds_nothing_to_do(
    empty_database_url: str,
) -> None:
    done = await migrate(empty_database_url)

    assert done == tuple(file.name for file in shipped())
    assert {"case_event", "case_view", "outbox", "person"} <= await tables(empty_database_url)
    assert await migrate(empty_database_url) == ()


async def test_the_program_starts_on_its_own_schema_only(
    own_pool: Pool, empty_database_url: str
) -> None:
    await require_current(own_pool)

    async with opened(empty_database_url, role=None) as bare:
        with pytest.raises(MigrationFault, match=r"0001_pre_event_log\.sql is not applied yet"):
            await require_current(bare)


async def test_status_of_an_empty_database_changes_nothing(empty_database_url: str) -> None:
    assert await states(empty_database_url, ONE, TWO) == [FileState.PENDING, FileState.PENDING]
    assert await tables(empty_database_url) == set()


async def test_only_pre_stops_before_the_first_post_file(empty_database_url: str) -> None:
    files = ordered([ONE, TWO, THREE])

    assert await migrate(empty_database_url, only_pre=True, files=files) == (ONE[0],)
    assert await migrate(empty_database_url, files=files) == (TWO[0], THREE[0])


@pytest.mark.parametrize(
    ("files", "state", "said"),
    [
        ([ONE, (TWO[0], "select 1")], FileState.CHANGED, "0002_post_two.sql was changed"),
        ([ONE], FileState.NEWER, "newer than this program"),
        ([TWO, THREE], FileState.MISSING, "0001_pre_one.sql was applied but is not part"),
    ],
)
async def test_files_that_do_not_fit_stop_before_anything_is_written(
    empty_database_url: str, files: list[tuple[str, str]], state: FileState, said: str
) -> None:
    await migrate(empty_database_url, files=ordered([ONE, TWO]))
    before = await tables(empty_database_url)

    with pytest.raises(MigrationFault, match=said):
        await migrate(empty_database_url, files=ordered(files))

    assert state in await states(empty_database_url, *files)
    assert await tables(empty_database_url) == before


async def test_a_file_numbered_before_an_applied_one_is_refused(empty_database_url: str) -> None:
    await migrate(empty_database_url, files=ordered([ONE, THREE]))

    with pytest.raises(MigrationFault, match="give it a new number"):
        await migrate(empty_database_url, files=ordered([ONE, TWO, THREE]))


async def test_a_file_that_fails_leaves_the_ones_before_it_and_nothing_of_its_own(
    empty_database_url: str,
) -> None:
    broken = (TWO[0], "create table two (x bigint); select * from nowhere")

    with pytest.raises(MigrationFault, match=r'0002_post_two\.sql failed: relation "nowhere"'):
        await migrate(empty_database_url, files=ordered([ONE, broken, THREE]))

    assert await tables(empty_database_url) == {"one"}
    assert await migrate(empty_database_url, files=ordered([ONE, TWO, THREE])) == (
        TWO[0],
        THREE[0],
    )


async def test_two_runs_at_once_apply_each_file_once(empty_database_url: str) -> None:
    files = ordered([ONE, TWO, THREE])

    runs = await asyncio.gather(*(migrate(empty_database_url, files=files) for _ in range(3)))

    assert sorted(runs) == [(), (), (ONE[0], TWO[0], THREE[0])]


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ([("1_pre_one.sql", "")], "is not named"),
        ([("0001_one.sql", "")], "is not named"),
        ([ONE, ("0001_pre_other.sql", "")], "has the number of 0001_pre_one.sql"),
    ],
)
def test_names_that_do_not_fit_are_refused(files: list[tuple[str, str]], said: str) -> None:
    with pytest.raises(MigrationFault, match=said):
        ordered(files)
