"""The follow-up plan on the command line: sealed words, versions, and two people at once."""

from __future__ import annotations

import io
import json
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from adapters.formats.plan_file import read_plan
from domain.facts import PlanPart
from tests.support.following import PLAN, a_case, day, plan_file
from tests.support.installation import CommandLine


async def completed(tilbake: CommandLine, case: str, text: str = PLAN) -> None:
    await tilbake.ok("case", "plan", "complete", case, "--text", plan_file(tilbake, text))


async def plans(tilbake: CommandLine, case: str) -> list[dict[str, Any]]:
    return [one["body"] for one in await tilbake.told(case) if one["kind"] == "plan_completed"]


async def test_the_event_holds_codes_and_the_words_are_sealed(tilbake: CommandLine) -> None:
    _, case = await a_case(tilbake)

    await completed(tilbake, case)

    [body] = await plans(tilbake, case)
    assert body["version"] == 1
    assert {one["part"]: one["answer"] for one in body["answers"]} == {
        "tasks_and_ability": "filled",
        "employer_measures": "filled",
        "authority_measures": "not_relevant",
        "further_follow_up": "filled",
    }
    assert [one["measure"] for one in body["measures"]] == ["m1"]
    assert body["employee_took_part"] is True
    row = await tilbake.house.pool.fetchrow(
        "select sealed, field from document where document_id = $1", body["document"]["document_id"]
    )
    assert row is not None
    assert row["field"] == "plan_completed"
    assert b"lager" not in row["sealed"]
    assert "lager" not in json.dumps(await tilbake.history(case))


async def test_a_version_is_opened_printed_and_the_look_recorded(tilbake: CommandLine) -> None:
    _, case = await a_case(tilbake)
    await completed(tilbake, case)

    said = await tilbake.ok("case", "plan", "show", case)
    data = (await tilbake.ok("case", "plan", "show", case, "--format", "json")).json

    assert "Arbeid på lager" in said.out
    assert said.out.startswith("# Version 1, 2 facts told so far")
    assert (data["version"], data["seen"]) == (1, 2)
    assert read_plan("shown", data["text"]).parts[PlanPart.TASKS_AND_ABILITY].text
    actions = await tilbake.house.pool.fetch(
        "select action from access_log where case_id = $1 order by access_id", case
    )
    assert [row["action"] for row in actions] == [
        "case plan complete",
        "case plan show",
        "case plan show",
    ]


async def test_the_template_carries_the_last_version_on(tilbake: CommandLine) -> None:
    _, case = await a_case(tilbake)
    first = (await tilbake.ok("case", "plan", "template", case)).out
    await completed(tilbake, case)

    second = (await tilbake.ok("case", "plan", "template", case, "--nav")).out
    plan = read_plan("template", second)

    assert "Arbeid på lager" not in first
    assert (read_plan("template", first).seen, plan.seen) == (1, 2)
    assert plan.parts[PlanPart.TASKS_AND_ABILITY].text == "Arbeid på lager, uten tunge løft."
    assert [row.what for row in plan.measures] == ["Hev-senk-bord"]
    assert "[nav]" in second
    assert "[nav]" not in first


async def test_a_template_filled_in_becomes_the_next_version_and_they_are_compared(
    tilbake: CommandLine,
) -> None:
    _, case = await a_case(tilbake)
    await completed(tilbake, case)
    changed = (await tilbake.ok("case", "plan", "template", case)).out.replace(
        "uten tunge løft", "med løft under 10 kg"
    )

    await completed(tilbake, case, changed)
    diff = (await tilbake.ok("case", "plan", "diff", case)).out
    same = (await tilbake.ok("case", "plan", "diff", case, "--from", 1, "--to", 1)).out

    assert [one["version"] for one in await plans(tilbake, case)] == [1, 2]
    assert "-Arbeid på lager, uten tunge løft." in diff.splitlines()
    assert "+Arbeid på lager, med løft under 10 kg." in diff.splitlines()
    assert "Nothing is different." in same


