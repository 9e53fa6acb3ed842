"""Checks of the database: the schema, steps and reminders that are late, and the chain."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from adapters.postgres.audit import verify
from adapters.postgres.migrate import require_current
from adapters.postgres.pool import Pool
from domain.ids import EmploymentId
from domain.refusals import TilbakeError
from service.doctor_findings import Finding, fine, problem, warning

LATE_STEP: Final = timedelta(minutes=15)
TRIED_FOR: Final = timedelta(days=1)
"""A reminder that was tried and still waits after a day: its other side does not take it."""
WAITED_FOR: Final = timedelta(days=6)
"""Untried ones wait for the send window, over Easter for five days."""
_SAMPLE: Final = 20

_LATE_STEPS: Final = """
select count(*), min(next_wake) from event_stream where not finished and next_wake < $1
"""
_UNSENT: Final = """
select count(*), min(due_at),
    count(*) filter (where due_at < $2 or (due_at < $1 and attempts > 0))
from outbox where state = 'pending'
"""
_GIVEN_UP: Final = """
select count(*) filter (where state = 'failed'), count(*) filter (where state = 'no_recipient')
from outbox where state in ('failed', 'no_recipient')
"""
_SAMPLED: Final = """
(select employment_id from event_stream where seq > 0 order by updated_at desc limit $1)
union
(select employment_id from event_stream where seq > 0 order by random() limit $1)
"""


async def schema(pool: Pool) -> Finding:
    """Is the schema the one of this release?"""
    try:
        await require_current(pool)
    except TilbakeError as fault:
        return problem("schema", str(fault), "run `tilbake db migrate`, or the right release")
    return fine("schema", "is the one of this release")


async def overdue_wakes(pool: Pool, now: datetime) -> Finding:
    """Did every case wake when it should have?"""
    count, oldest = await pool.fetchrow(_LATE_STEPS, now - LATE_STEP) or (0, None)
    if count:
        text = f"{count} cases should have woken, the first at {oldest:%Y-%m-%d %H:%M} UTC"
        return problem("steps", text, "start the worker; if it runs, `tilbake recover`")
    return fine("steps", "no case has missed its wake")


async def unsent(pool: Pool, now: datetime) -> Finding:
    """Do reminders leave the house?"""
    limits = (now - TRIED_FOR, now - WAITED_FOR)
    count, oldest, late = await pool.fetchrow(_UNSENT, *limits) or (0, None, 0)
    if not count:
        return fine("reminders", "none waits to be sent")
    text = f"{count} wait to be sent, the oldest since {oldest:%Y-%m-%d %H:%M} UTC"
    if late:
        return problem("reminders", text, "check the worker's log and the mail server")
    return fine("reminders", text)


async def given_up(pool: Pool) -> Finding:
    """Is there a reminder that reached nobody?"""
    failed, nobody = await pool.fetchrow(_GIVEN_UP) or (0, 0)
    if failed or nobody:
        text = f"{failed} were refused by the mail server, {nobody} had nobody to go to"
        way_out = "tell HR; complete the directory with `tilbake directory import`"
        return warning("undeliverable", text, way_out)
    return fine("undeliverable", "every reminder had somebody to go to")


async def chain(pool: Pool) -> Finding:
    """Is the log what was written? A sample; `tilbake audit verify` checks all of it."""
    sample = [EmploymentId(row[0]) for row in await pool.fetch(_SAMPLED, _SAMPLE)]
    for employment in sample:
        fault = (await verify(pool, employment)).fault
        if fault is not None:
            text = f"{fault.employment}: event {fault.seq} {fault.problem}"
            return problem("chain", text, "keep the database as it is and compare with a backup")
    return fine("chain", f"whole in a sample of {len(sample)} employments")
