"""PostgreSQL, Temporal and a worker process of their own, wired as an operator wires them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr
from temporalio.client import Client

from adapters.postgres.pool import Pool
from adapters.settings import Settings
from adapters.temporal.connection import connect
from adapters.temporal.embedded import EmbeddedTemporal, embedded_temporal
from adapters.temporal.keys import payload_keys
from adapters.vault.keyring import load_or_create_ring
from adapters.vault.store import PostgresVault
from service.follow_ups import FollowUps
from service.up import DEMO_POLICY
from tests.support.database import opened
from tests.support.worker_runs import WorkerRuns


@dataclass(frozen=True, kw_only=True)
class WorkerHouse:
    """Where everything is."""

    settings: Settings
    pool: Pool
    client: Client
    vault: PostgresVault
    worker: WorkerRuns
    """Not started yet."""

    @property
    def follow_ups(self) -> FollowUps:
        """The way in."""
        return FollowUps(self.client, self.settings.task_queue)


@asynccontextmanager
async def worker_house(url: str, state: Path, **settings: str) -> AsyncIterator[WorkerHouse]:
    """Set it all up around a migrated database; whatever worker is left in the end is killed."""
    keys = payload_keys(state / "payload-keys.json", create=True)
    ring = load_or_create_ring(state / "kek.json")
    server = EmbeddedTemporal(state_dir=state, headless=True)
    async with opened(url) as pool, embedded_temporal(server) as temporal:
        told: dict[str, object] = {
            "state_dir": state,
            "temporal_address": temporal.address,
            "policy_file": DEMO_POLICY,
            **settings,
        }
        found = Settings.model_validate({**told, "database_url": SecretStr(url)})
        worker = WorkerRuns(state / "worker.log", {**told, "database_url": url})
        try:
            yield WorkerHouse(
                settings=found,
                pool=pool,
                client=await connect(found.temporal_target(), keys),
                vault=PostgresVault(pool, ring),
                worker=worker,
            )
        finally:
            await worker.end()
