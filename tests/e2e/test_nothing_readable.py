"""No name, number, address or text can be read in what is kept outside the vault (R52, R54).

The demonstration is told everything that people tell: then Temporal's files, the worker's log at
its most talkative, and a backup of the database are searched.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from quopri import encodestring
from urllib.parse import quote, urlencode

import asyncpg
import pytest
from temporalio.api.common.v1 import Payload

from adapters.embedded_postgres import EmbeddedPostgres
from tests.support.private_house import PLANTED, SIGNAL, TEXTS, Kept, PrivateHouse
from tests.support.readable import readable
from tests.support.worker_house import worker_house

pytestmark = pytest.mark.timeout(120)
PLACES = ("temporal", "log", "dump")


@dataclass(frozen=True)
class Kit:
    """What was kept before and after a name was planted, and what must not be in it."""

    words: set[str]
    clean: dict[str, bytes]
    planted: dict[str, bytes]
    letters: int
    documents: int


@pytest.fixture(scope="module")
async def kit(
    postgres: EmbeddedPostgres, template: str, tmp_path_factory: pytest.TempPathFactory
) -> Kit:
    connection = await asyncpg.connect(postgres.url_of("postgres"))
    await connection.execute(f"create database private template {template}")
    await connection.close()
    url, state = postgres.url_of("private"), tmp_path_factory.mktemp("private")
    outside = tmp_path_factory.mktemp("outside")
    async with worker_house(url, state, log_level="debug", log_format="json") as base:
        await base.worker.start()
        house, kept = PrivateHouse(base, outside), Kept(base, outside)
        await house.live()
        clean = await kept.all()
        return Kit(
            words=house.words,
            clean=clean,
            planted=await kept.planted(),
            letters=len(list((state / "mail" / "new").iterdir())),
            documents=await base.pool.fetchval("select count(*) from document"),
        )


@pytest.mark.parametrize("place", PLACES)
def test_nothing_that_was_told_can_be_read_in(place: str, kit: Kit) -> None:
    words = kit.words - ({SIGNAL} if place == "temporal" else set())

    assert readable(words, kit.clean[place]) == {}


@pytest.mark.parametrize("place", PLACES)
def test_a_name_that_was_planted_is_found_in(place: str, kit: Kit) -> None:
    assert readable([PLANTED], kit.clean[place]) == {}
    assert readable([PLANTED], kit.planted[place]).keys() == {PLANTED}


def test_there_was_something_to_be_read(kit: Kit) -> None:
    lines = [json.loads(line) for line in kit.clean["log"].splitlines() if line.startswith(b"{")]

    assert set(TEXTS.values()) <= kit.words
    assert kit.documents >= 2
    assert kit.letters > 0
    assert {line["level"] for line in lines} >= {"debug", "info"}


WORD = "Øydis Ærlig"
WRITTEN: dict[str, Callable[[str], bytes]] = {
    "utf-8": str.encode,
    "utf-16 of either order": lambda text: text.encode("utf-16-be") + text.encode("utf-16-le"),
    "latin-1": lambda text: text.encode("latin-1"),
    "small letters": lambda text: text.lower().encode(),
    "capitals": lambda text: text.upper().encode(),
    "json": lambda text: json.dumps({"name": text}).encode(),
    "json in json": lambda text: json.dumps({"event": json.dumps([text])}).encode(),
    "python": lambda text: ascii(text).encode(),
    "protobuf": lambda text: str(Payload(data=text.encode())).encode(),
    "protobuf in json": lambda text: json.dumps(str(Payload(data=text.encode()))).encode(),
    "url": lambda text: f"/find?who={quote(text)}".encode(),
    "form": lambda text: urlencode({"who": text}).encode(),
    "html": lambda text: text.encode("ascii", "xmlcharrefreplace"),
    "quoted-printable": lambda text: encodestring(text.encode()),
    "hex": lambda text: text.encode().hex().encode(),
    "hex of utf-16": lambda text: text.encode("utf-16").hex().encode(),
    "base64": lambda text: b64encode(text.encode()),
}


@pytest.mark.parametrize("form", WRITTEN)
@pytest.mark.parametrize("before", ["", "1", "12", "123"])
def test_the_search_finds_a_word_written_as(form: str, before: str) -> None:
    written = WRITTEN[form](f"{before}{WORD}: ring!")

    assert readable([WORD], written).keys() == {WORD}
    assert readable(["Oddny Erlig"], written) == {}
