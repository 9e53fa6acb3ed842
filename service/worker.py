"""The Temporal worker: what it runs, and how it is tuned for many cases that mostly sleep."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from temporalio.client import Client, WorkflowHandle
from temporalio.common import (
    VersioningBehavior,
    WorkerDeploymentVersion,
    WorkflowIDConflictPolicy,
    WorkflowIDReusePolicy,
)
from temporalio.worker import Worker, WorkerDeploymentConfig
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from workflows.delivery import DELIVERY_ID, Delivery
from workflows.follow_up import FollowUp

PASSED_THROUGH: Final = (
    "domain",
    "activities",
    "pydantic",
    "structlog",
    "tzdata",
    "workflows.alarm",
    "workflows.inbox",
    "workflows.options",
)
"""Loaded once, not once a case: thirteen times the memory otherwise. All of it is free of effects
when imported, and `activities` is here for its messages. The workflows themselves stay inside."""

STICKY_TIMEOUT: Final = timedelta(seconds=3)
"""How long a case waits for a worker that has died before another takes over."""

GRACE: Final = timedelta(seconds=30)
"""How long running activities may still work after a stop was asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerOptions:
    """Which queue the worker serves, and how much it keeps in memory."""

    task_queue: str
    max_cached_cases: int = 1000
    deployment_name: str = "tilbake"
    build_id: str | None = None
    """None: unversioned, which an embedded worker must be."""


@asynccontextmanager
async def running_worker(
    client: Client, activities: Sequence[Callable[..., Any]], options: WorkerOptions
) -> AsyncIterator[Worker]:
    """Run a worker while the block runs; at its end running steps are finished first."""
    worker = Worker(
        client,
        task_queue=options.task_queue,
        workflows=[FollowUp, Delivery],
        activities=activities,
        workflow_runner=sandbox(),
        max_cached_workflows=options.max_cached_cases,
        sticky_queue_schedule_to_start_timeout=STICKY_TIMEOUT,
        graceful_shutdown_timeout=GRACE,
        deployment_config=_deployment(options),
    )
    async with worker:
        yield worker


def sandbox() -> SandboxedWorkflowRunner:
    """Give the runner of workflows; replays in tests use the same."""
    return SandboxedWorkflowRunner(
        restrictions=SandboxRestrictions.default.with_passthrough_modules(*PASSED_THROUGH)
    )


async def ensure_delivery(client: Client, task_queue: str) -> WorkflowHandle[Delivery, None]:
    """Have the one delivery of reminders running; harmless when it already is."""
    return await client.start_workflow(
        Delivery.run,
        id=DELIVERY_ID,
        task_queue=task_queue,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
        static_summary="Sends the reminders that wait in the outbox",
    )


def _deployment(options: WorkerOptions) -> WorkerDeploymentConfig | None:
    if options.build_id is None:
        return None
    return WorkerDeploymentConfig(
        version=WorkerDeploymentVersion(
            deployment_name=options.deployment_name, build_id=options.build_id
        ),
        use_worker_versioning=True,
        default_versioning_behavior=VersioningBehavior.PINNED,
    )
