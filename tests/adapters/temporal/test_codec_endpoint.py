"""The endpoint that lets Temporal's own page show payloads in clear."""

from __future__ import annotations

import base64
from http import HTTPStatus

import pytest
from starlette.testclient import TestClient
from temporalio.api.common.v1 import Payload

from adapters.temporal.codec import SealingCodec
from adapters.temporal.codec_endpoint import MAX_BYTES, codec_app, ui_origins
from adapters.temporal.keys import PayloadKeys

PAGE = "http://127.0.0.1:8233"
CLEAR = Payload(metadata={"encoding": b"json/plain"}, data=b'{"grade": 60}')


@pytest.fixture
def codec() -> SealingCodec:
    return SealingCodec(PayloadKeys(current="k", keys={"k": bytes(32)}))


@pytest.fixture
def browser(codec: SealingCodec) -> TestClient:
    return TestClient(codec_app(codec, ui_origins(8233)), base_url="http://127.0.0.1")


def as_json(payload: Payload) -> dict[str, object]:
    shown = {key: base64.b64encode(value).decode() for key, value in payload.metadata.items()}
    return {"payloads": [{"metadata": shown, "data": base64.b64encode(payload.data).decode()}]}


async def test_it_opens_what_the_codec_sealed(browser: TestClient, codec: SealingCodec) -> None:
    [sealed] = await codec.encode([CLEAR])
    answer = browser.post("/decode", json=as_json(sealed), headers={"Origin": PAGE})

    assert answer.json() == as_json(CLEAR)
    assert answer.headers["access-control-allow-origin"] == PAGE


async def test_it_seals_what_the_page_sends(browser: TestClient, codec: SealingCodec) -> None:
    answer = browser.post("/encode", json=as_json(CLEAR))
    [sealed] = answer.json()["payloads"]
    data = base64.b64decode(sealed["data"])
    metadata = {key: base64.b64decode(value) for key, value in sealed["metadata"].items()}

    assert await codec.decode([Payload(metadata=metadata, data=data)]) == [CLEAR]


def test_a_page_of_another_origin_is_not_let_in(browser: TestClient) -> None:
    asked = {
        "Origin": "https://elsewhere.example",
        "Access-Control-Request-Method": "POST",
    }

    assert browser.options("/decode", headers=asked).status_code == HTTPStatus.BAD_REQUEST


def test_a_foreign_host_name_is_not_let_in(browser: TestClient) -> None:
    answer = browser.post("/decode", json={}, headers={"Host": "rebound.example"})

    assert answer.status_code == HTTPStatus.BAD_REQUEST


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"no json", HTTPStatus.BAD_REQUEST),
        (b'{"payloads": 7}', HTTPStatus.BAD_REQUEST),
        (b"x" * (MAX_BYTES + 1), HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    ],
)
def test_what_is_no_payload_is_refused(
    browser: TestClient, body: bytes, status: HTTPStatus
) -> None:
    assert browser.post("/decode", content=body).status_code == status


def test_a_missing_key_is_named(browser: TestClient) -> None:
    sealed = Payload(
        metadata={"encoding": b"binary/encrypted", "encryption-key-id": b"k-7"}, data=bytes(40)
    )
    answer = browser.post("/decode", json=as_json(sealed))

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "k-7" in answer.text
