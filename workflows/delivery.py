"""Keeps one delivery of reminders running; what is to be sent stands in the outbox, not here."""

from __future__ import annotations

from temporalio import workflow

from workflows.options import DELIVERY_HEARTBEAT, DELIVERY_RETRY, DELIVERY_TIMEOUT

DELIVERY_ID = "delivery"
DELIVER = "deliver"


@workflow.defn
class Delivery:
    """A singleton (workflow id `delivery`) that runs the activity `deliver` again and again."""

    @workflow.run
    async def run(self) -> None:
        """Deliver for about an hour at a time, until the server suggests a new run."""
        while not self._has_served():
            await workflow.execute_activity(
                DELIVER,
                start_to_close_timeout=DELIVERY_TIMEOUT,
                heartbeat_timeout=DELIVERY_HEARTBEAT,
                retry_policy=DELIVERY_RETRY,
            )
        workflow.continue_as_new(
            initial_versioning_behavior=workflow.ContinueAsNewVersioningBehavior.AUTO_UPGRADE
        )

    def _has_served(self) -> bool:
        info = workflow.info()
        return (
            info.is_continue_as_new_suggested()
            or info.is_target_worker_deployment_version_changed()
        )
