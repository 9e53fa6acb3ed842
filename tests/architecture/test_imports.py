"""Who may import what, as far as import-linter cannot say it."""

from __future__ import annotations

import sys

import pytest

from tests.support.source import ROOT, imported, modules, shown

IMPURE = frozenset(
    {
        "asyncio",
        "http",
        "io",
        "logging",
        "multiprocessing",
        "os",
        "pathlib",
        "random",
        "secrets",
        "shutil",
        "signal",
        "socket",
        "sqlite3",
        "subprocess",
        "tempfile",
        "threading",
        "time",
        "urllib",
        "uuid",
    }
)
"""Standard modules that read a clock, draw a random number or touch the world."""

WAITING = frozenset({"asyncio"})
"""What a workflow needs of them: Temporal runs it on an event loop of its own."""


def roots_of(path_imports: list[tuple[int, str]]) -> set[str]:
    return {name.split(".")[0] for _, name in path_imports}


def test_the_worker_entry_imports_only_service_adapters_and_the_standard_library() -> None:
    used = roots_of(list(imported(ROOT / "worker.py")))

    assert used - {"service", "adapters", "__future__"} - sys.stdlib_module_names == set()


def test_the_domain_imports_itself_and_the_standard_library_only() -> None:
    strange = [
        f"{shown(path)}:{line} imports {name}"
        for path in modules("domain")
        for line, name in imported(path)
        if name.split(".")[0] not in {"domain", *sys.stdlib_module_names}
    ]

    assert strange == []


@pytest.mark.parametrize(
    ("package", "forbidden"), [("domain", IMPURE), ("workflows", IMPURE - WAITING)]
)
def test_rules_and_workflows_import_nothing_that_touches_the_world(
    package: str, forbidden: frozenset[str]
) -> None:
    impure = [
        f"{shown(path)}:{line} imports {name}"
        for path in modules(package)
        for line, name in imported(path)
        if name.split(".")[0] in forbidden
    ]

    assert impure == []


def test_workflows_import_only_temporal_activities_and_the_domain() -> None:
    allowed = {"workflows", "activities", "domain", "temporalio", *sys.stdlib_module_names}
    strange = [
        f"{shown(path)}:{line} imports {name}"
        for path in modules("workflows")
        for line, name in imported(path)
        if name.split(".")[0] not in allowed
    ]

    assert strange == []
