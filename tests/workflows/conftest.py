"""One time-skipping server for all workflow tests."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio
from temporalio.testing import WorkflowEnvironment

from tests.support.temporal import start_skipping_environment


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def environment() -> AsyncIterator[WorkflowEnvironment]:
    async with await start_skipping_environment() as started:
        yield started


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def hasty_environment() -> AsyncIterator[WorkflowEnvironment]:
    """Suggests to continue as new after ten events."""
    hasty = await start_skipping_environment("limit.historyCount.suggestContinueAsNew=10")
    async with hasty as started:
        yield started
