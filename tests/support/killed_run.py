"""One run of a tilbake whose worker is killed again and again, and all that it leaves behind."""

from __future__ import annotations

import asyncio
import json
import mailbox
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from random import Random

from temporalio.client import WorkflowExecutionStatus

from activities.messages import AnswerMessage, CommandMessage, StepResult
from activities.ports import CaseRow, Stream
from adapters.event_codec import encode
from adapters.postgres.audit import Verification, verify
from adapters.postgres.event_log import StreamEnd
from domain.events import Recorded
from domain.facts import PlanCompleted
from domain.ids import CaseId, EmploymentId
from domain.localtime import local_date
from tests.support.command_mix import CaseScript, Told
from tests.support.killed_house import KilledHouse, Killer, Senders
from workflows.follow_up import FollowUp

AT_ONCE = 3
"""How many commands one case gets at the same time."""
REPEATED = 0.1
"""Share of the commands that are sent a second time, at once or later, with the same id."""
_OUTBOX = "select reminder, state from outbox"
_VIEW = """
select case_id, employment_id, mark, state, start_on, last_on, next_due_on, overdue, duties
from case_view order by case_id
"""


@dataclass(frozen=True, kw_only=True)
class Left:
    """What is there when everything has come to rest."""

    told: Sequence[Told]
    """Every command, without the repeats."""
    further: Mapping[EmploymentId, CommandMessage]
    """The one that each case got after the last kill."""
    answers: Mapping[str, Sequence[AnswerMessage]]
    """By command, what each call was answered."""
    calls: int
    killed_at: Sequence[int]
    """How many commands were under way at each kill."""
    streams: Mapping[EmploymentId, Stream]
    verified: Verification
    view: Mapping[EmploymentId, Sequence[CaseRow]]
    outbox: Mapping[str, str]
    """By reminder, its state."""
    letters: Sequence[str]
    """Message-IDs, one a letter in the Maildir."""
    ends: Mapping[EmploymentId, StreamEnd]
    follow_ups: Mapping[EmploymentId, WorkflowExecutionStatus | None]
    summaries: Mapping[EmploymentId, StepResult]
    """What each follow-up that runs said of itself."""
    worker_left_with: int

    def records(self) -> Iterator[tuple[EmploymentId, Recorded]]:
        """Walk all events of all logs."""
        return ((one, record) for one, stream in self.streams.items() for record in stream.records)


async def play(house: KilledHouse, seed: int, commands: int, kills: int) -> Left:
    """Tell each case so many things while the worker is killed, then one more; look at it all."""
    rng, today = Random(seed), local_date(datetime.now(UTC))
    scripts = [
        list(CaseScript(one, number, today, rng).told(commands))
        for number, one in enumerate(house.staff)
    ]
    told = [one for script in scripts for one in script]
    senders, still = Senders(house.base.follow_ups), asyncio.Event()
    killer = Killer(house.base.worker, senders, rng)
    async with asyncio.TaskGroup() as second_writer:
        second_writer.create_task(house.deliver_until(still))
        async with asyncio.TaskGroup() as group:
            group.create_task(killer.kill(kills, len(told)))
            for script in scripts:
                group.create_task(senders.send_in_order(_with_repeats(script, rng), AT_ONCE))
        further = {one: _further(one, today) for one in house.staff}
        async with asyncio.TaskGroup() as group:
            for one, command in further.items():
                group.create_task(senders.send(Told(one, command)))
        await senders.hear_the_rest()
        still.set()
    ends = {end.employment: end for end in await house.log.all_streams()}
    follow_ups = {one: (await house.follow_up(one).describe()).status for one in ends}
    running = [one for one in ends if follow_ups[one] is WorkflowExecutionStatus.RUNNING]
    summaries = {one: await house.follow_up(one).query(FollowUp.summary) for one in running}
    code = await house.base.worker.stop()
    await house.deliver_rest()
    return Left(
        told=told,
        further=further,
        answers=senders.answers,
        calls=senders.calls,
        killed_at=killer.in_flight,
        streams={one: await house.log.load(one) for one in ends},
        verified=await verify(house.base.pool),
        view=await _view(house),
        outbox={row[0]: row[1] for row in await house.base.pool.fetch(_OUTBOX)},
        letters=_letters(house),
        ends=ends,
        follow_ups=follow_ups,
        summaries=summaries,
        worker_left_with=code,
    )


def _with_repeats(script: Sequence[Told], rng: Random) -> list[Told]:
    """Send some commands again, at any time after their first."""
    said = list(script)
    for one in script:
        if rng.random() < REPEATED:
            said.insert(rng.randint(said.index(one) + 1, len(said)), one)
    return said


def _further(employment: EmploymentId, today: date) -> CommandMessage:
    fact = PlanCompleted(on=today)
    return CommandMessage(
        id=f"further-{employment}", actor="hr-1", kind=fact.kind, body=encode(fact)
    )


async def _view(house: KilledHouse) -> dict[EmploymentId, list[CaseRow]]:
    view: dict[EmploymentId, list[CaseRow]] = {}
    for row in await house.base.pool.fetch(_VIEW):
        shown = CaseRow(
            case=CaseId(row["case_id"]),
            mark=row["mark"],
            state=row["state"],
            start_on=row["start_on"],
            last_on=row["last_on"],
            next_due_on=row["next_due_on"],
            overdue=row["overdue"],
            duties=tuple(tuple(duty) for duty in json.loads(row["duties"])),
        )
        view.setdefault(EmploymentId(row["employment_id"]), []).append(shown)
    return view


def _letters(house: KilledHouse) -> list[str]:
    folder = mailbox.Maildir(house.maildir, create=False)
    return [str(letter["Message-ID"]) for letter in folder]
