from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from cli.main import main
from tests.support.notes import nav_note, period
from tests.support.source import ROOT


def case_file(folder: Path, name: str, *notes: object) -> Path:
    path = folder / name
    value = {"employment": "e-1001", "notes": list(notes), "facts": []}
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "cli.main", "simulate", *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_each_event_is_one_json_object_and_nothing_else_is_printed(tmp_path: Path) -> None:
    mails = tmp_path / "mails"
    path = case_file(tmp_path, "case.json", nav_note("n-1", period("2026-01-05", "2026-02-15")))

    done = run(path, "--format", "json", "--mails", mails)

    assert (done.returncode, done.stderr) == (0, "")
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert told[0]["at"] == "2026-01-05T00:00:00+01:00"
    assert {"note_received", "case_opened", "reminder_due", "reminder_sent", "case_closed"} <= {
        one["kind"] for one in told
    }
    [missed] = [one for one in told if (one["kind"], one.get("duty", "")) == MISSED]
    assert (missed["at"][:10], missed["legal_on"]) == ("2026-02-02", "2026-02-01")
    assert {one["employment"] for one in told} == {"e-1001"}
    assert len(list((mails / "new").iterdir())) == [one["kind"] for one in told].count(
        "reminder_sent"
    )


MISSED = ("duty_missed", "follow_up_plan")


def test_several_files_are_played_one_after_the_other_and_a_bad_one_is_one_line(
    tmp_path: Path,
) -> None:
    """The same employment in two files is two stories."""
    one = case_file(tmp_path, "one.json", nav_note("n-1", period("2026-01-05", "2026-01-11")))
    two = case_file(tmp_path, "two.json", nav_note("n-1", period("2027-03-01", "2027-03-07")))
    none = tmp_path / "none.json"

    done = run(one, none, two)

    assert done.returncode == 2
    assert done.stderr == f"tilbake: {none}: there is no such file\n"
    lines = done.stdout.splitlines()
    assert lines[0] == f"{one}:"
    assert f"{two}:" in lines
    events = [line for line in lines if not line.endswith(":")]
    assert {line.split()[1][:4] for line in events} == {"2026", "2027"}
    assert "note received" in events[0]


def test_a_fault_in_the_file_names_place_and_field_and_starts_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = case_file(tmp_path, "case.json", nav_note("n-1", period("2026-02-05", "2026-01-05")))

    assert main(["simulate", str(path)]) == 2

    said = capsys.readouterr()
    assert said.out == ""
    [line] = said.err.splitlines()
    assert line.startswith(f"tilbake: {path}: notes[0].sykmeldingPerioder[0].")


def test_a_bad_policy_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text('version = "x"\nplan_days = 28\n')

    assert main(["simulate", str(tmp_path / "none.json"), "--policy", str(policy)]) == 2

    assert capsys.readouterr().err.startswith(f"tilbake: {policy}: plan_days")
