"""Dialogue meetings on the command line: prepared, called, held, and what came of them."""

from __future__ import annotations

import json
from datetime import date, time
from typing import Any

from adapters.event_codec import decode
from service.wording import says
from tests.support.following import a_case, day
from tests.support.installation import CommandLine

BOTH = ["--with", "employee", "--with", "manager"]


async def done(tilbake: CommandLine, case: str) -> dict[str, Any]:
    found: dict[str, Any] = (await tilbake.shown(case))["cases"][0]["done"]
    return found


async def kinds(tilbake: CommandLine, case: str) -> list[str]:
    return [one["kind"] for one in await tilbake.history(case)]


async def agreed(tilbake: CommandLine, case: str, about: str) -> None:
    await tilbake.ok("case", "wish", "state", case, "--about", about, "--via", "phone")


async def test_a_call_names_time_place_and_who_takes_part_how(tilbake: CommandLine) -> None:
    _, case = await a_case(tilbake)
    await agreed(tilbake, case, "practitioner")

    said = await tilbake.ok(
        *("case", "meeting", "call", case, "--on", day(14), "--at", "10:00", *BOTH),
        *("--with", "practitioner", "--way", "practitioner=phone", "--place", "workplace"),
    )
    [meeting] = (await done(tilbake, case))["meetings"]
    shown = " ".join((await tilbake.ok("case", "show", case)).out.split())

    assert "invitation due: name dm1, change called" in said.out
    assert meeting["invitees"] == ["employee", "manager", "practitioner"]
    assert (meeting["begins"], meeting["place"]) == ("10:00", "workplace")
    assert meeting["ways"] == {"practitioner": "phone"}
    line = f"Meeting dm1: called, {day(14)} 10:00, workplace, with employee and manager"
    assert f"{line} and practitioner (phone)" in shown
    listed = (await tilbake.ok("case", "meeting", "list", case, "--format", "json")).json
    assert listed["meetings"] == [meeting]


async def test_the_practitioner_is_called_only_when_the_employee_wants_it(
    tilbake: CommandLine,
) -> None:
    _, case = await a_case(tilbake)
    call = ["case", "meeting", "call", case, "--on", day(14), *BOTH, "--with", "practitioner"]

    said = await tilbake(*call)

    assert said.code == 2
    assert said.lines[0].startswith("invitees: practitioner is called only when the employee wants")
    assert "meeting_called" not in await kinds(tilbake, case)


async def test_whom_the_employee_wants_is_called_or_the_reason_given(tilbake: CommandLine) -> None:
    _, case = await a_case(tilbake)
    await agreed(tilbake, case, "union_representative")
    call = ["case", "meeting", "call", case, "--on", day(14), *BOTH]

    refused = await tilbake(*call)
    await tilbake.ok(*call, "--left-out", "union_representative=not_available")
    await tilbake.ok("case", "meeting", "held", case, "--on", day(0), *BOTH)
    view = await done(tilbake, case)
    shown = " ".join((await tilbake.ok("case", "show", case)).out.split())

    assert refused.lines[0].startswith("left_out: the employee wants union_representative called")
    [flag] = [one for one in view["flags"] if one["kind"] == "held_without"]
    assert (flag["role"], flag["left_out"]) == ("union_representative", True)
    assert "held without union representative, whom the employee wanted; a reason is on" in shown


async def test_a_withdrawn_agreement_takes_the_invitation_back(tilbake: CommandLine) -> None:
    _, case = await a_case(tilbake)
    await agreed(tilbake, case, "practitioner")
    await tilbake.ok(
        "case", "meeting", "call", case, "--on", day(14), *BOTH, "--with", "practitioner"
    )

    tried = await tilbake.ok("case", "wish", "withdraw", case, "--via", "phone", "--preview")
    await tilbake.ok("case", "wish", "withdraw", case, "--via", "phone")
    view = await done(tilbake, case)

    assert "invitation due: name dm1, change taken back, sequence 1, to practitioner" in tried.out
    assert view["meetings"][0]["invitees"] == ["employee", "manager"]
    assert view["wishes"] == []
    invited = [
        one["body"] for one in await tilbake.history(case) if one["kind"] == "invitation_due"
    ]
    assert [(one["change"], one["to"]) for one in invited] == [
        ("called", ["employee", "manager", "practitioner"]),
        ("taken_back", ["practitioner"]),
    ]


