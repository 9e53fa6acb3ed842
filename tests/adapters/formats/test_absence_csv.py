from __future__ import annotations

import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from adapters.formats.absence_csv import (
    AbsenceRow,
    BadRow,
    IgnoredRow,
    Row,
    UnknownCode,
    stream_absences,
)
from adapters.formats.absence_map import AbsenceMap, Encoding, load_map, read_map
from adapters.formats.located import Faulty
from domain.facts import LeaveTaken, NoteReceived, SelfCertified, VacationTaken
from domain.notes import Activity
from domain.spans import DateSpan

DOCS = Path(__file__).parents[3] / "docs" / "absence-map.md"
HEADER = "Ansattnr;Navn;Fra;Til;Prosent;Kode"
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
PERM = "leave"
KURS = "ignore"
"""

Write = Callable[..., list[Row]]


def mapping(text: str = MAP) -> AbsenceMap:
    return read_map(tomllib.loads(text), "map.toml")


@pytest.fixture
def rows(tmp_path: Path) -> Write:
    def write(*lines: str, header: str = HEADER, encoding: str = "utf-8") -> list[Row]:
        path = tmp_path / "absences.csv"
        path.write_bytes("\r\n".join([header, *lines, ""]).encode(encoding))
        chosen = MAP if encoding.startswith("utf") else f'encoding = "{encoding}"\n{MAP}'
        return list(stream_absences(path, mapping(chosen)))

    return write


def row(found: Row) -> AbsenceRow:
    assert isinstance(found, AbsenceRow), found
    return found


def test_each_code_becomes_its_fact(rows: Write) -> None:
    found = rows(
        "17;Ola;05.01.2026;09.01.2026;100;SYK",
        "17;Ola;12.01.2026;16.01.2026;50;SYK",
        "17;Ola;19.01.2026;20.01.2026;100;EGM",
        "17;Ola;21.01.2026;22.01.2026;100;FER",
        "17;Ola;23.01.2026;23.01.2026;;PERM",
        "17;Ola;26.01.2026;26.01.2026;100;KURS",
    )
    facts = [row(each).fact_as(row(each).row) for each in found[:5]]

    assert [type(fact) for fact in facts] == [
        NoteReceived,
        NoteReceived,
        SelfCertified,
        VacationTaken,
        LeaveTaken,
    ]
    assert isinstance(found[5], IgnoredRow)
    whole, part = facts[0], facts[1]
    assert isinstance(whole, NoteReceived)
    assert isinstance(part, NoteReceived)
    assert whole.note.note_id == f"row:{row(found[0]).row}"
    assert whole.note.periods[0].activity is Activity.NO_ACTIVITY
    assert whole.note.periods[0].span == DateSpan(first=date(2026, 1, 5), last=date(2026, 1, 9))
    assert (part.note.periods[0].activity, part.note.periods[0].grade) == (Activity.GRADED, 50)
    assert isinstance(facts[2], SelfCertified)
    assert facts[2].row == row(found[2]).row


def test_a_row_has_the_same_id_in_every_file_and_another_when_it_says_something_else(
    rows: Write,
) -> None:
    line = "17;Ola;05.01.2026;09.01.2026;100;SYK"
    [one] = rows(line)
    again = rows("18;Kari;05.01.2026;09.01.2026;100;SYK", line.replace("Ola", "Ola N"))
    others = rows(
        line.replace("17;", "71;"),
        line.replace("05.01", "06.01"),
        line.replace("09.01", "10.01"),
        line.replace("100", "80"),
        line.replace("SYK", "EGM"),
    )

    assert row(again[1]).row == row(one).row
    assert len({row(each).row for each in [one, again[0], *others]}) == 7


def test_an_employee_number_is_not_shown_when_a_row_is_printed(rows: Write) -> None:
    [found] = rows("4711007;Ola;05.01.2026;09.01.2026;100;SYK")

    assert "4711007" not in repr(found)
    assert "Ola" not in repr(found)


@pytest.mark.parametrize(
    ("text", "percent"),
    [
        ("100", 100),
        ("100,00", 100),
        ("50 %", 50),
        ("50%", 50),
        ("33,33", 33),
        ("66.67", 67),
        ("0", 0),
        ("", 100),
        ("0,2", 1),  # a part of a day is never rounded to none
        ("99,9", 99),  # or to the whole
    ],
)
def test_per_cent_is_read(rows: Write, text: str, percent: int) -> None:
    [found] = rows(f"17;Ola;05.01.2026;09.01.2026;{text};SYK")

    assert row(found).percent == percent


@pytest.mark.parametrize(
    ("line", "column", "text"),
    [
        (";Ola;05.01.2026;09.01.2026;100;SYK", "Ansattnr", "must be an employee number"),
        ("17;Ola;2026-01-05;09.01.2026;100;SYK", "Fra", "is not a date in the format"),
        ("17;Ola;05.01.2026;31.02.2026;100;SYK", "Til", "is not a date in the format"),
        ("17;Ola;10.01.2026;09.01.2026;100;SYK", "Fra", "must not be after Til"),
        ("17;Ola;05.01.1926;09.01.1926;100;SYK", "Fra", "must lie between"),
        ("17;Ola;05.01.2026;09.01.2060;100;SYK", "Til", "more than 20 years"),
        ("17;Ola;05.01.2026;09.01.2026;101;SYK", "Prosent", "between 0 and 100"),
        ("17;Ola;05.01.2026;09.01.2026;-5;SYK", "Prosent", "between 0 and 100"),
        ("17;Ola;05.01.2026", "Kode", "too few cells"),
    ],
)
def test_a_bad_row_is_refused_with_its_place_and_the_others_are_taken(
    rows: Write, line: str, column: str, text: str
) -> None:
    good = "18;Kari;05.01.2026;09.01.2026;100;SYK"
    found = rows(good, "", line, good)

    assert [type(each) for each in found] == [AbsenceRow, BadRow, AbsenceRow]
    bad = found[1]
    assert isinstance(bad, BadRow)
    assert (bad.line, bad.fault.place) == (4, column)
    assert text in bad.fault.text


def test_an_unknown_code_is_told_apart_from_a_bad_row(rows: Write) -> None:
    [found] = rows("17;Ola;05.01.2026;09.01.2026;100;XYZ")

    assert isinstance(found, UnknownCode)
    assert (found.line, found.code) == (2, "XYZ")


def test_a_quoted_cell_may_hold_the_delimiter_and_a_broken_quote_is_refused(rows: Write) -> None:
    good = '17;"Ola; Nord\r\nmann";05.01.2026;09.01.2026;100;SYK'
    found = rows(good, '17;"Ola" x;05.01.2026;09.01.2026;100;SYK', good)

    assert [type(each) for each in found] == [AbsenceRow, BadRow, AbsenceRow]
    assert [each.line for each in found] == [2, 4, 5]


def test_latin_1_is_read_when_the_map_says_so(rows: Write) -> None:
    header = HEADER.replace("Kode", "Årsak")
    path_rows = rows("17;Bjørn;05.01.2026;09.01.2026;100;SYK", encoding="latin-1")

    assert len(path_rows) == 1
    with pytest.raises(Faulty, match="has no column"):
        rows(header=header, encoding="latin-1")


def test_the_mark_of_utf_8_is_no_part_of_the_first_column(rows: Write) -> None:
    assert len(rows("17;B;05.01.2026;09.01.2026;100;SYK", encoding="utf-8-sig")) == 1


def test_a_file_in_another_encoding_is_refused_before_any_row_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "absences.csv"
    good = "17;Ola;05.01.2026;09.01.2026;100;SYK"
    path.write_bytes(f"{HEADER}\n{good}\n".encode() * 1 + "18;Bjørn;x".encode("latin-1"))
    with pytest.raises(Faulty, match='set encoding = "latin-1"'):
        next(stream_absences(path, mapping()))
    path.write_bytes(f"{HEADER}\n{good}\n".encode("utf-16"))
    with pytest.raises(Faulty, match="UTF-16"):
        next(stream_absences(path, mapping('encoding = "latin-1"\n' + MAP)))


def test_a_file_without_a_column_is_refused(rows: Write, tmp_path: Path) -> None:
    with pytest.raises(Faulty, match='line 1: has no column "Prosent"'):
        rows(header="Ansattnr;Fra;Til;Kode")
    with pytest.raises(Faulty, match='line 1: has the column "Fra" twice'):
        rows(header=HEADER + ";Fra")
    with pytest.raises(Faulty, match="there is no such file"):
        list(stream_absences(tmp_path / "none.csv", mapping()))
    with pytest.raises(Faulty, match="cannot be read"):
        list(stream_absences(tmp_path, mapping()))


def test_the_example_of_the_page_is_a_map() -> None:
    text = DOCS.read_text("utf-8").partition("```toml\n")[2].partition("```")[0]

    found = mapping(text)

    assert (found.encoding, found.date_format) == (Encoding.LATIN_1, "%d.%m.%Y")
    assert set(found.codes) == {"SYK", "EGM", "FER", "PERM", "KURS"}


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ('"DD.MM.YYYY"', '"DD.MM.YY"', "date_format: must be YYYY, MM and DD"),
        ('"DD.MM.YYYY"', '"DD.DD.YYYY"', "date_format: must be YYYY, MM and DD"),
        ('"DD.MM.YYYY"', '"DD.MM.YYYY"\ndelimiter = ";;"', "delimiter: must be one character"),
        ('"DD.MM.YYYY"', '"DD.MM.YYYY"\nencoding = "cp850"', "encoding: must be one of utf-8"),
        ('"DD.MM.YYYY"', '"DD.MM.YYYY"\nheader = 1', "header: there is no such field here"),
        ('from = "Fra"', "", "columns.from: is missing"),
        ('from = "Fra"', 'fra = "Fra"\nfrom = "Fra"', "columns.fra: there is no such field"),
        ('"sick"', '"ill"', "codes.SYK: must be one of sick, self_certified"),
        ("[codes]", "[code]", "codes: is missing"),
    ],
)
def test_a_bad_map_is_located(old: str, new: str, line: str) -> None:
    with pytest.raises(Faulty) as fault:
        mapping(MAP.replace(old, new))

    assert str(fault.value).removeprefix("map.toml: ").startswith(line)


def test_a_map_is_read_from_disk(tmp_path: Path) -> None:
    path = tmp_path / "map.toml"
    path.write_text(MAP, encoding="utf-8")

    assert load_map(path) == mapping()
