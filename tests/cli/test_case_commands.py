from __future__ import annotations

import asyncio
import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.temporal.connection import TemporalTarget, connect
from adapters.temporal.keys import payload_keys
from domain.ids import CaseId, EmploymentId, case_mark
from domain.localtime import local_date
from service.follow_ups import FollowUps
from service.patience import NoAnswer, PatientFollowUps
from tests.support.installation import CommandLine, Employee, period
from tests.support.steps import new_employment, note, telling

TODAY = local_date(datetime.now(UTC))


def day(number: int) -> str:
    """Count from today."""
    return (TODAY + timedelta(days=number)).isoformat()


async def a_case(tilbake: CommandLine, days_ago: int = 10, days: int = 90) -> tuple[Employee, str]:
    one = tilbake.house.employee()
    return one, await tilbake.away(one, TODAY - timedelta(days=days_ago), days)


def duty(view: Any, kind: str) -> dict[str, Any]:
    found: dict[str, Any] = next(d for d in view["cases"][-1]["duties"] if d["kind"] == kind)
    return found


async def kinds(tilbake: CommandLine, who: str) -> list[str]:
    return [event["kind"] for event in await tilbake.history(who)]


async def settled(tilbake: CommandLine, case: str) -> list[Any]:
    """Wait until no reminder of a case waits any more."""
    while True:
        sent: list[Any] = (await tilbake.shown(case))["sent"]
        if all(one["state"] != "pending" for one in sent):
            return sent
        await asyncio.sleep(0.1)


async def test_an_absence_told_by_hand_opens_a_case_with_its_dates(tilbake: CommandLine) -> None:
    one = tilbake.house.employee()

    said = await tilbake.ok(
        "case", "open", "-n", one.number, "--from", day(-10), "--to", day(20), "--grade", 60
    )

    mark = case_mark(CaseId(f"{one.employment}/1"))
    assert said.out.startswith("recorded: open (id ")
    assert f"{mark} is a new case: {day(-10)} to {day(20)}, active" in said.out
    plan = duty(await tilbake.shown(one.employment), "follow_up_plan")
    assert (plan["legal_on"], plan["certain"]) == (day(17), True)


async def test_self_certified_days_are_whole_days(tilbake: CommandLine) -> None:
    one = tilbake.house.employee()
    options = ["--from", day(-3), "--to", day(-1), "--self-certified"]

    refused = await tilbake("case", "open", one.employment, *options, "--grade", 50)
    await tilbake.ok("case", "open", one.employment, *options)

    assert (refused.code, refused.lines) == (2, ["--grade: self-certified days are whole days"])
    assert "self_certified" in await kinds(tilbake, one.employment)


async def test_a_case_is_shown_with_the_reason_of_every_date(tilbake: CommandLine) -> None:
    one, case = await a_case(tilbake, days_ago=40)

    shown = (await tilbake.ok("case", "show", case)).out
    view = await tilbake.shown(case)

    assert f"{case_mark(CaseId(case))}, {case}" in shown
    assert "aml. § 4-6" in shown
    assert re.search(r"Wakes next at \d{4}-\d\d-\d\d 07:00\.", shown)
    assert one.name not in shown
    plan = duty(view, "follow_up_plan")
    assert (plan["state"], plan["legal_on"], plan["rule"]) == ("overdue", day(-13), "R21")
    assert plan["why"].startswith("28th day of absence")
    assert len(view["cases"][0]["duties"]) == 9
    assert view["cases"][0]["mark"] == case_mark(CaseId(case))
    assert {"note_received", "case_opened"} <= {event["kind"] for event in view["happened"]}
    assert {"opening"} <= {reminder["stage"] for reminder in view["sent"]}
    assert view["next_wake"] > day(0)


async def test_what_was_sent_is_shown_with_what_became_of_it(tilbake: CommandLine) -> None:
    _, case = await a_case(tilbake)

    async with asyncio.timeout(30):
        sent = await settled(tilbake, case)

    assert {(one["stage"], one["to"], one["state"]) for one in sent} == {
        ("opening", "employee", "sent"),
        ("opening", "manager", "sent"),
    }
    assert "reminder_sent" in await kinds(tilbake, case)


