from __future__ import annotations

import asyncpg
import pytest

from adapters.postgres.access_log import Access, AccessLog
from adapters.postgres.pool import Pool
from domain.ids import CaseId


async def test_each_case_that_was_seen_is_a_row_of_its_own(own_pool: Pool) -> None:
    seen = [Access(case=CaseId("e-1/1"), person="p-1"), Access(case=CaseId("e-2/1"), person=None)]

    await AccessLog(own_pool).record("cli-1", "case list", seen, "asked for")

    rows = await own_pool.fetch("select * from access_log order by access_id")
    assert [(row["actor"], row["action"], row["case_id"], row["person_id"]) for row in rows] == [
        ("cli-1", "case list", "e-1/1", "p-1"),
        ("cli-1", "case list", "e-2/1", None),
    ]
    assert {row["reason"] for row in rows} == {"asked for"}


@pytest.mark.parametrize("change", ["update access_log set actor = ''", "delete from access_log"])
async def test_what_was_logged_can_be_neither_changed_nor_deleted(
    own_pool: Pool, owner_pool: Pool, change: str
) -> None:
    await AccessLog(own_pool).record("cli-1", "case show", [Access(case=None, person="p-1")])

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await own_pool.execute(change)
    with pytest.raises(asyncpg.RestrictViolationError):
        await owner_pool.execute(change)
