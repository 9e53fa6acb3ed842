"""Rules and workflows are handed the time; they never ask for it, and they touch nothing."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.source import dotted, modules, shown, tree

CLOCKS = ("datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time")
BUILT_IN = frozenset({"open", "print", "input", "eval", "exec", "breakpoint"})


def impure_calls(module: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(module):
        if isinstance(node, ast.Call):
            name = dotted(node.func)
            if name in BUILT_IN or name.endswith(CLOCKS):
                yield node.lineno, name


@pytest.mark.parametrize("path", modules("domain", "workflows"), ids=shown)
def test_nothing_in_rules_or_workflows_reads_a_clock_or_the_world(path: Path) -> None:
    assert list(impure_calls(tree(path))) == []


@pytest.mark.parametrize(
    "text",
    ["datetime.now(UTC)", "dt.datetime.now()", "date.today()", "open('x')", "print(1)"],
)
def test_the_search_finds_what_it_looks_for(text: str) -> None:
    assert len(list(impure_calls(ast.parse(text)))) == 1


def test_the_clock_of_a_workflow_is_allowed() -> None:
    assert list(impure_calls(ast.parse("workflow.now()"))) == []


@pytest.mark.parametrize("path", modules("domain"), ids=shown)
def test_no_function_of_the_domain_has_a_hidden_default_for_time(path: Path) -> None:
    """A default would be taken once, when the module is loaded."""
    called_defaults = [
        (node.lineno, dotted(default.func))
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef)
        for default in [*node.args.defaults, *node.args.kw_defaults]
        if isinstance(default, ast.Call)
    ]

    assert called_defaults == []