async def test_a_case_can_be_seen_from_another_day(tilbake: CommandLine) -> None:
    _, case = await a_case(tilbake)

    then = await tilbake.shown(case, "--on", day(18))

    assert duty(then, "follow_up_plan")["state"] == "overdue"
    assert duty(await tilbake.shown(case), "follow_up_plan")["state"] == "upcoming"


async def test_a_case_is_found_by_employment_id_mark_and_employee_number(
    tilbake: CommandLine,
) -> None:
    one, case = await a_case(tilbake)
    mark = case_mark(CaseId(case))

    for name in ([one.employment], [case], [mark], [mark.lower()], ["-n", one.number]):
        said = await tilbake.ok("case", "show", *name, "--format", "json")
        assert said.json["cases"][0]["case"] == case


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        (["e-nobody"], "there is no such employment or case: name an employment (e-…)"),
        (["K-0000"], "no case has the mark K-0000"),
        (["-n", "9999"], "no employment has this employee number"),
        ([], "Invalid value: name either CASE or --employee-number"),
        (["e-1", "-n", "9999"], "Invalid value: name either CASE or --employee-number"),
        (["Kari Nordmann"], "there is no such employment or case"),
    ],
)
async def test_who_is_not_found_is_one_line(
    tilbake: CommandLine, name: list[str], fault: str
) -> None:
    said = await tilbake("case", "show", *name)

    assert (said.code, said.out, len(said.lines)) == (2, "", 1)
    assert said.lines[0].startswith(fault)


async def test_a_case_that_never_was_is_said(tilbake: CommandLine) -> None:
    one, _ = await a_case(tilbake)

    said = await tilbake("case", "show", f"{one.employment}/9")

    assert (said.code, said.lines) == (2, [f"there is no case {one.employment}/9"])


async def test_names_are_shown_only_when_asked_for(tilbake: CommandLine) -> None:
    one, case = await a_case(tilbake)

    named = await tilbake.ok("case", "show", case, "--names")

    view = await tilbake.shown(case, "--names")
    plain = await tilbake.shown(case)
    assert one.name in named.out
    assert "Answers for it: Leda Prøvesen" in named.out
    assert (view["name"], view["responsible_name"]) == (one.name, "Leda Prøvesen")
    assert "name" not in plain
    assert plain["responsible"].startswith("p-")
    assert "Prøvesen" not in (await tilbake.ok("case", "show", case)).out
    listed = await tilbake.ok("case", "list", "--names", "--limit", 1000, "--format", "json")
    assert one.name in [line["name"] for line in listed.json["cases"]]


async def test_every_look_is_recorded_with_who_and_what(tilbake: CommandLine) -> None:
    one, case = await a_case(tilbake)

    await tilbake.ok("case", "show", case, "--names")
    await tilbake.ok("case", "history", one.employment)
    await tilbake.ok("case", "list", "--limit", 1000)
    await tilbake.ok("case", "return", case, "--on", day(1), "--dry-run")

    rows = await tilbake.house.pool.fetch(
        "select * from access_log where case_id = $1 order by access_id", case
    )
    assert [row["action"] for row in rows] == [
        "case show --names",
        "case history",
        "case list",
        "case return --dry-run",
    ]
    assert all(re.fullmatch(r"cli-\d+", row["actor"]) for row in rows)
    assert all(row["person_id"].startswith("p-") for row in rows)


async def test_the_list_begins_with_what_is_overdue(tilbake: CommandLine) -> None:
    _, late = await a_case(tilbake, days_ago=40)
    _, early = await a_case(tilbake, days_ago=2)
    options = ["--limit", 1000, "--format", "json"]

    listed = (await tilbake.ok("case", "list", *options)).json["cases"]
    overdue = (await tilbake.ok("case", "list", "--overdue", *options)).json["cases"]

    names = [line["case"] for line in listed]
    assert names.index(late) < names.index(early)
    assert late in [line["case"] for line in overdue]
    assert early not in [line["case"] for line in overdue]
    assert case_mark(CaseId(late)) in (await tilbake.ok("case", "list", "--overdue")).out


