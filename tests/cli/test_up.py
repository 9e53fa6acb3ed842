"""`tilbake up` as a process: it starts, survives being killed, and leaves nothing behind."""

from __future__ import annotations

import asyncio
import os
import signal
import stat
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import asyncpg
import httpx2
import pytest

from adapters.clock import SystemClock
from adapters.state_dir import Running, running_in
from adapters.temporal.embedded import EmbeddedTemporal, embedded_temporal
from domain.facts import GradeChanged
from domain.localtime import local_date
from tests.support.running_up import Up, begun, follow_ups_of, processes_of, tilbake, up
from tests.support.steps import new_employment, note, telling

pytestmark = pytest.mark.timeout(120)
YESTERDAY = local_date(SystemClock().now()) - timedelta(days=1)


async def rows(running: Running, sql: str) -> Sequence[asyncpg.Record]:
    connection = await asyncpg.connect(running.database_url)
    try:
        found: Sequence[asyncpg.Record] = await connection.fetch(sql)
    finally:
        await connection.close()
    return found


async def events_of(running: Running, employment: str) -> list[str]:
    sql = f"select kind from case_event where employment_id = '{employment}' order by seq"
    return [row[0] for row in await rows(running, sql)]


async def open_a_case(one: Up) -> str:
    employment = new_employment()
    follow_ups = await follow_ups_of(one)
    answer = await follow_ups.execute(employment, telling(note(YESTERDAY)))
    assert answer.accepted
    return employment


async def goes_on(one: Up, employment: str) -> bool:
    """Whether a case that was opened before still takes facts in, after those it had."""
    before = await events_of(one.running, employment)
    change = GradeChanged(on=YESTERDAY, grade=60)
    answer = await (await follow_ups_of(one)).execute(employment, telling(change, "later"))
    after = await events_of(one.running, employment)
    return "note_received" in before and answer.accepted and after[: len(before)] == before


def modes(folder: Path, *names: str) -> set[int]:
    return {stat.S_IMODE((folder / name).stat().st_mode) for name in names}


async def test_it_starts_says_where_it_is_and_ends_well_on_ctrl_c(tmp_path: Path) -> None:
    state = tmp_path / "var"
    async with up(state, "--no-demo") as one:
        running, said = one.running, "\n".join(one.lines)
        async with httpx2.AsyncClient() as client:
            health = await client.get(running.health_url or "")
        secret_modes = modes(state, "kek.json", "payload-keys.json", "running.json")
        status = await one.end(signal.SIGINT, group=True)

        assert health.json() == {"database": "ok", "temporal": "ok"}
        assert secret_modes == {0o600}
        for shown in ("not for production", running.temporal_address, running.temporal_ui):
            assert shown
            assert shown in said
        assert status == 0
        assert one.lines[-1] == "stopped"
        assert running_in(state) is None
        assert processes_of(state) == []


@pytest.mark.parametrize("group", [False, True], ids=["kill", "Ctrl-C"])
async def test_it_ends_well_when_it_is_told_to_before_it_is_up(
    tmp_path: Path, *, group: bool
) -> None:
    state = tmp_path / "var"
    one = await begun(state, "--no-demo")
    try:
        await one.until("setting up")

        assert await one.end(signal.SIGINT, group=group) == 0
        assert processes_of(state) == []
    finally:
        await one.kill_tree()
    async with up(state, "--no-demo") as again:
        assert await again.end(signal.SIGTERM) == 0


@pytest.mark.parametrize("tree", [False, True], ids=["parent alone", "whole tree"])
async def test_after_a_kill_the_next_start_goes_on_with_every_case(
    tmp_path: Path, *, tree: bool
) -> None:
    state = tmp_path / "var"
    async with up(state, "--no-demo") as one:
        employment = await open_a_case(one)
        if tree:
            await one.kill_tree()
        else:
            await one.kill_alone()
        assert bool(processes_of(state)) is not tree

        async with up(state, "--no-demo") as two:
            assert await goes_on(two, employment)
            assert await two.end() == 0
        assert processes_of(state) == []


