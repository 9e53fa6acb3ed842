"""A real Temporal dev server whose clock skips ahead, and a step that follows a script."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from temporalio import activity
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowHandle, WorkflowHistory
from temporalio.testing import WorkflowEnvironment

from activities.messages import (
    AnswerMessage,
    CommandMessage,
    FollowUpInput,
    StepInput,
    StepResult,
)
from adapters.temporal.keys import PayloadKeys
from adapters.temporal.skipping import start_skipping_server
from service.follow_ups import FollowUps, workflow_id
from service.worker import WorkerOptions, running_worker
from workflows.follow_up import FollowUp

TEST_KEYS = PayloadKeys(current="test", keys={"test": b"only for tests: everyone knows it"[:32]})
"""Fixed, so that recorded histories can be read for as long as they are kept."""

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
"""A run that began then continues as new at the first opportunity."""
FAR_AHEAD = datetime(2190, 1, 1, tzinfo=UTC)
"""A run that began then is never too old: skipping clocks miscount after two continuations."""


async def start_skipping_environment(*dynamic_config: str) -> WorkflowEnvironment:
    """Start the server; further dynamic config as `KEY=VALUE`."""
    return await start_skipping_server(TEST_KEYS, *dynamic_config)


Script = Callable[[StepInput], StepResult]


@dataclass
class ScriptedStep:
    """A step that answers by a script and remembers what it was given, repeats included."""

    script: Script
    given: list[StepInput] = field(default_factory=list)

    @activity.defn(name="step")
    async def step(self, input: StepInput) -> StepResult:  # noqa: A002
        self.given.append(input)
        result = self.script(input)
        asked = input.command or input.unreadable
        if asked is None or result.answer is not None:
            return result
        accepted = input.command is not None
        return result.model_copy(update={"answer": AnswerMessage(id=asked.id, accepted=accepted)})

    @property
    def asked(self) -> list[str]:
        """Ids of the commands and signals that were given, in order."""
        return [one.id for given in self.given if (one := given.command or given.unreadable)]


def wakes(*days: int, finished: bool = True) -> Script:
    """Wake on these days after the first step; then be finished, or sleep on."""
    first: list[datetime] = []

    def script(given: StepInput) -> StepResult:
        first.append(given.at)
        ahead = [day for day in days if first[0] + timedelta(days=day) > given.at]
        if not ahead:
            return StepResult(finished=finished)
        return StepResult(next_wake=first[0] + timedelta(days=ahead[0]))

    return script


def sleeps(given: StepInput) -> StepResult:
    """Never wake and never finish."""
    return StepResult()


@dataclass(frozen=True)
class Case:
    """One employment on the environment, with a task queue of its own."""

    environment: WorkflowEnvironment
    still: Client
    """Starts follow-ups whose clock skips only when it is told to."""
    employment: str
    task_queue: str

    @property
    def handle(self) -> WorkflowHandle[FollowUp, None]:
        """The latest run, whichever it is when it is asked."""
        return self.still.get_workflow_handle_for(FollowUp.run, workflow_id(self.employment))

    async def start(self, **fields: object) -> WorkflowHandle[FollowUp, None]:
        """Start a follow-up whose clock skips whenever it only waits."""
        return await self._start(self.environment.client, fields)

    async def start_still(self, **fields: object) -> WorkflowHandle[FollowUp, None]:
        """Start a follow-up whose clock stands, and see its first step done."""
        handle = await self._start(self.still, fields)
        await until(handle, "MARKER_RECORDED")
        return handle

    async def execute(self, command: CommandMessage) -> AnswerMessage:
        """Tell a fact, starting a follow-up whose clock stands if none runs."""
        follow_ups = FollowUps(self.still, self.task_queue, run_started_at=FAR_AHEAD)
        return await follow_ups.execute(self.employment, command)

    async def pass_days(self, days: float) -> None:
        """Let the follow-up's clock run ahead."""
        await self.environment.fast_forward(self.handle, timedelta(days=days))

    async def _start(
        self, client: Client, fields: dict[str, object]
    ) -> WorkflowHandle[FollowUp, None]:
        start = FollowUpInput.model_validate({"employment": self.employment, **fields})
        return await client.start_workflow(
            FollowUp.run, start, id=workflow_id(self.employment), task_queue=self.task_queue
        )


@asynccontextmanager
async def a_case(
    environment: WorkflowEnvironment,
    *activities: Callable[..., object],
    max_cached_cases: int = 100,
) -> AsyncIterator[Case]:
    """Run a worker of its own for one employment."""
    client = environment.client
    still = await Client.connect(
        client.service_client.config.target_host, data_converter=client.data_converter
    )
    case = Case(environment, still, f"e-{uuid4().hex[:12]}", f"queue-{uuid4().hex[:12]}")
    options = WorkerOptions(task_queue=case.task_queue, max_cached_cases=max_cached_cases)
    async with running_worker(still, activities, options):
        yield case


async def until(handle: WorkflowHandle[FollowUp, None], name: str, count: int = 1) -> None:
    """Wait until history holds so many events of a name; a query would add events of its own.

    Of a handle that started a run it reads that run, of any other the latest.
    """
    wanted = EventType.Value(f"EVENT_TYPE_{name}")
    async for event in run_of(handle).fetch_history_events(wait_new_event=True):
        count -= event.event_type == wanted
        if count <= 0:
            return
    raise AssertionError(f"the run ended without {name}")


def run_of(handle: WorkflowHandle[FollowUp, None]) -> WorkflowHandle[FollowUp, None]:
    """Give the run that a handle started; of any other handle the latest."""
    return handle._client.get_workflow_handle_for(
        FollowUp.run, handle.id, run_id=handle.first_execution_run_id
    )


async def history_of(handle: WorkflowHandle[FollowUp, None]) -> WorkflowHistory:
    """Fetch the history of the run that a handle started; of any other handle the latest."""
    return await run_of(handle).fetch_history()


async def events_of(handle: WorkflowHandle[FollowUp, None]) -> list[str]:
    """Name the events of the latest run's history."""
    history = await history_of(handle)
    return [EventType.Name(one.event_type).removeprefix("EVENT_TYPE_") for one in history.events]


def grade(id: str, percent: int = 60) -> CommandMessage:  # noqa: A002
    """A command that any step can read."""
    return CommandMessage(
        id=id, actor="hr-1", kind="grade_changed", body={"on": "2026-02-23", "grade": percent}
    )