async def test_the_list_of_a_unit_has_its_cases_and_those_below(tilbake: CommandLine) -> None:
    _, case = await a_case(tilbake)
    units = (await tilbake.ok("directory", "units", "--format", "json")).json["units"]
    options = ["--limit", 1000, "--format", "json"]

    for name in ("Avdeling top", "Avdeling ward", units[1]["unit"]):
        listed = await tilbake.ok("case", "list", "--unit", name, *options)
        assert case in [line["case"] for line in listed.json["cases"]]
    nowhere = await tilbake("case", "list", "--unit", "nowhere")

    assert nowhere.code == 2
    assert nowhere.lines[0].startswith("there is no such unit")


async def test_closed_cases_are_listed_only_when_asked_for(tilbake: CommandLine) -> None:
    _, case = await a_case(tilbake, days_ago=60, days=10)
    options = ["--limit", 1000, "--format", "json"]

    shown = (await tilbake.ok("case", "list", *options)).json["cases"]
    everything = (await tilbake.ok("case", "list", "--all", *options)).json["cases"]

    assert case not in [line["case"] for line in shown]
    assert "closed" in [line["state"] for line in everything if line["case"] == case]


async def test_a_dry_run_shows_exactly_what_the_change_then_moves(tilbake: CommandLine) -> None:
    _, case = await a_case(tilbake)
    change = ["case", "grade", case, "--from", day(1), "--grade", 50, "--format", "json"]
    before = await tilbake.told(case)

    tried = await tilbake.ok(*change, "--dry-run")
    unchanged = await tilbake.told(case)
    done = await tilbake.ok(*change)

    assert unchanged == before
    assert (tried.json["dry_run"], done.json["dry_run"]) == (True, False)
    assert tried.json["duties"] == done.json["duties"]
    moved = {one["duty"]: one for one in done.json["duties"]}
    assert moved["dialogue_meeting_1"]["before"] != moved["dialogue_meeting_1"]["after"]


async def test_what_moves_is_told_as_old_and_new_dates(tilbake: CommandLine) -> None:
    one, case = await a_case(tilbake)

    said = await tilbake.ok(
        "case", "open", one.employment, "--from", day(-15), "--to", day(-11), "--dry-run"
    )

    assert f"{day(17)} -> {day(12)}" in said.out
    assert f"{case_mark(CaseId(case))}: {day(-10)} to" in said.out


async def test_a_change_that_moves_nothing_says_so(tilbake: CommandLine) -> None:
    _, case = await a_case(tilbake)

    said = await tilbake.ok("case", "grade", case, "--from", day(1), "--grade", 100)

    assert "Nothing moves." in said.out


async def test_a_return_makes_the_case_dormant_from_that_day(tilbake: CommandLine) -> None:
    one, case = await a_case(tilbake)

    await tilbake.ok("case", "return", case, "--on", day(0))

    view = await tilbake.shown(case)
    assert view["cases"][0]["last_day"] == day(-1)
    assert view["cases"][0]["state"] == "dormant"
    assert "returned_to_work" in await kinds(tilbake, one.employment)


async def test_an_absence_goes_on_without_a_note(tilbake: CommandLine) -> None:
    _, case = await a_case(tilbake, days=9)

    await tilbake.ok("case", "continues", case, "--until", day(12))

    assert (await tilbake.shown(case))["cases"][0]["last_day"] == day(12)


async def test_the_same_id_twice_is_recorded_once(tilbake: CommandLine) -> None:
    one, case = await a_case(tilbake)
    change = ["case", "grade", case, "--from", day(1), "--grade", 40, "--id", f"hr/{one.number}"]

    first, again = await tilbake.ok(*change), await tilbake.ok(*change)

    assert f"(id hr/{one.number})" in first.out
    assert "Nothing moves." in again.out
    assert (await kinds(tilbake, case)).count("grade_changed") == 1


async def test_the_history_has_every_event_with_its_cause_and_author(tilbake: CommandLine) -> None:
    _, case = await a_case(tilbake)
    await tilbake.ok("case", "grade", case, "--from", day(1), "--grade", 40, "--id", "g-1")

    events = await tilbake.history(case)
    shown = (await tilbake.ok("case", "history", case)).out

    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    [changed] = [event for event in events if event["kind"] == "grade_changed"]
    assert (changed["cause"], changed["body"]["grade"]) == ("g-1", 40)
    assert re.fullmatch(r"cli-\d+", changed["actor"])
    assert changed["rule_set"].startswith("2026.")
    assert "grade changed" in shown
    assert "g-1" in shown


