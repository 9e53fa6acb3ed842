"""Health tells the truth, and in time."""

from __future__ import annotations

import asyncio
from http import HTTPStatus

import httpx2
import pytest

from adapters import health
from adapters.health import health_app, run_checks
from adapters.local_http import serving


async def fine() -> bool:
    return True


async def unwell() -> bool:
    return False


async def broken() -> bool:
    raise ConnectionError("refused")


async def silent() -> bool:
    await asyncio.Event().wait()
    return True


async def test_ready_lists_every_part_by_name() -> None:
    app = health_app({"database": fine, "temporal": unwell})
    async with serving(app, host="127.0.0.1", port=0) as url, httpx2.AsyncClient() as client:
        ready = await client.get(f"{url}/ready")
        live = await client.get(f"{url}/live")

    assert ready.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert ready.json() == {"database": "ok", "temporal": "failing"}
    assert live.status_code == HTTPStatus.OK


async def test_ready_is_ok_when_every_part_is() -> None:
    async with (
        serving(health_app({"database": fine}), host="127.0.0.1", port=0) as url,
        httpx2.AsyncClient() as client,
    ):
        assert (await client.get(f"{url}/ready")).status_code == HTTPStatus.OK


async def test_a_part_that_fails_is_not_ready_and_hides_no_other() -> None:
    assert await run_checks({"one": broken, "two": fine}) == {"one": False, "two": True}


async def test_a_part_that_never_answers_is_not_ready() -> None:
    async with asyncio.timeout(health.PATIENCE_SECONDS * 3):
        assert await run_checks({"one": silent}) == {"one": False}


async def test_the_port_is_free_again_afterwards() -> None:
    async with serving(health_app({}), host="127.0.0.1", port=0) as url:
        port = int(url.rsplit(":", 1)[1])

    async with serving(health_app({}), host="127.0.0.1", port=port) as again:
        assert again == url


@pytest.mark.parametrize("path", ["/", "/metrics"])
async def test_nothing_else_is_served(path: str) -> None:
    async with (
        serving(health_app({}), host="127.0.0.1", port=0) as url,
        httpx2.AsyncClient() as client,
    ):
        assert (await client.get(url + path)).status_code == HTTPStatus.NOT_FOUND
