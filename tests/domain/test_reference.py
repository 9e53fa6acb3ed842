"""The product against a second reading of the rules, on random cases; and that reading itself."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.support.compare_rules import differences, shown, shrunk
from tests.support.notes import graded, nav_note, period
from tests.support.random_cases import random_case
from tests.support.reference.explained import explained

CHUNK = 25
Object = dict[str, Any]


@pytest.mark.parametrize("chunk", range(16))
def test_the_product_agrees_with_a_second_reading_of_the_rules(chunk: int) -> None:
    for seed in range(chunk * CHUNK, (chunk + 1) * CHUNK):
        case = random_case(seed)
        for field in differences(case):
            pytest.fail(f"seed {seed}, {field}:\n{shown(shrunk(case, field), field)}")


def test_a_difference_is_found_and_made_small(monkeypatch: pytest.MonkeyPatch) -> None:
    def one_day_off(case: Object, on: date) -> Object:
        answer = explained(case, on)
        for one in answer["cases"]:
            one["net_days"] += 1
        return answer

    monkeypatch.setattr("tests.support.compare_rules.explained", one_day_off)
    case = file(
        full("2026-01-05", "2026-03-01"),
        full("2026-05-01", "2026-05-31"),
        at("2026-01-20", "plan_completed", on="2026-01-20"),
        on="2026-02-10",
    )

    small = shrunk(case, "net_days")

    assert "net_days" in differences(case)
    assert (len(small["notes"]), small["facts"]) == (1, [])


def full(first: str, last: str) -> Object:
    return period(first, last)


def at(day: str, kind: str, **more: Any) -> Object:
    return {"type": kind, "at": f"{day}T09:00:00+01:00", **more}


def file(*told: Object, on: str) -> Object:
    """Write a case file: each period becomes a note of its own."""
    notes = [one for one in told if "fom" in one]
    return {
        "employment": "e-1",
        "on": on,
        "notes": [nav_note(f"n-{number}", one) for number, one in enumerate(notes)],
        "facts": [one for one in told if "type" in one],
    }


def seen(*told: Object, on: str) -> list[Object]:
    cases: list[Object] = explained(file(*told, on=on), date.fromisoformat(on))["cases"]
    return cases


def row(case: Object, kind: str) -> Object:
    found: Object = next(one for one in case["duties"] if one["kind"] == kind)
    return found


def dates(case: Object, kind: str) -> tuple[str | None, str | None]:
    found = row(case, kind)
    return found["legal_on"], found["target_on"]


def test_w1_every_date_of_a_full_absence() -> None:
    (case,) = seen(full("2026-01-05", "2026-03-01"), on="2026-02-10")

    assert {one["kind"]: (one["legal_on"], one["target_on"]) for one in case["duties"]} == {
        "follow_up_plan": ("2026-02-01", "2026-01-30"),
        "plan_to_practitioner": ("2026-02-01", "2026-01-30"),
        "dialogue_meeting_1": ("2026-02-22", "2026-02-20"),
        "activity_requirement": ("2026-03-01", "2026-02-27"),
        "nav_meeting_question": ("2026-05-04", "2026-05-04"),
        "plan_to_nav": (None, None),
        "nav_dialogue_meeting": ("2026-07-05", "2026-07-03"),
        "update_plan": (None, None),
        "max_sick_pay": ("2027-01-01", "2026-12-31"),
    }
    assert (case["net_days"], case["gross_days"], case["full_days"]) == (37, 37, 37)
    assert row(case, "follow_up_plan")["state"] == "overdue"


def test_w2_self_certified_days_and_an_enclosed_weekend() -> None:
    note = nav_note("n", full("2026-01-12", "2026-03-01"))
    note["egenmeldingsdager"] = [{"fom": "2026-01-08", "tom": "2026-01-09"}]
    told = {"notes": [note], "facts": []}

    (case,) = explained(told, date(2026, 1, 20))["cases"]

    assert (case["start"], dates(case, "follow_up_plan")[0]) == ("2026-01-08", "2026-02-04")
    assert dates(case, "dialogue_meeting_1")[0] == "2026-02-25"


@pytest.mark.parametrize(
    ("again", "starts", "plan"),
    [
        ("2026-02-10", ["2026-01-05"], "2026-02-16"),
        ("2026-02-11", ["2026-01-05", "2026-02-11"], "2026-03-10"),
    ],
)
def test_w3_fifteen_days_between_are_one_case_and_sixteen_two(
    again: str, starts: list[str], plan: str
) -> None:
    cases = seen(full("2026-01-05", "2026-01-25"), full(again, "2026-04-30"), on="2026-02-20")

    assert [case["start"] for case in cases] == starts
    assert dates(cases[-1], "follow_up_plan")[0] == plan


def test_w4_graded_all_along_asks_a_question() -> None:
    (case,) = seen(graded("2026-03-02", "2026-04-30", 60), on="2026-03-10")
    meeting = row(case, "dialogue_meeting_1")

    assert dates(case, "follow_up_plan") == ("2026-03-29", "2026-03-27")
    assert (meeting["state"], meeting["mandatory"]) == ("question", False)
    assert dates(case, "dialogue_meeting_1") == ("2026-04-19", "2026-04-17")
    assert dates(case, "nav_meeting_question")[0] == "2026-06-29"


def test_w5_mixed_weeks_count_full_days() -> None:
    begun = [full("2026-03-02", "2026-03-29"), graded("2026-03-30", "2026-04-19", 50)]
    (short,) = seen(*begun, on="2026-04-01")
    (long,) = seen(*begun, full("2026-04-20", "2026-05-31"), on="2026-04-01")

    assert dates(short, "dialogue_meeting_1")[0] == "2026-04-19"
    assert row(short, "dialogue_meeting_1")["mandatory"] is False
    assert dates(long, "dialogue_meeting_1")[0] == "2026-05-10"
    assert row(long, "dialogue_meeting_1")["mandatory"] is True


def test_w6_vacation_after_absence_counts_and_after_work_does_not() -> None:
    (case,) = seen(
        full("2026-06-01", "2026-06-30"),
        at("2026-06-20", "vacation", **{"from": "2026-07-01", "to": "2026-07-28"}),
        full("2026-07-29", "2026-08-31"),
        on="2026-08-31",
    )
    cases = seen(
        full("2026-06-01", "2026-06-30"),
        at("2026-06-20", "vacation", **{"from": "2026-07-02", "to": "2026-07-16"}),
        full("2026-07-17", "2026-08-31"),
        on="2026-08-31",
    )

    assert case["net_days"] == 92
    assert [one["start"] for one in cases] == ["2026-06-01", "2026-07-17"]


@pytest.mark.parametrize("kind", [{"antallBehandlingsdagerUke": 1}, {"harReisetilskudd": True}])
def test_w7_what_is_work_opens_no_case(kind: Object) -> None:
    assert seen(period("2026-01-05", "2026-03-01", **kind), on="2026-02-01") == []


def test_w8_christmas_moves_the_target() -> None:
    (case,) = seen(full("2026-11-28", "2027-01-31"), on="2026-12-01")

    assert dates(case, "follow_up_plan") == ("2026-12-25", "2026-12-23")


def test_w9_navs_meeting_dates_the_plan_to_nav() -> None:
    known = [full("2026-01-05", "2026-07-31"), at("2026-05-20", "nav_meeting_set", on="2026-06-17")]
    moved = at("2026-05-28", "nav_meeting_set", on="2026-06-24")

    assert dates(seen(*known, on="2026-06-01")[0], "plan_to_nav")[0] == "2026-06-10"
    assert dates(seen(*known, moved, on="2026-06-01")[0], "plan_to_nav")[0] == "2026-06-17"


def test_w10_soon_back_lapses_with_an_extension() -> None:
    exempted = at(
        "2026-02-02",
        "exempted",
        duty="dialogue_meeting_1",
        reason="back_soon_without_adaptation",
        until="2026-02-20",
    )
    told = file(full("2026-01-05", "2026-02-20"), exempted, on="2026-02-19")
    late = {
        "at": "2026-02-18T10:00:00+01:00",
        "note": nav_note("x", full("2026-02-21", "2026-03-31")),
    }
    states = {}
    for on in (date(2026, 2, 17), date(2026, 2, 18), date(2026, 2, 23)):
        (case,) = explained({**told, "notes": [*told["notes"], late]}, on)["cases"]
        states[on.day] = row(case, "dialogue_meeting_1")["state"]

    assert states == {17: "exempt", 18: "due_soon", 23: "overdue"}


def test_w11_an_earlier_start_moves_every_date() -> None:
    first = full("2026-01-15", "2026-03-15")
    (before,) = seen(first, on="2026-02-23")
    (after,) = seen(first, full("2026-01-05", "2026-01-14"), on="2026-02-23")

    assert dates(before, "dialogue_meeting_1")[0] == "2026-03-04"
    assert dates(after, "dialogue_meeting_1")[0] == "2026-02-22"
    assert row(after, "follow_up_plan")["state"] == "overdue"


def test_w12_to_w14_every_file_is_an_employment_with_its_own_clock() -> None:
    (whole,) = seen(full("2026-01-05", "2026-03-01"), on="2026-02-01")
    (half,) = seen(graded("2026-01-05", "2026-03-01", 50), on="2026-02-01")

    assert row(whole, "dialogue_meeting_1")["mandatory"] is True
    assert row(half, "dialogue_meeting_1")["mandatory"] is False


def test_w15_waiting_for_a_note_keeps_the_dates() -> None:
    first = full("2026-01-05", "2026-01-29")
    (waiting,) = seen(first, on="2026-02-02")
    (later,) = seen(first, full("2026-01-30", "2026-03-01"), on="2026-02-05")

    assert (waiting["state"], dates(waiting, "follow_up_plan")) == (
        "awaiting_note",
        ("2026-02-01", "2026-01-30"),
    )
    assert row(waiting, "follow_up_plan")["certain"] is False
    assert dates(later, "follow_up_plan") == ("2026-02-01", "2026-01-30")
    assert row(later, "follow_up_plan")["certain"] is True
