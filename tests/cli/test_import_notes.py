from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from domain.localtime import local_date
from tests.support.installation import CommandLine, Employee, period
from tests.support.notes import Object, sample

TODAY = local_date(datetime.now(UTC))
A_MEBIBYTE = 2**20


def fresh(prefix: str = "n") -> str:
    return f"{prefix}-{uuid4().hex[:12]}"


def ago(days: int) -> str:
    return (TODAY - timedelta(days=days)).isoformat()


def away(one: Employee, first: int = 20, last: int = -20, name: str | None = None) -> Object:
    return one.note(name or fresh(), period(ago(first), ago(last)))


async def test_a_note_opens_a_case_and_its_words_are_sealed(tilbake: CommandLine) -> None:
    one = tilbake.house.employee()
    note = sample() | {"sykmeldingId": fresh(), "sykmeldt": {"fnr": one.national_id, "navn": "X"}}

    said = await tilbake.ok("import", "notes", tilbake.notes(note))

    assert said.out == "Imported:\n       1 taken\n"
    [first, *_] = await tilbake.history(one.employment)
    assert (first["kind"], first["actor"]) == ("note_received", "import")
    reference = first["body"]["texts"]["document_id"]
    stored = await tilbake.house.pool.fetchrow(
        "select person_id, sealed from document where document_id = $1", reference
    )
    assert stored is not None
    assert b"Hev-senk-bord" not in stored["sealed"]
    opened = await tilbake.house.vault.open(
        stored["person_id"], f"document/{reference}/note", stored["sealed"]
    )
    assert "Hev-senk-bord" in opened
    assert (await tilbake.shown(one.employment))["cases"][0]["start"] == "2026-01-08"


async def test_the_same_notes_twice_change_nothing(tilbake: CommandLine) -> None:
    one, two = tilbake.house.employee(), tilbake.house.employee()
    file = tilbake.notes(away(one), away(two))
    await tilbake.ok("import", "notes", file)
    before = await tilbake.told(one.employment)

    again = await tilbake.ok("import", "notes", file, file)

    assert again.out == "Imported:\n       0 taken\n       4 known already\n"
    assert await tilbake.told(one.employment) == before


async def test_notes_come_from_lines_arrays_single_files_and_folders(tilbake: CommandLine) -> None:
    four = [tilbake.house.employee() for _ in range(4)]
    lines = tilbake.file(
        "\n".join(json.dumps(away(one)) for one in four[:2]) + "\n", suffix=".jsonl"
    )
    folder = tilbake.folder / "inbox"
    folder.mkdir()
    (folder / "a.json").write_text(json.dumps(away(four[2])), encoding="utf-8")
    (folder / "b.json").write_text(json.dumps([away(four[3])]), encoding="utf-8")

    said = await tilbake.ok("import", "notes", lines, folder)

    assert "4 taken" in said.out


async def test_a_dry_run_says_what_would_be_taken_and_records_nothing(tilbake: CommandLine) -> None:
    one = tilbake.house.employee()
    note = away(one) | {"oppfoelging": {"meldingTilArbeidsgiver": "Ring gjerne"}}
    sealed = await tilbake.house.pool.fetchval("select count(*) from document")

    said = await tilbake.ok("import", "notes", tilbake.notes(note), "--dry-run")

    assert said.out == "Dry run, nothing recorded:\n       1 would be taken\n"
    assert await tilbake.history(one.employment) == []
    assert await tilbake.house.pool.fetchval("select count(*) from document") == sealed


async def test_what_fell_due_before_going_live_is_neither_sent_nor_missed(
    tilbake: CommandLine,
) -> None:
    one = tilbake.house.employee()
    note = away(one, first=60)

    await tilbake.ok("import", "notes", tilbake.notes(note), "--live-from", TODAY)

    kinds = [event["kind"] for event in await tilbake.history(one.employment)]
    assert "fell_due_before_go_live" in kinds
    assert "duty_missed" not in kinds


Bad = Callable[[Employee], Any]


def changed(**fields: Any) -> Bad:
    return lambda one: away(one, name="bad") | fields


def with_periods(*periods: Object) -> Bad:
    return lambda one: one.note("bad", *periods)


def without(key: str) -> Bad:
    return lambda one: {name: value for name, value in away(one).items() if name != key}


def graded(grade: Any) -> Bad:
    activity = {"gradertSykmelding": {"sykmeldingsgrad": grade}}
    return with_periods(period("2026-01-05", "2026-01-09", **activity))


REFUSED: list[tuple[str, Bad, str]] = [
    ("nobody", changed(sykmeldt={"fnr": "15817910030"}), "sykmeldt.fnr: nobody with this number"),
    ("no orgnr", changed(arbeidsgiver={}), "arbeidsgiver.orgnr: is missing"),
    (
        "wrong check digit",
        changed(arbeidsgiver={"orgnr": "319900005"}),
        "arbeidsgiver.orgnr: ",
    ),
    ("wrong national id", changed(sykmeldt={"fnr": "15817910031"}), "sykmeldt.fnr: "),
    ("no id", without("sykmeldingId"), "sykmeldingId: is missing"),
    ("no person", without("sykmeldt"), "sykmeldt: is missing"),
    ("no periods", without("sykmeldingPerioder"), "sykmeldingPerioder: "),
    (
        "backwards",
        with_periods(period("2026-02-05", "2026-01-20")),
        "sykmeldingPerioder[0].fom: 2026-02-05 must not be after tom 2026-01-20",
    ),
    (
        "overlapping",
        with_periods(period("2026-01-05", "2026-01-20"), period("2026-01-20", "2026-01-25")),
        "sykmeldingPerioder[1].fom: 2026-01-20 must be after 2026-01-20",
    ),
    (
        "long ago",
        with_periods(period("1989-12-31", "2026-01-20")),
        "sykmeldingPerioder[0].fom: 1989-12-31 must lie between 1990-01-01",
    ),
    (
        "endless",
        with_periods(period("2026-01-05", "2046-02-20")),
        "sykmeldingPerioder[0].tom: 2046-02-20 is more than 20 years after",
    ),
    ("grade 101", graded(101), "sykmeldingPerioder[0].aktivitet.gradertSykmelding.sykmeldingsgrad"),
    ("grade -1", graded(-1), "sykmeldingPerioder[0].aktivitet.gradertSykmelding.sykmeldingsgrad"),
    ("not an object", lambda _: [1], "must be an object"),
]


