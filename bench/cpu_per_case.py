"""CPU of a whole case, and its events in history, against DBOS and a bare Temporal workflow.

A case is opened by a note and woken six times, and each time it appends; all three write the
same rows in one transaction a step. DBOS does so twice: its record of the step in the same
transaction (dbos_tx), or after it in a plain step. tilbake also runs the rules. The CPU is that
of PostgreSQL, Temporal (not for DBOS) and the worker, which also opens the cases. Rounds are
interleaved, each in a fresh process; ratios are taken round by round.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
from collections import defaultdict
from typing import Final

from temporalio.api.enums.v1 import EventType

from activities.messages import FollowUpInput, StepInput
from activities.step import Steps
from adapters.event_codec import decode_fact
from adapters.postgres.event_log import PostgresEventLog
from bench._case import HurriedSteps, Pace, Written, course, opening
from bench._rounds import Round, running, system_database
from bench._stand import Json, Stand, opened, report, spread, stand
from domain.policy import DEFAULT
from service.follow_ups import workflow_id
from service.worker import WorkerOptions, running_worker
from workflows.follow_up import FollowUp

SYSTEMS: Final = ("tilbake", "dbos_tx", "dbos", "bare")


async def main(rounds: int, cases: int, pace: float) -> None:
    """Measure, and report."""
    measured: defaultdict[str, list[Round]] = defaultdict(list)
    async with stand() as here:
        system_url = await system_database(here)
        events = await events_of_a_case(here)
        for number in range(rounds):
            turn = number % len(SYSTEMS)
            for name in (*SYSTEMS[turn:], *SYSTEMS[:turn]):
                with running(name, here, system_url) as system:
                    found = await asyncio.to_thread(system.round, cases, pace=pace)
                measured[name].append(found)
                print(f"round {number + 1}: {name:<8} {found.total / cases * 1000:6.1f} ms a case")
    _report(measured, events, cases)


async def events_of_a_case(here: Stand) -> tuple[int, int]:
    """Count the events, and the upserts among them, of a case that only its timers wake."""
    client = await here.client()
    made, name = await course(), "e-events"
    async with opened(here.postgres.url) as pool:
        steps = Steps(PostgresEventLog(pool), DEFAULT, decode_fact)
        told = StepInput(employment=name, at=made.instants[0], command=opening())
        await steps.step(told)  # as an import did, long before
        hurried = HurriedSteps(steps=steps, course=made, written=Written(), pace=Pace(seconds=0.1))
        async with running_worker(client, [hurried.step], WorkerOptions(task_queue="events")):
            handle = await client.start_workflow(
                FollowUp.run,
                FollowUpInput(employment=name),
                id=workflow_id(name),
                task_queue="events",
            )
            await handle.result()
            kinds = [event.event_type for event in (await handle.fetch_history()).events]
    return len(kinds), kinds.count(EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES)


def _report(measured: dict[str, list[Round]], counted: tuple[int, int], cases: int) -> None:
    events, upserts = counted
    ours = [one.total for one in measured["tilbake"]]
    ratios = {
        name: [mine / its.total for mine, its in zip(ours, measured[name], strict=True)]
        for name in SYSTEMS[1:]
    }
    figures: dict[str, Json] = {
        "ms a case": {
            name: spread([one.total / cases * 1000 for one in found], 1)
            for name, found in measured.items()
        },
        "median ms a case by process": {
            name: {
                part: round(statistics.median(one.cpu[part] for one in found) / cases * 1000, 1)
                for part in found[0].cpu
            }
            for name, found in measured.items()
        },
        "x": {name: spread(found) for name, found in ratios.items()},
        "events in history": events,
        "upserts of search attributes among them": upserts,
    }
    held = {name: f"{statistics.median(found):.2f}" for name, found in ratios.items()}
    ms = statistics.median(ours) / cases * 1000
    report(
        "cpu_per_case",
        "CPU of a whole case (6 wake-ups), all processes; events in history",
        f"{ms:.0f} ms: {held['dbos_tx']} x DBOS with a transaction a step, "
        f"{held['dbos']} x DBOS with plain steps, {held['bare']} x a bare workflow; "
        f"{events} events, {upserts} of them upserts",
        "0.7 x DBOS, 1.15 x a bare workflow; 42 events and the upserts",
        figures,
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--cases", type=int, default=100)
    parser.add_argument("--pace", type=float, default=1.5, help="seconds between two wakes")
    chosen = parser.parse_args()
    asyncio.run(main(chosen.rounds, chosen.cases, chosen.pace))
