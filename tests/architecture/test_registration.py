"""What workflows ask for is what the worker offers; a forgotten one would hang every case."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final

from tests.support.source import ROOT, dotted, modules, tree

ASKING: Final = (
    "execute_activity",
    "execute_local_activity",
    "execute_activity_method",
    "execute_local_activity_method",
    "start_activity",
    "start_local_activity",
    "start_activity_method",
    "start_local_activity_method",
)


def constants(module: ast.Module) -> dict[str, str]:
    """Texts that a module gives a name, such as STEP = "step"."""
    return {
        target.id: node.value.value
        for node in module.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name) and isinstance(node.value.value, str)
    }


def asked_for() -> Iterator[str]:
    """Names of the activities that workflows run."""
    for path in modules("workflows"):
        names = constants(tree(path))
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and dotted(node.func).endswith(ASKING):
                wanted = node.args[0]
                text = wanted.value if isinstance(wanted, ast.Constant) else dotted(wanted)
                yield names.get(str(text), str(text).rsplit(".", maxsplit=1)[-1])


def defined(package: str, decorator: str) -> dict[str, str]:
    """Names given by `@activity.defn(name=…)` or `@workflow.defn`, and what they decorate."""
    found: dict[str, str] = {}
    for path in modules(package):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                for decorated in node.decorator_list:
                    call = decorated if isinstance(decorated, ast.Call) else None
                    if dotted(call.func if call else decorated) == decorator:
                        given = [k.value for k in call.keywords if k.arg == "name"] if call else []
                        name = (
                            given[0].value if given and isinstance(given[0], ast.Constant) else ""
                        )
                        found[str(name or node.name)] = node.name
    return found


def attributes_used(*packages: str) -> set[str]:
    paths = [*modules(*packages), ROOT / "worker.py"]
    return {n.attr for path in paths for n in ast.walk(tree(path)) if isinstance(n, ast.Attribute)}


def test_every_activity_that_a_workflow_runs_is_defined() -> None:
    wanted = set(asked_for())

    assert wanted
    assert wanted <= set(defined("activities", "activity.defn"))


def test_every_activity_that_a_workflow_runs_is_handed_to_a_worker() -> None:
    methods = defined("activities", "activity.defn")
    offered = attributes_used("service", "cli")

    assert {name for name in asked_for() if methods[name] not in offered} == set()


def test_every_workflow_is_handed_to_the_worker() -> None:
    registered = {
        element.id
        for path in modules("service")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.keyword) and node.arg == "workflows"
        for element in ast.walk(node.value)
        if isinstance(element, ast.Name)
    }

    assert set(defined("workflows", "workflow.defn")) == registered


def test_no_workflow_states_its_versioning_itself() -> None:
    """An unversioned worker would be refused every task of such a workflow."""
    stated = [
        keyword.arg
        for path in modules("workflows")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and dotted(node.func) == "workflow.defn"
        for keyword in node.keywords
        if keyword.arg == "versioning_behavior"
    ]

    assert stated == []
