"""Timeouts and retries of everything that workflows start, in one place."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from temporalio.common import RetryPolicy, SearchAttributeKey

STEP_TIMEOUT: Final = timedelta(seconds=30)
"""One try of a step: one transaction, and a pool that may be busy."""

STEP_RETRY: Final = RetryPolicy(
    initial_interval=timedelta(milliseconds=200),
    backoff_coefficient=2.0,
    maximum_interval=timedelta(minutes=5),
    maximum_attempts=0,
)
"""Without end: a database that is away, or a bug, must not fail a legal case. A late try costs
seven events, and the server ends a run at 51,200: five minutes between tries last four weeks."""

LOCAL_RETRY_THRESHOLD: Final = timedelta(seconds=5)
"""A longer back-off waits by a timer of the server instead of holding the workflow task."""

DELIVERY_TIMEOUT: Final = timedelta(hours=2)
DELIVERY_HEARTBEAT: Final = timedelta(seconds=60)
"""How long after a worker's death its deliveries go on elsewhere."""

DELIVERY_RETRY: Final = RetryPolicy(
    initial_interval=timedelta(seconds=1),
    backoff_coefficient=2.0,
    maximum_interval=timedelta(minutes=1),
    maximum_attempts=0,
)

RUN_AGE: Final = timedelta(days=30)
"""A run is continued as new at this age, so that old builds of the worker can be retired."""

SHORTEST_WAIT: Final = timedelta(seconds=1)
"""A wake in the past rings at once, but a step that asks for it again must not spin."""

CASE_PHASE: Final = SearchAttributeKey.for_keyword("CasePhase")
OVERDUE_DUTIES: Final = SearchAttributeKey.for_int("OverdueDuties")
