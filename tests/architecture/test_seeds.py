"""What docs/seeds.md points to is there: each command down to its last word, and each test."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from cli.main import app
from tests.architecture.test_docs import code_in, documents
from tests.support.source import ROOT, shown

WALK: Final = ROOT / "docs/seeds.md"
COMMAND: Final = re.compile(r"(?<![-\w./])tilbake((?: [a-z][a-z-]*)+)")
TEST: Final = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
PEOPLE: Final = "People"


def rows() -> list[list[str]]:
    """Give the requirements: where, what, what meets it, and what shows it."""
    lines = WALK.read_text(encoding="utf-8").splitlines()
    cells = [
        [cell.strip() for cell in line.strip("|").split(" | ")] for line in lines if "|" in line
    ]
    return [row for row in cells if row[0].strip().startswith("S")]


def unknown_commands(document: Path, *, whole: bool = False) -> Iterator[str]:
    """Give what a document calls a command and is none; `whole`: a group is none either."""
    for code in code_in(document):
        for words in COMMAND.findall(code):
            found = get_command(app)
            for word in words.split():
                if isinstance(found, TyperGroup):
                    if word not in found.commands:
                        yield words
                        break
                    found = found.commands[word]
            else:
                if whole and isinstance(found, TyperGroup):
                    yield words


@cache
def functions_of(file: str) -> frozenset[str]:
    path = ROOT / file
    if not path.exists():
        return frozenset()
    functions = ast.FunctionDef | ast.AsyncFunctionDef
    body = ast.parse(path.read_text(encoding="utf-8")).body
    return frozenset(node.name for node in body if isinstance(node, functions))


@pytest.mark.parametrize("document", documents(), ids=shown)
def test_every_command_is_named_as_it_is_typed(document: Path) -> None:
    assert list(unknown_commands(document)) == []


def test_every_requirement_is_met_by_a_command_and_shown_by_a_test_or_left_to_people() -> None:
    assert all(len(row) == 4 for row in rows())
    left = [row for row in rows() if not row[2].startswith(PEOPLE)]

    assert left
    assert [row[0] for row in left if not COMMAND.search(row[2])] == []
    assert [row[0] for row in left if not TEST.search(row[3])] == []
    assert list(unknown_commands(WALK, whole=True)) == []


def test_every_test_that_is_named_exists() -> None:
    named = TEST.findall(WALK.read_text(encoding="utf-8"))

    assert named
    assert [(file, name) for file, name in named if name not in functions_of(file)] == []


def test_no_requirement_is_listed_twice() -> None:
    places = [row[0] for row in rows()]

    assert len(places) == len(set(places))
