"""A running tilbake, used as people use it: its servers, a worker process, and the command line.

The command line runs in a thread of the test; everything it talks to is real.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.directory.ids import employment_id
from adapters.postgres.pool import Pool
from adapters.settings import PREFIX
from adapters.temporal.embedded import EmbeddedTemporal, embedded_temporal
from adapters.temporal.keys import payload_keys
from adapters.vault.keyring import load_or_create_ring
from adapters.vault.store import PostgresVault
from cli.main import main
from domain.ids import EmploymentId
from domain.localtime import local_date
from tests.support.database import opened
from tests.support.notes import Object, nav_note, period
from tests.support.people import ORGNR, employment, person, synthetic_id, unit
from tests.support.source import ROOT

EMPLOYEES = 250


@dataclass(frozen=True)
class Employee:
    """Someone whom no other test uses."""

    key: str
    number: str
    national_id: str
    employment: EmploymentId
    name: str

    def note(self, name: str, *periods: Object, **more: Any) -> Object:
        """Write a note of theirs as NAV does."""
        return nav_note(name, *periods, **more) | {"sykmeldt": {"fnr": self.national_id}}


@dataclass(frozen=True)
class Said:
    """What a command said, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        """The lines on standard error, without the program's name."""
        return [line.removeprefix("tilbake: ") for line in self.err.splitlines()]

    @property
    def json(self) -> Any:
        """The one object on standard output."""
        return json.loads(self.out)


@dataclass(frozen=True)
class Installation:
    """Where everything is."""

    state: Path
    environment: Mapping[str, str]
    pool: Pool
    vault: PostgresVault
    staff: list[Employee]

    def employee(self) -> Employee:
        """Give the next employee."""
        return self.staff.pop()


def staff_of(vault: PostgresVault, count: int) -> list[Employee]:
    """Make up employees."""
    return [
        Employee(
            key=f"ansatt{number}",
            number=f"{2000 + number}",
            national_id=synthetic_id(100 + number),
            employment=employment_id(vault.ring, f"post-{number}"),
            name=f"Ansatt{number} Prøvesen",
        )
        for number in range(count)
    ]


def directory_file(staff: list[Employee], as_of: date) -> dict[str, Any]:
    """Write the directory: a top, a ward, their leaders, HR, and the employees in the ward."""
    leaders = [("toppe", "top"), ("leda", "ward"), ("hanne", "top")]
    people = [person(key, number) for number, (key, _) in enumerate(leaders, start=1)]
    people += [
        {
            "id": one.key,
            "name": one.name,
            "national_id": one.national_id,
            "mail": f"{one.key}@example.org",
        }
        for one in staff
    ]
    posts = [employment(f"e-{key}", key, where) for key, where in leaders]
    posts += [
        employment(f"post-{number}", one.key, "ward", employee_no=one.number)
        for number, one in enumerate(staff)
    ]
    return {
        "format": 1,
        "scope": "full",
        "as_of": as_of.isoformat(),
        "units": [
            unit("top", manager="toppe", hr=["hanne"]),
            unit("ward", parent="top", manager="leda"),
        ],
        "people": people,
        "employments": posts,
    }


@asynccontextmanager
async def installed(url: str, state: Path) -> AsyncIterator[Installation]:
    """Run it all while the block runs, with a directory taken in by the command line."""
    payload_keys(state / "payload-keys.json", create=True)
    ring = load_or_create_ring(state / "kek.json")
    server = EmbeddedTemporal(state_dir=state, headless=True)
    async with opened(url) as pool, embedded_temporal(server) as temporal:
        environment = {
            f"{PREFIX}STATE_DIR": str(state),
            f"{PREFIX}DATABASE_URL": url,
            f"{PREFIX}TEMPORAL_ADDRESS": temporal.address,
            f"{PREFIX}POLICY_FILE": str(ROOT / "policies" / "demo.toml"),
        }
        vault = PostgresVault(pool, ring)
        staff = staff_of(vault, EMPLOYEES)
        house = Installation(state, environment, pool, vault, staff)
        path = state / "directory.json"
        # Dated back, so that tests may change it from any later day.
        as_of = local_date(datetime.now(UTC)) - timedelta(days=400)
        path.write_text(json.dumps(directory_file(staff, as_of)), encoding="utf-8")
        async with _worker(environment):
            yield house


@asynccontextmanager
async def _worker(environment: Mapping[str, str]) -> AsyncIterator[None]:
    inherited = {name: text for name, text in os.environ.items() if not name.startswith(PREFIX)}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(ROOT / "worker.py"),
        cwd=ROOT,
        env={**inherited, **environment},
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.terminate()
        await process.wait()


class CommandLine:
    """Runs commands and reads what they say."""

    def __init__(
        self,
        house: Installation,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
        folder: Path,
    ) -> None:
        self.house = house
        self.folder = folder
        self._capsys = capsys
        self._names = itertools.count(1)
        for name, text in house.environment.items():
            monkeypatch.setenv(name, text)

    async def __call__(self, *arguments: object) -> Said:
        """Run one command."""
        self._capsys.readouterr()
        code = await asyncio.to_thread(main, [str(one) for one in arguments])
        said = self._capsys.readouterr()
        return Said(code, said.out, said.err)

    async def ok(self, *arguments: object) -> Said:
        """Run one command that must be accepted."""
        said = await self(*arguments)
        assert (said.code, said.err) == (0, ""), said
        return said

    def file(self, content: str | bytes, suffix: str = ".json") -> Path:
        """Write a file of the test's own."""
        path = self.folder / f"file-{next(self._names)}{suffix}"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def notes(self, *notes: object) -> Path:
        """Write notes as an array."""
        return self.file(json.dumps(notes))

    async def away(self, one: Employee, first: date, days: int, **more: str) -> str:
        """Record an absence of an employee; give the case's id."""
        last = first + timedelta(days=days - 1)
        options = [part for name, text in more.items() for part in (f"--{name}", text)]
        said = await self.ok(
            "case", "open", one.employment, "--from", first, "--to", last, *options,
            "--format", "json",
        )  # fmt: skip
        return str(said.json["cases"][0]["case"])

    async def shown(self, who: str, *more: object) -> Any:
        """Read a case."""
        return (await self.ok("case", "show", who, *more, "--format", "json")).json

    async def history(self, who: str) -> list[Any]:
        """Read the events of a case."""
        said = await self.ok("case", "history", who, "--format", "json")
        return [json.loads(line) for line in said.out.splitlines()]

    async def told(self, who: str) -> list[Any]:
        """Read the events that people or imports told; what the system adds comes at any time."""
        return [event for event in await self.history(who) if event["actor"] != "system"]


__all__ = ["ORGNR", "CommandLine", "Employee", "Installation", "Said", "installed", "period"]