DONE: list[tuple[str, list[str], str, dict[str, Any]]] = [
    ("plan complete", ["--on", day(-1)], "plan_completed", {"on": day(-1), "version": None}),
    (
        "plan send",
        ["--to", "practitioner", "--channel", "letter"],
        "plan_sent",
        {"to": "practitioner", "channel": "letter"},
    ),
    (
        "plan not-sent",
        ["--to", "practitioner", "--reason", "no_practitioner"],
        "plan_not_sent",
        {"to": "practitioner", "reason": "no_practitioner", "on": day(0)},
    ),
    (
        "meeting prepare",
        ["--by", "employee", "--topic", "goal", "--topic", "shielding", "--shared"],
        "meeting_prepared",
        {"by": "employee", "topics": ["goal", "shielding"], "shared": True},
    ),
    (
        "meeting offer",
        ["--time", f"{day(7)}T10:00", "--time", f"{day(8)}T13:30"],
        "times_offered",
        {
            "times": [
                {"on": day(7), "begins": "10:00:00", "minutes": 60},
                {"on": day(8), "begins": "13:30:00", "minutes": 60},
            ]
        },
    ),
    (
        "meeting ask-practitioner",
        ["--agreed", "no", "--via", "phone"],
        "practitioner_asked",
        {"agreed": False, "via": "phone", "on": day(0)},
    ),
    (
        "meeting call",
        ["--on", day(7), "--with", "employee", "--with", "manager"],
        "meeting_called",
        {"meeting": "dm1", "on": day(7), "invitees": ["employee", "manager"], "name": None},
    ),
    (
        "meeting held",
        ["--on", day(-1), "--with", "employee", "--with", "hr", "--which", "additional"],
        "meeting_held",
        {"meeting": "additional", "on": day(-1), "attendees": ["employee", "hr"]},
    ),
    (
        "meeting useful",
        ["--answer", "yes", "--by", "employee"],
        "meeting_useful",
        {"by": "employee", "answer": True},
    ),
    (
        "contact",
        ["--via", "phone", "--next", day(7)],
        "contact_made",
        {"via": "phone", "reached": True, "next_on": day(7)},
    ),
    ("note-end", ["--answer", "still_away"], "note_end_answered", {"answer": "still_away"}),
    (
        "exempt",
        [
            *("--duty", "dialogue_meeting_1", "--reason", "too_ill_now"),
            *("--until", day(14), "--contacted", day(-1)),
        ],
        "exempted",
        {"duty": "dialogue_meeting_1", "reason": "too_ill_now", "until": day(14)},
    ),
    ("wish state", ["--about", "practitioner", "--via", "phone"], "wish_stated", {"wanted": True}),
    ("ohs attend", ["--via", "phone"], "wish_stated", {"about": "ohs", "by": "employee"}),
    ("nav meeting", ["--on", day(60)], "nav_meeting_set", {"on": day(60)}),
    ("nav cancelled", [], "nav_meeting_set", {"on": None}),
    (
        "nav need",
        ["--by", "employee", "--needed", "no"],
        "nav_meeting_need",
        {"by": "employee", "needed": False},
    ),
    ("nav earlier", ["--by", "manager"], "earlier_nav_meeting_asked", {"by": "manager"}),
    ("nav asks-plan", ["--until", day(9)], "plan_asked_by_nav", {"by": day(9), "on": day(0)}),
    ("nav max-date", ["--answer", "returns"], "max_date_answered", {"answer": "returns"}),
    (
        "vacation",
        ["--from", day(1), "--to", day(5)],
        "vacation",
        {"span": {"first": day(1), "last": day(5)}},
    ),
    (
        "leave",
        ["--from", day(1), "--to", day(5)],
        "leave",
        {"span": {"first": day(1), "last": day(5)}},
    ),
    ("ended", ["--on", day(3)], "employment_ended", {"on": day(3)}),
    ("died", ["--on", day(-1)], "died", {"on": day(-1)}),
]


