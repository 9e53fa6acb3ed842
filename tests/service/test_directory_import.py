from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from adapters.directory.file import directory_of
from adapters.directory.postgres import PostgresDirectory
from adapters.formats.located import Faulty
from adapters.postgres.pool import Pool
from adapters.vault.errors import Erased
from domain.facts import Role
from service.directory_import import TooManyEnds, import_directory
from tests.support.people import (
    ORGNR,
    SAMPLE,
    TODAY,
    House,
    delta,
    employment,
    organisation,
    person,
    synthetic_id,
    unit,
)

TABLES = ("unit", "person", "person_key", "national_id_index", "employment", "employment_unit",
          "manager_of", "hr_of")  # fmt: skip


@pytest.fixture
def house(own_pool: Pool) -> House:
    return House(own_pool)


async def contents(house: House) -> dict[str, list[tuple[object, ...]]]:
    return {
        table: sorted(
            (tuple(row) for row in await house.pool.fetch(f"select * from {table}")), key=repr
        )
        for table in TABLES
    }


def larger(count: int) -> dict[str, Any]:
    value: dict[str, Any] = organisation()
    for number in range(count):
        key = f"more-{number}"
        value["people"].append(person(key, 10 + number))
        value["employments"].append(employment(f"e-{key}", key, "ward"))
    return value


async def test_a_first_import_takes_everything_in(house: House) -> None:
    report = await house.take_in(organisation())

    assert dict(report.counts) == {
        "units are new": 2,
        "units change": 0,
        "people are new": 5,
        "people change": 0,
        "employments are new": 5,
        "employments change": 0,
        "of these move to another unit": 0,
        "of these end": 0,
        "units or employments get another manager": 0,
        "erased people are left alone": 0,
    }


async def test_the_same_file_again_changes_nothing(house: House) -> None:
    await house.take_in(organisation())
    before = await contents(house)

    report = await house.take_in(organisation())

    assert report.lines() == ("directory as of 2026-01-05", "  nothing changes")
    assert await contents(house) == before


async def test_a_dry_run_says_what_would_change_and_writes_nothing(house: House) -> None:
    report = await house.take_in(organisation(), dry_run=True)

    assert report.lines() == (
        "directory as of 2026-01-05 (dry run, nothing written)",
        "       2 units are new",
        "       5 people are new",
        "       5 employments are new",
    )
    assert not any((await contents(house)).values())


async def test_ids_are_opaque_and_the_same_in_every_import(house: House) -> None:
    await house.take_in(organisation())

    stored = {row["employment_id"] for row in await house.pool.fetch("select * from employment")}

    assert house.e("e-ansa") in stored
    assert all(re.fullmatch(r"e-[a-z2-7]{16}", name) for name in stored)


async def test_other_keys_give_other_ids(house: House) -> None:
    assert House(house.pool).e("e-ansa") != house.e("e-ansa")


async def test_a_delta_touches_only_what_it_names(house: House) -> None:
    await house.take_in(organisation())

    report = await house.take_in(
        delta("2026-02-01", people=[person("ansa", 4, mail="ny@example.org")])
    )

    assert {what: count for what, count in report.counts if count} == {"people change": 1}
    directory = PostgresDirectory(house.pool, house.vault)
    told = await directory.recipient(house.e("e-ansa"), Role.EMPLOYEE, TODAY)
    assert told is not None
    assert told.address == "ny@example.org"


async def test_a_full_file_ends_what_it_leaves_out_the_day_before(house: House) -> None:
    await house.take_in(larger(40))
    value = larger(40)
    value["as_of"] = "2026-02-01"
    value["employments"] = [one for one in value["employments"] if one["id"] != "e-more-7"]

    report = await house.take_in(value)

    assert report.ended == ((house.e("e-more-7"), date(2026, 1, 31)),)
    assert report.lines()[1:] == (
        "       1 employments change",
        "       1 of these end",
    )
    row = await house.pool.fetchrow(
        "select e.valid_to, eu.valid_to as left_on from employment as e "
        "join employment_unit as eu using (employment_id) where employment_id = $1",
        house.e("e-more-7"),
    )
    assert row is not None
    assert tuple(row) == (date(2026, 1, 31), date(2026, 1, 31))


async def test_more_than_five_per_cent_of_ends_stops_everything(house: House) -> None:
    await house.take_in(larger(35))  # 40 employments: two may end, three may not
    before = await contents(house)
    two, three = larger(33), larger(32)
    three["people"].append(person("ny", 99))

    with pytest.raises(TooManyEnds, match="3 of 40 employments would end, more than 5%"):
        await house.take_in(three)

    assert await contents(house) == before
    assert (await house.take_in(two)).ended != ()


async def test_many_ends_can_be_allowed_and_a_dry_run_says_that_they_must(house: House) -> None:
    await house.take_in(organisation())
    value: dict[str, Any] = organisation()
    value["employments"] = value["employments"][:3]

    looked = await house.take_in(value, dry_run=True)
    done = await house.take_in(value, allow_ends=True)

    assert looked.needs_consent
    assert looked.lines()[-1] == "  more than 5% of the employments would end: refused so far"
    assert {name for name, _ in done.ended} == {house.e("e-ansa"), house.e("e-beate")}


