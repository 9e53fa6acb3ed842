from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from cli.main import main

HEAVY = ("temporalio", "asyncpg", "starlette", "uvicorn", "cryptography")


def test_help_teaches_and_names_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0

    shown = capsys.readouterr().out
    assert "explain" in shown
    assert "Exit codes" in shown


def test_the_version_names_the_rules_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0

    assert capsys.readouterr().out == "tilbake 0.1.0, rules 2026.1\n"


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["nothing"], "tilbake: No such command 'nothing'."),
        (["explain"], "tilbake: Missing argument 'FILE...'."),
        (["explain", "--nope", "x"], "tilbake: No such option: --nope"),
        (
            ["explain", "--on", "2026-02-30", "x"],
            "tilbake: Invalid value for '--on': must be a date such as 2026-01-05",
        ),
        (
            ["explain", "--on", "1066-10-14", "x"],
            "tilbake: Invalid value for '--on': 1066-10-14 must lie between 1990-01-01",
        ),
    ],
)
def test_a_command_that_is_not_understood_is_one_line_and_exit_code_2(
    arguments: list[str], line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2

    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith(line)
    assert said.err.count("\n") == 1


def test_without_a_command_the_help_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2

    said = capsys.readouterr()
    assert "explain" in said.out
    assert said.err == ""


def test_explaining_loads_no_server_and_no_database(tmp_path: Path) -> None:
    case = tmp_path / "case.json"
    case.write_text('{"employment": "e-1", "on": "2026-01-01"}', encoding="utf-8")
    program = (
        "import sys\nfrom cli.main import main\n"
        f"code = main(['explain', {str(case)!r}, '--format', 'json'])\n"
        f"loaded = [name for name in {HEAVY!r} if name in sys.modules]\n"
        "sys.exit(code or (str(loaded) if loaded else 0))"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")


def test_a_reader_that_goes_away_leaves_no_traceback(tmp_path: Path) -> None:
    case = tmp_path / "case.json"
    case.write_text('{"employment": "e-1", "on": "2026-01-01"}', encoding="utf-8")
    arguments = [sys.executable, "-m", "cli.main", "explain", *[str(case)] * 2000]

    with subprocess.Popen(
        [*arguments, "--format", "json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        said = process.stderr.read()

    assert process.returncode == 1
    assert said == b""
