"""Turns a function that makes a fact into a command that records it, or shows what it would move.

Each function has only its own options; whose case it is, the id, the dry run and the format are
added here. What depends on where the case stands is given as a function of it.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeAlias
from uuid import uuid4

import typer

from cli.case_options import (
    CommandId,
    DryRun,
    EmployeeNumber,
    Format,
    SeenFacts,
    Who,
    check_named,
)
from cli.output import EXIT_REFUSED, OutputFormat, complain
from cli.running import actor, on_desk
from domain.facts import Fact, NoteReceived, NoteReplaced

if TYPE_CHECKING:
    from activities.messages import AnswerMessage
    from activities.ports import Stream
    from domain.ids import EmploymentId
    from service.case_finder import Found
    from service.desk import Desk
    from service.drafts import CaseNow, Draft
    from service.what_if import Moves


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteDraft:
    """A note read from a file: its words are sealed before the command is sent."""

    fact: NoteReceived | NoteReplaced
    text: str | None = field(repr=False)
    national_id: str = field(repr=False)
    orgnr: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """Nothing to record: something to read, for people and for programs."""

    text: str = field(repr=False)
    data: dict[str, Any] = field(repr=False)


Made: TypeAlias = "Fact | Draft | NoteDraft | Say"
Later: TypeAlias = "Callable[[CaseNow, Desk], Made | Awaitable[Made]]"
Change: TypeAlias = "Made | Later"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """Who is meant, and how it is to be done."""

    name: str
    who: str | None
    number: str | None
    id: str = ""
    dry_run: bool = False
    anyway: bool = False
    seen: int | None = None

    @property
    def action(self) -> str:
        """What the record of accesses calls it."""
        return f"case {self.name}" + " --dry-run" * self.dry_run + " --anyway" * self.anyway


@dataclass(frozen=True, slots=True, kw_only=True)
class _Done:
    """What became of it."""

    asked: _Asked
    answer: AnswerMessage
    moves: Moves | None
    news: tuple[str, ...] = ()
    """What whoever asked had not seen."""
    hint: str | None = None
    """What is left to do by hand."""


_NAMED: dict[str, tuple[Any, Any]] = {"who": (Who, None), "employee_number": (EmployeeNumber, None)}
_RECORDED: dict[str, tuple[Any, Any]] = {
    "id": (CommandId, None),
    "seen": (SeenFacts, None),
    "dry_run": (DryRun, False),
}
_SHOWN: dict[str, tuple[Any, Any]] = {"output": (Format, OutputFormat.TEXT)}

_Maker: TypeAlias = Callable[..., Change]
_Command: TypeAlias = Callable[..., None]


def change(make: _Maker) -> _Command:
    """Make a command out of a function that makes a fact."""
    return change_in("")(make)


def change_in(group: str) -> Callable[[_Maker], _Command]:
    """Make a command of a group out of a function that makes a fact."""

    def made(make: _Maker) -> _Command:
        def command(**given: Any) -> None:  # noqa: ANN401 - what Typer read, by name
            output: OutputFormat = given.pop("output")
            asked = _Asked(
                name=_name(group, make),
                who=given.pop("who"),
                number=given.pop("employee_number"),
                id=given.pop("id") or str(uuid4()),
                seen=given.pop("seen"),
                dry_run=given.pop("dry_run"),
                anyway=bool(given.get("anyway")),
            )
            check_named(asked.who, asked.number)
            told = make(**given)
            _say(on_desk(lambda desk: _do(desk, asked, told)), output)

        return _typed(command, make, {**_RECORDED, **_SHOWN})

    return made


def look_in(group: str) -> Callable[[_Maker], _Command]:
    """Make a command of a group that only shows something; the look is recorded first."""

    def made(make: _Maker) -> _Command:
        def command(**given: Any) -> None:  # noqa: ANN401 - as above
            output: OutputFormat = given.pop("output")
            who, number = given.pop("who"), given.pop("employee_number")
            check_named(who, number)
            asked = _Asked(name=_name(group, make), who=who, number=number)
            told = make(**given)
            _say(on_desk(lambda desk: _do(desk, asked, told)), output)

        return _typed(command, make, _SHOWN)

    return made


def _name(group: str, make: _Maker) -> str:
    return f"{group} {make.__name__.strip('_').replace('_', '-')}".strip()


def _typed(command: _Command, make: _Maker, shared: dict[str, tuple[Any, Any]]) -> _Command:
    by_name = inspect.Parameter.KEYWORD_ONLY

    def parameters(found: dict[str, tuple[Any, Any]]) -> list[inspect.Parameter]:
        return [
            inspect.Parameter(name, by_name, default=default, annotation=kind)
            for name, (kind, default) in found.items()
        ]

    read = inspect.signature(make, eval_str=True).parameters.values()
    own = [one.replace(kind=by_name) for one in read]
    who, number = parameters(_NAMED)
    # Typer reads this; annotations are resolved here, where their names are known.
    signature = inspect.Signature([who, *own, number, *parameters(shared)])
    command.__dict__.update(__signature__=signature)
    command.__doc__ = make.__doc__
    command.__name__ = make.__name__
    return command


async def _do(desk: Desk, asked: _Asked, told: Change) -> _Done | Say:
    found = await desk.find(asked.who, asked.number, desk.today())
    employment = found.employment
    if isinstance(told, NoteDraft):
        await _check_owner(desk, employment, told)
    cases = [found.case] if found.case else []
    await desk.note_access(actor(), asked.action, employment, cases)
    stream = await desk.log.load(employment)
    made = await _made(desk, found, stream, told)
    if isinstance(made, Say):
        return made
    draft = _draft(made, asked)
    if asked.dry_run:
        return _try(desk, asked, employment, stream, draft)
    return await _record(desk, asked, employment, stream, draft)


async def _made(desk: Desk, found: Found, stream: Stream, told: Change) -> Made:
    if not callable(told):
        return told
    from domain.state import fold  # noqa: PLC0415 - keeps other commands fast
    from service.drafts import CaseNow  # noqa: PLC0415 - as above

    now = CaseNow(
        state=fold(found.employment, stream.records),
        policy=desk.policy,
        at=desk.now(),
        case=found.case,
    )
    made = told(now, desk)
    return await made if inspect.isawaitable(made) else made


def _draft(made: Fact | Draft | NoteDraft, asked: _Asked) -> Draft:
    from service.drafts import Draft  # noqa: PLC0415 - as above

    if isinstance(made, NoteDraft):
        made = Draft(fact=made.fact, text=made.text)
    draft = made if isinstance(made, Draft) else Draft(fact=made)
    return draft if asked.seen is None else replace(draft, seen=asked.seen)


def _try(
    desk: Desk, asked: _Asked, employment: EmploymentId, stream: Stream, draft: Draft
) -> _Done:
    from activities.messages import AnswerMessage  # noqa: PLC0415 - as above
    from service.telling import as_command  # noqa: PLC0415 - as above
    from service.what_if import what_if  # noqa: PLC0415 - as above

    command = as_command(draft, asked.id, actor())
    answer, moves = what_if(employment, stream, desk.policy, desk.now(), command)
    message = AnswerMessage(
        id=asked.id,
        accepted=answer.accepted,
        code=answer.code,
        field=answer.field,
        text=answer.text,
    )
    news = _news(message, stream, draft)
    return _Done(asked=asked, answer=message, moves=moves, news=news, hint=draft.hint)


async def _record(
    desk: Desk, asked: _Asked, employment: EmploymentId, before: Stream, draft: Draft
) -> _Done:
    from service.ends import tell_ends  # noqa: PLC0415 - as above
    from service.telling import Teller  # noqa: PLC0415 - as above
    from service.what_if import moved_between  # noqa: PLC0415 - as above

    commander = await desk.commander()
    teller = Teller(commander, desk.log, desk.safe)
    answer = await teller.tell(employment, draft, asked.id, actor())
    after = await desk.log.load(employment)
    if not answer.accepted:
        return _Done(asked=asked, answer=answer, moves=None, news=_news(answer, after, draft))
    await tell_ends(desk.directory, commander, employment)
    after = await desk.log.load(employment)
    moves = moved_between(employment, before, after, desk.policy, desk.today())
    return _Done(asked=asked, answer=answer, moves=moves, hint=draft.hint)


def _news(answer: AnswerMessage, stream: Stream, draft: Draft) -> tuple[str, ...]:
    from domain.refusals import RefusalCode  # noqa: PLC0415 - as above
    from service.telling import told_since  # noqa: PLC0415 - as above

    if answer.code != RefusalCode.CHANGED_MEANWHILE or draft.seen is None:
        return ()
    return tuple(
        f"{one.event.kind.replace('_', ' ')} by {one.actor}"
        for one in told_since(stream.records, draft.seen)
    )


async def _check_owner(desk: Desk, employment: EmploymentId, draft: NoteDraft) -> None:
    note = draft.fact.note if isinstance(draft.fact, NoteReceived) else draft.fact.by
    found = await desk.staff.by_person(draft.national_id, draft.orgnr, note.begins_on)
    if employment not in found:
        from domain.refusals import InvalidValue  # noqa: PLC0415 - as above

        raise InvalidValue("sykmeldt.fnr", "with arbeidsgiver.orgnr is not of this employment")


def _say(done: _Done | Say, output: OutputFormat) -> None:
    if isinstance(done, Say):
        is_json = output is OutputFormat.JSON
        typer.echo(json.dumps(done.data, ensure_ascii=False) if is_json else done.text)
        return
    from service.desk import refusal_of  # noqa: PLC0415 - loaded by now

    if not done.answer.accepted:
        news = f"; new is: {', '.join(done.news)}" if done.news else ""
        complain(refusal_of(done.answer) + news)
        raise typer.Exit(EXIT_REFUSED)
    if output is OutputFormat.JSON:
        from service.what_if import moves_as_json  # noqa: PLC0415 - as above

        moves = moves_as_json(done.moves) if done.moves else {}
        said = {"id": done.asked.id, "dry_run": done.asked.dry_run, **moves}
        said |= {"hint": done.hint} if done.hint else {}
        typer.echo(json.dumps(said, ensure_ascii=False))
        return
    from cli.moves_table import show_moves  # noqa: PLC0415 - rich takes its time

    head = "would be recorded" if done.asked.dry_run else "recorded"
    show_moves(f"{head}: {done.asked.name} (id {done.asked.id})", done.moves)
    if done.hint:
        typer.echo(done.hint)
