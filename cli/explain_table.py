"""An explanation for people: one table a case, and below it why each date is what it is."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from domain.assess import CaseAssessment
from service.explain import Explanation

_PLAIN_WIDTH: Final = 120
_WIDTHS: Final = {
    "duty": 18,
    "state": 14,
    "target": None,
    "legal date": None,
    "why": None,
    "basis": 14,
}
"""The reason gets what the others leave, so that its dates stay on one line."""

_STYLES: Final = {
    "overdue": "bold red",
    "due_soon": "yellow",
    "question": "yellow",
    "done": "green",
}


def show(file: Path | None, explained: Explanation) -> None:
    """Print an explanation, under the file's name when there are several."""
    console = console_on_stdout()
    title = f"{file}: " if file else ""
    console.print(escape(f"{title}on {explained.on}, rules {explained.rule_set}"))
    if not explained.cases:
        console.print("No case: no day of absence that counts.")
    for case in explained.cases:
        console.print()
        show_case(console, case)


def console_on_stdout() -> Console:
    """Give where tables go: as wide as a terminal, of a fixed width elsewhere."""
    console = Console(file=sys.stdout, highlight=False)
    if not console.is_terminal:
        console.width = _PLAIN_WIDTH
    return console


def show_case(console: Console, case: CaseAssessment) -> None:
    """Print one case: its duties, why each date is what it is, and its reminders."""
    console.print(f"Case {case.start} to {case.last_day}: {words(case.state)}", style="bold")
    console.print(
        f"{case.net_days} days of absence, {case.full_days} of them fully absent, "
        f"{case.gross_days} days since the start"
    )
    console.print(_duties(case))
    console.print(_reminders(case))


def _duties(case: CaseAssessment) -> Table:
    columns = [Column(name, max_width=width) for name, width in _WIDTHS.items()]
    table = Table(*columns, "rule", pad_edge=False)
    for duty in case.duties:
        state = str(duty.state)
        legal = shown_day(duty.legal_on) + ("" if duty.certain or duty.legal_on is None else " ?")
        mandatory = {True: ", mandatory", False: ", if wished", None: ""}[duty.mandatory]
        table.add_row(
            words(duty.kind),
            words(state) + mandatory,
            shown_day(duty.target_on),
            legal,
            escape(duty.why),
            escape(duty.basis),
            duty.rule,
            style=_STYLES.get(state),
        )
    table.caption = "? holds only if the absence goes on"
    return table


def _reminders(case: CaseAssessment) -> Table:
    table = Table("reminder on", "duty", "stage", "to", pad_edge=False)
    for reminder in case.reminders:
        duty = words(reminder.duty) if reminder.duty else "the case"
        to = ", ".join(words(role) for role in reminder.to)
        table.add_row(str(reminder.on), duty, words(reminder.stage), to)
    return table


def words(code: str) -> str:
    """Write a code in words."""
    return str(code).replace("_", " ")


def shown_day(day: date | None) -> str:
    """Write a date, or a dash where there is none."""
    return day.isoformat() if day else "-"
