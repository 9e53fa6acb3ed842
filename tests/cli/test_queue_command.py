from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from adapters.directory.ids import employment_id
from domain.ids import EmploymentId
from domain.localtime import local_date
from tests.support.installation import CommandLine, Employee, period
from tests.support.people import delta, employment

TODAY = local_date(datetime.now(UTC))


class TwoPosts:
    """Someone with two posts at one employer, and a note for both (W13)."""

    def __init__(self, tilbake: CommandLine, who: Employee, second: EmploymentId) -> None:
        self.tilbake = tilbake
        self.who = who
        self.posts = sorted([who.employment, second])
        self.name = f"n-{uuid4().hex[:12]}"

    def note(self) -> dict[str, Any]:
        days = [(TODAY - timedelta(days=number)).isoformat() for number in (30, -10)]
        words = {"oppfoelging": {"meldingTilArbeidsgiver": "Ring gjerne"}}
        return self.who.note(self.name, period(*days)) | words

    async def arrive(self) -> str:
        said = await self.tilbake.ok("import", "notes", self.tilbake.notes(self.note()))
        return said.out

    async def waiting(self) -> dict[str, Any] | None:
        said = await self.tilbake.ok("queue", "list", "--format", "json")
        found: list[dict[str, Any]] = said.json["notes"]
        return next((one for one in found if one["note"] == self.name), None)


@pytest.fixture
async def two(tilbake: CommandLine) -> TwoPosts:
    who = tilbake.house.employee()
    key = f"second-{who.number}"
    post = employment(key, who.key, "ward")
    await tilbake.ok(
        "directory",
        "import",
        tilbake.file(json.dumps(delta(TODAY.isoformat(), employments=[post]))),
    )
    return TwoPosts(tilbake, who, employment_id(tilbake.house.vault.ring, key))


async def test_a_note_for_two_posts_waits_with_a_suggestion(two: TwoPosts) -> None:
    first, again = await two.arrive(), await two.arrive()

    assert "1 for HR to assign" in first
    assert "1 known already" in again
    found = await two.waiting()
    assert found is not None
    assert found["candidates"] == found["suggested"] == two.posts
    shown = (await two.tilbake.ok("queue", "list")).out
    named = (await two.tilbake.ok("queue", "list", "--names")).out
    assert two.name in shown
    assert two.who.name not in shown
    assert two.who.name in named
    assert "Avdeling ward" in named


async def test_a_note_that_is_assigned_opens_a_case_at_each_post(two: TwoPosts) -> None:
    await two.arrive()

    said = await two.tilbake.ok("queue", "assign", two.name)

    assert said.out.splitlines() == [f"recorded: {post}" for post in two.posts]
    assert await two.waiting() is None
    for post in two.posts:
        [case] = (await two.tilbake.shown(post))["cases"]
        assert case["start"] == (TODAY - timedelta(days=30)).isoformat()
        [told] = [e for e in await two.tilbake.history(post) if e["kind"] == "note_received"]
        assert told["body"]["texts"] is not None
    assert "1 known already" in await two.arrive()


async def test_a_note_may_go_to_one_post_only(two: TwoPosts) -> None:
    await two.arrive()

    await two.tilbake.ok("queue", "assign", two.name, two.posts[1])

    assert await two.tilbake.history(two.posts[0]) == []
    assert len((await two.tilbake.shown(two.posts[1]))["cases"]) == 1


async def test_a_note_that_one_post_refuses_stays_and_can_still_go_to_the_other(
    two: TwoPosts,
) -> None:
    await two.arrive()
    ended = (TODAY - timedelta(days=40)).isoformat()
    await two.tilbake.ok("case", "ended", two.posts[0], "--on", ended)

    said = await two.tilbake("queue", "assign", two.name)
    waiting = await two.waiting()
    await two.tilbake.ok("queue", "assign", two.name, two.posts[1])

    assert (said.code, said.out) == (2, f"recorded: {two.posts[1]}\n")
    assert said.lines[0].startswith(f"{two.posts[0]}: fom: is after the employment's last day")
    assert said.lines[1] == f"{two.name} stays in the queue"
    assert waiting is not None
    assert await two.waiting() is None
    told = await two.tilbake.told(two.posts[1])
    assert [event["kind"] for event in told].count("note_received") == 1


async def test_a_note_goes_to_nobody_else(two: TwoPosts) -> None:
    stranger = two.tilbake.house.employee()
    await two.arrive()

    said = await two.tilbake("queue", "assign", two.name, stranger.employment)

    assert said.code == 2
    assert said.lines == [f"a note may go to the employments that it fits: {', '.join(two.posts)}"]
    assert await two.waiting() is not None
    assert await two.tilbake.history(stranger.employment) == []


async def test_a_dismissed_note_is_gone_and_stays_known(two: TwoPosts) -> None:
    await two.arrive()

    await two.tilbake.ok("queue", "dismiss", two.name)

    assert await two.waiting() is None
    assert "1 known already" in await two.arrive()


@pytest.mark.parametrize("what", ["assign", "dismiss"])
async def test_a_note_that_does_not_wait_is_one_line(what: str, tilbake: CommandLine) -> None:
    said = await tilbake("queue", what, "n-never")

    assert (said.code, said.lines) == (2, ["no note n-never waits in the queue"])


async def test_who_looked_at_the_queue_is_recorded(two: TwoPosts) -> None:
    await two.arrive()
    await two.waiting()

    pool = two.tilbake.house.pool
    person = await pool.fetchval(
        "select person_id from employment where employment_id = $1", two.posts[0]
    )
    seen = await pool.fetch("select action from access_log where person_id = $1", person)
    assert "queue list" in {row["action"] for row in seen}
