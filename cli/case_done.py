"""What was done, or need not be: contact, the end of a note, exemptions (R14b, R33, R36b)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from cli.case_change import Change, Made, change
from cli.case_options import YesNo, command_id, on_day, short_id
from cli.case_texts import Anyway, TextFile, read_words, text_of
from domain.facts import (
    ContactMade,
    DutyKind,
    Exempted,
    ExemptionDecided,
    ExemptionReason,
    NoteEnd,
    NoteEndAnswered,
    Via,
)
from domain.ids import MeasureId

if TYPE_CHECKING:
    from service.desk import Desk
    from service.drafts import CaseNow

_PANEL = "What was done"


@change
def contact(
    via: Annotated[Via, typer.Option("--via", help="How.")],
    on: Annotated[date | None, on_day("--on", "When; today without it.")] = None,
    tried: Annotated[
        bool, typer.Option("--tried", help="It was tried; nobody was reached.")
    ] = False,
    next_on: Annotated[date | None, on_day("--next", "When you have agreed to talk again.")] = None,
) -> Change:
    """Record that there was contact with the employee; never what was said (R36b)."""
    return lambda now, _: ContactMade(
        on=on or now.today, via=via, reached=not tried, next_on=next_on
    )


@change
def note_end(
    answer: Annotated[NoteEnd, typer.Option("--answer", help="What comes after the note.")],
    on: Annotated[date | None, on_day("--on", "When it was asked; today without it.")] = None,
) -> Change:
    """Record the answer to the question at a note's end (R14b).

    Dates move by what then happens: `case return`, `case grade` or `case continues`.
    """
    return lambda now, _: NoteEndAnswered(answer=answer, on=on or now.today)


@change
def exempt(
    *,
    duty: Annotated[DutyKind, typer.Option("--duty", help="What is not necessary.")],
    reason: Annotated[ExemptionReason, typer.Option("--reason", help="Why.")],
    until: Annotated[
        date | None, on_day("--until", "The stated return, or the day to look at it again.")
    ] = None,
    contacted: Annotated[
        date | None,
        on_day("--contacted", "When there was contact with the employee, or it was tried."),
    ] = None,
    measure: Annotated[
        str | None,
        typer.Option(
            "--measure", parser=short_id, metavar="ID", help="The measure of the plan that works."
        ),
    ] = None,
    text: TextFile = None,
    anyway: Anyway = False,
) -> Change:
    """Record that a duty is obviously unnecessary (R33); --text is the justification.

    It ends by itself when its reason no longer holds: the stated date passes, or the absence
    goes on past it.
    """
    words = read_words(text, anyway=anyway)
    from service.drafts import Draft  # noqa: PLC0415 - keeps other commands fast

    fact = Exempted(
        duty=duty,
        reason=reason,
        until=until,
        contacted_on=contacted,
        measure=MeasureId(measure) if measure else None,
    )
    return Draft(fact=fact, text=text_of(words))


@change
def exempt_decide(
    approved: Annotated[YesNo, typer.Option("--approved", help="HR agrees, or does not.")],
    exemption: Annotated[
        str | None,
        typer.Option(
            "--exemption",
            parser=command_id,
            metavar="ID",
            help="Its cause in `case history`, when several wait.",
        ),
    ] = None,
) -> Change:
    """Approve an exemption, or do not, where the policy asks for HR's word (R33)."""

    def made(now: CaseNow, _: Desk) -> Made:
        return ExemptionDecided(exemption=now.exemption(exemption), approved=approved is YesNo.YES)

    return made


def register(app: typer.Typer) -> None:
    """Add these commands to the group `case`."""
    for name, command in (
        ("contact", contact),
        ("note-end", note_end),
        ("exempt", exempt),
        ("exempt-decide", exempt_decide),
    ):
        app.command(name, rich_help_panel=_PANEL)(command)
