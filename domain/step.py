"""One step of an employment: first what fell due, then what was asked, then what follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from domain import RULE_SET
from domain.agenda import next_day
from domain.assess import duties_on
from domain.commands import Answer, Command, Unreadable
from domain.consequences import Told, consequences
from domain.decide import refusal_of
from domain.duties import OBLIGATIONS
from domain.events import (
    CommandRefused,
    DeadlineMoved,
    InvitationDue,
    Pending,
    Recorded,
    ReminderDue,
)
from domain.facts import DutyKind, Fact, Struck, WentLive
from domain.falling_due import DERIVED, due_on
from domain.identity import reconciled, standings
from domain.ids import CaseId, CauseId
from domain.localtime import acting_date, local_date
from domain.policy import Policy
from domain.refusals import Refusal, RefusalCode
from domain.state import FOLLOW_UP_FACTS, State, fold

SYSTEM: Final = "system"
"""The author of what falls due by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Advance:
    """What a step records, what it answers, and where the employment stands then."""

    pending: tuple[Pending, ...]
    answer: Answer | None
    state: State


def advance(
    state: State, policy: Policy, at: datetime, asked: Command | Unreadable | None
) -> Advance:
    """Record what fell due by an instant, then decide what was asked at it.

    The cause of a command that was answered before gives that answer again.
    """
    step = _Step(state, policy, at)
    step.reconcile(state, CauseId(f"{DERIVED}cases/{at.isoformat()}"), None)
    step.catch_up()
    answer = None
    if asked is not None:
        known = state.answers.get(asked.cause)
        answer = known or step.decide(asked)
    return Advance(pending=tuple(step.pending), answer=answer, state=step.final())


def as_records(
    pending: Sequence[Pending], after_seq: int, at: datetime, actor: str, policy: Policy
) -> tuple[Recorded, ...]:
    """Number what is about to be appended, and note under which rules it was concluded (R30).

    What falls due by itself has no other author than the system.
    """
    rule_set = f"{RULE_SET}+{policy.version}"
    return tuple(
        Recorded(
            seq=seq,
            at=at,
            actor=SYSTEM if one.cause.startswith(DERIVED) else actor,
            cause=one.cause,
            event=one.event,
            case=one.case,
            rule_set=rule_set,
        )
        for seq, one in enumerate(pending, start=after_seq + 1)
    )


_Dates = dict[tuple[CaseId, DutyKind], date]
"""The legal date of each obligation that applies, by case."""


