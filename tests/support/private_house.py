"""The demonstration at work, and all that it keeps: where no name and no text may be read."""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from temporalio.client import Client

from activities.messages import CommandMessage
from adapters.directory.ids import employment_id
from adapters.embedded_postgres import program
from adapters.postgres.dump import backup
from adapters.temporal.embedded import DATABASE
from cli.output import EXIT_REFUSED
from domain.facts import GradeChanged
from domain.ids import EmploymentId
from domain.localtime import local_date
from service.demo import Demo
from service.demo_people import directory, employment_key
from service.follow_ups import workflow_id
from service.up import DEMO_POLICY
from tests.support.notes import Object, nav_note, period
from tests.support.readable import SHORTEST, cells
from tests.support.running_up import tilbake
from tests.support.source import ROOT
from tests.support.worker_house import WorkerHouse

PATIENCE: Final = 30.0
PAUSE: Final = 0.1
ASKED: Final = "alvilde"
"""Whose notes carry texts."""
TWO_POSTS: Final = "kolbein"
"""Who gets a second post, so that a note of theirs waits for HR."""
TEXTS: Final = {
    "beskrivelse": "Tunge løft går ikke; prøv et hev-senk-bord",
    "beskrivHensynArbeidsplassen": "Gradvis økning fra påske av",
    "tiltakArbeidsplassen": "Stille rom på kontoret",
    "meldingTilArbeidsgiver": "Ring gjerne før dere møtes i åpent landskap",
    "avventendeSykmelding": "Kan arbeide når oppgavene legges om",
}
"""What a practitioner writes, by field."""
PRACTITIONER: Final = {"navn": "Oddlaug Kvæfjordsen", "tlf": "22 98 76 54 32"}
STRANGER: Final = {"navn": "Ukjentmann Borteåsen", "fnr": "15817910030"}
"""Someone whom the directory does not have."""
SIGNAL: Final = "Ropemann Signalsen"
"""The name of a signal: Temporal keeps what its sender chose in clear, tilbake does not."""
TYPED: Final = "Eksempelbedr. avd. ved elva"
"""How a practitioner wrote the employer's name."""
PLANTED: Final = "Plantøya Finnesen"
"""Put where it must not be, so that the search has something to find."""
_UNSENT: Final = "select exists (select from outbox where state = 'pending')"
_PLAN = """
format = 1
employee_took_part = true
[tasks_and_ability]
text = "{words}"
[employer_measures]
text = "{words}"
[authority_measures]
not_relevant = "{words}"
[further_follow_up]
text = "{words}"
"""

_MAP: Final = """
[columns]
employee = "nr"
from = "fra"
to = "til"
code = "kode"

[codes]
EGM = "self_certified"
"""
_SAY_IT: Final = """
import logging, sys
from adapters.logging import set_up_logging
from adapters.settings import LogFormat, LogLevel
set_up_logging(LogFormat.JSON, LogLevel.DEBUG)
logging.getLogger("somewhere").debug("called %s", sys.argv[1])
"""


