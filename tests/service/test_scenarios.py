"""The scenarios of examples/scenarios through the real workflow: what each is there to show."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from adapters.formats.case_file import load_case_file
from domain.events import (
    DutyMissed,
    ExemptionLapsed,
    InvitationDue,
    Recorded,
    ReminderDue,
    ReminderSent,
)
from domain.facts import DutyKind, Role
from domain.policy import DEFAULT
from service.explain import explain
from service.simulate import Stage, simulate, stage
from tests.service.test_simulate import decided, walked
from tests.support.source import ROOT

FOLDER = ROOT / "examples" / "scenarios"
NAMES = sorted(path.stem for path in FOLDER.glob("*.json"))
DM1 = DutyKind.DIALOGUE_MEETING_1
BUDGET = 6


@pytest.fixture(scope="module")
async def servers(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with stage(tmp_path_factory.mktemp("mails")) as started:
        yield started


@pytest.fixture(scope="module")
async def played(servers: Stage) -> dict[str, tuple[Recorded, ...]]:
    return {
        name: await simulate(load_case_file(FOLDER / f"{name}.json"), DEFAULT, servers)
        for name in NAMES
    }


def events(records: tuple[Recorded, ...], kind: type) -> list[Recorded]:
    return [one for one in records if isinstance(one.event, kind)]


@pytest.mark.parametrize("name", NAMES)
async def test_each_happens_as_the_rules_say(
    played: dict[str, tuple[Recorded, ...]], name: str
) -> None:
    assert decided(played[name]) == walked(load_case_file(FOLDER / f"{name}.json"), DEFAULT)
    refused = [one for one in played[name] if one.event.kind == "command_refused"]
    assert refused == []


async def test_everything_on_time_costs_the_manager_six_mails_at_most(
    played: dict[str, tuple[Recorded, ...]],
) -> None:
    """R43: and nothing is missed or late."""
    records = played["everything-on-time"]
    told = [one.event for one in records]
    sent = [one for one in told if isinstance(one, ReminderSent) and one.role is Role.MANAGER]
    reminders = [one for one in sent if ":meeting-" not in one.reminder]

    assert 0 < len(reminders) <= BUDGET
    assert not events(records, DutyMissed)
    case = load_case_file(FOLDER / "everything-on-time.json")
    assert case.on is not None
    (only,) = explain(case, DEFAULT, case.on).cases
    states = {str(duty.state) for duty in only.duties}
    assert states <= {"done", "information"}


async def test_a_graded_case_with_a_yes_has_its_meeting_in_time(
    played: dict[str, tuple[Recorded, ...]],
) -> None:
    assert not events(played["graded-with-a-yes"], DutyMissed)
    case = load_case_file(FOLDER / "graded-with-a-yes.json")
    assert case.on is not None
    (only,) = explain(case, DEFAULT, case.on).cases
    meeting = next(duty for duty in only.duties if duty.kind is DM1)
    assert (meeting.mandatory, str(meeting.state)) == (True, "done")


async def test_too_ill_now_lapses_and_the_meeting_is_held_late(
    played: dict[str, tuple[Recorded, ...]],
) -> None:
    records = played["too-ill-then-late"]
    (lapsed,) = [one.event for one in records if isinstance(one.event, ExemptionLapsed)]
    (missed,) = [one.event for one in records if isinstance(one.event, DutyMissed)]

    assert (lapsed.on.isoformat(), lapsed.premise_failed) == ("2026-03-03", False)
    assert (missed.duty, missed.legal_on.isoformat()) == (DM1, "2026-03-03")


async def test_a_withdrawn_agreement_takes_the_practitioners_invitation_back(
    played: dict[str, tuple[Recorded, ...]],
) -> None:
    due = [one.event for one in played["agreement-withdrawn"]]
    changes = [(str(one.change), one.to) for one in due if isinstance(one, InvitationDue)]

    assert changes[-1] == ("taken_back", (Role.PRACTITIONER,))


async def test_after_nobody_came_one_new_call_and_no_mail_while_it_stands(
    played: dict[str, tuple[Recorded, ...]],
) -> None:
    records = played["did-not-come"]
    after = [one for one in records if one.at.date().isoformat() > "2026-02-18"]
    reminders = [one.event for one in after if isinstance(one.event, ReminderDue)]

    assert [one for one in reminders if one.duty is DM1] == []
    assert [str(one.event.duty) for one in events(records, DutyMissed)] == [str(DM1)]  # type: ignore[union-attr]


async def test_after_a_change_of_manager_the_new_one_is_reminded_and_the_old_one_stays_on_record(
    played: dict[str, tuple[Recorded, ...]],
) -> None:
    """R45: looked up when it is sent; the change comes in week 5."""
    sent = [
        (one.at.date().isoformat(), one.event.to_person)
        for one in played["another-manager"]
        if isinstance(one.event, ReminderSent) and one.event.role is Role.MANAGER
    ]
    first = {person for on, person in sent if on < "2026-02-02"}
    later = {person for on, person in sent if on >= "2026-02-02"}

    assert (first, later) == ({"p-first"}, {"p-second"})
