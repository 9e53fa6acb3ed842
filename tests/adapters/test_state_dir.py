"""Who works in a state folder, and how others find it."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from adapters.state_dir import (
    RUNNING,
    Running,
    StateDirTaken,
    alone_in,
    forget_running,
    running_in,
    write_running,
)

HERE = Running(pid=1, database_url="postgresql://somewhere", temporal_address="127.0.0.1:1")


def test_a_running_up_is_found_by_its_file(tmp_path: Path) -> None:
    with alone_in(tmp_path):
        write_running(tmp_path, HERE)

        assert running_in(tmp_path) == HERE


def test_the_file_of_a_killed_up_says_nothing(tmp_path: Path) -> None:
    script = (
        "import os, sys; from pathlib import Path; from adapters.state_dir import *\n"
        "with alone_in(Path(sys.argv[1])):\n"
        "    write_running(Path(sys.argv[1]), Running(pid=1, database_url='x',"
        " temporal_address='y'))\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    killed = subprocess.run([sys.executable, "-c", script, tmp_path], check=False)

    assert killed.returncode == -9
    assert (tmp_path / RUNNING).exists()
    assert running_in(tmp_path) is None


def test_a_second_one_is_refused_and_looking_does_not_disturb(tmp_path: Path) -> None:
    with alone_in(tmp_path):
        write_running(tmp_path, HERE)
        with pytest.raises(StateDirTaken, match=str(tmp_path)), alone_in(tmp_path):
            pass

        assert running_in(tmp_path) == HERE
    with alone_in(tmp_path):
        assert running_in(tmp_path) == HERE


def test_the_file_is_for_its_owner_only_and_goes_in_the_end(tmp_path: Path) -> None:
    with alone_in(tmp_path):
        write_running(tmp_path, HERE)
        mode = stat.S_IMODE((tmp_path / RUNNING).stat().st_mode)
        forget_running(tmp_path)

        assert mode == 0o600
        assert running_in(tmp_path) is None


@pytest.mark.parametrize("content", ["", "{", "[]", '{"pid": 1}', '{"unknown": 1}'])
def test_a_file_that_cannot_be_read_is_as_good_as_none(tmp_path: Path, content: str) -> None:
    with alone_in(tmp_path):
        (tmp_path / RUNNING).write_text(content, "utf-8")

        assert running_in(tmp_path) is None


def test_nothing_runs_in_a_folder_that_is_not_there(tmp_path: Path) -> None:
    assert running_in(tmp_path / "none") is None
    assert not (tmp_path / "none").exists()
