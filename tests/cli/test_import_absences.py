from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta

import pytest

from domain.localtime import local_date
from tests.support.installation import CommandLine, Employee

TODAY = local_date(datetime.now(UTC))
HEADER = "Ansattnr;Fra;Til;Prosent;Kode"
MAP = """
date_format = "DD.MM.YYYY"

[columns]
employee = "Ansattnr"
from = "Fra"
to = "Til"
percent = "Prosent"
code = "Kode"

[codes]
SYK = "sick"
EGM = "self_certified"
FER = "vacation"
KURS = "ignore"
"""


class Payroll:
    """Files over days of the test's own: a file withdraws what it lacks of the days it spans."""

    def __init__(self, tilbake: CommandLine, last_day: date) -> None:
        self.tilbake = tilbake
        self.map = tilbake.file(MAP, suffix=".toml")
        self._last_day = last_day

    def day(self, number: int) -> date:
        """Count days back from the last."""
        return self._last_day - timedelta(days=number)

    def row(
        self, one: Employee, first: int, last: int, code: str = "SYK", percent: str = "100"
    ) -> str:
        days = [f"{self.day(number):%d.%m.%Y}" for number in (first, last)]
        return ";".join([one.number, *days, percent, code])

    def arguments(self, *rows: str) -> list[object]:
        file = self.tilbake.file("\n".join([HEADER, *rows, ""]), suffix=".csv")
        return ["import", "absences", file, "--map", self.map]


@pytest.fixture(scope="session")
def windows() -> itertools.count[int]:
    return itertools.count()


@pytest.fixture
def payroll(tilbake: CommandLine, windows: itertools.count[int]) -> Payroll:
    return Payroll(tilbake, TODAY - timedelta(days=100 * next(windows)))


async def kinds(tilbake: CommandLine, one: Employee) -> list[str]:
    told = {"note_received", "note_withdrawn", "self_certified", "vacation", "row_withdrawn"}
    return [e["kind"] for e in await tilbake.history(one.employment) if e["kind"] in told]


async def test_rows_become_notes_and_facts_of_the_right_cases(
    tilbake: CommandLine, payroll: Payroll
) -> None:
    one, two = tilbake.house.employee(), tilbake.house.employee()

    said = await tilbake.ok(
        *payroll.arguments(
            payroll.row(one, 20, 18, "EGM"),
            payroll.row(one, 17, 1),
            payroll.row(one, 40, 30, "FER"),
            payroll.row(two, 17, 1, percent="60"),
            payroll.row(two, 30, 29, "KURS"),
        )
    )

    assert said.out == "Imported:\n       4 taken\n       1 ignored, as the map says\n"
    assert sorted(await kinds(tilbake, one)) == ["note_received", "self_certified", "vacation"]
    start = (await tilbake.shown(one.employment))["cases"][0]["start"]
    assert start == payroll.day(20).isoformat()
    case = (await tilbake.shown(two.employment))["cases"][0]
    assert (case["net_days"], case["full_days"]) == (17, 0)


async def test_a_file_twice_changes_nothing_and_a_removed_row_is_withdrawn(
    tilbake: CommandLine, payroll: Payroll
) -> None:
    one = tilbake.house.employee()
    rows = [
        payroll.row(one, 50, 48),
        payroll.row(one, 40, 30),
        payroll.row(one, 25, 24, "EGM"),
        payroll.row(one, 20, 18),
    ]
    await tilbake.ok(*payroll.arguments(*rows))

    again = await tilbake.ok(*payroll.arguments(*rows))
    fewer = await tilbake.ok(*payroll.arguments(rows[0], rows[3]))

    assert again.out == "Imported:\n       0 taken\n       4 known already\n"
    assert "2 withdrawn" in fewer.out
    assert await kinds(tilbake, one) == [
        *["note_received", "note_received", "self_certified", "note_received"],
        *["note_withdrawn", "row_withdrawn"],
    ]


async def test_unknown_codes_are_listed_and_bad_rows_refused_with_their_line(
    tilbake: CommandLine, payroll: Payroll
) -> None:
    one = tilbake.house.employee()
    nobody = "9999;01.01.2026;02.01.2026;100;SYK"

    arguments = payroll.arguments(
        payroll.row(one, 17, 1), payroll.row(one, 30, 29, "XYZ"), payroll.row(one, 10, 12), nobody
    )
    said = await tilbake(*arguments)

    assert said.code == 2
    assert said.out.splitlines()[1:] == [
        "       1 taken",
        "       1 with a code that the map does not have",
        "       2 refused",
        "       1 with the unknown code 'XYZ'",
    ]
    places = [line.removeprefix(f"{arguments[2]}: ") for line in said.lines]
    assert [place[:6] for place in places] == ["line 4", "line 5"]
    assert "Fra" in places[0]
    assert "no employment has this employee number" in places[1]


async def test_a_dry_run_records_nothing(tilbake: CommandLine, payroll: Payroll) -> None:
    one = tilbake.house.employee()

    said = await tilbake.ok(*payroll.arguments(payroll.row(one, 17, 1)), "--dry-run")

    assert "1 would be taken" in said.out
    assert await tilbake.history(one.employment) == []


async def test_a_file_or_map_that_cannot_be_read_is_one_line(
    tilbake: CommandLine, payroll: Payroll
) -> None:
    broken = tilbake.file("[codes]\nSYK = 'ill'\n", suffix=".toml")
    arguments = payroll.arguments()

    wrong_map = await tilbake(*arguments[:4], broken)
    no_columns = await tilbake("import", "absences", tilbake.file("a;b\n"), "--map", payroll.map)

    assert (wrong_map.code, len(wrong_map.lines)) == (2, 1)
    assert wrong_map.lines[0].startswith(f"{broken}: ")
    assert (no_columns.code, len(no_columns.lines)) == (2, 1)
    assert 'has no column "Ansattnr"' in no_columns.lines[0]
