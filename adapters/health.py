"""Tells whoever runs the process whether it lives and whether it can work.

Live: the event loop answers. Ready: every named part answers within its time. A process that
has had nothing to do for weeks is healthy, so nothing here counts work.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

Check = Callable[[], Awaitable[bool]]
PATIENCE_SECONDS: Final = 2.0


def health_app(checks: Mapping[str, Check]) -> Starlette:
    """Make the app: `GET /live` and `GET /ready`, which lists each part as ok or failing."""

    async def live(_: Request) -> JSONResponse:
        return JSONResponse({"live": True})

    async def ready(_: Request) -> JSONResponse:
        parts = await run_checks(checks)
        status = HTTPStatus.OK if all(parts.values()) else HTTPStatus.SERVICE_UNAVAILABLE
        shown = {name: "ok" if fine else "failing" for name, fine in parts.items()}
        return JSONResponse(shown, status_code=status)

    return Starlette(routes=[Route("/live", live), Route("/ready", ready)])


async def run_checks(checks: Mapping[str, Check]) -> dict[str, bool]:
    """Ask all parts at once; one that fails or is silent for too long is not ready."""
    answers = await asyncio.gather(*(_answers(check) for check in checks.values()))
    return dict(zip(checks, answers, strict=True))


async def _answers(check: Check) -> bool:
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await check()
    except Exception:  # noqa: BLE001 - whatever is wrong, the part is not ready
        return False