async def test_a_draft_pauses_reminders_and_is_where_the_template_goes_on(
    tilbake: CommandLine,
) -> None:
    _, case = await a_case(tilbake)

    said = await tilbake.ok("case", "plan", "draft", case, "--text", plan_file(tilbake, PLAN))

    assert "Arbeid på lager" in (await tilbake.ok("case", "plan", "show", case, "--draft")).out
    assert "Arbeid på lager" in (await tilbake.ok("case", "plan", "template", case)).out
    assert "no more" in said.out
    assert (await tilbake.shown(case))["cases"][0]["done"]["plan"]["draft_of"] == 1
    await completed(tilbake, case)
    gone = await tilbake("case", "plan", "show", case, "--draft")
    assert gone.lines == ["--draft: there is none that is newer than the last version"]


async def test_of_two_who_change_the_plan_at_once_the_second_looks_again(
    tilbake: CommandLine,
) -> None:
    _, case = await a_case(tilbake)
    mine = (await tilbake.ok("case", "plan", "template", case)).out
    filled = mine.replace('text = ""', 'text = "x"') + "\n"
    filled = filled.replace("# employee_took_part = true", "employee_took_part = true")
    file = tilbake.file(filled, ".toml")
    count = "select count(*) from document"

    await completed(tilbake, case)
    before = await tilbake.house.pool.fetchval(count)
    tried = await tilbake("case", "plan", "complete", case, "--text", file, "--preview")
    said = await tilbake("case", "plan", "complete", case, "--text", file)
    after = await tilbake.house.pool.fetchval(count)
    told = (await tilbake.shown(case))["told"]
    await tilbake.ok("case", "plan", "complete", case, "--text", file, "--seen", told)

    assert (said.code, len(said.lines)) == (2, 1)
    assert said.lines == tried.lines
    assert said.lines[0].startswith("seen: somebody recorded something meanwhile")
    assert "; new is: plan completed by cli-" in said.lines[0]
    assert before == after
    assert len(await plans(tilbake, case)) == 2


async def test_a_plan_that_is_refused_leaves_no_sealed_text(tilbake: CommandLine) -> None:
    _, case = await a_case(tilbake)
    empty = PLAN.replace('text = "Arbeid på lager, uten tunge løft."', 'text = ""')
    count = "select count(*) from document"
    before = await tilbake.house.pool.fetchval(count)

    said = await tilbake("case", "plan", "complete", case, "--text", plan_file(tilbake, empty))

    assert said.lines == [
        "tasks_and_ability: is empty; fill it or say why it is not relevant",
    ]
    assert await tilbake.house.pool.fetchval(count) == before


async def test_a_repeat_of_the_same_command_leaves_one_text(tilbake: CommandLine) -> None:
    one, case = await a_case(tilbake)
    file = plan_file(tilbake, PLAN)
    command = ["case", "plan", "draft", case, "--text", file, "--id", f"draft/{one.number}"]
    documents = "select count(*) from document"

    await tilbake.ok(*command)
    before = await tilbake.house.pool.fetchval(documents)
    await tilbake.ok(*command)

    assert await tilbake.house.pool.fetchval(documents) == before
    assert "Arbeid på lager" in (await tilbake.ok("case", "plan", "show", case, "--draft")).out