async def test_a_wish_that_somebody_recorded_may_be_disputed(tilbake: CommandLine) -> None:
    _, case = await a_case(tilbake)
    await agreed(tilbake, case, "practitioner")
    [wish] = (await tilbake.ok("case", "wish", "list", case, "--format", "json")).json["wishes"]
    file = tilbake.file("Det har jeg aldri sagt.", ".md")

    await tilbake.ok("case", "wish", "dispute", case, "--wish", wish["wish"], "--text", file)

    assert (await tilbake.ok("case", "wish", "list", case)).out == "No wish binds.\n"
    [told] = [one for one in await tilbake.told(case) if one["kind"] == "wish_disputed"]
    assert told["body"]["document"]["document_id"].startswith("d-")


async def test_a_meeting_is_moved_and_cancelled_under_its_own_name(tilbake: CommandLine) -> None:
    _, case = await a_case(tilbake)
    await tilbake.ok("case", "meeting", "call", case, "--on", day(14), *BOTH)

    moved = await tilbake.ok("case", "meeting", "move", case, "--on", day(2), "--at", "09:30")
    [meeting] = (await done(tilbake, case))["meetings"]
    await tilbake.ok("case", "meeting", "cancel", case, "--reason", "not_wanted")
    gone = await tilbake("case", "meeting", "cancel", case, "--reason", "not_wanted")

    assert "called late: name dm1, workdays" in moved.out
    assert (meeting["on"], meeting["begins"], meeting["sequence"]) == (day(2), "09:30", 1)
    [last] = (await done(tilbake, case))["meetings"]
    assert (last["state"], last["sequence"]) == ("cancelled", 2)
    assert gone.lines == ["name: there is none in this case"]


async def test_with_several_meetings_the_one_that_is_meant_is_named(tilbake: CommandLine) -> None:
    _, case = await a_case(tilbake)
    call = ["case", "meeting", "call", case, *BOTH]
    await tilbake.ok(*call, "--on", day(14))
    await tilbake.ok(*call, "--on", day(20), "--which", "additional")

    unclear = await tilbake("case", "meeting", "move", case, "--on", day(21))
    await tilbake.ok("case", "meeting", "move", case, "--on", day(21), "--name", "additional")

    assert unclear.lines == ["name: several are possible: name one of dm1, additional"]
    meetings = {one["name"]: one["on"] for one in (await done(tilbake, case))["meetings"]}
    assert meetings == {"dm1": day(14), "additional": day(21)}


async def test_another_additional_meeting_gets_a_name_of_its_own(tilbake: CommandLine) -> None:
    _, case = await a_case(tilbake)
    held = ["case", "meeting", "held", case, "--on", day(-1), *BOTH, "--which", "additional"]
    await tilbake.ok(*held)

    await tilbake.ok(
        "case", "meeting", "call", case, "--on", day(9), *BOTH, "--which", "additional"
    )

    names = [one["name"] for one in (await done(tilbake, case))["meetings"]]
    assert names == ["additional", "additional-2"]


async def test_minutes_are_sealed_read_and_disputed(tilbake: CommandLine) -> None:
    _, case = await a_case(tilbake)
    await tilbake.ok("case", "meeting", "call", case, "--on", day(0), *BOTH)
    minutes = tilbake.file("# Referat\nVi ble enige om kortere dager.\n", ".md")
    answer = tilbake.file("Det ble vi ikke.", ".md")

    await tilbake.ok(
        *("case", "meeting", "held", case, "--on", day(0), *BOTH, "--with", "ohs"),
        *("--text", minutes, "--others", "not_needed", "--ohs", "agreed"),
        *("--goal", day(40), "--step", f"{day(20)}=50"),
    )
    read = await tilbake.ok("case", "meeting", "read", case)
    await tilbake.ok("case", "meeting", "minutes", case, "--disputed", "--text", answer)
    shown = " ".join((await tilbake.ok("case", "show", case)).out.split())
    written = await tilbake.ok("case", "history", case, "--format", "json")
    held_event = next(
        one for one in map(json.loads, written.out.splitlines()) if one["kind"] == "meeting_held"
    )
    history = says(decode("meeting_held", held_event["body"]))

    assert "kortere dager" in read.out
    [held] = [one["body"] for one in await tilbake.told(case) if one["kind"] == "meeting_held"]
    assert (held["others"], held["ohs"], held["goal_on"]) == ("not_needed", "agreed", day(40))
    assert held["steps"] == [{"on": day(20), "grade": 50}]
    assert "minutes disputed" in shown
    assert "Notice: ohs took part in dm1 uncalled" in shown
    assert f"50 % from {day(20)}" in history
    assert "with a sealed text" in history
    assert "kortere dager" not in written.out


