"""What a command would change, asked of the rules alone: nothing is recorded or sent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TypeAlias, get_args

from activities.ports import Stream
from adapters.event_codec import encode
from domain.assess import CaseAssessment, assess
from domain.commands import Answer, Command
from domain.consequences import Consequence
from domain.duties import DutyAssessment
from domain.events import Event, Stage
from domain.facts import DutyKind
from domain.ids import CaseId, EmploymentId
from domain.localtime import local_date
from domain.policy import Policy
from domain.state import fold
from domain.step import advance

Json: TypeAlias = "bool | int | str | list[Json] | dict[str, Json] | None"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How a duty stands: its state, its legal date, and whether that is certain."""

    state: str
    legal_on: date | None
    certain: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A duty whose date or state a command changes; None where there is no such case."""

    case: CaseId
    duty: DutyKind
    before: Look | None
    after: Look | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseChange:
    """A case that begins, ends elsewhere, or changes its state."""

    case: CaseId
    before: CaseAssessment | None
    after: CaseAssessment | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderChange:
    """A stage that is still ahead and that comes, goes or gets another day."""

    case: CaseId
    duty: DutyKind | None
    stage: Stage
    before: date | None
    after: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Moves:
    """What is different between two pictures of an employment."""

    cases: tuple[CaseChange, ...]
    duties: tuple[Moved, ...]
    reminders: tuple[ReminderChange, ...] = ()
    follows: tuple[Event, ...] = ()
    """What is sent or kept at once because of it: invitations, and what is to be noticed."""

    @property
    def is_nothing(self) -> bool:
        """Say whether all stays as it is."""
        return not (self.cases or self.duties or self.reminders or self.follows)


def what_if(
    employment: EmploymentId, stream: Stream, policy: Policy, at: datetime, command: Command
) -> tuple[Answer, Moves]:
    """Try a command on a log; give the answer that it would get, and what it would move.

    What fell due before the command is recorded first in both pictures, so that only what the
    command itself changes is told.
    """
    on = local_date(at)
    now = advance(fold(employment, stream.records), policy, at, None)
    then = advance(now.state, policy, at, command)
    answer = then.answer or Answer(cause=command.cause, accepted=True)
    moves = _moves(assess(now.state, policy, on), assess(then.state, policy, on), on)
    return answer, replace(moves, follows=_follows(one.event for one in then.pending))


def moved_between(
    employment: EmploymentId, before: Stream, after: Stream, policy: Policy, on: date
) -> Moves:
    """Say what is different between two readings of a log."""
    was, now = fold(employment, before.records), fold(employment, after.records)
    fresh = (one.event for one in after.records[len(before.records) :])
    moves = _moves(assess(was, policy, on), assess(now, policy, on), on)
    return replace(moves, follows=_follows(fresh))


def _follows(events: Iterable[Event]) -> tuple[Event, ...]:
    return tuple(one for one in events if isinstance(one, get_args(Consequence)))


def _moves(before: Sequence[CaseAssessment], after: Sequence[CaseAssessment], on: date) -> Moves:
    was = {case.case_id: case for case in before}
    now = {case.case_id: case for case in after}
    names = list(dict.fromkeys([*was, *now]))
    return Moves(
        cases=tuple(
            CaseChange(case=name, before=was.get(name), after=now.get(name))
            for name in names
            if _outline(was.get(name)) != _outline(now.get(name))
        ),
        duties=tuple(
            moved for name in names for moved in _moved(name, was.get(name), now.get(name))
        ),
        reminders=tuple(
            change
            for name in names
            for change in _reminders(name, was.get(name), now.get(name), on)
        ),
    )


def _reminders(
    case: CaseId, before: CaseAssessment | None, after: CaseAssessment | None, on: date
) -> list[ReminderChange]:
    was, now = _ahead(before, on), _ahead(after, on)
    return [
        ReminderChange(case=case, duty=duty, stage=stage, before=old, after=new)
        for duty, stage in dict.fromkeys([*was, *now])
        if (old := was.get((duty, stage))) != (new := now.get((duty, stage)))
    ]


def _ahead(case: CaseAssessment | None, on: date) -> dict[tuple[DutyKind | None, Stage], date]:
    return {(one.duty, one.stage): one.on for one in case.reminders if one.on >= on} if case else {}


def _outline(case: CaseAssessment | None) -> tuple[object, ...] | None:
    return (case.start, case.last_day, case.state) if case else None


def _moved(
    case: CaseId, before: CaseAssessment | None, after: CaseAssessment | None
) -> list[Moved]:
    was, now = _looks(before), _looks(after)
    return [
        Moved(case=case, duty=kind, before=was.get(kind), after=now.get(kind))
        for kind in DutyKind
        if was.get(kind) != now.get(kind)
    ]


def _looks(case: CaseAssessment | None) -> dict[DutyKind, Look]:
    return {duty.kind: _look(duty) for duty in case.duties} if case else {}


def _look(duty: DutyAssessment) -> Look:
    return Look(state=str(duty.state), legal_on=duty.legal_on, certain=duty.certain)


def moves_as_json(moves: Moves) -> dict[str, Json]:
    """Write what moves: cases first, then duties; null where there is no such case."""
    return {
        "cases": [
            {"case": one.case, "before": _case_json(one.before), "after": _case_json(one.after)}
            for one in moves.cases
        ],
        "duties": [
            {
                "case": one.case,
                "duty": str(one.duty),
                "before": _look_json(one.before),
                "after": _look_json(one.after),
            }
            for one in moves.duties
        ],
        "reminders": [
            {
                "case": one.case,
                "duty": one.duty and str(one.duty),
                "stage": str(one.stage),
                "before": one.before.isoformat() if one.before else None,
                "after": one.after.isoformat() if one.after else None,
            }
            for one in moves.reminders
        ],
        "follows": [{"kind": one.kind, **encode(one)} for one in moves.follows],
    }


def _case_json(case: CaseAssessment | None) -> dict[str, Json] | None:
    if case is None:
        return None
    return {
        "start": case.start.isoformat(),
        "last_day": case.last_day.isoformat(),
        "state": str(case.state),
    }


def _look_json(look: Look | None) -> dict[str, Json] | None:
    if look is None:
        return None
    legal = look.legal_on.isoformat() if look.legal_on else None
    return {"state": look.state, "legal_on": legal, "certain": look.certain}
