"""Cases for people: tables on a terminal, plain and of a fixed width elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Table

from cli.explain_table import console_on_stdout, show_case, shown_day, words
from domain.ids import case_mark
from domain.localtime import OSLO

if TYPE_CHECKING:
    from adapters.postgres.case_list import ListedCase, StoredReminder
    from domain.events import Recorded
    from service.case_view import CaseView
    from service.what_if import CaseChange, Look, Moves


def show_list(lines: Sequence[tuple[ListedCase, str | None]], *, is_cut: bool) -> None:
    """Print the list of cases."""
    console = console_on_stdout()
    if not lines:
        console.print("No case.")
        return
    has_names = any(name for _, name in lines)
    columns = ["mark", "case", *(["name"] if has_names else [])]
    columns += ["state", "start", "last day", "next due", "overdue"]
    table = Table(*columns, pad_edge=False)
    for case, name in lines:
        table.add_row(
            case.mark,
            case.case,
            *([escape(name or "-")] if has_names else []),
            words(case.state),
            str(case.start_on),
            str(case.last_on),
            shown_day(case.next_due_on),
            str(case.overdue or "-"),
            style="bold red" if case.overdue else None,
        )
    console.print(table)
    if is_cut:
        console.print("There may be more: --limit")


def show_view(view: CaseView) -> None:
    """Print where an employment's cases stand."""
    console = console_on_stdout()
    name = f", {view.name}" if view.name else ""
    title = f"Employment {view.employment}{name}, on {view.on}, rules {view.rule_set}"
    console.print(escape(title))
    leader = view.responsible_name or view.responsible or "nobody: HR has to name someone"
    console.print(escape(f"Answers for it: {leader}"))
    if not view.cases:
        console.print("No case: no day of absence that counts.")
    for case in view.cases:
        console.print()
        console.print(escape(f"{case_mark(case.case_id)}, {case.case_id}"), style="bold")
        show_case(console, case)
    console.print()
    console.print("What happened", style="bold")
    console.print(_events(view.happened, with_cause=False))
    if view.reminders:
        console.print("What was sent, or waits", style="bold")
        console.print(_reminders(view.reminders))
    if view.next_wake is not None and not view.finished:
        console.print(f"Wakes next at {_local(view.next_wake)}.")
    else:
        console.print("Sleeps until something is told.")


def show_history(view: CaseView) -> None:
    """Print every event."""
    console_on_stdout().print(_events(view.happened, with_cause=True))


def show_moves(head: str, moves: Moves | None) -> None:
    """Print what a command moves."""
    console = console_on_stdout()
    console.print(escape(head))
    if moves is None or not (moves.cases or moves.duties):
        console.print("Nothing moves.")
        return
    for change in moves.cases:
        console.print(escape(_case_change(change)))
    if not moves.duties:
        return
    table = Table("case", "duty", "legal date", "state", pad_edge=False)
    for moved in moves.duties:
        before, after = moved.before, moved.after
        table.add_row(
            case_mark(moved.case),
            words(moved.duty),
            _arrow(_legal(before), _legal(after)),
            _arrow(_state(before), _state(after)),
        )
    console.print(table)


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


def _events(records: Sequence[Recorded], *, with_cause: bool) -> Table:
    more = ["cause"] if with_cause else []
    table = Table("at", "what", "says", "by", *more, pad_edge=False)
    for one in records:
        cause = [escape(one.cause)] if with_cause else []
        table.add_row(
            _local(one.at), words(one.event.kind), escape(_says(one)), escape(one.actor), *cause
        )
    return table


def _says(record: Recorded) -> str:
    from adapters.event_codec import encode  # noqa: PLC0415 - loaded by whoever read the log

    parts = [
        key if value is True else f"{key} {_flat(value)}"
        for key, value in encode(record.event).items()
        if value not in (None, False, "", [], {}) and key not in {"case", "texts"}
    ]
    return ", ".join(parts)


def _flat(value: object) -> str:
    match value:
        case {"first": first, "last": last}:
            return f"{first} to {last}"
        case dict():
            return " ".join(_flat(item) for item in value.values() if item not in (None, [], ""))
        case list():
            return " ".join(_flat(item) for item in value)
    return str(value)


def _reminders(reminders: Sequence[StoredReminder]) -> Table:
    table = Table("reminder", "duty", "to", "due", "became", "at", pad_edge=False)
    for one in reminders:
        detail = f" ({words(one.detail)})" if one.detail else ""
        table.add_row(
            words(one.stage),
            words(one.duty) if one.duty else "the case",
            words(one.role),
            _local(one.due_at),
            escape(words(one.state) + detail),
            _local(one.settled_at) if one.settled_at else "-",
        )
    return table


def _local(at: datetime) -> str:
    return f"{at.astimezone(OSLO):%Y-%m-%d %H:%M}"