async def test_an_end_date_in_the_file_is_an_end_too(house: House) -> None:
    await house.take_in(organisation())
    ending = [employment(f"e-{who}", who, "ward", to="2026-03-31") for who in ("ansa", "beate")]

    with pytest.raises(TooManyEnds, match="2 of 5"):
        await house.take_in(delta("2026-01-05", employments=ending))


async def test_who_comes_back_is_open_again(house: House) -> None:
    await house.take_in(larger(40))
    await house.take_in({**larger(39), "as_of": "2026-02-01"})

    await house.take_in({**larger(40), "as_of": "2026-02-02"})

    directory = PostgresDirectory(house.pool, house.vault)
    found = await directory.by_national_id(synthetic_id(49), ORGNR, date(2026, 2, 3))
    assert [one.employment for one in found] == [house.e("e-more-39")]


async def test_a_manager_of_a_unit_that_is_left_out_answers_no_longer(house: House) -> None:
    value: dict[str, Any] = organisation()
    value["units"].append(unit("gone", parent="top", manager="beate"))
    await house.take_in(value)

    await house.take_in({**organisation(), "as_of": "2026-02-01"})

    ended = await house.pool.fetchval(
        "select valid_to from manager_of where unit_id = $1", house.u("gone")
    )
    assert ended == date(2026, 1, 31)


async def test_a_manager_corrected_on_the_same_day_leaves_no_trace(house: House) -> None:
    await house.take_in(organisation())
    ward = unit("ward", parent="top", manager="beate", has_ohs=True)

    await house.take_in(delta("2026-01-05", units=[ward]))

    rows = await house.pool.fetch(
        "select person_id, valid_from, valid_to from manager_of where unit_id = $1", house.u("ward")
    )
    assert [tuple(row) for row in rows] == [(house.p("beate"), TODAY, None)]


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        (delta("2026-01-05", units=[unit("x", parent="nowhere")]), "units[0].parent: names a unit"),
        (delta("2026-01-05", units=[unit("x", manager="no")]), "units[0].manager: names a person"),
        (delta("2026-01-05", units=[unit("x", hr=["no"])]), "units[0].hr: names a person"),
        (
            delta("2026-01-05", employments=[employment("e", "no", "ward")]),
            "employments[0].person: names a person",
        ),
        (
            delta("2026-01-05", employments=[employment("e", "ansa", "nowhere")]),
            "employments[0].units: names a unit",
        ),
        (
            delta("2026-01-05", people=[person("thief", 4)]),
            "people[0].national_id: belongs to another person already",
        ),
        (
            delta("2026-01-05", employments=[employment("e-ansa", "beate", "ward")]),
            "employments[0].person: is not whose employment it was",
        ),
        (
            delta("2026-01-05", units=[unit("top", parent="ward")]),
            "units[0].parent: goes round in a circle",
        ),
        (delta("2025-12-31"), "as_of: 2025-12-31 is before 2026-01-05"),
    ],
)
async def test_what_contradicts_the_directory_is_refused_with_its_place(
    house: House, value: object, fault: str
) -> None:
    await house.take_in(organisation())
    before = await contents(house)

    with pytest.raises(Faulty) as caught:
        await house.take_in(value)

    assert str(caught.value).startswith(f"directory.json: {fault}")
    assert await contents(house) == before


async def test_a_full_file_must_hold_whom_it_names(house: House) -> None:
    await house.take_in(organisation())
    value: dict[str, Any] = organisation()
    value["people"] = [one for one in value["people"] if one["id"] != "leda"]

    with pytest.raises(Faulty, match=r"units\[1\]\.manager: names a person"):
        await house.take_in(value)


async def test_an_erased_person_is_left_alone(house: House) -> None:
    await house.take_in(organisation())
    await house.vault.erase(house.p("ansa"))

    report = await house.take_in(organisation())

    assert ("erased people are left alone", 1) in report.counts
    with pytest.raises(Erased):
        await house.vault.seal(house.p("ansa"), "name", "Ansa")
    directory = PostgresDirectory(house.pool, house.vault)
    assert await directory.person_by_national_id(synthetic_id(4)) is None
    assert await directory.by_employee_number("1001", TODAY) == ()


async def test_a_failure_half_way_stores_nothing(house: House, owner_pool: Pool) -> None:
    # The last table to be written refuses: what was written before must go with it.
    await owner_pool.execute("alter table manager_of add check (person_id = '')")

    with pytest.raises(Exception, match="manager_of"):
        await house.take_in(organisation())

    assert not any((await contents(house)).values())


async def test_a_file_is_read_from_its_path(house: House, tmp_path: Path) -> None:
    path = tmp_path / "directory.json"
    path.write_text(json.dumps(organisation()), encoding="utf-8")

    report = await import_directory(house.pool, house.vault, path, today=TODAY)

    assert not report.dry_run


async def test_the_example_in_the_documentation_can_be_imported(house: House) -> None:
    example = re.search(r"```json\n(.*?)```", SAMPLE.read_text(encoding="utf-8"), re.DOTALL)
    assert example is not None

    file = directory_of("example.json", json.loads(example[1]))
    report = await house.take_in(json.loads(example[1]), dry_run=True)

    assert len(file.employments) == dict(report.counts)["employments are new"] > 0
