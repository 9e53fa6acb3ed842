"""The container files name only what exists, and give nobody more than needed."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Mapping
from typing import TypedDict, cast

import pytest
import yaml

from adapters.settings import PREFIX, Settings
from adapters.temporal.bootstrap import RETENTION, SEARCH_ATTRIBUTES
from adapters.vault.keyring import ring_from_text
from tests.support.source import PACKAGES, ROOT

DEPLOY = ROOT / "deploy"
KNOWN = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
ASSIGNED = re.compile(r"^#?([A-Z][A-Z0-9_]*)=", re.MULTILINE)
ASKED = re.compile(r"\$\{([A-Z][A-Z0-9_]*)")
MADE_BY_HAND = {"tilbake.env", "./keys"}
"""What deploy/README.md tells the operator to make; never in the repository."""


class Service(TypedDict, total=False):
    """The parts of a service that are looked at."""

    build: Mapping[str, str]
    command: list[str]
    depends_on: Mapping[str, object]
    entrypoint: list[str]
    environment: Mapping[str, str]
    env_file: list[str]
    ports: list[str]
    read_only: bool
    volumes: list[str]


def services() -> Mapping[str, Service]:
    loaded = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    return cast("Mapping[str, Service]", loaded["services"])


def containerfile() -> list[str]:
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def test_every_file_that_a_service_mounts_or_reads_exists() -> None:
    named = {
        source
        for service in services().values()
        for source in [
            *(volume.split(":")[0] for volume in service.get("volumes", [])),
            *service.get("env_file", []),
        ]
        if source.startswith(".") or source.endswith(".env")
    }

    assert {name for name in named - MADE_BY_HAND if not (DEPLOY / name).exists()} == set()
    assert named >= MADE_BY_HAND


def test_a_service_waits_only_for_services_that_exist() -> None:
    awaited = {name for service in services().values() for name in service.get("depends_on", {})}

    assert awaited <= set(services())


def test_compose_sets_only_settings_that_exist() -> None:
    told = {
        name
        for service in services().values()
        for name in service.get("environment", {})
        if name.startswith(PREFIX)
    }

    assert told
    assert told <= KNOWN


def test_compose_asks_only_for_what_its_example_lists() -> None:
    asked = set(ASKED.findall((DEPLOY / "compose.yaml").read_text(encoding="utf-8")))
    listed = set(ASSIGNED.findall((DEPLOY / "compose.env.example").read_text(encoding="utf-8")))

    assert asked == listed


def test_the_settings_example_lists_every_setting_and_no_other() -> None:
    listed = ASSIGNED.findall((DEPLOY / "env.example").read_text(encoding="utf-8"))

    assert sorted(listed) == sorted(KNOWN)


def test_the_worker_never_sees_the_owners_password() -> None:
    told = " ".join(services()["worker"]["environment"].values())

    assert "DB_WORKER_PASSWORD" in told
    assert "OWNER" not in told


def test_no_database_or_temporal_port_is_published() -> None:
    assert [name for name, service in services().items() if service.get("ports")] == []


@pytest.mark.parametrize("name", ["migrate", "worker"])
def test_our_own_containers_have_a_read_only_root(name: str) -> None:
    assert services()[name]["read_only"] is True


def test_the_image_copies_only_what_exists() -> None:
    copied = {
        source
        for line in containerfile()
        if line.startswith("COPY ") and "--from=" not in line
        for source in line.split()[1:-1]
    }

    assert copied >= set(PACKAGES)
    assert {name for name in copied if not (ROOT / name).exists()} == set()


def test_the_image_copies_nothing_that_the_ignore_file_keeps_out() -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    let_in = {line[1:] for line in ignored if line.startswith("!")}
    copied = {
        source
        for line in containerfile()
        if line.startswith("COPY ") and "--from=" not in line
        for source in line.split()[1:-1]
    }

    assert ignored[0] == "*"
    assert copied == let_in


def test_the_image_does_not_run_as_root() -> None:
    users = [line.split()[1] for line in containerfile() if line.startswith("USER ")]

    assert users == ["10001:10001"]


def test_the_image_sets_only_settings_that_exist() -> None:
    told = set(re.findall(rf"\b({PREFIX}[A-Z_]+)=", "\n".join(containerfile())))

    assert told
    assert told <= KNOWN


def test_every_install_in_the_image_checks_hashes_or_fetches_nothing() -> None:
    installs = re.findall(r"pip install ([^&]*)", "\n".join(containerfile()))

    safe = [text for text in installs if "--require-hashes" in text or "--no-index" in text]
    assert installs
    assert safe == installs


def test_the_namespace_script_registers_what_workflows_upsert() -> None:
    script = (DEPLOY / "scripts/temporal-namespace.sh").read_text(encoding="utf-8")
    pairs = dict(re.findall(r"\b(\w+):(Keyword|Int)\b", script))
    hours = {int(found) for found in re.findall(r"--retention (\d+)h", script)}

    assert pairs == dict(SEARCH_ATTRIBUTES)
    assert hours == {int(RETENTION.total_seconds()) // 3600}


def test_a_new_key_ring_is_one_that_the_service_reads() -> None:
    made = subprocess.run(
        [sys.executable, DEPLOY / "scripts/new_key_ring.py"],
        check=True,
        capture_output=True,
        text=True,
    )

    ring = ring_from_text(made.stdout)

    assert list(ring.keys) == [ring.current]