class PrivateHouse:
    """The demonstration, with more words in it than it has by itself."""

    def __init__(self, base: WorkerHouse, outside: Path) -> None:
        """Work in a house; files that people would import lie outside of it."""
        self.base = base
        self._outside = outside
        self._today = local_date(datetime.now(UTC))
        self._directory: Any = json.loads(json.dumps(directory(self._today)))
        for place, post in enumerate(self._directory["employments"]):
            # Four digits, as in the demonstration, stand anywhere by chance.
            post["employee_no"] = f"NR-4417{place:03}"
        self._people = {one["id"]: one for one in self._directory["people"]}
        self._posts = {one["id"]: one for one in self._directory["employments"]}

    @property
    def words(self) -> set[str]:
        """All that may be read nowhere."""
        names = {one["name"] for one in self._people.values()} | {STRANGER["navn"]}
        parts = {part for name in names for part in name.split() if len(part) >= SHORTEST}
        told = {one[key] for one in self._people.values() for key in ("national_id", "mail")}
        units = {one["name"] for one in self._directory["units"]}
        numbers = {one["employee_no"] for one in self._posts.values()}
        texts = {SIGNAL, *TEXTS.values(), *PRACTITIONER.values(), *STRANGER.values(), TYPED}
        return names | parts | told | units | numbers | texts

    async def live(self) -> None:
        """Let everything happen that brings words in."""
        base = self.base
        demo = Demo(
            state_dir=base.settings.state_dir,
            pool=base.pool,
            vault=base.vault,
            follow_ups=base.follow_ups,
        )
        await demo.ensure(self._today, lambda: None)
        await self._take_in_directory()
        await self._take_in_notes()
        await self._take_in_absences()
        await self._work_at_the_desk()
        await self._be_told_what_cannot_be_read()
        await self._until_delivered()

    async def _until_delivered(self) -> None:
        async with asyncio.timeout(PATIENCE):
            while True:
                if not await self.base.pool.fetchval(_UNSENT):
                    return
                await asyncio.sleep(PAUSE)

    async def _take_in_directory(self) -> None:
        key, post = f"{employment_key(TWO_POSTS)}-2", self._posts[employment_key(TWO_POSTS)]
        self._posts[key] = {**post, "id": key, "employee_no": "NR-4417999"}
        self._directory["employments"] = list(self._posts.values())
        await self.ok("directory", "import", self._file("directory.json", self._directory))

    async def _take_in_notes(self) -> None:
        good = [self._note("note-1", ASKED), self._note("note-2", TWO_POSTS)]
        bad = [
            self._note("note-3", ASKED) | {"sykmeldt": STRANGER},
            self._note("note-4", ASKED) | {"sykmeldingPerioder": [{"fom": STRANGER["navn"]}]},
            self._note("note-5", ASKED) | {"sykmeldingId": STRANGER["navn"]},
            self._note("note-6", ASKED) | {STRANGER["navn"]: TYPED},
        ]
        code, said = await self.tilbake("import", "notes", self._file("notes.json", good + bad))
        assert code == EXIT_REFUSED, said
        assert "1 for HR to assign" in said, said
        await self.ok("queue", "assign", "note-2", self.employment(TWO_POSTS))

    async def _take_in_absences(self) -> None:
        first, last = self._day(20), self._day(18)
        row = f"{self._posts[employment_key(ASKED)]['employee_no']};{first};{last};EGM"
        file = self._file("absences.csv", f"nr;fra;til;kode\n{row}\n")
        await self.ok("import", "absences", file, "--map", self._file("map.toml", _MAP))

    async def _work_at_the_desk(self) -> None:
        number = self._posts[employment_key(ASKED)]["employee_no"]
        plan = self._file("plan.toml", _PLAN.format(words=TYPED))
        await self.ok("case", "plan", "complete", "-n", number, "--text", plan)
        minutes = self._file("minutes.md", TYPED)
        called = ("--with", "employee", "--with", "manager", "--at", "10:00")
        day = self._day(-7)
        await self.ok("case", "meeting", "call", "-n", number, "--on", day, *called)
        comment = ("--version", "1", "--by", "employee", "--text", minutes)
        await self.ok("case", "plan", "comment", "-n", number, *comment)
        await self.ok("case", "show", "-n", number, "--names")

    async def _be_told_what_cannot_be_read(self) -> None:
        """Put names where none belong: as a value, as a field, as an id, in signals."""
        one, today = self.employment(ASKED), str(self._today)
        bodies: list[Object] = [
            {"on": STRANGER["navn"], "grade": 50},
            {"on": today, "grade": 50, STRANGER["navn"]: TYPED},
            {"on": today, "grade": 50, "source": TYPED},
        ]
        for number, body in enumerate(bodies):
            command = CommandMessage(
                id=f"bad-{number}", actor="hr-1", kind=GradeChanged.kind, body=body
            )
            answer = await self.base.follow_ups.execute(one, command)
            assert not answer.accepted
        handle = self.base.client.get_workflow_handle(workflow_id(one))
        for name in ("grading_changed", SIGNAL):
            await handle.signal(name, {"on": STRANGER["navn"], "kommentar": TYPED})
        # The signals come first, so they are through when this is answered.
        await self.ok("case", "contact", one, "--on", self._day(1), "--via", "phone")

    def _note(self, name: str, person: str) -> Object:
        """Write a note of someone in the demonstration, with words in each field that has any."""
        post = self._posts[employment_key(person)]
        unit = next(u for u in self._directory["units"] if u["id"] == post["units"][0]["unit"])
        who = self._people[post["person"]]
        first, last = str(self._day(3)), str(self._day(-30))
        return nav_note(
            name,
            period(first, first, avventendeSykmelding=TEXTS["avventendeSykmelding"]),
            period(
                str(self._day(2)),
                last,
                aktivitetIkkeMulig={"beskrivelse": TEXTS["beskrivelse"]},
            ),
        ) | {
            "sykmeldt": {"fnr": who["national_id"], "navn": who["name"]},
            "arbeidsgiver": {"orgnr": unit["orgnr"], "navn": TYPED},
            "behandler": PRACTITIONER,
            "oppfoelging": {
                "prognose": {"beskrivHensynArbeidsplassen": TEXTS["beskrivHensynArbeidsplassen"]},
                "tiltakArbeidsplassen": TEXTS["tiltakArbeidsplassen"],
                "meldingTilArbeidsgiver": TEXTS["meldingTilArbeidsgiver"],
            },
        }

    def employment(self, person: str) -> EmploymentId:
        """Give tilbake's id of someone's post."""
        return employment_id(self.base.vault.ring, employment_key(person))

    async def ok(self, *arguments: object) -> None:
        """Run a command that must be accepted."""
        code, said = await self.tilbake(*arguments)
        assert code == 0, said

    async def tilbake(self, *arguments: object) -> tuple[int, str]:
        """Run a command; give its exit code and what it said."""
        settings = self.base.settings
        return await tilbake(
            settings.state_dir,
            *(str(one) for one in arguments),
            database_url=settings.needed_database_url(),
            temporal_address=settings.temporal_address,
            policy_file=str(DEMO_POLICY),
        )

    def _day(self, before: int) -> date:
        return self._today - timedelta(days=before)

    def _file(self, name: str, content: object) -> Path:
        path = self._outside / name
        text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
        path.write_text(text, encoding="utf-8")
        return path


