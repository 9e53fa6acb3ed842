"""The follow-up of one employment: an inbox, one loop and one timer, and no rule at all.

Every command, signal and wake is handed to the local activity `step`; the workflow branches on
the recorded result only. So new rules, an edited policy or new time-zone data never break a replay.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from temporalio import workflow
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError

from activities.messages import (
    AnswerMessage,
    CommandMessage,
    FollowUpInput,
    StepInput,
    StepResult,
    UnreadableMessage,
)
from activities.signals import fault_of, read_signal
from workflows.alarm import Alarm
from workflows.inbox import Asked
from workflows.options import (
    CASE_PHASE,
    LOCAL_RETRY_THRESHOLD,
    OVERDUE_DUTIES,
    RUN_AGE,
    STEP_RETRY,
    STEP_TIMEOUT,
)

if TYPE_CHECKING:  # each import here is paid for by every cached case
    from datetime import datetime
    from typing import Any

    from temporalio.common import SearchAttributeUpdate

POKE = "poke"
STEP = "step"


@workflow.defn
class FollowUp:
    """Follows one employment until no day of absence lies ahead; a later note starts a new run."""

    @workflow.init
    def __init__(self, start: FollowUpInput) -> None:
        """Be ready for handlers, which may run before `run`."""
        self._employment = start.employment
        self._last = start.last
        self._started_at: datetime = start.run_started_at or workflow.now()
        self._inbox: list[Asked] = []
        self._poked = start.last is None
        self._alarm = Alarm()

    @workflow.run
    async def run(self, start: FollowUpInput) -> None:  # noqa: ARG002 - read in __init__
        """Step for whatever comes next, until the case is finished or this run has served."""
        self._describe()
        while True:
            await self._step_until_quiet()
            if await self._can_leave():
                if self._is_finished():
                    return
                workflow.continue_as_new(
                    FollowUpInput(employment=self._employment, last=self._last),
                    initial_versioning_behavior=(
                        workflow.ContinueAsNewVersioningBehavior.AUTO_UPGRADE
                    ),
                )
            self._alarm.set(self._next_ring(), self._waits_for())
            await workflow.wait_condition(self._has_work)

    @workflow.signal(
        dynamic=True,
        description="grading_changed, returned_to_work, sick_note_received, sick_note_withdrawn "
        "(one JSON object each), or poke (nothing)",
    )
    def receive(self, name: str, values: Sequence[RawValue]) -> None:
        """Take any signal in.

        One handler for all names: a named one drops, unseen, what does not fit its types.
        """
        if name == POKE:
            self._poked = True
            return
        spare_id = f"signal/{workflow.uuid4()}"
        self._inbox.append(Asked(read_signal(name, values, spare_id)))

    @workflow.update
    async def execute(self, command: CommandMessage) -> AnswerMessage:
        """Record a fact, or refuse it with a reason; answered when the log has it."""
        asked = Asked(command)
        self._inbox.append(asked)
        await workflow.wait_condition(lambda: asked.answer is not None)
        if asked.answer is None:
            raise RuntimeError("the wait for an answer ended without one")
        return asked.answer

    @execute.validator
    def check(self, command: CommandMessage) -> None:
        """Refuse what no step could read, before it reaches history."""
        fault = fault_of(command)
        if fault is not None:
            raise ApplicationError(fault, type="InvalidCommand", non_retryable=True)

    @workflow.query
    def summary(self) -> StepResult:
        """Give what the last step answered."""
        return self._last or StepResult()

    async def _step_until_quiet(self) -> None:
        while self._has_work():
            asked = self._inbox.pop(0) if self._inbox else None
            # Any step records what fell due first, so it also serves the alarm and the poke.
            self._poked = False
            await self._step(asked)

    async def _step(self, asked: Asked | None) -> None:
        what = asked.what if asked else None
        self._alarm.hush()
        result: StepResult = await workflow.execute_local_activity(
            STEP,
            StepInput(
                employment=self._employment,
                at=workflow.now(),
                command=what if isinstance(what, CommandMessage) else None,
                unreadable=what if isinstance(what, UnreadableMessage) else None,
            ),
            result_type=StepResult,
            start_to_close_timeout=STEP_TIMEOUT,
            retry_policy=STEP_RETRY,
            local_retry_threshold=LOCAL_RETRY_THRESHOLD,
        )
        self._take(result)
        if asked:
            asked.answer = result.answer

    def _take(self, result: StepResult) -> None:
        old, self._last = self._last or StepResult(), result.model_copy(update={"answer": None})
        updates: list[SearchAttributeUpdate[Any]] = []
        if result.phase != old.phase:
            updates.append(CASE_PHASE.value_set(result.phase))
        if result.overdue != old.overdue:
            updates.append(OVERDUE_DUTIES.value_set(result.overdue))
        if updates:
            workflow.upsert_search_attributes(updates)
        self._describe()

    async def _can_leave(self) -> bool:
        if not (self._is_finished() or self._has_served()):
            return False
        await workflow.wait_condition(lambda: workflow.all_handlers_finished() or self._has_work())
        return not self._has_work()

    def _is_finished(self) -> bool:
        return self._last is not None and self._last.finished

    def _has_served(self) -> bool:
        info = workflow.info()
        return (
            info.is_continue_as_new_suggested()
            or info.is_target_worker_deployment_version_changed()
            or workflow.now() >= self._started_at + RUN_AGE
        )

    def _has_work(self) -> bool:
        return bool(self._inbox) or self._poked or self._alarm.has_rung

    def _next_ring(self) -> datetime:
        """The next wake, or the instant at which this run is too old, whichever is first."""
        too_old = self._started_at + RUN_AGE
        wake = self._last.next_wake if self._last else None
        return min(wake, too_old) if wake else too_old

    def _waits_for(self) -> str:
        return self._last.waits_for if self._last else ""

    def _describe(self) -> None:
        workflow.set_current_details(self._waits_for())
