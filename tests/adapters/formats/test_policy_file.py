from __future__ import annotations

import tomllib
from dataclasses import fields, replace
from pathlib import Path

import pytest

from adapters.formats.located import Faulty
from adapters.formats.policy_file import RANGES, load_policy, read_policy
from domain.events import Stage
from domain.facts import DutyKind, Role
from domain.policy import DEFAULT, Anchor, MixedWeeks, Policy, Rung

POLICIES = Path(__file__).parents[3] / "policies"
VERSION = 'version = "own-1"\n'


def read(text: str) -> Policy:
    return read_policy(tomllib.loads(VERSION + text), "policy.toml")


def refused(text: str, version: str = VERSION) -> str:
    with pytest.raises(Faulty) as fault:
        read_policy(tomllib.loads(version + text), "policy.toml")
    line = str(fault.value)
    assert "\n" not in line
    return line.removeprefix("policy.toml: ")


def test_the_default_file_says_what_the_code_says() -> None:
    assert load_policy(POLICIES / "default.toml") == DEFAULT
    assert load_policy(None) == DEFAULT


def test_the_default_file_leaves_nothing_out() -> None:
    written = tomllib.loads((POLICIES / "default.toml").read_text("utf-8"))

    assert {each.name for each in fields(Policy)} - {"ladders"} | {"ladder"} == set(written)
    assert set(written["allotment"]) == set(DEFAULT.allotment)
    assert set(written["ladder"]) == set(DEFAULT.ladders)


def test_every_number_of_the_policy_has_a_range_that_holds_its_default() -> None:
    numbers = {
        each.name: value
        for each in fields(Policy)
        if type(value := getattr(DEFAULT, each.name)) is int and not each.name.startswith("send_")
    }

    assert set(numbers) == set(RANGES)
    assert all(RANGES[name].least <= value <= RANGES[name].most for name, value in numbers.items())


def test_the_demonstration_policy_differs_in_its_send_window_only() -> None:
    assert load_policy(POLICIES / "demo.toml") == replace(
        DEFAULT, version="demo-1", send_from_hour=None, send_to_hour=None
    )


def test_a_file_overrides_what_it_names() -> None:
    found = read(
        """
        plan_days = { value = 21, source = "the employer's own agreement" }
        mixed_weeks = { value = "case_age", source = "as above" }
        enclosed_weekends = { value = false, source = "as above" }
        half_days = { value = ["12-24", "12-31"], source = "as above" }
        send_to_hour = { value = 24, source = "as above" }
        [allotment]
        follow_up_plan = { value = 3, source = "as above" }
        [[ladder.update_plan]]
        stage = "on_target"
        anchor = "workdays_before_target"
        days = 1
        to = ["manager", "hr"]
        source = "as above"
        """
    )

    rung = Rung(
        stage=Stage.ON_TARGET,
        anchor=Anchor.WORKDAYS_BEFORE_TARGET,
        days=1,
        to=(Role.MANAGER, Role.HR),
    )
    assert found == replace(
        DEFAULT,
        version="own-1",
        plan_days=21,
        mixed_weeks=MixedWeeks.CASE_AGE,
        enclosed_weekends=False,
        half_days=((12, 24), (12, 31)),
        send_to_hour=24,
        allotment={**DEFAULT.allotment, DutyKind.FOLLOW_UP_PLAN: 3},
        ladders={**DEFAULT.ladders, DutyKind.UPDATE_PLAN: (rung,)},
    )


def test_a_ladder_can_be_emptied() -> None:
    found = read("[ladder]\nupdate_plan = []")

    assert found.ladders[DutyKind.UPDATE_PLAN] == ()
    assert found.ladders[DutyKind.FOLLOW_UP_PLAN] == DEFAULT.ladders[DutyKind.FOLLOW_UP_PLAN]