class Kept:
    """What a house keeps outside its vault, as bytes that can be searched."""

    def __init__(self, base: WorkerHouse, outside: Path) -> None:
        self._base = base
        self._state = base.settings.state_dir
        self._outside = outside

    async def all(self) -> dict[str, bytes]:
        """Read all three places."""
        return {"temporal": self._temporal(), "log": self._log(), "dump": await self._dump()}

    async def planted(self) -> dict[str, bytes]:
        """Read them after a name was put into each on the way that it would take."""
        await self._plant_in_temporal()
        spoken = await self._spoken()
        reason = "insert into access_log (actor, action, reason) values ('hr-1', 'show', $1)"
        await self._base.pool.execute(reason, PLANTED)
        found = await self.all()
        return found | {"log": found["log"] + spoken}

    def _temporal(self) -> bytes:
        """Its files as they are, with what it deleted, and each value by itself."""
        database = self._state / DATABASE
        files = (database, database.with_name(f"{DATABASE}-wal"), self._state / "temporal.log")
        return b"\n".join([*(file.read_bytes() for file in files), cells(database)])

    def _log(self) -> bytes:
        return (self._state / "worker.log").read_bytes()

    async def _dump(self) -> bytes:
        """A backup as SQL: the file itself is compressed."""
        with tempfile.TemporaryDirectory(dir=self._outside) as folder:
            file = Path(folder) / "tilbake.dump"
            await asyncio.to_thread(backup, self._base.settings.needed_database_url(), file)
            return await _output(program("pg_restore"), "--file=-", file)

    async def _plant_in_temporal(self) -> None:
        """Send a signal with a client that seals nothing."""
        client = await Client.connect(self._base.settings.temporal_address)
        one = await self._base.pool.fetchval("select min(employment_id) from event_stream")
        await client.get_workflow_handle(workflow_id(one)).signal("poke", PLANTED)

    async def _spoken(self) -> bytes:
        """Have a process of our own log it."""
        return await _output(sys.executable, "-c", _SAY_IT, PLANTED)


async def _output(*words: str | Path) -> bytes:
    process = await asyncio.create_subprocess_exec(
        *words, cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    said, _ = await process.communicate()
    assert process.returncode == 0, said
    return said
