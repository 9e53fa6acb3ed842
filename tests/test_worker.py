"""The worker as a process of its own: ready when it says so, and gone when it is told to."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from pathlib import Path

import httpx2
import pytest

from adapters.settings import PREFIX
from adapters.temporal.connection import TemporalTarget, connect
from adapters.temporal.embedded import EmbeddedTemporal, embedded_temporal, free_port
from adapters.temporal.keys import payload_keys
from adapters.vault.keyring import load_or_create_ring
from service.follow_ups import FollowUps
from tests.support.steps import new_employment, note, telling

ROOT = Path(__file__).parents[1]


@asynccontextmanager
async def worker(state: Path, **settings: str) -> AsyncIterator[asyncio.subprocess.Process]:
    inherited = {name: text for name, text in os.environ.items() if not name.startswith(PREFIX)}
    told = {PREFIX + name.upper(): text for name, text in settings.items()}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(ROOT / "worker.py"),
        cwd=ROOT,
        env={**inherited, **told, f"{PREFIX}STATE_DIR": str(state)},
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def until_ready(url: str) -> dict[str, str]:
    async with asyncio.timeout(30), httpx2.AsyncClient() as client:
        while True:
            try:
                answer = await client.get(f"{url}/ready")
            except httpx2.ConnectError:
                await asyncio.sleep(0.05)
                continue
            if answer.status_code == HTTPStatus.OK:
                ready: dict[str, str] = answer.json()
                return ready


async def test_it_becomes_ready_follows_a_case_and_leaves_cleanly_when_asked(
    tmp_path: Path, own_database_url: str
) -> None:
    keys = payload_keys(tmp_path / "payload-keys.json", create=True)
    load_or_create_ring(tmp_path / "kek.json")
    port = free_port()
    server = EmbeddedTemporal(state_dir=tmp_path, headless=True)
    async with (
        embedded_temporal(server) as temporal,
        worker(
            tmp_path,
            database_url=own_database_url,
            temporal_address=temporal.address,
            health_port=str(port),
        ) as process,
    ):
        ready = await until_ready(f"http://127.0.0.1:{port}")
        client = await connect(TemporalTarget(address=temporal.address), keys)
        follow_ups = FollowUps(client, "tilbake")
        answer = await follow_ups.execute(new_employment(), telling(note()))
        process.send_signal(signal.SIGTERM)
        _, said = await asyncio.wait_for(process.communicate(), 60)

    lines = [json.loads(line) for line in said.decode().splitlines() if line.startswith("{")]
    assert ready == {"database": "ok", "temporal": "ok"}
    assert answer.accepted
    assert process.returncode == 0
    assert [line["event"] for line in lines if line["event"].startswith("worker_")] == [
        "worker_started",
        "worker_stopping",
        "worker_stopped",
    ]


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({}, "TILBAKE_DATABASE_URL"),
        ({"health_port": "eighty"}, "TILBAKE_HEALTH_PORT"),
    ],
)
async def test_a_wrong_setting_is_one_line_and_exit_code_two(
    tmp_path: Path, settings: dict[str, str], named: str
) -> None:
    async with worker(tmp_path, **settings) as process:
        _, said = await process.communicate()

    [line] = said.decode().splitlines()
    assert named in line
    assert process.returncode == 2
