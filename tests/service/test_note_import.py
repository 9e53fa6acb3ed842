from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from adapters.formats.note_source import stream_notes
from service.imports import Counts, Terms
from service.note_import import NoteImport
from tests.support.imports import Cases, Queue, Refusals, Safe, Staff
from tests.support.notes import FNR, ORGNR, nav_note, period, sample


class Setting:
    """An import over cases, staff, a safe and HR's queue that outlive a run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.cases = Cases()
        self.staff = Staff({f"{FNR}@{ORGNR}": ["e-1"]})
        self.safe, self.queue, self.refusals = Safe(), Queue(), Refusals()

    async def run(self, *notes: Any, **terms: Any) -> Counts:
        path = self.folder / "notes.json"
        path.write_text(json.dumps(notes), encoding="utf-8")
        use_case = NoteImport(
            commander=self.cases,
            employments=self.staff,
            ledger=self.cases,
            sealer=self.safe,
            queue=self.queue,
            terms=Terms(**terms),
            refuse=self.refusals,
        )
        return await use_case.run(stream_notes([path]))

    def lines(self) -> list[str]:
        return [line.removeprefix(f"{self.folder}/") for line in self.refusals.lines]


@pytest.fixture
def setting(tmp_path: Path) -> Setting:
    return Setting(tmp_path)


async def test_a_note_goes_to_its_case_with_its_texts_sealed(setting: Setting) -> None:
    counts = await setting.run(sample(), live_from=date(2026, 2, 1))

    [(employment, command)] = setting.cases.executed
    assert counts == Counts(taken=1)
    assert (employment, command.id) == ("e-1", f"note/{sample()['sykmeldingId']}")
    assert command.live_from == date(2026, 2, 1)
    assert "Hev-senk-bord" in setting.safe.texts[0]
    travelling = command.model_dump_json()
    for secret in (FNR, ORGNR, "PRØVESEN", "Hev-senk-bord", "Lege"):
        assert secret not in travelling


async def test_the_same_notes_twice_change_nothing(setting: Setting) -> None:
    await setting.run(sample(), nav_note("n-1"))
    counts = await setting.run(nav_note("n-1"), sample())

    assert counts == Counts(known=2)
    assert len(setting.cases.executed) == 2
    assert len(setting.safe.texts) == 1


async def test_a_known_id_with_other_dates_is_refused(setting: Setting) -> None:
    await setting.run(nav_note("n-1"))
    counts = await setting.run(nav_note("n-1", period("2026-01-05", "2026-01-20")))

    assert counts == Counts(refused=1)
    assert setting.lines()[0].startswith("notes.json: [0]: sykmeldingId: this id is recorded with")


async def test_a_note_of_nobody_we_know_is_refused_with_its_place(setting: Setting) -> None:
    setting.staff = Staff({})

    counts = await setting.run(nav_note("n-1"))

    assert counts == Counts(refused=1)
    assert setting.lines() == [
        "notes.json: [0]: sykmeldt.fnr: nobody with this number and orgnr is employed on 2026-01-05"
    ]


async def test_a_note_for_two_posts_waits_for_hr(setting: Setting) -> None:
    setting.staff = Staff({f"{FNR}@{ORGNR}": ["e-2", "e-1", "e-2"]})

    first, again = await setting.run(sample()), await setting.run(sample())

    assert (first, again) == (Counts(queued=1), Counts(known=1))
    text, candidates = setting.queue.items[sample()["sykmeldingId"]]
    assert candidates == ("e-1", "e-2")
    assert "Hev-senk-bord" in (text or "")
    assert setting.cases.executed == []


async def test_a_note_that_hr_has_assigned_is_not_queued_again(setting: Setting) -> None:
    await setting.run(nav_note("n-1"))
    setting.staff = Staff({f"{FNR}@{ORGNR}": ["e-1", "e-2"]})

    assert await setting.run(nav_note("n-1")) == Counts(known=1)
    assert setting.queue.items == {}


async def test_a_bad_record_does_not_stop_the_others(setting: Setting) -> None:
    bad = nav_note("n-2", period("2026-02-05", "2026-01-20"))

    counts = await setting.run(nav_note("n-1"), bad, nav_note("n-3") | {"nytt": 1})

    assert counts == Counts(taken=2, refused=1, unknown_keys=1)
    assert setting.lines()[0].startswith("notes.json: [1].sykmeldingPerioder[0].fom: 2026-02-05")


async def test_what_the_case_refuses_is_a_refusal_with_its_field(setting: Setting) -> None:
    setting.cases.refusals = {"note/n-1": "employment_ended"}

    counts = await setting.run(nav_note("n-1"))

    assert counts == Counts(refused=1)
    assert setting.lines() == ["notes.json: [0]: on: no"]


async def test_a_dry_run_counts_and_records_nothing(setting: Setting) -> None:
    counts = await setting.run(sample(), nav_note("n-1"), {}, dry_run=True)

    assert (counts.taken, counts.refused) == (2, 1)
    assert setting.cases.executed == []
    assert setting.safe.texts == []
    setting.staff = Staff({f"{FNR}@{ORGNR}": ["e-1", "e-2"]})
    assert (await setting.run(sample(), dry_run=True)).queued == 1
    assert setting.queue.items == {}
