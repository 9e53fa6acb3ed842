"""A case as someone who may see it reads it: where it stands, why, what happened, what was sent.

Everything is derived from the log at the moment of reading; opaque ids, dates and codes only.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TypeAlias

from activities.ports import EventLog
from adapters.event_codec import encode
from adapters.postgres.case_list import PostgresCases, StoredReminder
from domain import RULE_SET
from domain.assess import CaseAssessment, assess, questions_on
from domain.events import Recorded
from domain.identity import standings
from domain.ids import CaseId, EmploymentId, case_mark
from domain.policy import Policy
from domain.state import fold
from service.case_finder import Found, NotFound
from service.explain import case_as_json
from service.standing import DoneIn, done_in
from service.standing import as_json as done_as_json

Json: TypeAlias = "bool | int | str | list[Json] | dict[str, Json] | None"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """An employment's cases, or one of them."""

    employment: EmploymentId
    on: date
    rule_set: str
    cases: tuple[CaseAssessment, ...]
    happened: tuple[Recorded, ...]
    reminders: tuple[StoredReminder, ...]
    next_wake: datetime | None
    finished: bool
    told: int = 0
    """How many facts a reader of this has seen; a command may carry it as `seen`."""
    done: tuple[DoneIn, ...] = ()
    """What was done in each of the cases."""
    responsible: str | None = None
    """The person who answers for it on that day, by opaque id."""
    name: str | None = None
    responsible_name: str | None = None
    """Names only when the reader asked for them."""


class CaseReader:
    """Reads cases; who reads what is recorded by the caller first."""

    def __init__(self, log: EventLog, cases: PostgresCases, policy: Policy) -> None:
        self._log = log
        self._cases = cases
        self._policy = policy

    async def view(self, found: Found, on: date) -> CaseView:
        """Read an employment's cases, or the one that was named, seen from a day.

        Raises:
            NotFound: there is no such case (any more: cases merge).
        """
        stream = await self._log.load(found.employment)
        state = fold(found.employment, stream.records)
        cases = assess(state, self._policy, on)
        asked = questions_on(state, self._policy, on)
        wake, finished = await self._cases.next_wake(found.employment) or (None, True)
        view = CaseView(
            employment=found.employment,
            on=on,
            rule_set=f"{RULE_SET}+{self._policy.version}",
            cases=cases,
            happened=stream.records,
            reminders=await self._cases.reminders(found.employment),
            next_wake=wake,
            finished=finished,
            told=state.told,
            done=tuple(
                done_in(
                    one.identity.case_id,
                    one.doings,
                    stream.records,
                    asked[one.identity.case_id],
                )
                for one in standings(state, self._policy)
            ),
        )
        return view if found.case is None else _narrowed(view, found.case)


def _narrowed(view: CaseView, case: CaseId) -> CaseView:
    """Leave out what belongs to other cases; what belongs to none, such as a fact, stays."""
    cases = tuple(one for one in view.cases if one.case_id == case)
    if not cases and not any(one.case == case for one in view.happened):
        raise NotFound(f"there is no case {case}")
    return replace(
        view,
        cases=cases,
        happened=tuple(one for one in view.happened if one.case in {None, case}),
        reminders=tuple(one for one in view.reminders if one.case == case),
        done=tuple(one for one in view.done if one.case == case),
    )


def view_as_json(view: CaseView) -> dict[str, Json]:
    """Write a view; a case has the keys of `explain` after its own."""
    done = {one.case: done_as_json(one) for one in view.done}
    names: dict[str, Json] = {"name": view.name, "responsible_name": view.responsible_name}
    return {
        "employment": view.employment,
        "responsible": view.responsible,
        **{key: name for key, name in names.items() if name is not None},
        "on": view.on.isoformat(),
        "rule_set": view.rule_set,
        "told": view.told,
        "cases": [
            {
                "case": one.case_id,
                "mark": case_mark(one.case_id),
                **case_as_json(one),
                "done": done.get(one.case_id),
            }
            for one in view.cases
        ],
        "happened": [event_as_json(one) for one in view.happened],
        "sent": [_reminder(one) for one in view.reminders],
        "next_wake": _instant(view.next_wake),
        "finished": view.finished,
    }


def event_as_json(record: Recorded) -> dict[str, Json]:
    """Write one event of the log."""
    return {
        "seq": record.seq,
        "at": record.at.isoformat(),
        "actor": record.actor,
        "kind": record.event.kind,
        "case": record.case,
        "cause": record.cause,
        "rule_set": record.rule_set,
        "body": dict(encode(record.event)),
    }


def _reminder(one: StoredReminder) -> dict[str, Json]:
    return {
        "case": one.case,
        "duty": one.duty,
        "stage": one.stage,
        "meeting": one.meeting,
        "change": one.change,
        "sequence": one.sequence,
        "to": one.role,
        "due_at": one.due_at.isoformat(),
        "state": one.state,
        "next_try_at": None if one.settled_at else one.next_try_at.isoformat(),
        "settled_at": _instant(one.settled_at),
        "detail": one.detail,
    }


def _instant(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
