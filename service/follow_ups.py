"""Talks to the workflow of an employment: the one way in for web, API, CLI and imports."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from temporalio.client import Client, WithStartWorkflowOperation
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.service import RPCError, RPCStatusCode

from activities.messages import AnswerMessage, CommandMessage, FollowUpInput
from workflows.follow_up import POKE, FollowUp

ID_PREFIX: Final = "follow-up/"
MEETINGS_WITH_AN_END: Final = 10
_ENDED_MEANWHILE: Final = frozenset({RPCStatusCode.ABORTED, RPCStatusCode.NOT_FOUND})


def workflow_id(employment: str) -> str:
    """Give the workflow id of an employment; the employment id is opaque (R54)."""
    return ID_PREFIX + employment


class FollowUps:
    """The follow-ups of all employments, on one task queue."""

    def __init__(
        self, client: Client, task_queue: str, *, run_started_at: datetime | None = None
    ) -> None:
        """Work through a client; `run_started_at` makes new runs older or younger than they are.

        A simulation sets it far ahead: the skipping clock of the test server miscounts when a
        run has been continued as new twice.
        """
        self._client = client
        self._task_queue = task_queue
        self._run_started_at = run_started_at

    async def execute(self, employment: str, command: CommandMessage) -> AnswerMessage:
        """Have a fact recorded, starting the follow-up if none runs; the same id twice is one.

        Raises:
            WorkflowUpdateFailedError: the command is malformed from outside.
        """
        for _ in range(MEETINGS_WITH_AN_END):
            try:
                return await self._execute_once(employment, command)
            except RPCError as fault:
                # A run that ends just now takes nothing in; the next try starts another.
                # The command's id keeps what was recorded after all from being recorded twice.
                if fault.status not in _ENDED_MEANWHILE:
                    raise
        return await self._execute_once(employment, command)

    async def _execute_once(self, employment: str, command: CommandMessage) -> AnswerMessage:
        start = WithStartWorkflowOperation(
            FollowUp.run,
            FollowUpInput(employment=employment, run_started_at=self._run_started_at),
            id=workflow_id(employment),
            task_queue=self._task_queue,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            static_summary=f"Follow-up of {employment}",
        )
        return await self._client.execute_update_with_start_workflow(
            FollowUp.execute, command, id=command.id, start_workflow_operation=start
        )

    async def wake(self, employment: str) -> None:
        """Have a follow-up read the log again, starting it if none runs (recover)."""
        await self._client.start_workflow(
            FollowUp.run,
            FollowUpInput(employment=employment, run_started_at=self._run_started_at),
            id=workflow_id(employment),
            task_queue=self._task_queue,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            static_summary=f"Follow-up of {employment}",
            start_signal=POKE,
        )
