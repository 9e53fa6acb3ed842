"""The case that is measured: by the real rules, an opening and six wakes that each append.

tilbake runs the rules for it; what it is held against writes the same rows, prepared.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Final

from temporalio import activity

from activities.messages import CommandMessage, StepInput, StepResult
from activities.ports import Append, Head, Stream
from activities.step import Steps
from adapters.event_codec import decode_fact, encode
from adapters.postgres.chain import link
from adapters.postgres.pool import Pool
from adapters.postgres.records import cases_json, chained, outbox_json
from domain.facts import NoteReceived
from domain.ids import EmploymentId, NoteId
from domain.notes import Activity, Note, Period
from domain.policy import DEFAULT
from domain.spans import DateSpan

WAKES: Final = 6
TEMPLATE: Final = "e-template"
_APPEND: Final = "select append_events($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
_FIRST: Final = date(2026, 1, 5)
_OPENED: Final = datetime(2026, 1, 5, 9, tzinfo=UTC)
_DAYS: Final = 100


def employment(number: int, prefix: str = "e") -> str:
    """Name the number-th employment."""
    return f"{prefix}-{number:08}"


def opening(cause: str = "c-1", first: date = _FIRST, days: int = _DAYS) -> CommandMessage:
    """A note of full absence, as a command."""
    span = DateSpan(first=first, last=first + timedelta(days=days - 1))
    period = Period(span=span, activity=Activity.NO_ACTIVITY)
    fact = NoteReceived(note=Note(note_id=NoteId("n-1"), periods=(period,)))
    return CommandMessage(id=cause, actor="bench", kind=fact.kind, body=encode(fact))


@dataclass
class _Remembering:
    """An event log in memory that keeps every batch."""

    batches: list[Append] = field(default_factory=list)

    async def load(self, employment: EmploymentId) -> Stream:  # noqa: ARG002
        """Begin empty."""
        return Stream(head=Head(), records=())

    async def append(self, batch: Append) -> Head | None:
        """Keep it."""
        self.batches.append(batch)
        _, hashes = chained(batch)
        seq = batch.head.seq + len(hashes)
        return Head(seq=seq, hash=hashes[-1]) if hashes else batch.head


@dataclass(frozen=True)
class Course:
    """When the case opens and wakes, and what it writes then."""

    instants: tuple[datetime, ...]
    batches: tuple[Append, ...]


async def course() -> Course:
    """Walk the case by the rules, and keep the wakes that append."""
    log = _Remembering()
    steps = Steps(log, DEFAULT, decode_fact)
    at: datetime | None = _OPENED
    command: CommandMessage | None = opening()
    instants: list[datetime] = []
    batches: list[Append] = []
    while len(batches) <= WAKES:
        if at is None:
            raise RuntimeError(f"the case has only {len(batches) - 1} wakes that append")
        result = await steps.step(StepInput(employment=TEMPLATE, at=at, command=command))
        if log.batches[-1].records:
            instants.append(at)
            batches.append(log.batches[-1])
        at, command = result.next_wake, None
    return Course(tuple(instants), tuple(batches))


@dataclass(frozen=True, kw_only=True)
class Pace:
    """When wakes come: some seconds apart, or one for all cases at the same instant."""

    seconds: float = 1.0
    at: datetime | None = None

    @property
    def wakes(self) -> int:
        """How many a case has."""
        return WAKES if self.at is None else 1

    def after(self, now: datetime) -> datetime:
        """Give the next wake."""
        return self.at or now + timedelta(seconds=self.seconds)


@dataclass
class Written:
    """What a system has written: counted, and when each case was last heard of."""

    count: int = 0
    moments: list[float] = field(default_factory=list)

    def note(self) -> None:
        """Count one transaction, now."""
        self.count += 1
        self.moments.append(time.time())


@dataclass
class HurriedSteps:
    """The real step, for a clock on which the wakes of weeks are a moment apart."""

    steps: Steps
    course: Course
    written: Written
    pace: Pace = field(default_factory=Pace)
    done: Counter[str] = field(default_factory=Counter)

    @activity.defn(name="step")
    async def step(self, input: StepInput) -> StepResult:  # noqa: A002
        """Step at the instant of the case; wake again after the pace."""
        number = self.done[input.employment]
        at = self.course.instants[number]
        result = await self.steps.step(input.model_copy(update={"at": at}))
        self.written.note()
        self.done[input.employment] += 1
        finished = number == self.pace.wakes
        wake = None if finished else self.pace.after(input.at)
        return result.model_copy(update={"next_wake": wake, "finished": finished})


Execute = Callable[[tuple[object, ...]], Awaitable[object]]
"""Runs `append_events` with its arguments."""


class PreparedRows:
    """Writes the rows of the case without any rule: a template with another employment in it."""

    def __init__(self, pool: Pool, made: Course, written: Written) -> None:
        self._pool = pool
        self._batches = [_Prepared(batch) for batch in made.batches]
        self._heads: dict[str, Head] = {}
        self._written = written

    @activity.defn(name="write")
    async def write(self, name: str, number: int) -> None:
        """Append the number-th batch in one transaction."""
        await self.write_by(lambda given: self._pool.fetchval(_APPEND, *given), name, number)

    async def write_by(self, execute: Execute, name: str, number: int) -> None:
        """Append the number-th batch through somebody else's connection."""
        head = self._heads.get(name, Head())
        arguments, after = self._batches[number].of(name, head)
        if not await execute(arguments):
            raise RuntimeError(f"{name}: the head is not where it was")
        self._heads[name] = after
        self._written.note()


class _Prepared:
    def __init__(self, batch: Append) -> None:
        self._batch = batch
        self._texts = chained(batch)[0]
        self._cases = cases_json(batch.cases) if batch.cases is not None else None
        self._outbox = outbox_json(batch.outbox) if batch.outbox else None

    def of(self, name: str, head: Head) -> tuple[tuple[object, ...], Head]:
        texts = [text.replace(TEMPLATE, name) for text in self._texts]
        hashes, last = [], head.hash
        for text in texts:
            last = link(last, text)
            hashes.append(last)
        batch = self._batch
        arguments = (
            name,
            head.seq,
            head.hash,
            f"[{','.join(texts)}]",
            b"".join(hashes),
            _named(self._cases, name),
            _named(self._outbox, name),
            None,
            batch.records[-1].at if batch.records else None,
            batch.next_wake,
            batch.finished,
            False,
        )
        return arguments, Head(seq=head.seq + len(hashes), hash=last)


def _named(text: str | None, name: str) -> str | None:
    return text.replace(TEMPLATE, name) if text is not None else None


def shown(made: Course) -> str:
    """Write how many events and reminders each step appends."""
    return json.dumps([[len(one.records), len(one.outbox)] for one in made.batches])
