"""Habits that keep the tree readable and the data small."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.source import ROOT, modules, shown, tree

LONGEST = 400
ILLNESS = re.compile("diagnos", re.IGNORECASE)
SQL_COMMENT = re.compile(r"--.*?$|/\*.*?\*/", re.MULTILINE | re.DOTALL)
IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def identifiers(module: ast.Module) -> Iterator[str]:
    """Walk all names a module defines or uses, and texts that could be a field's name."""
    for node in ast.walk(module):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name):
                yield name
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name
            case ast.ClassDef(name=name) | ast.keyword(arg=str(name)) | ast.alias(name=name):
                yield name
            case ast.Constant(value=str(text)) if IDENTIFIER.fullmatch(text):
                yield text


@pytest.mark.parametrize("path", modules(), ids=shown)
def test_no_module_is_longer_than_a_reader_can_hold(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST


@pytest.mark.parametrize("path", modules(), ids=shown)
def test_no_identifier_names_a_diagnosis(path: Path) -> None:
    """A diagnosis is never stored (R52), so there is no field that could hold one."""
    assert [name for name in identifiers(tree(path)) if ILLNESS.search(name)] == []


def test_the_search_finds_a_field_that_names_a_diagnosis() -> None:
    module = ast.parse("class Note:\n    main_diagnosis: str\nrow = {'diagnose': 1}")

    assert {name for name in identifiers(module) if ILLNESS.search(name)} == {
        "diagnose",
        "main_diagnosis",
    }


def test_no_table_names_a_diagnosis() -> None:
    scripts = sorted((ROOT / "adapters").rglob("*.sql"))
    named = [
        shown(path)
        for path in scripts
        if ILLNESS.search(SQL_COMMENT.sub("", path.read_text(encoding="utf-8")))
    ]

    assert scripts
    assert named == []


def test_no_module_is_called_utils() -> None:
    vague = {"utils", "util", "helpers", "helper", "common", "misc"}

    assert [shown(path) for path in modules() if path.stem in vague] == []


@pytest.mark.parametrize(
    "lock",
    ["requirements.lock", "requirements-dev.lock", "bench/requirements.lock", "deploy/build.lock"],
)
def test_a_lock_file_pins_with_hashes_and_names_no_host(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    pins = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]

    assert "://" not in text
    assert pins
    assert [line for line in pins if "==" not in line or not line.endswith("\\")] == []
