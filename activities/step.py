"""One step of an employment: read the log, decide, append. One round trip when nobody interfered.

The rules are in domain/; what is stored, and in how many tables, is the port's matter.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pydantic import JsonValue
from temporalio import activity

from activities.messages import AnswerMessage, CommandMessage, StepInput, StepResult
from activities.ports import Append, EventLog, Head
from activities.signals import KINDS
from activities.views import case_rows, outbox_rows, summarised
from domain.agenda import is_finished, next_wake
from domain.assess import assess
from domain.commands import Answer, Command, Unreadable
from domain.facts import Fact
from domain.ids import CauseId, EmploymentId
from domain.localtime import local_date
from domain.policy import Policy
from domain.refusals import InvalidValue, RefusalCode
from domain.state import State, fold
from domain.step import Advance, advance, as_records

DecodeFact = Callable[[str, Mapping[str, JsonValue]], Fact]
"""Reads the body of a fact by its kind; raises InvalidValue."""

SYSTEM = "system"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What the log said last, and where it ended."""

    state: State
    head: Head


class Steps:
    """The step of every employment that this worker follows."""

    def __init__(
        self, log: EventLog, policy: Policy, decode_fact: DecodeFact, cache_size: int = 1000
    ) -> None:
        self._log = log
        self._policy = policy
        self._decode_fact = decode_fact
        self._cache: OrderedDict[EmploymentId, _Known] = OrderedDict()
        self._cache_size = cache_size

    @activity.defn(name="step")
    async def step(self, input: StepInput) -> StepResult:  # noqa: A002 - as Temporal names it
        """Record what fell due and what was asked; give the answer and the next wake."""
        employment = EmploymentId(input.employment)
        asked = self._asked(input)
        known = self._cache.get(employment) or await self._load(employment)
        while True:
            advanced = advance(known.state, self._policy, input.at, asked)
            batch, result = self._conclude(input, known.head, advanced)
            head = await self._log.append(batch)
            if head is not None:
                self._keep(employment, _Known(state=advanced.state.at_rest(), head=head))
                return result
            # Someone else appended meanwhile, or this worker knew an old head.
            known = await self._load(employment)

    async def _load(self, employment: EmploymentId) -> _Known:
        stream = await self._log.load(employment)
        return _Known(state=fold(employment, stream.records), head=stream.head)

    def _asked(self, given: StepInput) -> Command | Unreadable | None:
        if given.unreadable is not None:
            signal = given.unreadable
            return Unreadable(
                cause=CauseId(signal.id),
                actor=SYSTEM,
                name=signal.name,
                code=signal.code,
                field=signal.field,
                text=signal.text,
            )
        return self._command(given.command) if given.command is not None else None

    def _command(self, message: CommandMessage) -> Command | Unreadable:
        try:
            fact = self._decode_fact(message.kind, message.body)
            instead = self._instead(message)
        except InvalidValue as fault:
            known = message.kind in KINDS
            return Unreadable(
                cause=CauseId(message.id),
                actor=message.actor,
                name=message.kind,
                code=RefusalCode.MALFORMED if known else RefusalCode.UNKNOWN_COMMAND,
                field=fault.field,
                text=fault.text,
            )
        return Command(
            cause=CauseId(message.id),
            actor=message.actor,
            fact=fact,
            instead=instead,
            seen=message.seen,
            live_from=message.live_from,
        )

    def _instead(self, message: CommandMessage) -> Fact | None:
        if message.instead_kind is None or message.instead_body is None:
            return None
        try:
            return self._decode_fact(message.instead_kind, message.instead_body)
        except InvalidValue as fault:
            raise InvalidValue(f"instead.{fault.field}", fault.text) from fault

    def _conclude(
        self, given: StepInput, head: Head, advanced: Advance
    ) -> tuple[Append, StepResult]:
        wake = next_wake(advanced.state, self._policy, given.at)
        finished = is_finished(advanced.state, self._policy, given.at)
        cases = assess(advanced.state, self._policy, local_date(given.at))
        actor = given.command.actor if given.command is not None else SYSTEM
        batch = Append(
            employment=EmploymentId(given.employment),
            head=head,
            records=as_records(advanced.pending, head.seq, given.at, actor, self._policy),
            cases=case_rows(cases),
            outbox=outbox_rows(advanced.pending, given.at),
            next_wake=wake,
            finished=finished,
        )
        result = summarised(cases, _answer(advanced.answer), wake, finished=finished)
        return batch, result

    def _keep(self, employment: EmploymentId, known: _Known) -> None:
        self._cache[employment] = known
        self._cache.move_to_end(employment)
        if len(self._cache) > self._cache_size:
            self._cache.popitem(last=False)


def _answer(answer: Answer | None) -> AnswerMessage | None:
    if answer is None:
        return None
    return AnswerMessage(
        id=answer.cause,
        accepted=answer.accepted,
        code=answer.code,
        field=answer.field,
        text=answer.text,
    )
