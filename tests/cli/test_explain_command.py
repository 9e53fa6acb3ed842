from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cli.main import main
from tests.support.notes import nav_note, period, sample

DUTIES = [
    "follow_up_plan",
    "plan_to_practitioner",
    "dialogue_meeting_1",
    "activity_requirement",
    "nav_meeting_question",
    "plan_to_nav",
    "nav_dialogue_meeting",
    "update_plan",
    "max_sick_pay",
]
CASE_KEYS = [
    "start",
    "last_day",
    "state",
    "net_days",
    "gross_days",
    "full_days",
    "duties",
    "reminders",
]
DUTY_KEYS = [
    "kind",
    "state",
    "legal_on",
    "target_on",
    "certain",
    "clock",
    "rule",
    "basis",
    "why",
]

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def to_file(name: str, *notes: Any, **more: Any) -> Path:
        path = tmp_path / name
        value = {"employment": "e-1001", "notes": list(notes), **more}
        path.write_text(json.dumps(value), encoding="utf-8")
        return path

    return to_file


def test_the_worked_example_has_the_keys_and_dates_of_the_contract(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    """W1: 100 % from 2026-01-05; plan legal 02-01, target 01-30; meeting 02-22 and 02-20."""
    path = write("case.json", nav_note("n-1"), on="2026-02-10")

    assert main(["explain", str(path), "--format", "json"]) == 0

    out = capsys.readouterr().out
    assert out.count("\n") == 1
    said = json.loads(out)
    assert list(said) == ["on", "rule_set", "cases"]
    assert (said["on"], said["rule_set"]) == ("2026-02-10", "2026.1+default-1")
    [case] = said["cases"]
    assert list(case) == CASE_KEYS
    assert (case["start"], case["last_day"], case["state"]) == (
        "2026-01-05",
        "2026-03-01",
        "active",
    )
    assert (case["net_days"], case["gross_days"], case["full_days"]) == (37, 37, 37)
    assert [duty["kind"] for duty in case["duties"]] == DUTIES
    plan, _, meeting, *_ = case["duties"]
    assert list(plan) == DUTY_KEYS
    assert list(meeting) == [*DUTY_KEYS, "mandatory"]
    assert (plan["state"], plan["legal_on"], plan["target_on"]) == (
        "overdue",
        "2026-02-01",
        "2026-01-30",
    )
    assert (plan["certain"], plan["clock"], plan["rule"]) == (True, "net", "R21")
    assert (plan["basis"], plan["why"]) == (
        "aml. § 4-6 (3)",
        "28th day of absence; 2026-01-05 to 2026-02-01",
    )
    assert (meeting["legal_on"], meeting["target_on"]) == ("2026-02-22", "2026-02-20")
    assert meeting["mandatory"] is True
    due_soon = {
        "duty": "follow_up_plan",
        "stage": "due_soon",
        "on": "2026-01-23",
        "to": ["manager"],
    }
    assert due_soon in case["reminders"]


def test_the_day_comes_from_the_command_then_the_file(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write("case.json", on="2026-02-10")

    main(["explain", str(path), "--format", "json", "--on", "2026-03-03"])
    main(["explain", str(path), "--format", "json"])

    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert first == {"on": "2026-03-03", "rule_set": "2026.1+default-1", "cases": []}
    assert second["on"] == "2026-02-10"


def test_without_any_day_the_present_one_counts(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explain", str(write("case.json")), "--format", "json"]) == 0

    assert json.loads(capsys.readouterr().out)["on"] >= "2026-01-01"


def test_several_files_are_one_object_a_line_and_a_bad_one_does_not_stop_the_others(
    write: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one = write("one.json", nav_note("n-1"), on="2026-02-10")
    bad = write(
        "bad.json", nav_note("n-1", period("2026-02-30", "2026-03-01"), {}), on="2026-02-10"
    )
    two = write("two.json", on="2026-02-11")
    fault = "must be a date such as 2026-01-05, not 2026-02-30"
    files = [one, bad, tmp_path / "none.json", two]

    assert main(["explain", "--format", "json", *map(str, files)]) == 2

    said = capsys.readouterr()
    assert [json.loads(line)["on"] for line in said.out.splitlines()] == [
        "2026-02-10",
        "2026-02-11",
    ]
    assert said.err.splitlines() == [
        f"tilbake: {bad}: notes[0].sykmeldingPerioder[0].fom: {fault} (+3 more)",
        f"tilbake: {tmp_path}/none.json: there is no such file",
    ]


def test_the_policy_of_the_employer_counts(
    write: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write("case.json", nav_note("n-1"), on="2026-02-10")
    policy = tmp_path / "policy.toml"
    policy.write_text('version = "ours-3"\nplan_days = { value = 21, source = "agreement" }\n')

    assert main(["explain", str(path), "--format", "json", "--policy", str(policy)]) == 0

    said = json.loads(capsys.readouterr().out)
    assert said["rule_set"] == "2026.1+ours-3"
    assert said["cases"][0]["duties"][0]["legal_on"] == "2026-01-25"


def test_a_bad_policy_is_one_line(
    write: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text('version = "x"\nplan_days = 28\n')

    assert main(["explain", str(write("case.json")), "--policy", str(policy)]) == 2

    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == (f"tilbake: {policy}: plan_days: must be an object, not a whole number\n")


def test_the_text_says_why_for_each_duty(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    path = write("case.json", nav_note("n-1"), on="2026-02-10")

    assert main(["explain", str(path)]) == 0

    shown = capsys.readouterr().out
    for words in ("2026-02-01", "2026-01-30", "28th day of absence", "aml. § 4-6 (3)", "overdue"):
        assert words in shown
    for duty in DUTIES:
        assert duty.split("_")[0] in shown


def test_nothing_of_a_person_or_of_the_practitioners_words_is_printed(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write("case.json", sample(), on="2026-02-10")

    for chosen in ("text", "json"):
        assert main(["explain", str(path), "--format", chosen]) == 0

    shown = capsys.readouterr().out
    for secret in ("15817910030", "319900004", "EKSEMPEL", "Lege", "Tunge", "Ring"):
        assert secret not in shown


def test_the_output_is_utf_8_whatever_the_terminal_says(write: Write) -> None:
    path = write("case.json", nav_note("n-1"), on="2026-02-10")

    done = subprocess.run(
        [sys.executable, "-m", "cli.main", "explain", "--format", "json", str(path)],
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )

    assert "aml. § 4-6 (3)" in done.stdout.decode("utf-8")
