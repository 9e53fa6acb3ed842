"""Case files through the real workflow on servers that skip time."""

from __future__ import annotations

import mailbox
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from adapters.formats.case_file import CaseFile, load_case_file, read_case
from domain.agenda import is_finished, next_wake
from domain.commands import Command
from domain.events import Recorded
from domain.facts import DutyKind
from domain.ids import CauseId
from domain.localtime import OSLO, local_date
from domain.policy import DEFAULT, Policy, Rung
from domain.state import begin
from domain.step import advance
from service.happenings import Happening, happenings
from service.simulate import Stage, simulate, stage
from tests.support.notes import graded, nav_note, period
from tests.support.source import ROOT

CASE = load_case_file(ROOT / "examples" / "half-a-year.json")
SENT = ("reminder_sent", "reminder_dropped")


@pytest.fixture(scope="module")
async def servers(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with stage(tmp_path_factory.mktemp("mails")) as started:
        yield started


@pytest.fixture(scope="module")
async def half_a_year(servers: Stage) -> tuple[Recorded, ...]:
    return await simulate(CASE, DEFAULT, servers)


def walked(case: CaseFile, policy: Policy) -> list[tuple[datetime, str, str]]:
    """Walk a case by the rules alone, from fact to wake to fact."""
    state = begin(case.employment)
    now: datetime | None = None
    found: list[tuple[datetime, str, str]] = []

    def step(at: datetime, told: Command | None) -> None:
        nonlocal state, now
        advanced = advance(state, policy, at, told)
        found.extend((at, one.event.kind, str(one.case)) for one in advanced.pending)
        state, now = advanced.state, at

    def sleep_until(end: datetime | None) -> None:
        while now is not None and not is_finished(state, policy, now):
            wake = next_wake(state, policy, now)
            assert wake is not None
            if end is not None and wake >= end:
                return
            step(wake, None)

    for number, entry in enumerate(case.entries):
        sleep_until(entry.at)
        step(entry.at, Command(cause=CauseId(f"c-{number}"), actor="hr-1", fact=entry.fact))
    sleep_until(None)
    return found


def decided(records: tuple[Recorded, ...]) -> list[tuple[datetime, str, str]]:
    """What the steps recorded; mails are recorded by their delivery."""
    return [
        (one.at, one.event.kind, str(one.case)) for one in records if one.event.kind not in SENT
    ]


def days(told: tuple[Happening, ...], kind: str, duty: str) -> list[tuple[str, str]]:
    return [
        (local_date(one.at).isoformat(), str(one.stage or one.more.get("state")))
        for one in told
        if (one.kind, one.duty) == (kind, duty)
    ]


async def test_half_a_year_happens_as_the_rules_say_each_on_its_day(
    half_a_year: tuple[Recorded, ...],
) -> None:
    assert decided(half_a_year) == walked(CASE, DEFAULT)
    assert half_a_year[-1].event.kind == "case_closed"


async def test_the_dates_of_half_a_year_are_those_done_by_hand(
    half_a_year: tuple[Recorded, ...],
) -> None:
    """Start Mon 2026-01-05: day 28 is 02-01, day 49 is 02-22; the meeting is held on 03-03."""
    told = happenings(CASE.employment, half_a_year, DEFAULT)

    # Day 14 is a Sunday and mails leave on working days; five working days before 01-30.
    assert days(told, "reminder_due", "follow_up_plan") == [
        ("2026-01-18", "heads_up"),
        ("2026-01-23", "due_soon"),
    ]
    assert days(told, "reminder_sent", "follow_up_plan") == [
        ("2026-01-19", "heads_up"),
        ("2026-01-23", "due_soon"),
    ]
    assert days(told, "milestone", "follow_up_plan") == [("2026-02-01", "done")]
    # The budget of the meeting is two mails before its legal date; on 02-24 it is called.
    assert days(told, "reminder_due", "dialogue_meeting_1") == [
        ("2026-02-08", "heads_up"),
        ("2026-02-13", "due_soon"),
        ("2026-02-23", "overdue"),
    ]
    assert days(told, "reminder_superseded", "dialogue_meeting_1") == [("2026-02-23", "on_target")]
    assert days(told, "duty_missed", "dialogue_meeting_1") == [("2026-02-23", "None")]
    assert days(told, "milestone", "activity_requirement") == [("2026-03-01", "information")]
    assert days(told, "milestone", "nav_meeting_question") == [("2026-05-04", "information")]
    assert days(told, "milestone", "plan_to_nav") == [("2026-06-24", "done")]
    assert next(local_date(one.at) for one in told if one.kind == "case_paused") == date(2026, 6, 1)
    assert [local_date(one.at) for one in told if one.kind == "case_resumed"] == [date(2026, 6, 11)]


async def test_facts_stand_at_their_own_instants_and_time_never_runs_back(
    half_a_year: tuple[Recorded, ...],
) -> None:
    facts = {entry.fact.kind for entry in CASE.entries}
    told = [(one.at, one.event.kind) for one in half_a_year if one.event.kind in facts]
    assert told == [(entry.at, entry.fact.kind) for entry in CASE.entries]
    assert [one.at for one in half_a_year] == sorted(one.at for one in half_a_year)


async def test_mails_leave_in_simulated_time_within_the_send_window(
    half_a_year: tuple[Recorded, ...], servers: Stage
) -> None:
    sent = [one.at.astimezone(OSLO) for one in half_a_year if one.event.kind == "reminder_sent"]
    kept = [mail["To"] for mail in mailbox.Maildir(servers.mails)]
    assert sent
    assert {at.weekday() for at in sent} <= set(range(5))
    assert {8 <= at.hour < 17 for at in sent} == {True}
    assert len(kept) >= len(sent)
    assert "manager@tilbake.invalid" in kept


async def test_a_case_long_ago_and_one_far_ahead_both_end(servers: Stage) -> None:
    """The server's clock lies between them."""
    for year in (1999, 2044):
        note = nav_note("n-1", period(f"{year}-01-04", f"{year}-03-07"))
        case = read_case({"employment": "e-1", "notes": [note], "facts": []}, "case")

        records = await simulate(case, DEFAULT, servers)

        assert decided(records) == walked(case, DEFAULT)
        assert {one.at.year for one in records} == {year}


async def test_a_case_that_closed_is_followed_by_another(servers: Stage) -> None:
    notes = [
        nav_note("n-1", period("2026-01-05", "2026-01-18")),
        nav_note("n-2", period("2026-09-01", "2026-09-20")),
    ]
    case = read_case({"employment": "e-1", "notes": notes, "facts": []}, "case")

    records = await simulate(case, DEFAULT, servers)

    opened = [one.case for one in records if one.event.kind == "case_opened"]
    assert opened == ["e-1/1", "e-1/2"]
    assert decided(records) == walked(case, DEFAULT)


async def test_two_employers_are_two_cases_with_two_clocks(servers: Stage) -> None:
    """W12: fully absent at one, half at the other; only the first has a mandatory meeting."""
    first, last = "2026-03-02", "2026-05-03"
    missed = []
    for number, span in enumerate([period(first, last), graded(first, last, 50)]):
        value = {"employment": f"e-{number}", "notes": [nav_note("n-1", span)], "facts": []}
        case = read_case(value, "case")
        told = happenings(case.employment, await simulate(case, DEFAULT, servers), DEFAULT)
        missed.append({one.duty for one in told if one.kind == "duty_missed"})

    assert "dialogue_meeting_1" in missed[0]
    assert "dialogue_meeting_1" not in missed[1]
    assert "follow_up_plan" in missed[0] & missed[1]


async def test_a_file_without_notes_is_a_case_in_which_nothing_happens(servers: Stage) -> None:
    case = read_case({"employment": "e-1", "notes": [], "facts": []}, "case")

    assert await simulate(case, DEFAULT, servers) == ()


async def test_what_cannot_be_accepted_is_told_as_refused(servers: Stage) -> None:
    at = "2026-01-08T09:00:00+01:00"
    facts = [{"type": "returned_to_work", "at": at, "on": "2026-01-08"}]
    case = read_case({"employment": "e-1", "notes": [], "facts": facts}, "case")

    told = happenings(case.employment, await simulate(case, DEFAULT, servers), DEFAULT)

    assert [(one.kind, one.at.isoformat()) for one in told] == [
        ("command_refused", "2026-01-08T08:00:00+00:00")
    ]
    assert told[0].more["code"] == "no_open_case"


class Unreadable(dict[DutyKind, tuple[Rung, ...]]):
    """A part of a policy on which every rule stumbles."""

    def __getitem__(self, key: DutyKind) -> tuple[Rung, ...]:
        raise LookupError(key)

    def get(self, key: DutyKind, default: object = None) -> tuple[Rung, ...]:
        raise LookupError(key)


async def test_a_step_that_fails_ends_the_simulation_instead_of_being_tried_for_ever(
    servers: Stage,
) -> None:
    note = nav_note("n-1", period("2026-01-05", "2026-01-18"))
    case = read_case({"employment": "e-1", "notes": [note], "facts": []}, "case")

    with pytest.raises(LookupError):
        await simulate(case, replace(DEFAULT, ladders=Unreadable()), servers)


def test_the_last_mails_wait_longer_than_any_holiday() -> None:
    """From 24 December on, the longest row of days without mail in this century is five."""
    from activities.send_window import next_opening  # noqa: PLC0415
    from service.simulate import _LAST_MAILS  # noqa: PLC0415

    nights = (datetime(2026, 1, 1, 20, tzinfo=OSLO) + timedelta(days=n) for n in range(3650))
    waits = [opening - at for at in nights if (opening := next_opening(DEFAULT, at)) is not None]
    assert max(waits) < _LAST_MAILS


def test_examples_are_case_files() -> None:
    for path in sorted(Path(ROOT / "examples").glob("*.json")):
        assert load_case_file(path).entries
