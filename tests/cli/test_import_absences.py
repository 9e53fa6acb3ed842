from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.support.installation import CommandLine, Employee

TODAY = date.today()  # noqa: DTZ011 - a case has to lie near the real day
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


def row(one: Employee, first: int, last: int, code: str = "SYK", percent: str = "100") -> str:
    days = [TODAY - timedelta(days=number) for number in (first, last)]
    cells = [one.number, *(f"{day:%d.%m.%Y}" for day in days), percent, code]
    return ";".join(cells)


class Payroll:
    def __init__(self, tilbake: CommandLine) -> None:
        self.tilbake = tilbake
        self.map = tilbake.file(MAP, suffix=".toml")

    def arguments(self, *rows: str) -> list[object]:
        file = self.tilbake.file("\n".join([HEADER, *rows, ""]), suffix=".csv")
        return ["import", "absences", file, "--map", self.map]


@pytest.fixture
def payroll(tilbake: CommandLine) -> Payroll:
    return Payroll(tilbake)


async def kinds(tilbake: CommandLine, one: Employee) -> list[str]:
    told = {"note_received", "note_withdrawn", "self_certified", "vacation", "row_withdrawn"}
    return [e["kind"] for e in await tilbake.history(one.employment) if e["kind"] in told]


async def test_rows_become_notes_and_facts_of_the_right_cases(
    tilbake: CommandLine, payroll: Payroll
) -> None:
    one, two = tilbake.house.employee(), tilbake.house.employee()

    said = await tilbake.ok(
        *payroll.arguments(
            row(one, 20, 18, "EGM"), row(one, 17, 1), row(one, 40, 30, "FER"),
            row(two, 17, 1, percent="60"), row(two, 30, 29, "KURS"),
        )
    )  # fmt: skip

    assert said.out == "Imported:\n       4 taken\n       1 ignored, as the map says\n"
    assert sorted(await kinds(tilbake, one)) == ["note_received", "self_certified", "vacation"]
    start = (await tilbake.shown(one.employment))["cases"][0]["start"]
    assert start == (TODAY - timedelta(days=20)).isoformat()
    case = (await tilbake.shown(two.employment))["cases"][0]
    assert (case["net_days"], case["full_days"]) == (17, 0)


async def test_a_file_twice_changes_nothing_and_a_removed_row_is_withdrawn(
    tilbake: CommandLine, payroll: Payroll
) -> None:
    one = tilbake.house.employee()
    rows = [row(one, 130, 128), row(one, 120, 110), row(one, 105, 104, "EGM"), row(one, 100, 98)]
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
        row(one, 17, 1), row(one, 30, 29, "XYZ"), row(one, 10, 12), nobody
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

    said = await tilbake.ok(*payroll.arguments(row(one, 17, 1)), "--dry-run")

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
