from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from adapters.directory.file import Scope, directory_of, read_directory
from adapters.formats.located import Faulty
from tests.support.people import organisation, synthetic_id

Change = Callable[[dict[str, Any]], object]


def changed(change: Change) -> dict[str, Any]:
    value: dict[str, Any] = copy.deepcopy(organisation())
    change(value)
    return value


def test_a_whole_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "directory.json"
    path.write_text(json.dumps(organisation()), encoding="utf-8")

    file = read_directory(path)

    assert file.scope is Scope.FULL
    assert [unit.key for unit in file.units] == ["top", "ward"]
    assert file.people[1].language == "en"
    assert file.employments[3].stays[0].unit == "ward"


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda d: d.update(format=2), "format: must be 1"),
        (lambda d: d.update(scope="half"), "scope: must be one of full, delta"),
        (lambda d: d.update(peple=[]), "peple: there is no such field here"),
        (lambda d: d["units"][1].pop("name"), "units[1].name: is missing"),
        (lambda d: d["units"][1].update(orgnr="319900005"), "units[1].orgnr: is not an"),
        (lambda d: d["units"][1].update(id="top"), "units[1].id: is used twice"),
        (lambda d: d["units"][0].update(hr=[1]), "units[0].hr[0]: must be a key"),
        (lambda d: d["units"][0].update(ohs=5), "units[0].ohs: must be a text"),
        (lambda d: d["units"][0].update(ohs="a\nb"), "units[0].ohs: must be one line"),
        (lambda d: d["units"][0].update(phone="call me"), "units[0].phone: must be a telephone"),
        (lambda d: d["people"][2].update(national_id="1"), "people[2].national_id: must be 11"),
        (
            lambda d: d["people"][2].update(national_id=synthetic_id(1)),
            "people[2].national_id: belongs to another person in the file",
        ),
        (
            lambda d: d["people"][2].update(former_national_ids=["12345678901"]),
            "people[2].former_national_ids[0]: is not a national",
        ),
        (lambda d: d["people"][2].update(mail="hanne"), "people[2].mail: must be one mail"),
        (lambda d: d["people"][2].update(mail="a@b\nBcc: c@d"), "people[2].mail: must be one"),
        (lambda d: d["people"][2].update(name="a\nb"), "people[2].name: must be one line"),
        (lambda d: d["people"][2].update(language="se"), "people[2].language: must be one of"),
        (lambda d: d["employments"][3].update(units=[]), "employments[3].units: must name"),
        (lambda d: d["employments"][3].update(to="2019-12-31"), "employments[3].to: 2019-12-31"),
        (
            # an open stay, and another after it
            lambda d: d["employments"][3]["units"].append({"unit": "top", "from": "2025-01-01"}),
            "employments[3].units: must not overlap",
        ),
    ],
)
def test_a_fault_is_said_with_its_place(change: Change, fault: str) -> None:
    with pytest.raises(Faulty) as caught:
        directory_of("directory.json", changed(change))

    assert str(caught.value).startswith(f"directory.json: {fault}")


def test_all_faults_are_counted() -> None:
    def spoil(value: dict[str, Any]) -> None:
        for person in value["people"]:
            person["mail"] = "nowhere"

    with pytest.raises(Faulty, match=r"\(\+4 more\)"):
        directory_of("directory.json", changed(spoil))


def test_no_fault_repeats_what_may_point_to_a_person() -> None:
    def spoil(value: dict[str, Any]) -> None:
        value["people"][0].update(
            national_id="15817910031", mail="hemmelig navn", name="Hemmelig\n"
        )

    with pytest.raises(Faulty) as caught:
        directory_of("directory.json", changed(spoil))

    assert "15817910031" not in str(caught.value)
    assert "emmelig" not in str(caught.value)


def test_nothing_read_shows_a_name_a_number_or_an_address_in_its_repr() -> None:
    value = changed(lambda d: d["units"][0].update(ohs="bht@example.org", phone="22000000"))
    shown = repr(directory_of("directory.json", value))

    assert "22000000" not in shown
    assert "Prøvesen" not in shown
    assert "@" not in shown
    assert synthetic_id(1) not in shown
