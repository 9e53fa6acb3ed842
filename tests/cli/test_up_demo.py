"""The demonstration that `tilbake up` puts into an empty house."""

from __future__ import annotations

import asyncio
import mailbox
import signal
from collections import Counter
from pathlib import Path

import asyncpg
import pytest

from adapters.clock import SystemClock
from domain.localtime import local_date
from service.demo_cases import cases
from tests.support.running_up import Up, begun, tilbake, up

pytestmark = pytest.mark.timeout(120)
PATIENCE = 20.0


async def told(one: Up) -> Counter[str]:
    """Count the facts of all logs by kind."""
    connection = await asyncpg.connect(one.running.database_url)
    try:
        found = await connection.fetch("select kind from case_event where actor = 'demo'")
    finally:
        await connection.close()
    return Counter(row[0] for row in found if row[0] in expected())


async def until_sent(one: Up) -> None:
    """Wait until no reminder waits any more."""
    connection = await asyncpg.connect(one.running.database_url)
    waiting = "select count(*) from outbox where state = 'pending'"
    try:
        async with asyncio.timeout(PATIENCE):
            while True:
                if not await connection.fetchval(waiting):
                    return
                await asyncio.sleep(0.1)
    finally:
        await connection.close()


def expected() -> Counter[str]:
    """What a whole demonstration tells, by kind."""
    today = local_date(SystemClock().now())
    return Counter(fact.kind for case in cases(today) for fact in case.facts)


def letters(state: Path) -> list[str]:
    return [str(letter) for letter in mailbox.Maildir(state / "mail", create=False)]


async def test_it_is_there_with_todays_mails(tmp_path: Path) -> None:
    state = tmp_path / "var"
    async with up(state) as one:
        await until_sent(one)
        facts = await told(one)
        listed = await tilbake(state, "case", "list", "--overdue")
        status = await one.end(signal.SIGTERM)
        mails = letters(state)

    assert (status, listed[0]) == (0, 0)
    assert facts == expected()
    assert mails


async def test_a_start_that_was_killed_half_way_goes_on_and_a_later_one_adds_nothing(
    tmp_path: Path,
) -> None:
    state = tmp_path / "var"
    one = await begun(state)
    try:
        await one.until("adding the demonstration")
    finally:
        await one.kill_tree()
    async with up(state) as two:
        after_two = await told(two)
        await two.end()
    async with up(state) as three:
        after_three = await told(three)
        adds_again = any("adding the demonstration" in line for line in three.lines)
        await three.end()

    assert after_two == expected()
    assert after_three == after_two
    assert not adds_again
