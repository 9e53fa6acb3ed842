"""The group `tilbake queue`: notes that fit several employments wait for HR's decision (R1b)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from cli.case_options import Format, Names
from cli.output import EXIT_REFUSED, OutputFormat, complain
from cli.running import actor, on_desk

if TYPE_CHECKING:
    from adapters.directory.note_queue import QueuedNote
    from domain.ids import EmploymentId
    from service.desk import Desk
    from service.hr_queue import Assigned, HrDesk

app = typer.Typer(
    help=(
        "Notes that fit several employments of one person wait here for HR.\n\n"
        "A note for two posts is usually meant for both: `tilbake queue assign NOTE` without more "
        "takes the suggestion."
    ),
    no_args_is_help=True,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Post:
    """An employment that a note fits, and what helps HR to know it."""

    employment: EmploymentId
    unit: str | None
    suggested: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Waiting:
    """A note that waits, as it is listed."""

    note: QueuedNote
    posts: tuple[_Post, ...]
    name: str | None


@app.command("list")
def list_(names: Names = False, output: Format = OutputFormat.TEXT) -> None:
    """List the notes that wait, with the employments that they fit; oldest first.

    With --names the employee and the units are named.
    """

    async def work(desk: Desk) -> list[_Waiting]:
        found = await desk.queue.waiting()
        await desk.note_queued(actor(), "queue list" + " --names" * names, found)
        units = {one.unit: one.name for one in await desk.directory.units()} if names else {}
        return [await _waiting(desk, one, units if names else None) for one in found]

    waiting = on_desk(work)
    if output is OutputFormat.JSON:
        typer.echo(json.dumps({"notes": [_json(one) for one in waiting]}, ensure_ascii=False))
        return
    if not waiting:
        typer.echo("No note waits.")
    for one in waiting:
        name = f"  {one.name}" if one.name else ""
        typer.echo(f"{one.note.note}  since {one.note.received_at:%Y-%m-%d}{name}")
        for post in one.posts:
            unit = f"  {post.unit}" if post.unit else ""
            typer.echo(f"    {post.employment}{unit}" + "  (suggested)" * post.suggested)


async def _waiting(desk: Desk, note: QueuedNote, units: Mapping[str, str] | None) -> _Waiting:
    posts = []
    for employment in note.candidates:
        unit = await desk.directory.unit_of(employment, desk.today())
        shown = unit if units is None or unit is None else units.get(unit, unit)
        suggested = employment in note.suggested
        posts.append(_Post(employment=employment, unit=shown, suggested=suggested))
    name = None
    if units is not None and note.candidates:
        name = await desk.name_of(note.candidates[0])
    return _Waiting(note=note, posts=tuple(posts), name=name)


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


def _json(one: _Waiting) -> dict[str, object]:
    named = {} if one.name is None else {"name": one.name}
    return {
        "note": one.note.note,
        "received_at": one.note.received_at.isoformat(),
        **named,
        "candidates": [post.employment for post in one.posts],
        "suggested": [post.employment for post in one.posts if post.suggested],
        "units": [post.unit for post in one.posts],
    }
