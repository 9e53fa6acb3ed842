"""What the documents claim is what the tree holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from adapters.settings import PREFIX, Settings
from cli.main import app
from tests.support.source import PACKAGES, ROOT, modules, shown
from tests.support.transcript import BLOCK, renewed

RULE: Final = re.compile(r"\bR\d{1,2}b?\b")
EXAMPLE: Final = re.compile(r"\bW\d{1,2}[ab]?\b")
LINK: Final = re.compile(r"\]\(([^)#\s]+)(?:#[^)\s]*)?\)")
TARGET: Final = re.compile(r"\bmake ((?:[a-z]+ )*[a-z]+)")
CODE: Final = re.compile(r"`([^`\n]+)`|^```\w*\n(.*?)^```", re.MULTILINE | re.DOTALL)
COMMAND: Final = re.compile(r"(?<![-\w./])tilbake ([a-z]+)(?: ([a-z]+))?")
SETTING: Final = re.compile(rf"\b{PREFIX}[A-Z_]+\b")


def documents() -> list[Path]:
    folders = (ROOT, ROOT / "docs", ROOT / "docs/adr", ROOT / "deploy", ROOT / "bench")
    return sorted(path for folder in folders for path in folder.glob("*.md"))


def code_in(document: Path) -> Iterator[str]:
    for inline, block in CODE.findall(document.read_text(encoding="utf-8")):
        yield inline or block


def commands() -> set[str]:
    """All commands of the app, those of a group with the group's name before them.

    A group inside a group counts as a command: a document may name it as a whole.
    """
    groups = {
        f"{group.name} {name}"
        for group in app.registered_groups
        if group.typer_instance
        for name in (
            *(one.name for one in group.typer_instance.registered_commands),
            *(one.name for one in group.typer_instance.registered_groups),
        )
    }
    return groups | {str(command.name) for command in app.registered_commands}


def commands_named_in(document: Path) -> set[str]:
    groups = {name.split()[0] for name in commands() if " " in name}
    return {
        f"{first} {second}" if first in groups and second else first
        for code in code_in(document)
        for first, second in COMMAND.findall(code)
    }


def rules() -> str:
    return (ROOT / "docs/rules.md").read_text(encoding="utf-8")


def cited(pattern: re.Pattern[str]) -> dict[str, str]:
    scripts = [path for name in PACKAGES for path in (ROOT / name).rglob("*.sql")]
    return {
        number: shown(path)
        for path in [*modules(), *scripts]
        for number in pattern.findall(path.read_text(encoding="utf-8"))
    }


def test_every_rule_that_code_cites_is_in_the_rules() -> None:
    known = set(re.findall(r"^\* \*\*(R\d+b?)\*\*", rules(), re.MULTILINE))
    cites = cited(RULE)

    assert len(cites) > len(known) / 4
    assert {number: place for number, place in cites.items() if number not in known} == {}


def test_a_rule_that_no_code_cites_is_listed_as_not_built() -> None:
    known = set(re.findall(r"^\* \*\*(R\d+b?)\*\*", rules(), re.MULTILINE))
    section = rules().split("## Not built yet")[1].split("\nIn part:")[0]
    missing = {
        number
        for line in re.findall(r"^\* R.*", section, re.MULTILINE)
        for number in RULE.findall(line)
    }

    assert missing == known - set(cited(RULE))


def test_every_worked_example_that_code_cites_is_in_the_rules() -> None:
    known = set(re.findall(r"^\| (W\d+[ab]?) \|", rules(), re.MULTILINE))

    assert {n: place for n, place in cited(EXAMPLE).items() if n not in known} == {}


def test_rule_numbers_are_given_once() -> None:
    numbers = re.findall(r"^\* \*\*(R\d+b?)\*\*", rules(), re.MULTILINE)

    assert len(numbers) == len(set(numbers))


@pytest.mark.parametrize("document", documents(), ids=shown)
def test_every_link_leads_somewhere(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    links = [link for link in LINK.findall(text) if "://" not in link]

    assert [link for link in links if not (document.parent / link).exists()] == []


@pytest.mark.parametrize("document", documents(), ids=shown)
def test_every_make_target_that_a_document_names_exists(document: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    named = {
        word
        for code in code_in(document)
        for words in TARGET.findall(code)
        for word in words.split()
    }

    assert named <= targets


@pytest.mark.parametrize("document", documents(), ids=shown)
def test_every_setting_that_a_document_names_exists(document: Path) -> None:
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    named = set(SETTING.findall(document.read_text(encoding="utf-8")))

    assert named <= known


def test_every_identifier_in_the_glossary_is_in_the_code() -> None:
    rows = [
        line.split("|")
        for line in (ROOT / "docs/glossary.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("| ")
    ]
    named = {name for row in rows for name in re.findall(r"`([\w.]+)`", row[3])}
    code = "\n".join(path.read_text(encoding="utf-8") for path in modules("domain"))

    assert named
    assert {name for name in named if name.split(".")[-1] not in code} == set()


@pytest.mark.parametrize("path", sorted((ROOT / "docs/adr").glob("0*.md")), ids=shown)
def test_every_decision_is_listed(path: Path) -> None:
    assert path.name in (ROOT / "docs/adr/README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("document", documents(), ids=shown)
def test_every_command_that_a_document_names_exists(document: Path) -> None:
    groups = {name.split()[0] for name in commands() if " " in name}

    assert commands_named_in(document) <= commands() | groups


def test_the_readme_shows_what_the_commands_print() -> None:
    readme = ROOT / "README.md"

    assert BLOCK.search(readme.read_text(encoding="utf-8"))
    assert renewed(readme) == readme.read_text(encoding="utf-8")