async def test_a_second_up_on_the_same_state_is_refused_and_others_run_beside_it(
    tmp_path: Path,
) -> None:
    async with up(tmp_path / "a", "--no-demo") as one:
        refused = await begun(tmp_path / "a", "--no-demo")
        said, _ = await refused.process.communicate()
        async with up(tmp_path / "b", "--no-demo") as two:
            assert two.running.temporal_address != one.running.temporal_address
            assert await two.end() == 0

        [line] = [line for line in said.decode().splitlines() if line.startswith("tilbake: ")]
        assert f"{tmp_path / 'a'} is in use" in line
        assert refused.process.returncode == 2
        assert await goes_on(one, await open_a_case(one))


async def test_after_temporals_file_was_deleted_every_case_is_started_from_the_log(
    tmp_path: Path,
) -> None:
    state = tmp_path / "var"
    async with up(state, "--no-demo") as one:
        employment = await open_a_case(one)
        await one.end()
    for left in state.glob("temporal.db*"):
        left.unlink()
    async with up(state, "--no-demo") as two:
        assert any("1 of 1 open cases started again" in line for line in two.lines)
        assert await goes_on(two, employment)


async def test_other_commands_find_it_and_say_so_when_it_is_gone(tmp_path: Path) -> None:
    state = tmp_path / "var"
    async with up(state, "--no-demo") as one:
        await open_a_case(one)
        found = await tilbake(state, "recover")
        whole = await tilbake(state, "audit", "verify")
        await one.end()
    gone = await tilbake(state, "recover")

    assert found == (0, "1 open cases run\n")
    assert whole[0] == 0
    assert gone[0] == 2
    assert "start `tilbake up`" in gone[1]


async def test_servers_that_settings_name_are_used_instead_of_embedded_ones(
    tmp_path: Path, empty_database_url: str
) -> None:
    state, other = tmp_path / "var", tmp_path / "other"
    async with embedded_temporal(EmbeddedTemporal(state_dir=other, headless=True)) as temporal:
        settings = {"database_url": empty_database_url, "temporal_address": temporal.address}
        async with up(state, "--no-demo", **settings) as one:
            migrated = await asyncpg.connect(empty_database_url)
            count = await migrated.fetchval("select count(*) from schema_migration")
            await migrated.close()
            names = {path.name for path in state.iterdir()}
            running = one.running
            assert await one.end() == 0

    assert count
    assert not names & {"postgres", "temporal.db"}
    assert (running.database_url, running.temporal_address) == (None, None)


async def test_when_temporal_goes_away_it_stops_and_says_so(tmp_path: Path) -> None:
    state = tmp_path / "var"
    async with up(state, "--no-demo") as one:
        pid = int((state / "temporal.pid").read_text("ascii"))
        os.kill(pid, signal.SIGKILL)
        async with asyncio.timeout(40):
            rest, _ = await one.process.communicate()

        assert "Temporal stopped by itself" in rest.decode().splitlines()[-1]
        assert one.process.returncode == 1
        assert processes_of(state) == []


async def test_after_a_restore_what_the_backup_lacks_can_be_told_again(tmp_path: Path) -> None:
    """Temporal would answer a command that it remembers, although the log has lost it."""
    state, file = tmp_path / "var", str(tmp_path / "tilbake.dump")
    change = telling(GradeChanged(on=YESTERDAY, grade=60), "told-after-the-backup")
    async with up(state, "--no-demo") as one:
        employment = await open_a_case(one)
        backed_up = await tilbake(state, "backup", file)
        await (await follow_ups_of(one)).execute(employment, change)
        beside = await tilbake(state, "restore", file, "--replace")
        await one.end()
    restored = await tilbake(state, "restore", file, "--replace")
    async with up(state, "--no-demo") as two:
        before = await events_of(two.running, employment)
        answer = await (await follow_ups_of(two)).execute(employment, change)
        after = await events_of(two.running, employment)

    assert (backed_up[0], beside[0], restored[0]) == (0, 2, 0)
    assert "grade_changed" not in before
    assert answer.accepted
    assert "grade_changed" in after
