"""What a command moves, for people: cases, duties, reminders, and what follows at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Table

from cli.explain_table import console_on_stdout, shown_day, words
from domain.ids import case_mark
from service.wording import says

if TYPE_CHECKING:
    from service.what_if import CaseChange, Look, Moves


def show_moves(head: str, moves: Moves | None) -> None:
    """Print what a command moves."""
    console = console_on_stdout()
    console.print(escape(head))
    if moves is None or moves.is_nothing:
        console.print("Nothing moves.")
        return
    for change in moves.cases:
        console.print(escape(_case_change(change)))
    if moves.duties:
        console.print(_duties(moves))
    if moves.reminders:
        console.print(_reminders(moves))
    for event in moves.follows:
        console.print(escape(f"{words(event.kind)}: {says(event)}"))


def _duties(moves: Moves) -> Table:
    table = Table("case", "duty", "legal date", "state", pad_edge=False)
    for moved in moves.duties:
        before, after = moved.before, moved.after
        table.add_row(
            case_mark(moved.case),
            words(moved.duty),
            _arrow(_legal(before), _legal(after)),
            _arrow(_state(before), _state(after)),
        )
    return table


def _reminders(moves: Moves) -> Table:
    table = Table("case", "reminder of", "stage", "on", pad_edge=False)
    for one in moves.reminders:
        gone = "no more" if one.after is None else str(one.after)
        table.add_row(
            case_mark(one.case),
            words(one.duty) if one.duty else "the case",
            words(one.stage),
            _arrow(str(one.before) if one.before else "", gone),
        )
    return table


def _case_change(change: CaseChange) -> str:
    mark, before, after = case_mark(change.case), change.before, change.after
    if after is None:
        return f"{mark} is no case any more"
    now = f"{after.start} to {after.last_day}, {words(after.state)}"
    if before is None:
        return f"{mark} is a new case: {now}"
    return f"{mark}: {before.start} to {before.last_day}, {words(before.state)} -> {now}"


def _legal(look: Look | None) -> str:
    if look is None:
        return ""
    return shown_day(look.legal_on) + ("" if look.certain or look.legal_on is None else " ?")


def _state(look: Look | None) -> str:
    return "" if look is None else words(look.state)


def _arrow(before: str, after: str) -> str:
    if before == after:
        return after
    return f"{before or '-'} -> {after or '-'}" if before else after