class _Step:
    """Gathers what one step records; `now` is the state with all of it."""

    def __init__(self, state: State, policy: Policy, at: datetime) -> None:
        self._policy = policy
        self._at = at
        self._today = acting_date(at, policy.wake_hour)
        self._before = state
        self._now = state
        self.pending: list[Pending] = []

    def final(self) -> State:
        """Give the state as the log will tell it."""
        return self._folded(self._before, self.pending)

    def catch_up(self) -> None:
        """Record what fell due since the last step, day by day."""
        acted_at = self._before.acted_at
        if acted_at is None:
            return
        acted_on = acting_date(acted_at, self._policy.wake_hour)
        # Other rules than those of the last step may find something due on that same day.
        day = self._today if self.pending else next_day(self._now, self._policy, acted_on)
        while day is not None and day <= self._today:
            self._fall_due(day, by_later_fact=False)
            day = next_day(self._now, self._policy, day)

    def decide(self, asked: Command | Unreadable) -> Answer:
        """Record what was asked, or that it was refused, and all that follows at once."""
        if isinstance(asked, Unreadable):
            return self._refuse(asked.cause, asked.code, asked.field, asked.text, asked.name)
        refused = self._refusal(asked)
        if refused is not None:
            kind = asked.fact.kind
            return self._refuse(asked.cause, refused.code, refused.field, refused.text, kind)
        earlier, dates = self._now, self._dates()
        for fact in self._facts(asked):
            self._tell(asked.cause, fact)
        self.reconcile(earlier, asked.cause, dates, because=asked.fact.kind)
        self._fall_due(self._today, by_later_fact=True)
        return Answer(cause=asked.cause, accepted=True)

    def _refusal(self, asked: Command) -> Refusal | None:
        if asked.seen is not None and asked.seen != self._now.told:
            return Refusal(
                code=RefusalCode.CHANGED_MEANWHILE,
                field="seen",
                text="somebody recorded something meanwhile; look at it and decide again",
            )
        refused = refusal_of(self._now, self._policy, self._at, asked.fact)
        if refused is not None or asked.instead is None:
            return refused
        if not isinstance(asked.fact, Struck):
            return Refusal(
                code=RefusalCode.NOT_CORRECTABLE,
                field="instead",
                text="stands only in the place of a struck fact",
            )
        struck = self._folded(self._now, [Pending(cause=asked.cause, event=asked.fact)])
        return refusal_of(struck, self._policy, self._at, asked.instead)

    def _facts(self, asked: Command) -> list[Fact]:
        facts = [asked.fact]
        if asked.instead is not None:
            facts.append(asked.instead)
        if asked.live_from is not None and self._now.live_from is None:
            facts.append(WentLive(on=asked.live_from))
        return facts

    def _tell(self, cause: CauseId, fact: Fact) -> None:
        """Record a fact, and what follows from it for a meeting (R34, R35)."""
        before = {one.identity.case_id: one.doings for one in standings(self._now, self._policy)}
        self._record([Pending(cause=cause, event=fact)])
        if not isinstance(fact, (*FOLLOW_UP_FACTS, Struck)):
            return
        today = local_date(self._at)
        for one in standings(self._now, self._policy):
            case = one.identity.case_id
            was = before.get(case)
            if was is not None and was != one.doings:
                told = Told(case=case, fact=fact, before=was, after=one.doings, today=today)
                found = consequences(told, self._policy)
                for each in found:
                    event = self._numbered(each) if isinstance(each, InvitationDue) else each
                    self._record([Pending(cause=cause, event=event, case=case)])

    def _numbered(self, due: InvitationDue) -> InvitationDue:
        """Give an invitation a sequence above all that were sent for its meeting (RFC 5545)."""
        sent = self._now.invited.get((due.case, due.name), -1)
        return replace(due, sequence=max(due.sequence, sent + 1))

    def reconcile(
        self, earlier: State, cause: CauseId, dates: _Dates | None, because: str = "rules"
    ) -> None:
        """Record how the known cases became those that the facts make now, and moved dates."""
        events = reconciled(earlier, self._now, self._policy)
        self._record([Pending(cause=cause, event=one, case=one.case) for one in events])
        if dates is not None:
            self._record(self._moved(cause, dates, because))

    def _moved(self, cause: CauseId, dates: _Dates, because: str) -> list[Pending]:
        now = self._dates()
        living = {one.identity.case_id for one in standings(self._now, self._policy)}
        return [
            Pending(
                cause=cause,
                case=case,
                event=DeadlineMoved(
                    case=case,
                    duty=duty,
                    old=old,
                    new=now.get((case, duty)),
                    because=because,
                ),
            )
            for (case, duty), old in dates.items()
            if case in living and now.get((case, duty)) != old
        ]

    def _dates(self) -> _Dates:
        state, policy, today = self._now, self._policy, self._today
        timeline = state.absences.under(policy)
        return {
            (one.identity.case_id, duty.kind): duty.legal_on
            for one in standings(state, policy)
            for duty in duties_on(one, timeline, policy, today, state.live_from)
            if duty.kind in OBLIGATIONS and duty.legal_on is not None
        }

    def _refuse(self, cause: CauseId, code: str, field: str, text: str, command: str) -> Answer:
        event = CommandRefused(code=code, field=field, text=text, command=command)
        self._record([Pending(cause=cause, event=event)])
        return Answer(cause=cause, accepted=False, code=code, field=field, text=text)

    def _fall_due(self, day: date, *, by_later_fact: bool) -> None:
        fresh = len(self._before.fired)
        found = due_on(self._now, self._policy, day, fresh=fresh, by_later_fact=by_later_fact)
        self._record([self._newest(one) for one in found])

    def _newest(self, one: Pending) -> Pending:
        """Of several stages of a duty that fall due in one step only the newest is sent."""
        due = one.event
        if not isinstance(due, ReminderDue) or due.superseded or due.duty is None:
            return one
        roles = dict.fromkeys(due.to)
        for number, earlier in enumerate(self.pending):
            event = earlier.event
            if isinstance(event, ReminderDue) and (event.case, event.duty) == (due.case, due.duty):
                roles |= dict.fromkeys(event.to)
                unsent = replace(event, superseded=True)
                self.pending[number] = replace(earlier, event=unsent)
        return replace(one, event=replace(due, to=tuple(roles)))

    def _record(self, pending: Sequence[Pending]) -> None:
        self.pending += pending
        self._now = self._folded(self._now, pending)

    def _folded(self, state: State, pending: Sequence[Pending]) -> State:
        records = as_records(pending, 0, self._at, SYSTEM, self._policy)
        return fold(state.employment, records, state)
