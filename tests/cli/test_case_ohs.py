"""Occupational health: advice is private to who asks, attending is for both sides to see."""

from __future__ import annotations

import json

from domain.ids import CaseId, case_mark
from tests.support.following import a_case
from tests.support.installation import CommandLine


async def test_a_question_leaves_no_trace_in_the_case(tilbake: CommandLine) -> None:
    _, case = await a_case(tilbake)
    before = await tilbake.told(case)
    words = tilbake.file("Hvordan tar jeg opp arbeidstiden?", ".md")
    looked = "select count(*) from access_log where case_id = $1 and action like '%ohs%'"
    all_counted = "select count(*) from ohs_question"
    asked = await tilbake.house.pool.fetchval(all_counted)

    said = await tilbake.ok(
        "case", "ohs", "advise", case, "--by", "employee", "--text", words, "--format", "json"
    )
    question = said.json["question"]
    opened = (await tilbake.ok("case", "ohs", "read", question, "--format", "json")).json
    counted = (await tilbake.ok("case", "ohs", "counted", "--format", "json")).json["asked"]

    assert await tilbake.told(case) == before
    assert await tilbake.house.pool.fetchval(looked, case) == 0
    assert (opened["text"], opened["mark"]) == (
        "Hvordan tar jeg opp arbeidstiden?",
        case_mark(CaseId(case)),
    )
    assert sum(counted.values()) == asked + 1
    row = await tilbake.house.pool.fetchrow(
        "select * from ohs_question where question_id = $1", question
    )
    assert row is not None
    assert case.split("/")[0] not in str(dict(row))
    assert b"arbeidstiden" not in row["sealed"]
    shown = json.dumps(await tilbake.shown(case))
    assert question not in shown
    assert "ohs" not in json.dumps((await tilbake.shown(case))["cases"][0]["done"])


async def test_the_question_is_sealed_for_who_asks(tilbake: CommandLine) -> None:
    _, case = await a_case(tilbake)
    words = tilbake.file("Hva kan vi tilrettelegge?", ".md")
    ask = ["case", "ohs", "advise", case, "--text", words, "--format", "json"]

    mine = (await tilbake.ok(*ask, "--by", "manager")).json["question"]
    theirs = (await tilbake.ok(*ask, "--by", "employee")).json["question"]
    nobody = await tilbake(*ask, "--by", "union_representative")

    rows = await tilbake.house.pool.fetch(
        "select question_id, asker_id from ohs_question where question_id = any($1)", [mine, theirs]
    )
    askers = {row["question_id"]: row["asker_id"] for row in rows}
    view = await tilbake.shown(case)
    assert askers[mine] == view["responsible"]
    assert askers[theirs] != askers[mine]
    assert nobody.lines == ["--by: must be employee or manager"]


async def test_who_asks_for_ohs_in_the_meeting_says_it_to_both(tilbake: CommandLine) -> None:
    _, case = await a_case(tilbake)

    said = await tilbake.ok("case", "ohs", "attend", case, "--via", "phone")
    call = ["case", "meeting", "call", case, "--on", "2030-01-07", "--with", "employee"]
    without = await tilbake(*call, "--with", "manager", "--preview")

    orders = [one["body"] for one in await tilbake.history(case) if one["kind"] == "ohs_order_due"]
    assert [(one["change"], one["to"]) for one in orders] == [("placed", ["ohs"])]
    [wish] = (await tilbake.shown(case))["cases"][0]["done"]["wishes"]
    assert (wish["about"], wish["wanted"], wish["matter"]) == ("ohs", True, "call")
    assert "OHS" in said.out.splitlines()[-1]
    assert without.lines[0].startswith("left_out: the employee wants ohs called")


async def test_a_question_that_was_never_asked_is_one_line(tilbake: CommandLine) -> None:
    said = await tilbake("case", "ohs", "read", "q-none")

    assert (said.code, said.lines) == (2, ["there is no such question"])
