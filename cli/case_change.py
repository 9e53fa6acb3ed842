"""Turns a function that makes a fact into a command that records it, or shows what it would move.

Each command of cli/case_facts.py has only its own options; whose case it is, the id, the dry
run and the format are added here.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeAlias
from uuid import uuid4

import typer

from cli.case_options import CommandId, DryRun, EmployeeNumber, Format, Who, check_named
from cli.output import EXIT_REFUSED, OutputFormat, complain
from cli.running import actor, on_desk
from domain.facts import Fact, NoteReceived, NoteReplaced

if TYPE_CHECKING:
    from activities.messages import AnswerMessage
    from domain.ids import EmploymentId
    from service.desk import Desk
    from service.what_if import Moves


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteDraft:
    """A note read from a file: its words are sealed before the command is sent."""

    fact: NoteReceived | NoteReplaced
    text: str | None = field(repr=False)
    national_id: str = field(repr=False)
    orgnr: str = field(repr=False)


Change: TypeAlias = Fact | NoteDraft


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """Who is meant, and how it is to be done."""

    name: str
    who: str | None
    number: str | None
    id: str
    dry_run: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Done:
    """What became of it."""

    asked: _Asked
    answer: AnswerMessage
    moves: Moves | None


_SHARED: dict[str, tuple[Any, Any]] = {
    "who": (Who, None),
    "employee_number": (EmployeeNumber, None),
    "id": (CommandId, None),
    "dry_run": (DryRun, False),
    "output": (Format, OutputFormat.TEXT),
}


def change(make: Callable[..., Change]) -> Callable[..., None]:
    """Make a command out of a function that makes a fact."""

    def command(**given: Any) -> None:  # noqa: ANN401 - what Typer read, by name
        who, number = given.pop("who"), given.pop("employee_number")
        check_named(who, number)
        asked = _Asked(
            name=make.__name__.strip("_").replace("_", "-"),
            who=who,
            number=number,
            id=given.pop("id") or str(uuid4()),
            dry_run=given.pop("dry_run"),
        )
        output: OutputFormat = given.pop("output")
        told = make(**given)
        done = on_desk(lambda desk: _do(desk, asked, told))
        _say(done, output)

    by_name = inspect.Parameter.KEYWORD_ONLY
    read = inspect.signature(make, eval_str=True).parameters.values()
    own = [one.replace(kind=by_name) for one in read]
    shared = [
        inspect.Parameter(name, by_name, default=default, annotation=kind)
        for name, (kind, default) in _SHARED.items()
    ]
    # Typer reads this; annotations are resolved here, where their names are known.
    signature = inspect.Signature([shared[0], *own, *shared[1:]])
    command.__dict__.update(__signature__=signature)
    command.__doc__ = make.__doc__
    command.__name__ = make.__name__
    return command


async def _do(desk: Desk, asked: _Asked, told: Change) -> _Done:
    found = await desk.find(asked.who, asked.number, desk.today())
    employment = found.employment
    if isinstance(told, NoteDraft):
        await _check_owner(desk, employment, told)
    how = f"case {asked.name}" + " --dry-run" * asked.dry_run
    await desk.note_access(actor(), how, employment, [found.case] if found.case else [])
    if asked.dry_run:
        return await _try(desk, asked, employment, told)
    return await _record(desk, asked, employment, told)


async def _try(desk: Desk, asked: _Asked, employment: EmploymentId, told: Change) -> _Done:
    from activities.messages import AnswerMessage  # noqa: PLC0415 - keeps other commands fast
    from domain.commands import Command  # noqa: PLC0415 - as above
    from domain.ids import CauseId  # noqa: PLC0415 - as above
    from service.what_if import what_if  # noqa: PLC0415 - as above

    fact = told.fact if isinstance(told, NoteDraft) else told
    command = Command(cause=CauseId(asked.id), actor=actor(), fact=fact)
    stream = await desk.log.load(employment)
    answer, moves = what_if(employment, stream, desk.policy, desk.now(), command)
    message = AnswerMessage(
        id=asked.id,
        accepted=answer.accepted,
        code=answer.code,
        field=answer.field,
        text=answer.text,
    )
    return _Done(asked=asked, answer=message, moves=moves)


async def _record(desk: Desk, asked: _Asked, employment: EmploymentId, told: Change) -> _Done:
    from activities.messages import CommandMessage  # noqa: PLC0415 - as above
    from adapters.event_codec import encode  # noqa: PLC0415 - as above
    from service.ends import tell_ends  # noqa: PLC0415 - as above
    from service.what_if import moved_between  # noqa: PLC0415 - as above

    commander, before = await desk.commander(), await desk.log.load(employment)
    texts = None
    if isinstance(told, NoteDraft):
        texts = None if told.text is None else await desk.safe.seal(employment, told.text)
        fact: Fact = replace(told.fact, texts=texts)
    else:
        fact = told
    command = CommandMessage(id=asked.id, actor=actor(), kind=fact.kind, body=dict(encode(fact)))
    answer = await commander.execute(employment, command)
    if not answer.accepted:
        if texts is not None:
            await desk.safe.discard(texts)
        return _Done(asked=asked, answer=answer, moves=None)
    await tell_ends(desk.directory, commander, employment)
    moves = moved_between(
        employment, before, await desk.log.load(employment), desk.policy, desk.today()
    )
    return _Done(asked=asked, answer=answer, moves=moves)


async def _check_owner(desk: Desk, employment: EmploymentId, draft: NoteDraft) -> None:
    note = draft.fact.note if isinstance(draft.fact, NoteReceived) else draft.fact.by
    found = await desk.staff.by_person(draft.national_id, draft.orgnr, note.begins_on)
    if employment not in found:
        from domain.refusals import InvalidValue  # noqa: PLC0415 - as above

        raise InvalidValue("sykmeldt.fnr", "with arbeidsgiver.orgnr is not of this employment")


def _say(done: _Done, output: OutputFormat) -> None:
    from service.desk import refusal_of  # noqa: PLC0415 - loaded by now

    if not done.answer.accepted:
        complain(refusal_of(done.answer))
        raise typer.Exit(EXIT_REFUSED)
    if output is OutputFormat.JSON:
        from service.what_if import moves_as_json  # noqa: PLC0415 - as above

        moves = moves_as_json(done.moves) if done.moves else {}
        said = {"id": done.asked.id, "dry_run": done.asked.dry_run, **moves}
        typer.echo(json.dumps(said, ensure_ascii=False))
        return
    from cli.case_table import show_moves  # noqa: PLC0415 - rich takes its time

    head = "would be recorded" if done.asked.dry_run else "recorded"
    show_moves(f"{head}: {done.asked.name} (id {done.asked.id})", done.moves)
