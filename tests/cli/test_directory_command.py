from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from domain.localtime import local_date
from tests.support.installation import CommandLine, Employee
from tests.support.people import delta, employment, organisation

TODAY = local_date(datetime.now(UTC))


def ending(one: Employee, last: date) -> dict[str, Any]:
    post = int(one.number) - 2000
    ended = employment(f"post-{post}", one.key, "ward", employee_no=one.number, to=last.isoformat())
    return delta(TODAY.isoformat(), employments=[ended])


@pytest.fixture
def apart(tilbake: CommandLine, own_database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A directory of the test's own."""
    monkeypatch.setenv("TILBAKE_DATABASE_URL", own_database_url)


async def test_a_first_import_says_what_is_new_and_a_second_that_nothing_is(
    tilbake: CommandLine, apart: None
) -> None:
    file = tilbake.file(json.dumps(organisation()))

    looked = await tilbake.ok("directory", "import", file, "--dry-run")
    first = await tilbake.ok("directory", "import", file)
    again = await tilbake.ok("directory", "import", file)

    assert looked.out.startswith("directory as of 2026-01-05 (dry run, nothing written)\n")
    assert "       5 employments are new\n" in first.out
    assert again.out == "directory as of 2026-01-05\n  nothing changes\n"


async def test_units_are_a_tree_of_ids_and_named_only_when_asked(
    tilbake: CommandLine, apart: None
) -> None:
    await tilbake.ok("directory", "import", tilbake.file(json.dumps(organisation())))

    plain = await tilbake.ok("directory", "units")
    named = await tilbake.ok("directory", "units", "--names", "--format", "json")

    top, ward = plain.out.splitlines()
    assert top.startswith("u-")
    assert ward.startswith("  u-")
    assert "Avdeling" not in plain.out
    assert [one["name"] for one in named.json["units"]] == ["Avdeling top", "Avdeling ward"]


async def test_a_file_that_would_end_many_needs_to_be_confirmed(
    tilbake: CommandLine, apart: None
) -> None:
    await tilbake.ok("directory", "import", tilbake.file(json.dumps(organisation())))
    value: dict[str, Any] = organisation()
    value["employments"] = value["employments"][:3]
    fewer = tilbake.file(json.dumps(value))

    refused = await tilbake("directory", "import", fewer)
    forced = await tilbake.ok("directory", "import", fewer, "--force")

    assert refused.code == 2
    assert refused.lines[0].startswith("2 of 5 employments would end, more than 5%")
    assert "2 of these end" in forced.out


async def test_a_scope_that_was_not_asked_for_is_refused(tilbake: CommandLine, apart: None) -> None:
    full = tilbake.file(json.dumps(organisation()))
    partial = tilbake.file(json.dumps(delta("2026-01-05")))

    one = await tilbake("directory", "import", full, "--delta")
    other = await tilbake("directory", "import", partial, "--full")

    assert (one.code, other.code) == (2, 2)
    assert one.lines == [f"{full}: scope: is full, and --delta was asked for"]
    assert other.lines == [f"{partial}: scope: is delta, and --full was asked for"]


async def test_a_fault_is_one_line_with_its_place_and_nothing_is_stored(
    tilbake: CommandLine, apart: None
) -> None:
    value: dict[str, Any] = organisation()
    value["employments"][3]["to"] = "1999-12-31"
    file = tilbake.file(json.dumps(value))

    said = await tilbake("directory", "import", file)

    assert said.code == 2
    assert said.lines[0].startswith(f"{file}: employments[3].to: ")
    assert (await tilbake.ok("directory", "units")).out.startswith("No unit")


async def test_who_leaves_has_a_case_that_ends(tilbake: CommandLine) -> None:
    one = tilbake.house.employee()
    await tilbake.away(one, TODAY - timedelta(days=20), 60)
    last = TODAY - timedelta(days=1)

    said = await tilbake.ok("directory", "import", tilbake.file(json.dumps(ending(one, last))))

    assert "1 cases were told that their employment ends" in said.out
    events = await tilbake.history(one.employment)
    [ended] = [event for event in events if event["kind"] == "employment_ended"]
    assert (ended["body"]["on"], ended["actor"]) == (last.isoformat(), "directory")
    assert (await tilbake.shown(one.employment))["cases"][0]["last_day"] == last.isoformat()


async def test_an_end_is_told_once_and_again_when_it_moves(tilbake: CommandLine) -> None:
    one = tilbake.house.employee()
    await tilbake.away(one, TODAY - timedelta(days=20), 60)
    days = [TODAY + timedelta(days=number) for number in (10, 20, 10)]

    for day in days:
        file = tilbake.file(json.dumps(ending(one, day)))
        await tilbake.ok("directory", "import", file)
        again = await tilbake.ok("directory", "import", file)
        assert "told" not in again.out

    events = await tilbake.history(one.employment)
    told = [event["body"]["on"] for event in events if event["kind"] == "employment_ended"]
    assert told == [day.isoformat() for day in days]


async def test_an_end_is_told_when_a_note_comes_later(tilbake: CommandLine) -> None:
    one = tilbake.house.employee()
    last = TODAY + timedelta(days=5)
    await tilbake.ok("directory", "import", tilbake.file(json.dumps(ending(one, last))))

    await tilbake.away(one, TODAY - timedelta(days=5), 60)

    assert (await tilbake.shown(one.employment))["cases"][0]["last_day"] == last.isoformat()
