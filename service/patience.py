"""Waits for an answer only so long: a command that no worker takes must not hang a terminal."""

from __future__ import annotations

import asyncio
from typing import Final

from temporalio.client import (
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError

from activities.messages import AnswerMessage, CommandMessage
from domain.ids import EmploymentId
from domain.refusals import RefusalCode, TilbakeError
from service.follow_ups import FollowUps

PATIENCE_SECONDS: Final = 60.0


class NoAnswer(TilbakeError):
    """A command was handed over and its answer did not come."""


class PatientFollowUps:
    """The follow-ups (`service.imports.Commander`), for someone who waits at a terminal."""

    def __init__(self, follow_ups: FollowUps, seconds: float = PATIENCE_SECONDS) -> None:
        self._follow_ups = follow_ups
        self._seconds = seconds

    async def execute(self, employment: EmploymentId, command: CommandMessage) -> AnswerMessage:
        """Have a fact recorded; what no step could read is a refusal like any other.

        Raises:
            NoAnswer: no worker answered in time, or Temporal went away.
        """
        try:
            async with asyncio.timeout(self._seconds):
                return await self._follow_ups.execute(employment, command)
        except WorkflowUpdateFailedError as fault:
            return _malformed(command, fault)
        except (TimeoutError, WorkflowUpdateRPCTimeoutOrCancelledError):
            raise NoAnswer(
                f"no worker answered within {self._seconds:.0f} s: is `tilbake worker` running? "
                f"{_may_stand(command)}"
            ) from None
        except RPCError as fault:
            raise NoAnswer(f"Temporal said {fault.status.name}. {_may_stand(command)}") from None


def _may_stand(command: CommandMessage) -> str:
    return f"The command may be recorded yet; to repeat it safely use its id {command.id}"


def _malformed(command: CommandMessage, fault: WorkflowUpdateFailedError) -> AnswerMessage:
    cause = fault.cause
    said = cause.message if isinstance(cause, ApplicationError) else "was not accepted"
    field, _, text = said.partition(": ")
    return AnswerMessage(
        id=command.id,
        accepted=False,
        code=RefusalCode.MALFORMED,
        field=field if text else "",
        text=text or said,
    )
