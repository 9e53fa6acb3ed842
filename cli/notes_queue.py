"""The group `tilbake queue`: notes that fit several employments wait for HR's decision (R1b)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from cli.case_options import Format
from cli.output import EXIT_REFUSED, OutputFormat, complain
from cli.running import actor, on_desk

if TYPE_CHECKING:
    from adapters.directory.note_queue import QueuedNote
    from service.desk import Desk
    from service.hr_queue import Assigned, HrDesk

app = typer.Typer(
    name="queue",
    help=(
        "Notes that fit several employments of one person wait here for HR.\n\n"
        "A note for two posts is usually meant for both: `tilbake queue assign NOTE` without more "
        "takes the suggestion."
    ),
    no_args_is_help=True,
)


@app.command("list")
def list_(output: Format = OutputFormat.TEXT) -> None:
    """List the notes that wait, with the employments that they fit; oldest first."""

    async def work(desk: Desk) -> tuple[QueuedNote, ...]:
        found = await desk.queue.waiting()
        await desk.note_queued(actor(), "queue list", found)
        return found

    waiting = on_desk(work)
    if output is OutputFormat.JSON:
        typer.echo(json.dumps({"notes": [_json(one) for one in waiting]}, ensure_ascii=False))
        return
    if not waiting:
        typer.echo("No note waits.")
    for one in waiting:
        typer.echo(f"{one.note}  since {one.received_at:%Y-%m-%d}")
        for employment in one.candidates:
            suggested = "  (suggested)" if employment in one.suggested else ""
            typer.echo(f"    {employment}{suggested}")


@app.command("assign")
def assign(
    note: Annotated[str, typer.Argument(metavar="NOTE", help="The id of the note.")],
    employments: Annotated[
        list[str] | None,
        typer.Argument(metavar="EMPLOYMENT...", help="Those it is for; else those suggested."),
    ] = None,
) -> None:
    """Hand a note to one or several employments; each gets a case of its own."""

    async def work(desk: Desk) -> Assigned:
        from domain.ids import EmploymentId, NoteId  # noqa: PLC0415 - keeps other commands fast

        to = [EmploymentId(one) for one in employments or ()]
        return await (await _hr(desk)).assign(NoteId(note), to, actor(), desk.now())

    from service.desk import refusal_of  # noqa: PLC0415 - as above

    done = on_desk(work)
    for employment, answer in done.answers:
        if answer.accepted:
            typer.echo(f"recorded: {employment}")
        else:
            complain(f"{employment}: {refusal_of(answer)}")
    if not done.is_done:
        complain(f"{note} stays in the queue")
        raise typer.Exit(EXIT_REFUSED)


@app.command("dismiss")
def dismiss(
    note: Annotated[str, typer.Argument(metavar="NOTE", help="The id of the note.")],
) -> None:
    """Take a note out that concerns no employment here; it is recorded who did."""

    async def work(desk: Desk) -> None:
        from domain.ids import NoteId  # noqa: PLC0415 - as above

        await (await _hr(desk)).dismiss(NoteId(note), actor(), desk.now())

    on_desk(work)
    typer.echo(f"dismissed: {note}")


async def _hr(desk: Desk) -> HrDesk:
    from service.hr_queue import HrDesk  # noqa: PLC0415 - as above

    return HrDesk(desk.queue, await desk.commander(), desk.safe)


def _json(one: QueuedNote) -> dict[str, object]:
    return {
        "note": one.note,
        "received_at": one.received_at.isoformat(),
        "candidates": list(one.candidates),
        "suggested": list(one.suggested),
    }