RUNG = 'stage = "overdue"\nanchor = "days_after_legal"\ndays = 1\nto = ["manager"]\nsource = "x"\n'


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("plan_days = 28", "plan_days: must be an object, not a whole number"),
        ("plan_days = { value = 28 }", "plan_days.source: is missing"),
        ('plan_days = { value = 28, source = " " }', "plan_days.source: must say where"),
        ('plan_days = { source = "x" }', "plan_days.value: is missing"),
        ('plan_days = { value = "28", source = "x" }', "plan_days.value: must be a whole number"),
        ('plan_days = { value = 28.0, source = "x" }', "plan_days.value: must be a whole number"),
        ('plan_days = { value = true, source = "x" }', "plan_days.value: must be a whole number"),
        ('plan_days = { value = 0, source = "x" }', "plan_days.value: 0 must lie between 1 and"),
        ('wake_hour = { value = 24, source = "x" }', "wake_hour.value: 24 must lie between 0"),
        ('plan_days = { value = 1, source = "x", unit = "d" }', "plan_days.unit: there is no"),
        ("plan_day = 1", "plan_day: there is no such field here"),
        ('mixed_weeks = { value = "both", source = "x" }', "mixed_weeks.value: must be one of"),
        ('enclosed_weekends = { value = 1, source = "x" }', "enclosed_weekends.value: must be"),
        ('half_days = { value = ["12-32"], source = "x" }', "half_days.value[0]: must be a month"),
        ('half_days = { value = [1224], source = "x" }', "half_days.value[0]: must be a month"),
        ('half_days = { value = "12-24", source = "x" }', "half_days.value: must be a list"),
        ('send_from_hour = { value = "none", source = "x" }', 'send_from_hour: must be "none" to'),
        ('send_from_hour = { value = 17, source = "x" }', "send_from_hour: 17 must be before"),
        ('note_gap_grace = { value = 17, source = "x" }', "note_gap_grace: must not be longer"),
        ("allotment = 1", "allotment: must be an object"),
        ("[allotment]\nmax_sick_pay = 1", "allotment.max_sick_pay: must be one of follow_up_plan"),
        ("[allotment]\nupdate_plan = 1", "allotment.update_plan: must be an object"),
        (
            '[allotment]\nupdate_plan = { value = -1, source = "x" }',
            "allotment.update_plan.value: -1 must lie between",
        ),
        ("[ladder]\nupdate_plan = 1", "ladder.update_plan: must be a list"),
        ("[[ladder.update]]\n" + RUNG, "ladder.update: must be one of"),
        ("[[ladder.update_plan]]\n", "ladder.update_plan[0].source: is missing"),
        (
            "[[ladder.update_plan]]\n" + RUNG.replace('"x"', '""'),
            "ladder.update_plan[0].source: must say where",
        ),
        (
            "[[ladder.update_plan]]\n" + RUNG.replace("days = 1", "days = -1"),
            "ladder.update_plan[0].days: -1 must lie between 0",
        ),
        (
            "[[ladder.update_plan]]\n" + RUNG.replace('["manager"]', "[]"),
            "ladder.update_plan[0].to: must name at least one role",
        ),
        (
            "[[ladder.update_plan]]\n" + RUNG.replace('["manager"]', '["nav"]'),
            "ladder.update_plan[0].to: must be among employee, hr, manager",
        ),
        (
            "[[ladder.update_plan]]\n" + RUNG + "[[ladder.update_plan]]\n" + RUNG,
            "ladder.update_plan: must hold each stage once, in the order opening, heads_up",
        ),
    ],
)
def test_what_cannot_be_a_policy_is_located(text: str, line: str) -> None:
    assert refused(text).startswith(line)


@pytest.mark.parametrize(
    ("version", "line"),
    [
        ("", "version: is missing"),
        ('version = "a b"', "version: must be 1 to 40"),
        ("version = 1", "version: must be a text"),
    ],
)
def test_a_policy_needs_a_version(version: str, line: str) -> None:
    assert refused("", version).startswith(line)


def test_all_faults_of_a_policy_are_counted() -> None:
    assert refused("a = 1\nb = 2\nc = 3").endswith("(+2 more)")