async def test_words_come_from_standard_input_too(
    tilbake: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, case = await a_case(tilbake)
    await completed(tilbake, case)
    raw = io.BytesIO(b"Jeg er ikke enig i siste punkt.")
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=raw))

    await tilbake.ok("case", "plan", "comment", case, "--text", "-")

    [told] = [one for one in await tilbake.told(case) if one["kind"] == "plan_commented"]
    assert (told["body"]["by"], told["body"]["version"]) == ("employee", 1)
    assert told["body"]["document"] is not None


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("Legen har skrevet F32.1 i papirene.", "a diagnosis code"),
        ("Kode L03 fra legen", "a diagnosis code"),
        ("Fødselsnummer 15817910030", "a national identity number"),
    ],
)
async def test_a_text_with_what_does_not_belong_in_it_is_stopped_with_its_line(
    tilbake: CommandLine, line: str, what: str
) -> None:
    _, case = await a_case(tilbake)
    await completed(tilbake, case)
    file = tilbake.file(f"Takk for møtet.\n{line}\n", ".md")
    comment = ["case", "plan", "comment", case, "--text", file]

    said = await tilbake(*comment)
    await tilbake.ok(*comment, "--anyway")

    assert (said.code, len(said.lines)) == (2, 1)
    assert said.lines[0].endswith(
        f"line 2 holds what looks like {what}: take it out, or save it with --anyway if it is none"
    )
    assert line not in said.err
    [_] = await tilbake.house.pool.fetch(
        "select 1 from access_log where case_id = $1 and action like '%--anyway'", case
    )


async def test_measures_are_evaluated_and_shown_as_they_stand(tilbake: CommandLine) -> None:
    _, case = await a_case(tilbake)
    await completed(tilbake, case)

    await tilbake.ok("case", "plan", "evaluate", case, "--measure", "m1", "--outcome", "partly")
    await tilbake.ok("case", "plan", "shown", case, "--to", "union_representative")
    shown = " ".join((await tilbake.ok("case", "show", case)).out.split())
    plan = (await tilbake.shown(case))["cases"][0]["done"]["plan"]

    assert f"Measure m1 (other by manager), from {day(-1)} lasting: partly" in shown
    assert "Plan: version 1, last version shown to employee and union representative" in shown
    assert plan["versions"] == [1]
    assert plan["measures"][0]["outcome"] == "partly"


async def test_a_plan_goes_through_nav_only_with_what_nav_asks(tilbake: CommandLine) -> None:
    _, case = await a_case(tilbake)
    await completed(tilbake, case)
    send = ["case", "plan", "send", case, "--to", "nav", "--channel", "nav"]
    asked = ("typical_workday", "tasks_possible", "tasks_not_possible", "adaptation_tried")
    more = [f'{name} = "x"' for name in (*asked, "adaptation_planned", "follow_up")]

    refused = await tilbake(*send)
    letter = await tilbake.ok("case", "plan", "send", case, "--to", "nav", "--channel", "letter")
    contact = [
        'contact_name = "Leda Prøvesen"',
        'contact_phone = "22 00 00 00"',
        'contact_mail = "leda@example.org"',
    ]
    nav = ["", "[nav]", *more, *contact]
    await completed(tilbake, case, PLAN + "\n".join([*nav, f"evaluation_on = {day(0)}"]))
    too_soon = await tilbake(*send)
    await completed(tilbake, case, PLAN + "\n".join([*nav, f"evaluation_on = {day(14)}"]))
    await tilbake.ok(*send)

    assert refused.code == 2
    way_out = "complete a version made with `tilbake case plan template CASE --nav` (+9 more)"
    assert refused.lines == [f"nav.typical_workday: is empty, and NAV asks it: {way_out}"]
    assert too_soon.lines[0].startswith(f"nav.evaluation_on: {day(0)} must be from ")
    assert "Leda" not in json.dumps(await tilbake.history(case))
    assert letter.code == 0
    sent = [one["body"] for one in await tilbake.told(case) if one["kind"] == "plan_sent"]
    assert [(one["channel"], one["version"]) for one in sent] == [("letter", 1), ("nav", 3)]


async def test_what_a_plan_file_gets_wrong_is_named_with_its_place(tilbake: CommandLine) -> None:
    _, case = await a_case(tilbake)
    wrong = PLAN.replace('code = "other"', 'code = "pult"')

    said = await tilbake("case", "plan", "complete", case, "--text", plan_file(tilbake, wrong))

    assert said.code == 2
    assert said.lines[0].endswith("measures[0].code: must be one of other")