async def test_what_was_done_is_recorded_as_a_fact_of_its_kind(tilbake: CommandLine) -> None:
    for command, options, kind, body in DONE:
        _, case = await a_case(tilbake)

        await tilbake.ok("case", *command.split(), case, *options)

        told = [event for event in await tilbake.history(case) if event["kind"] == kind]
        assert len(told) == 1, command
        assert body.items() <= told[0]["body"].items(), command


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (["grade", "--from", day(1), "--grade", 120], "grade: 120 must lie between 0 and 100"),
        (["grade", "--from", day(600), "--grade", 50], "on: "),
        (["return", "--on", day(600)], "on: "),
        (["open", "--from", day(5), "--to", day(1)], f"--from: {day(5)} must not be after"),
        (["open", "--from", "1989-12-31", "--to", day(1)], "Invalid value for '--from'"),
        (["open", "--from", day(1), "--to", day(9000)], "--to: "),
        (["withdraw", "--note", "n-never"], "note: was never received"),
        (["meeting held", "--on", day(-1), "--with", "employee"], "attendees: must hold"),
        (["meeting held", "--on", day(-1)], "Missing option '--with'"),
        (["meeting useful", "--answer", "yes"], "Missing option '--by'"),
        (["meeting prepare"], "Invalid value: say who prepares"),
        (["meeting prepare", "--by", "manager"], "Invalid value: say what about"),
        (["meeting minutes"], "Invalid value: give a comment"),
        (["meeting move", "--on", day(9)], "name: there is none in this case"),
        (["meeting offer", "--time", "monday"], "Invalid value for '--time': must be a day and"),
        (
            ["meeting call", "--on", day(9), "--with", "employee", "--way", "employee"],
            "Invalid value for '--way': must have an = in it",
        ),
        (
            ["meeting call", "--on", day(9), "--with", "employee", "--at", "25:00"],
            "Invalid value for '--at': must be a time such as 10:00",
        ),
        (["plan complete"], "Invalid value: give --text FILE, or --on DATE alone"),
        (["plan draft"], "Invalid value: give the words"),
        (["plan shown", "--to", "employee"], "version: no version of the plan was completed"),
        (
            ["plan evaluate", "--measure", "Kari Nordmann", "--outcome", "no"],
            "Invalid value for '--measure': must be 1 to 40 small letters, digits or -",
        ),
        (["wish withdraw", "--via", "phone"], "wish: there is none in this case"),
        (["exempt-decide", "--approved", "yes"], "exemption: there is none in this case"),
        (["return", "--on", day(1), "--id", "with a space"], "Invalid value for '--id': must be"),
        (["return", "--on", day(1), "--id", "due/1"], "Invalid value for '--id': must be 1 to"),
        (["withdraw", "--note", "Kari Nordmann"], "Invalid value for '--note': must be an id"),
        (["exempt", "--duty", "max_sick_pay", "--reason", "other"], "duty: max_sick_pay is not"),
    ],
)
async def test_what_is_not_accepted_is_one_line_with_the_field(
    tilbake: CommandLine, arguments: list[object], fault: str
) -> None:
    _, case = await a_case(tilbake)
    command, *options = arguments
    words = str(command).split()

    said = await tilbake("case", *words, case, *options)
    tried = await tilbake("case", *words, case, *options, "--preview")

    assert (said.code, said.out, len(said.lines)) == (2, "", 1)
    assert said.lines[0].startswith(fault)
    assert (tried.code, tried.lines) == (2, said.lines)


async def test_a_closed_case_takes_no_change_and_the_refusal_is_recorded(
    tilbake: CommandLine,
) -> None:
    one, case = await a_case(tilbake, days_ago=60, days=10)

    said = await tilbake("case", "grade", case, "--from", day(-55), "--grade", 50)

    assert (said.code, said.lines) == (2, ["employment: has no open case"])
    refused = (await tilbake.told(one.employment))[-1]
    assert (refused["kind"], refused["body"]["code"]) == ("command_refused", "no_open_case")


