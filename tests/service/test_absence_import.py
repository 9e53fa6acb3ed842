from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from adapters.formats.absence_csv import stream_absences
from adapters.formats.absence_map import AbsenceMap, Columns, Meaning
from service.absence_import import AbsenceImport
from service.imports import Counts, Terms
from tests.support.imports import Cases, Refusals, Staff

MAP = AbsenceMap(
    columns=Columns(employee="no", first="from", last="to", percent="pct", code="code"),
    codes={
        "S": Meaning.SICK,
        "E": Meaning.SELF_CERTIFIED,
        "V": Meaning.VACATION,
        "X": Meaning.IGNORE,
    },
)
FRAME = ("17;2026-01-01;2026-01-01;100;V", "18;2026-01-31;2026-01-31;100;V")
SICK = "17;2026-01-05;2026-01-09;100;S"
SELF = "18;2026-01-12;2026-01-13;100;E"


class Setting:
    """An import over cases and staff that outlive a run; each file spans January."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "absences.csv"
        self.cases = Cases()
        self.staff = Staff({"17": ["e-17"], "18": ["e-18"], "19": ["e-19", "e-20"]})
        self.refusals = Refusals()

    async def run(self, *lines: str, allow_removals: bool = False, **terms: Any) -> Counts:
        rows = ["no;from;to;pct;code", *FRAME, *lines]
        self.path.write_text("\n".join(rows), encoding="utf-8")
        use_case = AbsenceImport(
            commander=self.cases,
            employments=self.staff,
            ledger=self.cases,
            terms=Terms(**terms),
            refuse=self.refusals,
            keyed=lambda text: f"k-{text}",
            allow_removals=allow_removals,
        )
        return await use_case.run(str(self.path), stream_absences(self.path, MAP))

    def kinds(self) -> list[tuple[str, str]]:
        return [(employment, command.kind) for employment, command in self.cases.executed]

    def lines(self) -> list[str]:
        return [line.removeprefix(f"{self.path}: ") for line in self.refusals.lines]


@pytest.fixture
async def setting(tmp_path: Path) -> Setting:
    """Begin after an import of the two rows that frame the month."""
    made = Setting(tmp_path)
    await made.run()
    made.cases.executed.clear()
    return made


async def test_new_rows_are_recorded_once(setting: Setting) -> None:
    first = await setting.run(SICK, SELF, live_from=date(2026, 1, 10))
    again = await setting.run(SELF, SICK)

    assert first == Counts(taken=2, known=2)
    assert again == Counts(known=4)
    assert setting.kinds() == [("e-17", "note_received"), ("e-18", "self_certified")]
    command = setting.cases.executed[0][1]
    assert command.id.startswith("row/")
    assert command.live_from == date(2026, 1, 10)


async def test_a_row_that_stands_twice_is_taken_once(setting: Setting) -> None:
    assert await setting.run(SICK, SICK) == Counts(taken=1, known=3)


async def test_a_removed_row_is_withdrawn(setting: Setting) -> None:
    await setting.run(SICK, SELF)
    setting.cases.executed.clear()

    counts = await setting.run()

    assert counts == Counts(known=2, withdrawn=2)
    assert sorted(setting.kinds()) == [("e-17", "note_withdrawn"), ("e-18", "row_withdrawn")]
    assert await setting.run() == Counts(known=2)


async def test_a_changed_row_is_recorded_before_the_old_one_is_withdrawn(setting: Setting) -> None:
    await setting.run(SICK)
    setting.cases.executed.clear()

    counts = await setting.run(SICK.replace(";100;", ";50;"))

    assert counts == Counts(taken=1, known=2, withdrawn=1)
    assert setting.kinds() == [("e-17", "note_received"), ("e-17", "note_withdrawn")]


async def test_a_row_that_comes_back_is_recorded_again_under_an_id_of_its_own(
    setting: Setting,
) -> None:
    for _ in range(2):
        assert (await setting.run(SICK)).taken == 1
        assert (await setting.run()).withdrawn == 1
    assert (await setting.run(SICK)).taken == 1
    assert await setting.run(SICK) == Counts(known=3)

    ids = [command.id for _, command in setting.cases.executed]
    assert len(set(ids)) == len(ids) == 5


async def test_a_row_outside_the_days_of_the_file_is_left_alone(setting: Setting) -> None:
    await setting.run("17;2026-02-02;2026-02-06;100;S")

    assert await setting.run() == Counts(known=2)


async def test_a_person_with_a_row_that_could_not_be_read_loses_none(setting: Setting) -> None:
    await setting.run(SICK, SELF)

    counts = await setting.run("17;2026-01-05;oops;100;S")

    assert counts == Counts(known=2, refused=1, withdrawn=1)
    assert setting.kinds()[-1] == ("e-18", "row_withdrawn")
    assert setting.lines() == ["line 4: to: is not a date in the format of the map"]


@pytest.mark.parametrize("code", ["S", "Q"])
async def test_a_person_with_an_unknown_code_or_two_posts_loses_none(
    setting: Setting, code: str
) -> None:
    frame = "18;2026-01-01;2026-01-01;100;V"
    await setting.run(frame, SICK, SELF)
    if code == "S":
        setting.staff = Staff({"17": ["e-17", "e-21"], "18": ["e-18"]})

    counts = await setting.run(frame, f"17;2026-01-05;2026-01-08;100;{code}")

    assert counts.withdrawn == 1
    assert setting.kinds()[-1] == ("e-18", "row_withdrawn")


async def test_nothing_is_withdrawn_when_a_row_names_nobody(setting: Setting) -> None:
    await setting.run(SICK, SELF)

    assert await setting.run(";2026-01-05;2026-01-06;100;S") == Counts(known=2, refused=1)


async def test_half_a_file_withdraws_nothing_unless_removals_are_allowed(setting: Setting) -> None:
    many = [f"17;2026-01-{day:02d};2026-01-{day:02d};100;V" for day in range(2, 20)]
    await setting.run(*many)

    stopped = await setting.run()
    allowed = await setting.run(allow_removals=True)

    assert stopped == Counts(known=2, refused=1)
    assert setting.lines() == ["18 of 20 rows are gone; allow removals if that is meant"]
    assert allowed == Counts(known=2, withdrawn=18)


async def test_what_cannot_be_placed_is_refused_or_counted(setting: Setting) -> None:
    counts = await setting.run(
        "99;2026-01-05;2026-01-06;100;S",
        "19;2026-01-05;2026-01-06;100;S",
        "17;2026-01-05;2026-01-06;100;X",
        "17;2026-01-05;2026-01-06;100;Q",
        "18;2026-01-05;2026-01-06;100;Q",
    )

    assert (counts.refused, counts.ignored, counts.unknown_codes) == (2, 1, {"Q": 2})
    assert setting.lines() == [
        "line 4: no employment has this employee number on 2026-01-05",
        "line 5: several employments have this employee number on 2026-01-05",
    ]


async def test_what_the_case_refuses_is_a_refusal(setting: Setting) -> None:
    await setting.run(SICK)
    known = next(row for row, one in setting.cases.known.items() if one.is_note)
    setting.cases.refusals = {f"row/{known}/withdrawn": "employment_ended"}

    assert await setting.run() == Counts(known=2, refused=1)
    assert setting.lines() == ["a removed row is not withdrawn: no"]


async def test_a_dry_run_counts_and_records_nothing(setting: Setting) -> None:
    await setting.run(SICK)
    setting.cases.executed.clear()

    counts = await setting.run(SELF, dry_run=True)

    assert counts == Counts(taken=1, known=2, withdrawn=1)
    assert setting.cases.executed == []
