"""Corrections on the command line: struck facts, what stands instead, texts destroyed (R50)."""

from __future__ import annotations

import json

import pytest

from adapters.vault.errors import DocumentUnknown
from domain.facts import DocumentRef
from tests.support.following import PLAN, a_case, day, plan_file
from tests.support.installation import CommandLine

DM1 = "dialogue_meeting_1"


async def test_a_wrong_fact_is_replaced_and_all_dates_follow(tilbake: CommandLine) -> None:
    one, case = await a_case(tilbake, days_ago=20)
    cause = f"held/{one.number}"
    both = ["--with", "employee", "--with", "manager"]
    await tilbake.ok("case", "meeting", "held", case, "--on", day(-9), *both, "--id", cause)
    right = {
        "type": "meeting_held",
        "meeting": "dm1",
        "on": day(-2),
        "attendees": ["employee", "manager"],
    }
    correct = ["case", "correct", case, "--event", cause, "--reason", "wrong_value"]
    instead = ["--instead", tilbake.file(json.dumps(right))]

    tried = await tilbake.ok(*correct, *instead, "--preview")
    await tilbake.ok(*correct, *instead)
    again = await tilbake(*correct)

    assert f"{day(-2)} -> {day(5)}" in tried.out
    [meeting] = (await tilbake.shown(case))["cases"][0]["done"]["meetings"]
    assert meeting["on"] == day(-2)
    struck = [event for event in await tilbake.told(case) if event["kind"] == "struck"]
    assert [event["body"]["reason"] for event in struck] == ["wrong_value"]
    assert again.lines == ["cause: was struck before"]


async def test_a_struck_fact_stays_in_the_log_and_counts_no_longer(tilbake: CommandLine) -> None:
    _, case = await a_case(tilbake)
    await tilbake.ok("case", "plan", "complete", case, "--on", day(0), "--id", f"plan/{case}")
    strike = ["case", "strike", case, "--event", f"plan/{case}", "--reason", "not_so"]
    why = tilbake.file("Den var for en annen uke.", ".md")

    await tilbake.ok(*strike, "--text", why, "--id", f"strike/{case}")
    corrected = await tilbake(
        "case", "strike", case, "--event", f"strike/{case}", "--reason", "not_so"
    )

    duties = {
        one["kind"]: one["state"] for one in (await tilbake.shown(case))["cases"][0]["duties"]
    }
    assert duties["follow_up_plan"] == "upcoming"
    assert "plan_completed" in [event["kind"] for event in await tilbake.history(case)]
    assert corrected.lines[0].startswith("cause: is itself a correction")


async def test_what_was_told_of_the_wrong_person_loses_its_words_for_good(
    tilbake: CommandLine,
) -> None:
    _, case = await a_case(tilbake)
    file = plan_file(tilbake, PLAN)
    await tilbake.ok("case", "plan", "complete", case, "--text", file, "--id", f"wrong/{case}")
    [told] = [one for one in await tilbake.told(case) if one["kind"] == "plan_completed"]
    document = DocumentRef(**told["body"]["document"])
    words = await tilbake.house.vault.open_document(document)

    await tilbake.ok("case", "strike", case, "--event", f"wrong/{case}", "--reason", "wrong_person")

    assert "Arbeid på lager" in words
    with pytest.raises(DocumentUnknown):
        await tilbake.house.vault.open_document(document)
    [kept] = [one for one in await tilbake.told(case) if one["kind"] == "plan_completed"]
    assert kept == told
    gone = await tilbake("case", "plan", "show", case)
    assert gone.lines == ["version: no version of the plan was completed in this case"]
    verified = await tilbake("audit", "verify")
    assert verified.code == 0


async def test_another_reason_keeps_the_words(tilbake: CommandLine) -> None:
    _, case = await a_case(tilbake)
    file = plan_file(tilbake, PLAN)
    await tilbake.ok("case", "plan", "complete", case, "--text", file, "--id", f"twice/{case}")
    [told] = [one for one in await tilbake.told(case) if one["kind"] == "plan_completed"]

    await tilbake.ok("case", "strike", case, "--event", f"twice/{case}", "--reason", "twice")

    document = DocumentRef(**told["body"]["document"])
    assert "Arbeid på lager" in await tilbake.house.vault.open_document(document)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ('{"type": "no_such"}', "type: must be one of"),
        ('{"type": "meeting_held"}', "meeting: is missing"),
        ("[]", "must be an object, not a list"),
    ],
)
async def test_a_file_that_holds_no_fact_is_one_line(
    tilbake: CommandLine, content: str, fault: str
) -> None:
    _, case = await a_case(tilbake)
    correct = ["case", "correct", case, "--event", "c-1", "--reason", "other"]

    said = await tilbake(*correct, "--instead", tilbake.file(content))

    assert (said.code, len(said.lines)) == (2, 1)
    assert fault in said.lines[0]