@pytest.mark.parametrize(
    ("bad", "fault"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED]
)
async def test_a_bad_record_is_one_line_with_its_place_and_the_other_is_taken(
    bad: Bad, fault: str, tilbake: CommandLine
) -> None:
    one = tilbake.house.employee()
    file = tilbake.notes(bad(one), away(one, name=(good := fresh())))

    said = await tilbake("import", "notes", file)

    assert (said.code, said.out) == (2, "Imported:\n       1 taken\n       1 refused\n")
    [line] = said.lines
    place, _, rest = line.partition("[0]")
    assert place == f"{file}: "
    assert rest.lstrip(".: ").startswith(fault)
    events = await tilbake.history(one.employment)
    assert [e["cause"] for e in events if e["kind"] == "note_received"] == [f"note/{good}"]
    assert one.national_id not in said.err


UNREADABLE: list[tuple[str, bytes, str]] = [
    ("truncated", b'[{"sykmeldingId": "n-1"', "is not valid JSON: it ends too early"),
    ("deep", b"[" * 100_000, "is nested deeper than"),
    ("latin-1", '{"navn": "Bjørn"}'.encode("latin-1"), "is not UTF-8"),
    ("utf-16", '{"navn": "Bjørn"}'.encode("utf-16"), "is UTF-16"),
    ("not a number", b'{"loepenr": NaN}', "NaN and Infinity are not JSON"),
    ("empty", b"", "is empty"),
    ("huge", b"[" + b" " * (100 * A_MEBIBYTE) + b"]", "is larger than"),
    ("huge line", b'{"a": 1}\n{"b": "' + b"x" * (2 * A_MEBIBYTE), "is longer than 1 MiB"),
]


@pytest.mark.parametrize(
    ("content", "fault"), [case[1:] for case in UNREADABLE], ids=[case[0] for case in UNREADABLE]
)
async def test_a_file_that_cannot_be_read_is_one_line_and_the_next_is_taken(
    content: bytes, fault: str, tilbake: CommandLine
) -> None:
    one = tilbake.house.employee()
    bad = tilbake.file(content)

    said = await tilbake("import", "notes", bad, tilbake.notes(away(one)))

    assert said.code == 2
    assert "1 taken" in said.out
    assert all(line.startswith(f"{bad}: ") for line in said.lines)
    assert fault in said.lines[-1]
    assert "Traceback" not in said.err


async def test_bad_lines_are_refused_by_their_number_and_the_others_taken(
    tilbake: CommandLine,
) -> None:
    one = tilbake.house.employee()
    good = json.dumps(away(one))
    file = tilbake.file(f'{{"sykmeldingId": \n{good}\n{{}}\n', suffix=".jsonl")

    said = await tilbake("import", "notes", file)

    assert said.code == 2
    assert "1 taken" in said.out
    assert "2 refused" in said.out
    assert [line.removeprefix(f"{file}: ").split(":")[0] for line in said.lines] == [
        "line 1",
        "line 3",
    ]


async def test_a_missing_file_and_an_empty_folder_are_said(tilbake: CommandLine) -> None:
    folder = tilbake.folder / "empty"
    folder.mkdir()

    said = await tilbake("import", "notes", tilbake.folder / "nowhere.json", folder)

    assert said.code == 2
    assert [line.rpartition(": ")[2] for line in said.lines] == [
        "there is no such file",
        "holds no .json, .jsonl or .ndjson file",
    ]


async def test_a_known_id_with_other_dates_is_refused_and_nothing_changes(
    tilbake: CommandLine,
) -> None:
    one, name = tilbake.house.employee(), fresh()
    await tilbake.ok("import", "notes", tilbake.notes(away(one, name=name)))
    before = await tilbake.told(one.employment)

    said = await tilbake("import", "notes", tilbake.notes(away(one, last=-30, name=name)))

    assert said.code == 2
    assert "sykmeldingId: this id is recorded with other dates" in said.err
    assert await tilbake.told(one.employment) == before


async def test_what_a_case_refuses_leaves_no_sealed_text_behind(tilbake: CommandLine) -> None:
    one = tilbake.house.employee()
    await tilbake.away(one, TODAY - timedelta(days=30), 10)
    await tilbake.ok("case", "ended", one.employment, "--on", ago(15))
    late = one.note(fresh(), period(ago(5), ago(1))) | {
        "oppfoelging": {"meldingTilArbeidsgiver": "Ring gjerne"}
    }
    count = """
    select count(*) from document join employment using (person_id) where employment_id = $1
    """

    said = await tilbake("import", "notes", tilbake.notes(late))

    assert said.code == 2
    assert "[0]: " in said.err
    assert await tilbake.house.pool.fetchval(count, one.employment) == 0


async def test_unknown_keys_of_nav_are_counted_and_do_no_harm(tilbake: CommandLine) -> None:
    one = tilbake.house.employee()

    said = await tilbake.ok("import", "notes", tilbake.notes(away(one) | {"nytt": 1}))

    assert "1 fields unknown to this version were left out" in said.out
