"""Each fault that was planted is found, with the way out; what is well is said to be."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from activities.ports import Append, Head, OutboxState, Settlement
from adapters.postgres.event_log import PostgresEventLog
from adapters.postgres.pool import Pool
from adapters.settings import Settings, SettingsFault
from adapters.temporal.embedded import (
    EmbeddedTemporal,
    RunningTemporal,
    embedded_temporal,
    free_port,
)
from adapters.temporal.keys import payload_keys
from adapters.vault.keyring import load_or_create_ring
from domain.ids import EmploymentId
from service.doctor import examine
from service.doctor_findings import Finding, Verdict
from service.follow_ups import FollowUps
from service.reach import connected
from service.recover import recover
from service.worker import ensure_delivery
from tests.support.database import unused_name
from tests.support.records import grade, outbox_row, records

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
HOUSE = ["settings", "payload keys", "key-encryption keys", "policy", "disk", "mails"]
WORK = ["steps", "reminders", "undeliverable", "chain"]


@pytest.fixture
def settings(tmp_path: Path, own_database_url: str) -> Settings:
    """A house with its keys and a database, and no Temporal."""
    payload_keys(tmp_path / "payload-keys.json", create=True)
    load_or_create_ring(tmp_path / "kek.json")
    return Settings(
        state_dir=tmp_path,
        database_url=SecretStr(own_database_url),
        temporal_address=f"127.0.0.1:{free_port()}",
    )


@pytest.fixture(scope="module")
async def temporal(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RunningTemporal]:
    config = EmbeddedTemporal(state_dir=tmp_path_factory.mktemp("temporal"), headless=True)
    async with embedded_temporal(config) as running:
        yield running


async def found(settings: Settings) -> dict[str, Finding]:
    return {one.check: one async for one in examine(lambda: settings, NOW)}


async def append(pool: Pool, employment: str, **more: object) -> None:
    batch = {"head": Head(), "records": records(grade(20)), "next_wake": NOW + timedelta(days=1)}
    whole = {**batch, **more, "employment": EmploymentId(employment)}
    await PostgresEventLog(pool).append(Append(**whole))  # type: ignore[arg-type]


def verdicts(findings: dict[str, Finding]) -> dict[str, str]:
    return {name: str(one.verdict) for name, one in findings.items()}


async def test_a_wrong_setting_is_the_only_thing_it_says(tmp_path: Path) -> None:
    def load() -> Settings:
        raise SettingsFault("TILBAKE_SMTP_PORT: must be a number")

    [one] = [finding async for finding in examine(load, NOW)]

    assert (one.check, one.verdict) == ("settings", Verdict.PROBLEM)
    assert "TILBAKE_SMTP_PORT" in one.text


async def test_where_nothing_runs_it_says_how_to_start(tmp_path: Path) -> None:
    findings = await found(Settings(state_dir=tmp_path))

    assert list(findings) == [*HOUSE, "database"]
    assert "tilbake up" in (findings["database"].way_out or "")
    assert findings["payload keys"].is_problem
    assert list_of(tmp_path) == []


async def test_a_house_that_is_well_is_said_to_be(settings: Settings, own_pool: Pool) -> None:
    await append(own_pool, "e-1", outbox=(outbox_row(EmploymentId("e-1"), "r", NOW),))

    findings = await found(settings)

    assert [name for name, one in findings.items() if one.verdict is not Verdict.OK] == ["Temporal"]
    assert list(findings) == [*HOUSE, "database", "schema", *WORK, "Temporal"]


async def test_files_that_are_not_as_they_should_be(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "kek.json").chmod(0o644)
    (tmp_path / "payload-keys.json").write_text("{}", "utf-8")
    (tmp_path / "policy.toml").write_text('version = "x"\nplan_days = 3\n', "utf-8")
    (tmp_path / "mail").write_text("in the way", "utf-8")

    findings = await found(settings.model_copy(update={"policy_file": tmp_path / "policy.toml"}))

    assert verdicts(findings) | dict.fromkeys(HOUSE[1:4], "problem") == verdicts(findings)
    assert findings["mails"].is_problem
    assert "chmod 600" in findings["key-encryption keys"].text
    assert "plan_days" in findings["policy"].text


async def test_a_mail_server_that_does_not_answer(settings: Settings) -> None:
    update = {"smtp_host": "127.0.0.1", "smtp_port": free_port(), "smtp_from": "a@example.org"}

    findings = await found(settings.model_copy(update=update))

    assert findings["mails"].is_problem


async def test_a_schema_that_is_behind_ends_the_search(
    settings: Settings, owner_pool: Pool
) -> None:
    await owner_pool.execute("delete from schema_migration where number > 1")

    findings = await found(settings)

    assert list(findings)[-1] == "schema"
    assert "tilbake db migrate" in findings["schema"].text


async def test_what_should_have_happened_and_did_not(settings: Settings, own_pool: Pool) -> None:
    long_ago = NOW - timedelta(days=7)
    rows = [outbox_row(EmploymentId("e-1"), f"r-{n}", long_ago) for n in range(3)]
    await append(own_pool, "e-1", next_wake=long_ago, outbox=tuple(rows))
    states = [OutboxState.FAILED, OutboxState.NO_RECIPIENT]
    ends = [Settlement(reminder=f"r-{n}", state=state) for n, state in enumerate(states)]
    head = (await PostgresEventLog(own_pool).load(EmploymentId("e-1"))).head
    await append(own_pool, "e-1", head=head, records=(), settled=tuple(ends), keep_wake=True)

    findings = await found(settings)

    assert verdicts(findings) | {
        "steps": "problem",
        "reminders": "problem",
        "undeliverable": "warning",
        "chain": "ok",
    } == verdicts(findings)
    assert findings["steps"].text.startswith("1 cases")
    assert "1 were refused" in findings["undeliverable"].text
    assert "1 had nobody" in findings["undeliverable"].text


async def test_an_event_that_was_changed(
    settings: Settings, own_pool: Pool, owner_pool: Pool
) -> None:
    await append(own_pool, "e-1")
    async with owner_pool.acquire() as connection:
        await connection.execute("set session_replication_role = replica")
        await connection.execute("update case_event set actor = 'somebody'")
        await connection.execute("reset session_replication_role")

    findings = await found(settings)

    assert findings["chain"].is_problem
    assert "e-1: event 1" in findings["chain"].text


async def test_open_cases_without_a_workflow_a_worker_or_a_delivery(
    settings: Settings, own_pool: Pool, temporal: RunningTemporal
) -> None:
    # A name and a queue that no other test uses, since the server is shared.
    employment, queue = unused_name("e"), unused_name("queue")
    await append(own_pool, employment)
    await append(own_pool, unused_name("e"), finished=True, next_wake=None)
    there = settings.model_copy(update={"temporal_address": temporal.address, "task_queue": queue})
    before = await found(there)

    client = await connected(there)
    told: list[tuple[int, int]] = []
    log, follow_ups = PostgresEventLog(own_pool), FollowUps(client, queue)
    count = await recover(log, follow_ups, lambda done, of: told.append((done, of)))
    await recover(log, follow_ups, lambda _done, _of: None)
    await ensure_delivery(client, queue)
    after = await found_at_last(there, "open cases")

    assert verdicts(before) | {
        "Temporal": "ok",
        "retention": "ok",
        "search attributes": "ok",
        "worker": "problem",
        "delivery": "problem",
        "open cases": "problem",
    } == verdicts(before)
    assert f"1 of 1 have no workflow that runs, such as {employment}" in before["open cases"].text
    assert (count, told) == (1, [(1, 1)])
    assert (after["delivery"].verdict, after["open cases"].verdict) == (Verdict.OK, Verdict.OK)


async def found_at_last(settings: Settings, check: str) -> dict[str, Finding]:
    """Temporal's list is a moment behind."""
    for _ in range(50):
        findings = await found(settings)
        if findings[check].verdict is Verdict.OK:
            return findings
    raise AssertionError(findings[check])


def list_of(folder: Path) -> list[Path]:
    return list(folder.iterdir())
