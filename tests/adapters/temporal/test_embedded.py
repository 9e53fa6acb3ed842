"""The embedded server: it survives what happens to a laptop."""

from __future__ import annotations

import os
import signal
import sqlite3
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client

from adapters.temporal.binary import binary_version, find_binary
from adapters.temporal.bootstrap import RETENTION, SEARCH_ATTRIBUTES, prepare_namespace
from adapters.temporal.embedded import EmbeddedTemporal, RunningTemporal, embedded_temporal
from adapters.temporal.errors import ServerFailed, StateDirInUse
from adapters.temporal.leftover import command_of, stop_leftover, write_pid


@pytest.fixture
def config(tmp_path: Path) -> EmbeddedTemporal:
    return EmbeddedTemporal(state_dir=tmp_path, headless=True)


@pytest.fixture
async def running(config: EmbeddedTemporal) -> AsyncIterator[RunningTemporal]:
    async with embedded_temporal(config) as server:
        yield server


async def sleep_somewhere(address: str, name: str) -> None:
    client = await Client.connect(address)
    await client.start_workflow("Sleeper", id=name, task_queue="nobody")


async def is_known(address: str, name: str) -> bool:
    client = await Client.connect(address)
    described = await client.get_workflow_handle(name).describe()
    return described.id == name


async def test_the_namespace_is_ready_when_the_server_is(running: RunningTemporal) -> None:
    client = await Client.connect(running.address)
    listed = await client.operator_service.list_search_attributes(
        ListSearchAttributesRequest(namespace="default")
    )
    described = await client.workflow_service.describe_namespace(
        DescribeNamespaceRequest(namespace="default")
    )

    assert set(SEARCH_ATTRIBUTES) <= set(listed.custom_attributes)
    assert described.config.workflow_execution_retention_ttl.ToTimedelta() == RETENTION


async def test_preparing_again_never_shortens_the_retention(running: RunningTemporal) -> None:
    client = await Client.connect(running.address)
    await prepare_namespace(client, retention=timedelta(days=3))
    described = await client.workflow_service.describe_namespace(
        DescribeNamespaceRequest(namespace="default")
    )

    assert described.config.workflow_execution_retention_ttl.ToTimedelta() == RETENTION


async def test_what_sleeps_is_there_after_a_clean_stop(config: EmbeddedTemporal) -> None:
    async with embedded_temporal(config) as first:
        await sleep_somewhere(first.address, "asleep")
    async with embedded_temporal(config) as second:
        assert await is_known(second.address, "asleep")

    assert second.process.returncode is not None
    assert not (config.state_dir / "temporal.pid").exists()


async def test_what_sleeps_is_there_after_the_server_was_killed(config: EmbeddedTemporal) -> None:
    async with embedded_temporal(config) as first:
        await sleep_somewhere(first.address, "asleep")
        os.kill(first.process.pid, signal.SIGKILL)
        await first.process.wait()
    async with embedded_temporal(config) as second:
        assert await is_known(second.address, "asleep")


async def test_a_server_left_over_by_a_killed_process_is_stopped(
    config: EmbeddedTemporal, tmp_path: Path
) -> None:
    async with embedded_temporal(config) as server:
        pid_file = tmp_path / "copy.pid"
        write_pid(pid_file, server.process.pid)
        stopped = await stop_leftover(pid_file, str(tmp_path / "temporal.db"))
        await server.process.wait()

    assert stopped
    assert server.process.returncode is not None


async def test_a_pid_that_now_belongs_to_another_program_is_left_alone(tmp_path: Path) -> None:
    pid_file = tmp_path / "temporal.pid"
    write_pid(pid_file, os.getpid())

    assert not await stop_leftover(pid_file, "no such marker anywhere")
    assert command_of(os.getpid())
    assert not pid_file.exists()


@pytest.mark.parametrize("text", ["", "not a number", "99999999"])
async def test_a_useless_pid_file_is_forgotten(tmp_path: Path, text: str) -> None:
    pid_file = tmp_path / "temporal.pid"
    pid_file.write_text(text)

    assert not await stop_leftover(pid_file, "temporal")


async def test_two_processes_do_not_share_the_files(
    config: EmbeddedTemporal, running: RunningTemporal
) -> None:
    with pytest.raises(StateDirInUse):
        async with embedded_temporal(config):
            pass
    assert running.process.returncode is None


async def test_its_file_may_be_deleted_while_nothing_runs(config: EmbeddedTemporal) -> None:
    async with embedded_temporal(config) as first:
        await sleep_somewhere(first.address, "asleep")
        os.kill(first.process.pid, signal.SIGKILL)
        await first.process.wait()
    (config.state_dir / "temporal.db").unlink()
    async with embedded_temporal(config) as second:
        client = await Client.connect(second.address)

        assert [one.id async for one in client.list_workflows()] == []


async def test_it_writes_ahead_and_through(config: EmbeddedTemporal) -> None:
    async with embedded_temporal(config):
        with sqlite3.connect(config.state_dir / "temporal.db") as database:
            mode = database.execute("PRAGMA journal_mode").fetchone()
        database.close()

    assert mode == ("wal",)


async def test_a_server_that_cannot_start_says_where_its_log_is(tmp_path: Path) -> None:
    broken = EmbeddedTemporal(state_dir=tmp_path, dynamic_config=("not a pair",))

    with pytest.raises(ServerFailed, match=r"temporal\.log"):
        async with embedded_temporal(broken):
            pass


async def test_a_missing_program_is_named(tmp_path: Path) -> None:
    with pytest.raises(ServerFailed, match="TILBAKE_TEMPORAL_CLI"):
        find_binary(tmp_path / "temporal")


async def test_the_version_of_the_server_is_told() -> None:
    assert "Server 1.32" in await binary_version(find_binary())
