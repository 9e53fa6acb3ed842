"""Histories of every released version still replay: no open case may be stranded by an upgrade."""

from __future__ import annotations

from pathlib import Path

import pytest
from temporalio import workflow
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer

from activities.messages import FollowUpInput
from adapters.temporal.connection import sealing_converter
from service.worker import sandbox
from tests.support.temporal import TEST_KEYS
from workflows.delivery import Delivery
from workflows.follow_up import FollowUp

HISTORIES = Path(__file__).parents[1] / "histories"
RECORDED = sorted(HISTORIES.rglob("*.json"))


@workflow.defn(name="FollowUp", sandboxed=False)
class Hasty:
    """Sleeps where the real one steps."""

    @workflow.run
    async def run(self, start: FollowUpInput) -> None:
        await workflow.sleep(1)


def read(path: Path) -> WorkflowHistory:
    return WorkflowHistory.from_json(f"follow-up/{path.stem}", path.read_text(encoding="utf-8"))


def replayer(*workflows: type) -> Replayer:
    return Replayer(
        workflows=workflows,
        workflow_runner=sandbox(),
        data_converter=sealing_converter(TEST_KEYS),
    )


def test_there_are_histories_to_replay() -> None:
    assert {path.stem for path in RECORDED} >= {"six_wakes", "everything_arrives", "delivery"}


@pytest.mark.parametrize(
    "path", RECORDED, ids=lambda path: str(path.relative_to(HISTORIES).with_suffix(""))
)
async def test_a_recorded_history_replays(path: Path) -> None:
    await replayer(FollowUp, Delivery).replay_workflow(read(path))


async def test_a_changed_workflow_does_not_replay() -> None:
    """What the tests above would say if an edit broke open cases."""
    [path] = [path for path in RECORDED if path.stem == "six_wakes"][:1]
    with pytest.raises(workflow.NondeterminismError):
        await replayer(Hasty).replay_workflow(read(path))
