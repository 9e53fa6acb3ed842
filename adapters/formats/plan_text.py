"""Writes a plan as the TOML that `plan_file` reads: the template to fill in, and what is kept.

What is kept is always written the same way, so that two versions differ only where they do.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from adapters.formats.plan_file import (
    FORMAT,
    OTHER,
    MeasureRow,
    PartText,
    PlanWords,
)
from adapters.formats.plan_for_nav import ASKED
from domain.facts import NoPartReason, PlanPart, Role

_ASKS: Final = {
    PlanPart.TASKS_AND_ABILITY: "Which tasks are there, and what can the employee do of them now?",
    PlanPart.EMPLOYER_MEASURES: "What does the employer adapt: tasks, hours, place, tools?",
    PlanPart.AUTHORITY_MEASURES: "Which measures need help from NAV or others?",
    PlanPart.FURTHER_FOLLOW_UP: "How do you go on: when do you talk again, and about what?",
}
"""The four parts of aml. § 4-6 (3), as questions."""


def kept_plan(plan: PlanWords) -> str:
    """Write a plan as it is sealed."""
    return "\n".join([f"format = {FORMAT}", *_head(plan), *_parts(plan), *_rows(plan), *_nav(plan)])


def template_of(plan: PlanWords, *, seen: int, catalogue: tuple[str, ...], with_nav: bool) -> str:
    """Write a file to fill in, with what the last version said."""
    codes = ", ".join((*catalogue, OTHER))
    lines = [
        "# Follow-up plan, aml. § 4-6 (3). About work and adaptation, never about illness.",
        "# A part that does not apply has no text but a line: not_relevant = 'because …'",
        f"format = {FORMAT}",
        f"seen = {seen} # facts that were told when this was printed; leave it as it is",
    ]
    if plan.employee_took_part is None:
        reasons = ", ".join(NoPartReason)
        lines += [
            "# employee_took_part = true # or false, and why:",
            f'# no_part_because = "…" # one of {reasons}',
        ]
    if not plan.shown_to:
        lines.append(f'# shown_to = ["employee"] # any of {", ".join(Role)}')
    lines += [*_head(plan), *_parts(plan, asking=True), *_rows(plan)]
    lines += _row_to_fill(codes)
    if with_nav:
        lines += _nav(plan, asking=True)
    return "\n".join(lines)


def _head(plan: PlanWords) -> Iterator[str]:
    if plan.employee_took_part is not None:
        yield f"employee_took_part = {str(plan.employee_took_part).lower()}"
    if plan.no_part_because is not None:
        yield f'no_part_because = "{plan.no_part_because}"'
    if plan.shown_to:
        yield "shown_to = [" + ", ".join(f'"{role}"' for role in plan.shown_to) + "]"


def _parts(plan: PlanWords, *, asking: bool = False) -> Iterator[str]:
    for part in PlanPart:
        said = plan.parts.get(part, PartText())
        yield ""
        if asking:
            yield f"# {_ASKS[part]}"
        yield f"[{part}]"
        if said.not_relevant:
            yield f"not_relevant = {_quoted(said.not_relevant)}"
        else:
            yield f"text = {_quoted(said.text)}"


def _rows(plan: PlanWords) -> Iterator[str]:
    for row in plan.measures:
        yield from _row(row)


def _row(row: MeasureRow) -> Iterator[str]:
    measure = row.measure
    yield ""
    yield "[[measures]]"
    yield f'id = "{measure.measure}"'
    yield f'code = "{measure.code}"'
    yield f"what = {_quoted(row.what)}"
    yield f'by = "{measure.by}"'
    yield from _day("first", measure.first)
    yield from _day("last", measure.last)
    yield from _day("evaluate_on", measure.evaluate_on)


def _row_to_fill(codes: str) -> Iterator[str]:
    yield ""
    yield "# Each measure is a row; without `last` it is meant to stay."
    yield "# [[measures]]"
    yield f'# code = "{OTHER}" # one of {codes}'
    yield '# what = "…"'
    yield '# by = "manager"'
    yield "# first = 2026-01-31"
    yield "# last = 2026-02-28"
    yield "# evaluate_on = 2026-02-14"


def _nav(plan: PlanWords, *, asking: bool = False) -> Iterator[str]:
    if not asking and not plan.nav and plan.nav_evaluation_on is None:
        return
    yield ""
    if asking:
        yield "# What NAV asks besides. evaluation_on is a date after the day on which the plan is"
        yield "# sent, within a year; a text has 2000 characters at most."
    yield "[nav]"
    for name, question in ASKED.items():
        if asking and question:
            yield f"# {question}"
        if asking or name in plan.nav:
            yield f"{name} = {_quoted(plan.nav.get(name, ''))}"
    yield from _day("evaluation_on", plan.nav_evaluation_on)
    if asking and plan.nav_evaluation_on is None:
        yield "# evaluation_on = 2026-02-28"


def _day(key: str, day: date | None) -> Iterator[str]:
    if day is not None:
        yield f"{key} = {day}"


def _quoted(text: str) -> str:
    """Write a text over several lines, each line of it a line: a comparison then shows words."""
    if not text:
        return '""'
    escaped = "".join(_escaped(letter) for letter in text).replace('"""', '""\\"')
    return f'"""\n{escaped}\n"""'


def _escaped(letter: str) -> str:
    if letter == "\\":
        return "\\\\"
    if letter == "\n" or letter.isprintable() or letter == "\t":
        return letter
    return f"\\U{ord(letter):08X}"
