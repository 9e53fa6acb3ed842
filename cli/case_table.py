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
from service.standing import lines_of
from service.wording import says

if TYPE_CHECKING:
    from adapters.postgres.case_list import ListedCase, StoredReminder
    from domain.events import Recorded
    from service.case_view import CaseView


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
        for line in [
            line for one in view.done if one.case == case.case_id for line in lines_of(one)
        ]:
            console.print(escape(line))
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
    console.print(f"Facts told so far: {view.told} (a command takes it as --seen).")


def show_history(view: CaseView) -> None:
    """Print every event."""
    console_on_stdout().print(_events(view.happened, with_cause=True))


def _events(records: Sequence[Recorded], *, with_cause: bool) -> Table:
    more = ["cause"] if with_cause else []
    table = Table("at", "what", "says", "by", *more, pad_edge=False)
    for one in records:
        cause = [escape(one.cause)] if with_cause else []
        table.add_row(
            _local(one.at),
            words(one.event.kind),
            escape(says(one.event)),
            escape(one.actor),
            *cause,
        )
    return table


def _reminders(reminders: Sequence[StoredReminder]) -> Table:
    table = Table("what", "about", "to", "due", "became", "at", pad_edge=False)
    for one in reminders:
        detail = f" ({words(one.detail)})" if one.detail else ""
        table.add_row(
            words(one.stage or f"{'meeting' if one.meeting else 'order'} {one.change}"),
            words(one.duty or one.meeting or ("OHS" if one.change else "the case")),
            words(one.role),
            _local(one.due_at),
            escape(words(one.state) + detail),
            _local(one.settled_at) if one.settled_at else "-",
        )
    return table


def _local(at: datetime) -> str:
    return f"{at.astimezone(OSLO):%Y-%m-%d %H:%M}"