async def test_a_meeting_that_was_not_attended_stays_to_be_held(tilbake: CommandLine) -> None:
    _, case = await a_case(tilbake)
    await tilbake.ok("case", "meeting", "call", case, "--on", day(0), *BOTH)

    await tilbake.ok(
        *("case", "meeting", "absent", case, "--on", day(0)),
        *("--without", "employee", "--reason", "ill"),
    )

    view = await tilbake.shown(case)
    duty = next(one for one in view["cases"][0]["duties"] if one["kind"] == "dialogue_meeting_1")
    assert view["cases"][0]["done"]["meetings"][0]["state"] == "not_attended"
    assert duty["state"] == "upcoming"


async def test_times_are_proposed_before_the_target_date(tilbake: CommandLine) -> None:
    _, case = await a_case(tilbake)
    view = await tilbake.shown(case)
    duty = next(one for one in view["cases"][0]["duties"] if one["kind"] == "dialogue_meeting_1")

    found = (await tilbake.ok("case", "meeting", "times", case, "--format", "json")).json["times"]
    said = (await tilbake.ok("case", "meeting", "times", case)).out
    options = said.split("… ")[1].split()
    await tilbake.ok("case", "meeting", "offer", case, *options)

    assert 2 <= len(found) <= 3
    for one in found:
        assert day(0) < one["on"] < duty["target_on"]
        assert date.fromisoformat(one["on"]).weekday() < 5
        assert time(9) <= time.fromisoformat(one["begins"]) < time(15)
    [offered] = [one["body"] for one in await tilbake.told(case) if one["kind"] == "times_offered"]
    assert [one["on"] for one in offered["times"]] == [one["on"] for one in found]


async def test_the_agenda_differs_for_the_graded_and_holds_what_was_shared(
    tilbake: CommandLine,
) -> None:
    _, fully = await a_case(tilbake)
    _, graded = await a_case(tilbake, grade="50")
    prepare = ["case", "meeting", "prepare", fully]
    words = tilbake.file("Kan jeg begynne senere på dagen?", ".md")
    await tilbake.ok(
        *prepare, "--by", "employee", "--topic", "organisation", "--text", words, "--shared"
    )
    await tilbake.ok(*prepare, "--by", "manager", "--topic", "goal")

    whole = (await tilbake.ok(*prepare, "--template")).out
    part = (await tilbake.ok("case", "meeting", "prepare", graded, "--template")).out

    assert "which adaptations and which changes of tasks are needed" in whole
    assert "## Employee wants to talk about" in whole
    assert "Kan jeg begynne senere på dagen?" in whole
    assert "Manager wants" not in whole
    assert "Which adaptations were tried, and which of them work?" in part
    assert (await kinds(tilbake, fully)).count("meeting_prepared") == 2


async def test_a_preview_shows_which_duties_and_reminders_move(tilbake: CommandLine) -> None:
    _, case = await a_case(tilbake)
    before = await tilbake.told(case)
    held = ["case", "meeting", "held", case, "--on", day(0), *BOTH, "--preview"]

    said = await tilbake.ok(*held)
    moves = (await tilbake.ok(*held, "--format", "json")).json

    assert said.out.startswith("would be recorded: meeting held")
    assert "no more" in said.out
    assert {one["duty"] for one in moves["duties"]} >= {"dialogue_meeting_1", "update_plan"}
    gone = [one for one in moves["reminders"] if one["after"] is None]
    assert "dialogue_meeting_1" in {one["duty"] for one in gone}
    assert await tilbake.told(case) == before


async def test_an_exemption_is_justified_and_hr_decides(tilbake: CommandLine) -> None:
    _, case = await a_case(tilbake)
    why = tilbake.file("Operasjon, deretter opptrening.", ".md")
    duty = ["--duty", "dialogue_meeting_1", "--reason", "too_ill_now"]

    early = await tilbake("case", "exempt", case, *duty, "--text", why)
    await tilbake.ok("case", "contact", case, "--via", "phone", "--tried")
    await tilbake.ok("case", "exempt", case, *duty, "--text", why)
    await tilbake.ok("case", "exempt-decide", case, "--approved", "no")

    assert early.lines[0].startswith("contacted_on: say when there was contact")
    told = {one["kind"]: one for one in await tilbake.told(case)}
    assert told["exempted"]["body"]["document"] is not None
    assert told["exemption_decided"]["body"] == {
        "exemption": told["exempted"]["cause"],
        "approved": False,
    }
    shown = " ".join((await tilbake.ok("case", "show", case)).out.split())
    assert "Contact: once, nobody reached" in shown
