"""Fixtures that every part of the tests may ask for, and a folder for what they write."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest

pytest_plugins = ["tests.support.database"]

_own_folder = pytest.StashKey[Path]()


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Write into a folder of this session's own.

    Sessions that begin later close the folder that pytest would share between them, and a
    PostgreSQL that runs as another user could no longer reach its data.
    """
    if config.option.basetemp is None:
        config.stash[_own_folder] = Path(tempfile.mkdtemp(prefix="tilbake-tests-"))
        config.option.basetemp = str(config.stash[_own_folder] / "run")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave nothing behind."""
    folder = config.stash.get(_own_folder, None)
    if folder is not None:
        shutil.rmtree(folder, ignore_errors=True)
