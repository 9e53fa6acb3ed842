"""Checks of Temporal: the namespace, who works, and whether every open case has its workflow."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest, DescribeTaskQueueRequest
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from adapters.postgres.event_log import PostgresEventLog
from adapters.postgres.pool import Pool
from adapters.temporal.bootstrap import SEARCH_ATTRIBUTES
from service.doctor_findings import Finding, fine, problem, warning
from service.recover import without_follow_up
from workflows.delivery import DELIVERY_ID

_RETENTION: Final = timedelta(days=90)
"""Less, and the history of a continued run is gone before somebody asks for it."""


async def namespace(client: Client) -> Finding:
    """Are histories kept long enough?"""
    described = await client.workflow_service.describe_namespace(
        DescribeNamespaceRequest(namespace=client.namespace)
    )
    kept = described.config.workflow_execution_retention_ttl.ToTimedelta()
    text = f"histories are kept for {kept.days} days"
    if kept < _RETENTION:
        return warning("retention", text, f"raise it to at least {_RETENTION.days} days")
    return fine("retention", text)


async def search_attributes(client: Client) -> Finding:
    """Is everything registered that workflows upsert?"""
    listed = await client.operator_service.list_search_attributes(
        ListSearchAttributesRequest(namespace=client.namespace)
    )
    missing = sorted(set(SEARCH_ATTRIBUTES) - set(listed.custom_attributes))
    if missing:
        text = f"{', '.join(missing)} not registered: no case can go on"
        return problem("search attributes", text, "restart the worker, or register by hand")
    return fine("search attributes", "are registered")


async def workers(client: Client, task_queue: str) -> Finding:
    """Does a worker ask for work?"""
    described = await client.workflow_service.describe_task_queue(
        DescribeTaskQueueRequest(
            namespace=client.namespace,
            task_queue=TaskQueue(name=task_queue),
            task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
        )
    )
    count = len({poller.identity for poller in described.pollers})
    if not count:
        text = f"none asked for work on {task_queue} in the last minutes"
        return problem("worker", text, "start `tilbake worker`, or `tilbake up`")
    return fine("worker", f"{count} at work on {task_queue}")


async def delivery_run(client: Client) -> Finding:
    """Does the one delivery of reminders run?"""
    status = None
    try:
        described = await client.get_workflow_handle(DELIVERY_ID).describe()
        status = described.status
    except RPCError as fault:
        if fault.status is not RPCStatusCode.NOT_FOUND:
            raise
    if status is WorkflowExecutionStatus.RUNNING:
        return fine("delivery", "runs")
    return problem("delivery", "does not run: no reminder is sent", "restart the worker")


async def case_runs(client: Client, pool: Pool) -> Finding:
    """Has every employment whose log is not finished its workflow?"""
    ends = await PostgresEventLog(pool).open_employments()
    missing = await without_follow_up(client, ends)
    if missing:
        text = f"{len(missing)} of {len(ends)} have no workflow that runs, such as {missing[0]}"
        return problem("open cases", text, "run `tilbake recover`")
    return fine("open cases", f"{len(ends)}, each with its workflow")
