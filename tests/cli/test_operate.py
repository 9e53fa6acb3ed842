"""Commands for whoever runs the house, as a user types them."""

from __future__ import annotations

import json
from pathlib import Path

import asyncpg
import pytest

from activities.ports import Append, Head
from adapters.postgres.event_log import PostgresEventLog
from adapters.postgres.pool import Pool
from domain.ids import EmploymentId
from tests.support.records import grade, records
from tests.support.running_up import tilbake


@pytest.mark.parametrize(
    ("arguments", "way_out"),
    [
        (["recover"], "start `tilbake up`"),
        (["audit", "verify"], "start `tilbake up`"),
        (["backup", "x.dump"], "TILBAKE_DATABASE_URL"),
        (["db", "migrate"], "TILBAKE_DATABASE_URL"),
        (["restore", "x.dump"], "x.dump does not exist"),
        (["worker"], "TILBAKE_DATABASE_URL"),
    ],
    ids=" ".join,
)
async def test_without_a_house_the_way_out_is_one_line(
    tmp_path: Path, arguments: list[str], way_out: str
) -> None:
    code, said = await tilbake(tmp_path / "var", *arguments)

    [line] = said.splitlines()
    assert way_out in line
    assert code == 2


async def test_a_database_that_is_away_is_said_without_its_address(tmp_path: Path) -> None:
    url = "postgresql://me:secret@127.0.0.1:9/tilbake"
    for arguments in (["db", "migrate"], ["audit", "verify"], ["worker"]):
        code, said = await tilbake(tmp_path, *arguments, database_url=url)

        [line] = said.splitlines()
        assert code == 2
        assert "TILBAKE_DATABASE_URL" in line
        assert "secret" not in line


async def test_the_doctor_fails_with_a_problem_and_speaks_json(tmp_path: Path) -> None:
    code, said = await tilbake(tmp_path, "doctor", "--format", "json")
    _, shown = await tilbake(tmp_path, "doctor")

    findings = [json.loads(line) for line in said.splitlines()]
    assert code == 1
    assert [one["check"] for one in findings if one["verdict"] == "problem"] == [
        "payload keys",
        "key-encryption keys",
        "database",
    ]
    # The free space on the disk changes by itself.
    assert all(one["text"] in shown for one in findings if one["check"] != "disk")


async def test_migrations_say_what_they_did(tmp_path: Path, empty_database_url: str) -> None:
    first = await tilbake(tmp_path, "db", "migrate", database_url=empty_database_url)
    second = await tilbake(tmp_path, "db", "migrate", database_url=empty_database_url)

    assert "applied 0001_pre_event_log.sql" in first[1]
    assert second == (0, "the schema is up to date: nothing was changed\n")


async def test_a_backup_goes_there_and_back(
    tmp_path: Path, own_database_url: str, empty_database_url: str
) -> None:
    file = str(tmp_path / "tilbake.dump")
    out = await tilbake(tmp_path, "backup", file, database_url=own_database_url)
    back = await tilbake(tmp_path, "restore", file, database_url=empty_database_url)
    again = await tilbake(tmp_path, "restore", file, database_url=empty_database_url)
    replaced = await tilbake(
        tmp_path, "restore", file, "--replace", database_url=empty_database_url
    )

    assert (out[0], back[0], again[0], replaced[0]) == (0, 0, 2, 0)
    assert f"{tmp_path / 'kek.json'}" in out[1]
    assert "tilbake recover" in back[1]
    assert "--replace" in again[1]


async def test_a_changed_event_is_found(
    tmp_path: Path, own_database_url: str, own_pool: Pool
) -> None:
    batch = Append(employment=EmploymentId("e-1"), head=Head(), records=records(grade(20)))
    await PostgresEventLog(own_pool).append(batch)
    whole = await tilbake(tmp_path, "audit", "verify", database_url=own_database_url)
    unknown = await tilbake(tmp_path, "audit", "verify", "e-2", database_url=own_database_url)
    owner = await asyncpg.connect(own_database_url)
    await owner.execute("set session_replication_role = replica")
    await owner.execute("update case_event set actor = 'somebody'")
    await owner.close()
    broken = await tilbake(tmp_path, "audit", "verify", "e-1", database_url=own_database_url)

    assert whole == (0, "1 events of 1 employments checked\nthe chain is whole\n")
    assert unknown[0] == 2
    assert broken[0] == 1
    assert "tilbake: e-1: event 1 is not what was written" in broken[1]
