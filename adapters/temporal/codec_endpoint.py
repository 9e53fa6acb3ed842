"""Opens payloads for Temporal's own web page, in the browser of who runs the embedded servers.

Whoever reaches it reads payloads in clear: it listens on loopback only and answers one origin.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from http import HTTPStatus

from google.protobuf import json_format
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from temporalio.api.common.v1 import Payload, Payloads
from temporalio.converter import PayloadCodec

from adapters.temporal.errors import PayloadKeyMissing

_Turn = Callable[[Sequence[Payload]], Awaitable[list[Payload]]]
MAX_BYTES = 8 * 1024 * 1024


def codec_app(codec: PayloadCodec, ui_origins: Sequence[str]) -> Starlette:
    """Make the app: `POST /decode` and `POST /encode`, as Temporal's page asks for them."""
    return Starlette(
        routes=[
            Route("/decode", _endpoint(codec.decode), methods=["POST"]),
            Route("/encode", _endpoint(codec.encode), methods=["POST"]),
        ],
        middleware=[
            # Against DNS rebinding: a foreign page must not reach it by a name of its own.
            Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"]),
            Middleware(
                CORSMiddleware,
                allow_origins=list(ui_origins),
                allow_methods=["POST"],
                allow_headers=["content-type", "x-namespace", "authorization"],
                allow_credentials=True,
            ),
        ],
    )


def ui_origins(port: int) -> tuple[str, str]:
    """Give the two names under which a browser may have opened the page on this machine."""
    return f"http://127.0.0.1:{port}", f"http://localhost:{port}"


def _endpoint(turn: _Turn) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        body = await request.body()
        if len(body) > MAX_BYTES:
            return _refusal("the request is too long", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        try:
            asked = json_format.Parse(body, Payloads())
        except json_format.ParseError:
            return _refusal("the body must be Payloads as JSON", HTTPStatus.BAD_REQUEST)
        try:
            turned = Payloads(payloads=await turn(asked.payloads))
        except PayloadKeyMissing as fault:
            return _refusal(str(fault), HTTPStatus.UNPROCESSABLE_ENTITY)
        return Response(json_format.MessageToJson(turned), media_type="application/json")

    return answer


def _refusal(text: str, status: HTTPStatus) -> Response:
    return PlainTextResponse(text, status_code=status)
