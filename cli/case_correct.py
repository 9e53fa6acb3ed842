"""The commands `tilbake case correct` and `strike`: a recorded fact that is wrong (R50).

It stays in the log and counts no longer. A fact about the wrong person loses its text.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from cli.case_change import Change, change
from cli.case_options import command_id
from cli.case_texts import Anyway, TextFile, read_words, text_of
from domain.facts import CorrectionReason, Fact, Struck
from domain.ids import CauseId

if TYPE_CHECKING:
    from service.drafts import Draft

_PANEL = "Corrections"

Cause: TypeAlias = Annotated[
    str,
    typer.Option(
        "--event",
        parser=command_id,
        metavar="CAUSE",
        help="The cause of the fact, as `case history` shows it.",
    ),
]
Reason: TypeAlias = Annotated[CorrectionReason, typer.Option("--reason", help="Why.")]


@change
def correct(
    event: Cause,
    reason: Reason,
    instead: Annotated[
        Path | None,
        typer.Option(
            "--instead",
            metavar="FILE",
            help="The fact that is right, as in a case file without `at` (JSON).",
        ),
    ] = None,
    text: TextFile = None,
    anyway: Anyway = False,
) -> Change:
    """Strike a recorded fact and, with --instead, record the right one in its place.

    `{"type": "meeting_held", "meeting": "dm1", "on": "2026-02-18", "attendees": ["employee",
    "manager"]}` in FILE. All dates follow; --preview shows how. --text says why, in words.
    """
    right = None if instead is None else _fact_in(instead)
    return _struck(event, reason, text, right, anyway=anyway)


@change
def strike(event: Cause, reason: Reason, text: TextFile = None, anyway: Anyway = False) -> Change:
    """Strike a recorded fact: it stays in the log and counts no longer.

    With --reason wrong_person its text is destroyed for good.
    """
    return _struck(event, reason, text, None, anyway=anyway)


def _struck(
    event: str, reason: CorrectionReason, text: str | None, right: Fact | None, *, anyway: bool
) -> Draft:
    from service.drafts import Draft  # noqa: PLC0415 - keeps other commands fast

    words = read_words(text, anyway=anyway)
    fact = Struck(cause=CauseId(event), reason=reason)
    return Draft(fact=fact, text=text_of(words), instead=right)


def _fact_in(file: Path) -> Fact:
    from adapters.formats.case_facts import read_fact  # noqa: PLC0415 - as above
    from adapters.formats.located import Fault, Faults, Faulty  # noqa: PLC0415 - as above
    from adapters.formats.reading import read_json  # noqa: PLC0415 - as above
    from adapters.formats.record import Record  # noqa: PLC0415 - as above

    faults = Faults()
    fact = read_fact(Record(read_json(file), "", faults))
    faults.check(str(file))
    if fact is None:
        raise Faulty(str(file), Fault(place="", text="holds no fact"))
    return fact


def register(app: typer.Typer) -> None:
    """Add these commands to the group `case`."""
    for name, command in (("correct", correct), ("strike", strike)):
        app.command(name, rich_help_panel=_PANEL)(command)