async def test_a_note_is_withdrawn_once_and_its_days_count_no_longer(tilbake: CommandLine) -> None:
    one = tilbake.house.employee()
    note = one.note(f"w-{one.number}", period(day(-10), day(10)))
    await tilbake.ok("import", "notes", tilbake.notes(note))
    withdraw = ["case", "withdraw", one.employment, "--note", f"w-{one.number}"]

    await tilbake.ok(*withdraw)
    again = await tilbake(*withdraw)

    assert (await tilbake.shown(one.employment))["cases"] == []
    assert (again.code, again.lines) == (2, ["note: was withdrawn or replaced before"])


async def test_a_note_is_replaced_by_another_of_the_same_person(tilbake: CommandLine) -> None:
    one, other = tilbake.house.employee(), tilbake.house.employee()
    old, new = f"old-{one.number}", f"new-{one.number}"
    words = {"oppfoelging": {"tiltakArbeidsplassen": "Hev-senk-bord"}}
    first = one.note(old, period(day(-10), day(10)))
    better = one.note(new, period(day(-10), day(30))) | words
    await tilbake.ok("import", "notes", tilbake.notes(first))
    replace = ["case", "replace", one.employment, "--note", old, "--by"]

    foreign = await tilbake(*replace, tilbake.notes(other.note(new, period(day(-9), day(9)))))
    two = await tilbake(*replace, tilbake.notes(better, better))
    broken = await tilbake(*replace, tilbake.notes({}))
    same = await tilbake(*replace, tilbake.notes(first))
    await tilbake.ok(*replace, tilbake.notes(better))

    assert foreign.lines == ["sykmeldt.fnr: with arbeidsgiver.orgnr is not of this employment"]
    assert two.lines[0].endswith("must hold one note, not 2")
    assert "sykmeldingId: is missing" in broken.lines[0]
    assert "must be another id" in same.lines[0]
    assert {said.code for said in (foreign, two, broken, same)} == {2}
    assert (await tilbake.shown(one.employment))["cases"][0]["last_day"] == day(30)
    [told] = [e for e in await tilbake.history(one.employment) if e["kind"] == "note_replaced"]
    assert told["body"]["texts"] is not None
    assert "Hev-senk-bord" not in json.dumps(told)


async def test_a_correction_of_a_note_never_seen_leaves_no_sealed_text(
    tilbake: CommandLine,
) -> None:
    one, _ = await a_case(tilbake)
    words = {"oppfoelging": {"tiltakArbeidsplassen": "Hev-senk-bord"}}
    file = tilbake.notes(one.note(f"by-{one.number}", period(day(-10), day(30))) | words)
    count = "select count(*) from document"
    before = await tilbake.house.pool.fetchval(count)

    said = await tilbake("case", "replace", one.employment, "--note", "n-never", "--by", file)

    assert (said.code, said.lines) == (2, ["note: was never received for this employment"])
    assert await tilbake.house.pool.fetchval(count) == before


async def test_without_a_running_service_the_way_out_is_said(
    tilbake: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TILBAKE_DATABASE_URL")

    said = await tilbake("case", "list")

    assert said.code == 2
    assert "start `tilbake up` or set TILBAKE_DATABASE_URL" in said.lines[0]


async def test_a_change_says_when_temporal_is_not_there(
    tilbake: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, case = await a_case(tilbake)
    monkeypatch.setenv("TILBAKE_TEMPORAL_ADDRESS", "127.0.0.1:9")

    shown = await tilbake("case", "show", case)
    said = await tilbake("case", "return", case, "--on", day(1))

    assert shown.code == 0
    assert said.code == 2
    assert "TILBAKE_TEMPORAL_ADDRESS" in said.lines[0]
    assert "returned_to_work" not in await kinds(tilbake, one.employment)


async def test_a_command_that_no_worker_takes_ends_with_the_id_to_repeat_it_by(
    tilbake: CommandLine,
) -> None:
    target = TemporalTarget(address=tilbake.house.environment["TILBAKE_TEMPORAL_ADDRESS"])
    keys = payload_keys(tilbake.house.state / "payload-keys.json")
    patient = PatientFollowUps(FollowUps(await connect(target, keys), "nobody"), seconds=0.2)

    with pytest.raises(NoAnswer, match=r"is `tilbake worker` running\? .* its id c-1"):
        await patient.execute(EmploymentId(new_employment()), telling(note()))
