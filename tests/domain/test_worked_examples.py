"""The worked examples W1-W15 of docs/rules.md, through the files that `explain` reads."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from domain.policy import DEFAULT, MixedWeeks
from tests.support.explaining import duty, explained, full, nav_note, only, part, period

PLAN = "follow_up_plan"
MEETING = "dialogue_meeting_1"
LONG = "2027-01-31"


def dates(case: dict[str, Any], kind: str) -> tuple[str | None, str | None]:
    found = duty(case, kind)
    return found["legal_on"], found["target_on"]


def test_w1_full_absence_from_a_monday() -> None:
    case = only(explained(full("n-1", "2026-01-05", "2026-03-01"), on="2026-01-05"))

    assert dates(case, PLAN) == ("2026-02-01", "2026-01-30")
    assert dates(case, MEETING) == ("2026-02-22", "2026-02-20")
    assert duty(case, MEETING)["mandatory"] is True
    assert dates(case, "activity_requirement") == ("2026-03-01", "2026-02-27")
    assert dates(case, "nav_meeting_question") == ("2026-05-04", "2026-05-04")
    assert dates(case, "nav_dialogue_meeting") == ("2026-07-05", "2026-07-03")
    assert dates(case, "max_sick_pay") == ("2027-01-01", "2026-12-31")
    certain = {one["kind"]: one["certain"] for one in case["duties"]}
    assert certain[PLAN]
    assert certain["activity_requirement"]
    assert not certain["nav_meeting_question"]


W2 = nav_note(
    "n-1",
    period("2026-01-12", "2026-03-15"),
    egenmeldingsdager=[{"fom": "2026-01-08", "tom": "2026-01-09"}],
)


@pytest.mark.parametrize(
    ("enclosed", "plan", "meeting", "net_on_feb_4"),
    [
        (True, "2026-02-04", "2026-02-25", 28),
        # Net skips the weekend that no note covers.
        (False, "2026-02-06", "2026-02-27", 26),
    ],
)
def test_w2_a_weekend_between_self_certified_days_and_the_note(
    enclosed: bool, plan: str, meeting: str, net_on_feb_4: int
) -> None:
    policy = replace(DEFAULT, enclosed_weekends=enclosed)
    case = only(explained(W2, on="2026-02-04", policy=policy))

    assert case["start"] == "2026-01-08"
    assert case["net_days"] == net_on_feb_4
    assert case["gross_days"] == 28
    assert duty(case, PLAN)["legal_on"] == plan
    assert duty(case, MEETING)["legal_on"] == meeting


def test_w3a_fifteen_days_between_are_one_case_that_counts_net() -> None:
    notes = full("n-1", "2026-01-05", "2026-01-25"), full("n-2", "2026-02-10", "2026-04-30")
    case = only(explained(*notes, on="2026-02-12"))

    assert case["start"] == "2026-01-05"
    assert dates(case, PLAN)[0] == "2026-02-16"
    assert dates(case, MEETING)[0] == "2026-03-09"
    why = duty(case, PLAN)["why"]
    assert "2026-01-05 to 2026-01-25, 2026-02-10 to 2026-02-16" in why


def test_w3b_sixteen_days_between_are_two_cases() -> None:
    notes = full("n-1", "2026-01-05", "2026-01-25"), full("n-2", "2026-02-11", "2026-04-30")
    first, second = explained(*notes, on="2026-02-12")

    assert (first["last_day"], first["state"]) == ("2026-01-25", "closed")
    assert second["start"] == "2026-02-11"
    assert dates(second, PLAN)[0] == "2026-03-10"
    assert dates(first, PLAN) == (None, None)


def test_w4_graded_from_the_start_over_the_change_to_summer_time() -> None:
    case = only(explained(part("n-1", "2026-03-02", "2026-04-26", 60), on="2026-04-20"))

    assert dates(case, PLAN) == ("2026-03-29", "2026-03-27")
    meeting = duty(case, MEETING)
    assert (meeting["state"], meeting["mandatory"]) == ("question", False)
    # R22 has the question on the 49th day of absence; the target is the Friday before.
    assert (meeting["legal_on"], meeting["target_on"]) == ("2026-04-19", "2026-04-17")
    assert dates(case, "nav_meeting_question")[0] == "2026-06-29"


W5 = (
    full("n-1", "2026-03-02", "2026-03-29"),
    part("n-2", "2026-03-30", "2026-04-19", 50),
)


def test_w5_mixed_weeks_count_the_fully_absent_days() -> None:
    case = only(explained(*W5, full("n-3", "2026-04-20", "2026-05-31"), on="2026-04-21"))
    meeting = duty(case, MEETING)

    assert (meeting["legal_on"], meeting["mandatory"]) == ("2026-05-10", True)
    assert meeting["clock"] == "full"
    assert "recommended, is 2026-04-19" in meeting["why"]


def test_w5_known_only_until_the_graded_weeks_end_it_is_the_question() -> None:
    meeting = duty(only(explained(*W5, on="2026-04-15")), MEETING)

    assert (meeting["state"], meeting["legal_on"]) == ("question", "2026-04-19")


def test_w5_by_case_age_the_grade_of_day_49_decides() -> None:
    policy = replace(DEFAULT, mixed_weeks=MixedWeeks.CASE_AGE)
    graded_then = only(
        explained(*W5, full("n-3", "2026-04-20", "2026-05-31"), on="2026-04-15", policy=policy)
    )
    full_then = only(
        explained(
            full("n-1", "2026-03-02", "2026-03-29"),
            part("n-2", "2026-03-30", "2026-04-12", 50),
            full("n-3", "2026-04-13", "2026-05-31"),
            on="2026-04-15",
            policy=policy,
        )
    )

    assert duty(graded_then, MEETING)["mandatory"] is False
    assert duty(full_then, MEETING)["mandatory"] is True
    assert duty(full_then, MEETING)["legal_on"] == "2026-04-19"


def test_w6_a_holiday_right_after_illness_counts() -> None:
    case = only(
        explained(
            full("n-1", "2026-06-01", "2026-06-30"),
            full("n-2", "2026-07-29", "2026-08-31"),
            on="2026-08-31",
            facts=[off("vacation", "2026-07-01", "2026-07-28")],
        )
    )

    assert (case["start"], case["net_days"]) == ("2026-06-01", 92)


def test_w6b_a_holiday_after_a_day_of_work_is_a_gap() -> None:
    first, second = explained(
        full("n-1", "2026-06-01", "2026-06-30"),
        full("n-2", "2026-07-17", "2026-08-31"),
        on="2026-07-20",
        facts=[
            {"type": "returned_to_work", "at": "2026-07-01T08:00:00+02:00", "on": "2026-07-01"},
            off("vacation", "2026-07-02", "2026-07-16"),
        ],
    )

    assert first["last_day"] == "2026-06-30"
    assert second["start"] == "2026-07-17"


def off(kind: str, first: str, last: str) -> dict[str, str]:
    return {"type": kind, "at": "2026-06-01T08:00:00+02:00", "from": first, "to": last}


@pytest.mark.parametrize(
    "activity",
    [
        {"antallBehandlingsdagerUke": 1},
        {"harReisetilskudd": True},
        {"avventendeSykmelding": "Kan arbeide med andre oppgaver"},
    ],
)
def test_w7_treatment_days_travel_grant_and_advice_alone_make_no_case(
    activity: dict[str, Any],
) -> None:
    note = nav_note("n-1", period("2026-01-05", "2026-03-01", **activity))
    assert explained(note, on="2026-02-01") == []


def test_w8_christmas_eve_is_no_target() -> None:
    case = only(explained(full("n-1", "2026-11-28", "2027-01-10"), on="2026-12-01"))

    assert dates(case, PLAN) == ("2026-12-25", "2026-12-23")


@pytest.mark.parametrize(
    ("told", "legal"),
    [
        (["2026-06-17"], "2026-06-10"),
        (["2026-06-17", "2026-06-24"], "2026-06-17"),
        (["2026-06-17", None], None),
    ],
)
def test_w9_the_plan_goes_to_nav_a_week_before_its_meeting(
    told: list[str | None], legal: str | None
) -> None:
    facts = [
        {"type": "nav_meeting_set", "at": f"2026-05-{number:02}T08:00:00+02:00", "on": on}
        for number, on in enumerate(told, start=4)
    ]
    case = only(explained(full("n-1", "2026-01-05", LONG), on="2026-05-20", facts=facts))

    assert duty(case, "plan_to_nav")["legal_on"] == legal
    state = duty(case, "plan_to_nav")["state"]
    assert state == ("upcoming" if legal else "not_applicable")


EXEMPT = {
    "type": "exempted",
    "at": "2026-02-02T10:00:00+01:00",
    "duty": MEETING,
    "reason": "back_soon_without_adaptation",
    "until": "2026-02-20",
    "contacted_on": "2026-02-02",
}


@pytest.mark.parametrize(
    ("arrives", "on", "state", "legal"),
    [
        # Until the extension arrives the exemption holds.
        ("2026-02-18", "2026-02-17", "exempt", "2026-02-22"),
        # It arrives before the legal date: the legal date stands.
        ("2026-02-18", "2026-02-19", "due_soon", "2026-02-22"),
        # It arrives after: due on that day, and overdue only when that has passed.
        ("2026-02-25", "2026-02-25", "due_soon", "2026-02-25"),
        ("2026-02-25", "2026-02-26", "overdue", "2026-02-25"),
    ],
)
def test_w10_an_exemption_falls_when_its_premise_fails(
    arrives: str, on: str, state: str, legal: str
) -> None:
    extension = {
        "at": f"{arrives}T09:00:00+01:00",
        "note": full("n-2", "2026-02-21", "2026-03-31"),
    }
    case = only(
        explained(full("n-1", "2026-01-05", "2026-02-20"), extension, on=on, facts=[EXEMPT])
    )
    meeting = duty(case, MEETING)

    assert (meeting["state"], meeting["legal_on"]) == (state, legal)
    assert ("premise failed" in meeting["why"]) is (state != "exempt")


def test_w11_a_back_dated_note_moves_every_date() -> None:
    known = full("n-1", "2026-01-15", "2026-03-31")
    late = {"at": "2026-02-23T09:00:00+01:00", "note": full("n-2", "2026-01-05", "2026-01-14")}

    before, after = (
        only(explained(known, on="2026-02-23")),
        only(explained(known, late, on="2026-02-23")),
    )
    assert dates(before, MEETING)[0] == "2026-03-04"
    assert dates(after, MEETING)[0] == "2026-02-22"
    assert duty(before, PLAN)["legal_on"] == "2026-02-11"
    assert duty(after, PLAN)["legal_on"] == "2026-02-01"


def test_w12_each_employment_has_its_own_clocks() -> None:
    at_a = only(explained(full("n-1", "2026-01-05", "2026-03-31"), on="2026-02-10"))
    at_b = only(explained(part("n-1", "2026-01-05", "2026-03-31", 50), on="2026-02-10"))

    assert duty(at_a, MEETING)["mandatory"] is True
    assert duty(at_b, MEETING)["mandatory"] is False
    assert dates(at_a, PLAN) == dates(at_b, PLAN)


def test_w15_between_two_notes_nothing_vanishes() -> None:
    first = full("n-1", "2026-01-05", "2026-01-29")
    waiting = only(explained(first, on="2026-02-02"))

    assert waiting["state"] == "awaiting_note"
    assert dates(waiting, PLAN) == ("2026-02-01", "2026-01-30")
    assert duty(waiting, PLAN)["state"] == "overdue"
    assert duty(waiting, PLAN)["certain"] is False
    assert "overdue" in {one["stage"] for one in waiting["reminders"]}

    late = {"at": "2026-02-05T09:00:00+01:00", "note": full("n-2", "2026-01-30", "2026-03-01")}
    known = only(explained(first, late, on="2026-02-05"))
    assert known["state"] == "active"
    assert dates(known, PLAN) == ("2026-02-01", "2026-01-30")
    assert duty(known, PLAN)["certain"] is True
