"""The group `tilbake case nav`: NAV's meeting, what it asked, and what comes after (R26-R28)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, TypeAlias

import typer

from cli.case_change import Change, change_in
from cli.case_options import YesNo, on_day
from domain.facts import (
    AfterSickPay,
    EarlierNavMeetingAsked,
    MaxDateAnswered,
    NavMeetingNeed,
    NavMeetingSet,
    PlanAskedByNav,
    Role,
)

app = typer.Typer(
    help="NAV's side: its dialogue meeting, what it asked, and the end of sick pay (R26-R28, R38).",
    no_args_is_help=True,
)

When: TypeAlias = Annotated[date | None, on_day("--on", "When; today without it.")]
By: TypeAlias = Annotated[Role, typer.Option("--by", help="Who: employee, manager or hr.")]


@change_in("nav")
def meeting(on: Annotated[date, on_day("--on", "NAV's dialogue meeting is that day.")]) -> Change:
    """Record the date of NAV's dialogue meeting, or its new date (R27)."""
    return NavMeetingSet(on=on)


@change_in("nav")
def cancelled() -> Change:
    """Record that NAV's dialogue meeting was called off."""
    return NavMeetingSet(on=None)


@change_in("nav")
def need(
    by: By,
    needed: Annotated[YesNo, typer.Option("--needed", help="Is NAV's meeting needed?")],
    on: When = None,
) -> Change:
    """Record an answer to NAV's question whether its meeting is needed (R26)."""
    return lambda now, _: NavMeetingNeed(by=by, needed=needed is YesNo.YES, on=on or now.today)


@change_in("nav")
def earlier(by: By, on: When = None) -> Change:
    """Record that somebody asked NAV for an earlier meeting (R38)."""
    return lambda now, _: EarlierNavMeetingAsked(by=by, on=on or now.today)


@change_in("nav")
def asks_plan(
    by: Annotated[date, on_day("--until", "NAV wants it by that day.")], on: When = None
) -> Change:
    """Record that NAV asked for the plan and gave a date (R39)."""
    return lambda now, _: PlanAskedByNav(on=on or now.today, by=by)


@change_in("nav")
def max_date(
    answer: Annotated[AfterSickPay, typer.Option("--answer", help="What comes after sick pay.")],
    on: When = None,
) -> Change:
    """Record what comes after the end of sick pay (R15, R28)."""
    return lambda now, _: MaxDateAnswered(answer=answer, on=on or now.today)


for _name, _command in (
    ("meeting", meeting),
    ("cancelled", cancelled),
    ("need", need),
    ("earlier", earlier),
    ("asks-plan", asks_plan),
    ("max-date", max_date),
):
    app.command(_name)(_command)
