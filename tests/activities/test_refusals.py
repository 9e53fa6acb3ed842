"""Every refusal with its stable code, through a real step on a real log, and its page of docs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import pytest

from activities.messages import CommandMessage
from adapters.event_codec import encode
from adapters.postgres.pool import Pool
from domain.facts import (
    CancelReason,
    ContactMade,
    CorrectionReason,
    DutyKind,
    EmploymentEnded,
    Exempted,
    ExemptionDecided,
    ExemptionReason,
    Fact,
    GradeChanged,
    Measure,
    MeasureEvaluated,
    MeasureOutcome,
    Meeting,
    MeetingCalled,
    MeetingCancelled,
    MeetingHeld,
    MeetingMoved,
    MinutesAnswered,
    NoteWithdrawn,
    PartAnswer,
    PartAnswered,
    PlanCompleted,
    PlanDrafted,
    PlanPart,
    PlanShown,
    Role,
    RowWithdrawn,
    Struck,
    Via,
    WishStated,
    WishWithdrawn,
)
from domain.ids import CauseId, MeasureId, MeetingName, NoteId, RowId, WishId
from domain.refusals import RefusalCode
from tests.support.source import ROOT
from tests.support.steps import MORNING, new_employment, note, step_of, steps_on, telling

TODAY: Final = date(2026, 2, 4)
AT: Final = MORNING + timedelta(days=30)
BOTH: Final = (Role.EMPLOYEE, Role.MANAGER)
DM1: Final = MeetingName("dm1")
MEASURE: Final = Measure(
    measure=MeasureId("m1"), code="other", by=Role.MANAGER, first=date(2026, 2, 1)
)


def plan(version: int | None = 1, parts: int = 4, took_part: bool | None = True) -> PlanCompleted:
    answers = [PartAnswered(part=part, answer=PartAnswer.FILLED) for part in PlanPart]
    return PlanCompleted(
        on=TODAY,
        version=version,
        answers=tuple(answers[:parts]),
        employee_took_part=took_part,
        measures=(MEASURE,),
    )


def call(on: date = date(2026, 2, 18), *more: Role, name: str | None = None) -> MeetingCalled:
    return MeetingCalled(
        meeting=Meeting.DIALOGUE_1,
        on=on,
        invitees=(*BOTH, *more),
        name=MeetingName(name) if name else None,
    )


def held(
    on: date = TODAY, *, who: tuple[Role, ...] = BOTH, goal: date | None = None, name: str = ""
) -> MeetingHeld:
    return MeetingHeld(
        meeting=Meeting.DIALOGUE_1,
        on=on,
        attendees=who,
        goal_on=goal,
        name=MeetingName(name) if name else None,
    )


def wish(about: Role = Role.PRACTITIONER) -> WishStated:
    return WishStated(
        wish=WishId("w-1"), by=Role.EMPLOYEE, about=about, wanted=True, via=Via.PHONE, on=TODAY
    )


def exempted(
    reason: ExemptionReason = ExemptionReason.TOO_ILL_NOW,
    until: date | None = None,
    contacted_on: date | None = TODAY,
    measure: str | None = None,
) -> Exempted:
    return Exempted(
        duty=DutyKind.DIALOGUE_MEETING_1,
        reason=reason,
        until=until,
        contacted_on=contacted_on,
        measure=MeasureId(measure) if measure else None,
    )


def struck(cause: str) -> Struck:
    return Struck(cause=CauseId(cause), reason=CorrectionReason.NOT_SO)


@dataclass(frozen=True)
class Refused:
    """What was told before, what is asked then, and what is said to it."""

    code: RefusalCode
    field: str
    asked: Fact | CommandMessage
    before: tuple[Fact, ...] = ()
    """Told in this order with the causes b-0, b-1 …, after a note with the cause c-1."""
    with_note: bool = True


def message(kind: str, body: Mapping[str, object], **more: object) -> CommandMessage:
    return CommandMessage.model_validate(
        {"id": "asked", "actor": "hr-1", "kind": kind, "body": body, **more}
    )


def seen(number: int) -> CommandMessage:
    return telling(ContactMade(on=TODAY, via=Via.PHONE), "asked").model_copy(
        update={"seen": number}
    )


def instead(fact: Fact, right: Fact | None, **body: object) -> CommandMessage:
    kind = "meeting_held" if right is None else right.kind
    found = body if right is None else encode(right)
    return telling(fact, "asked").model_copy(
        update={"instead_kind": kind, "instead_body": dict(found)}
    )


SOON: Final = ExemptionReason.BACK_SOON_WITHOUT_ADAPTATION
WORKS: Final = ExemptionReason.MEASURES_WORK_SOON_BACK
CANCELLED: Final = MeetingCancelled(name=DM1, reason=CancelReason.OTHER)
R: Final = RefusalCode

TABLE: Final = (
    Refused(R.MALFORMED, "grade", message("grade_changed", {"on": "2026-02-04", "grade": 600})),
    Refused(R.MALFORMED, "instead.on", instead(struck("c-1"), None, on="soon", meeting="dm1")),
    Refused(R.UNKNOWN_COMMAND, "kind", message("no_such_fact", {})),
    Refused(R.NO_OPEN_CASE, "employment", GradeChanged(on=TODAY, grade=50), with_note=False),
    Refused(R.NO_OPEN_CASE, "employment", plan(), with_note=False),
    Refused(R.UNKNOWN_NOTE, "note", NoteWithdrawn(note_id=NoteId("n-9"))),
    Refused(
        R.NOTE_WITHDRAWN,
        "note",
        NoteWithdrawn(note_id=NoteId("n-1")),
        (NoteWithdrawn(note_id=NoteId("n-1")),),
    ),
    Refused(R.NOTE_DIFFERS, "note", note(days=20)),
    Refused(R.UNKNOWN_ROW, "row", RowWithdrawn(row=RowId("row-9"))),
    Refused(
        R.EMPLOYMENT_ENDED,
        "fom",
        note(date(2026, 5, 1), name="n-2"),
        (EmploymentEnded(on=date(2026, 3, 31)),),
    ),
    Refused(R.OUTSIDE_CASE, "on", GradeChanged(on=date(2025, 12, 1), grade=50)),
    Refused(R.MEETING_NEEDS_BOTH, "attendees", held(who=(Role.MANAGER,))),
    Refused(R.IN_FUTURE, "on", held(TODAY + timedelta(days=1))),
    Refused(R.IN_FUTURE, "on", PlanCompleted(on=TODAY + timedelta(days=1))),
    Refused(R.CHANGED_MEANWHILE, "seen", seen(1), (ContactMade(on=TODAY, via=Via.PHONE),)),
    Refused(R.PLAN_INCOMPLETE, "further_follow_up", plan(parts=3)),
    Refused(R.PLAN_INCOMPLETE, "employee_took_part", plan(took_part=None)),
    Refused(R.PLAN_INCOMPLETE, "no_part_because", plan(took_part=False)),
    Refused(R.VERSION_TAKEN, "version", plan(), (plan(),)),
    Refused(R.UNKNOWN_VERSION, "version", PlanDrafted(version=3)),
    Refused(R.UNKNOWN_VERSION, "version", PlanShown(version=1, to=Role.EMPLOYEE, on=TODAY)),
    Refused(
        R.UNKNOWN_MEASURE,
        "measure",
        MeasureEvaluated(measure=MeasureId("m9"), outcome=MeasureOutcome.NO, on=TODAY),
        (plan(),),
    ),
    Refused(R.MEASURE_NEEDED, "measure", exempted(WORKS, until=TODAY), (plan(),)),
    Refused(R.UNKNOWN_MEETING, "name", CANCELLED),
    Refused(R.UNKNOWN_MEETING, "name", held(name="dm1-2")),
    Refused(
        R.UNKNOWN_MEETING,
        "name",
        MinutesAnswered(name=DM1, by=Role.EMPLOYEE, disputed=True),
        (call(),),
    ),
    Refused(R.MEETING_NOT_CALLED, "name", MeetingMoved(name=DM1, on=TODAY), (call(), CANCELLED)),
    Refused(R.MEETING_NOT_CALLED, "name", CANCELLED, (call(), held())),
    Refused(R.NOT_AGREED, "invitees", call(date(2026, 2, 18), Role.PRACTITIONER)),
    Refused(
        R.NOT_AGREED,
        "invitees",
        call(date(2026, 2, 18), Role.PRACTITIONER),
        (wish(), WishWithdrawn(wish=WishId("w-1"), via=Via.PHONE, on=TODAY)),
    ),
    Refused(R.WANTED_LEFT_OUT, "left_out", call(), (wish(Role.OHS),)),
    Refused(R.GOAL_BEFORE_START, "goal_on", held(goal=date(2026, 1, 2))),
    Refused(R.EXEMPTION_NEEDS_CONTACT, "contacted_on", exempted(contacted_on=None)),
    Refused(R.EXEMPTION_NEEDS_DATE, "until", exempted(SOON)),
    Refused(R.EXEMPTION_PAST_DATE, "until", exempted(SOON, until=date(2026, 2, 3))),
    Refused(
        R.UNKNOWN_EXEMPTION,
        "exemption",
        ExemptionDecided(exemption=CauseId("nothing"), approved=True),
    ),
    Refused(R.UNKNOWN_WISH, "wish", WishWithdrawn(wish=WishId("w-9"), via=Via.PHONE, on=TODAY)),
    Refused(R.UNKNOWN_FACT, "cause", struck("nothing")),
    Refused(R.ALREADY_STRUCK, "cause", struck("b-0"), (plan(), struck("b-0"))),
    Refused(R.NOT_CORRECTABLE, "cause", struck("b-1"), (plan(), struck("b-0"))),
    Refused(R.NOT_CORRECTABLE, "instead", instead(held(), plan())),
    Refused(R.IN_FUTURE, "on", instead(struck("b-0"), held(TODAY + timedelta(days=9))), (held(),)),
)


@pytest.mark.parametrize(
    "one",
    [pytest.param(one, id=f"{one.code}-{one.field}-{number}") for number, one in enumerate(TABLE)],
)
async def test_what_is_refused_is_answered_and_recorded_with_its_code(
    pool: Pool, one: Refused
) -> None:
    employment, steps = new_employment(), steps_on(pool)
    if one.with_note:
        await steps.step(step_of(employment, telling(note())))
    for number, fact in enumerate(one.before):
        told = await steps.step(step_of(employment, telling(fact, f"b-{number}"), AT))
        assert told.answer is not None
        assert told.answer.accepted, told.answer
    asked = one.asked if isinstance(one.asked, CommandMessage) else telling(one.asked, "asked")

    answer = (await steps.step(step_of(employment, asked, AT))).answer
    recorded = await pool.fetchval(
        "select body ->> 'code' from case_event where employment_id = $1 and cause_id = 'asked' "
        "and kind = 'command_refused'",
        employment,
    )

    assert answer is not None
    assert (answer.accepted, answer.code, answer.field) == (False, one.code, one.field)
    assert recorded == one.code
    assert answer.text


def test_every_code_is_refused_once_at_least() -> None:
    assert {one.code for one in TABLE} == set(RefusalCode)


def test_the_page_of_refusals_has_every_code_once() -> None:
    page = (ROOT / "docs/refusals.md").read_text(encoding="utf-8")
    codes = re.findall(r"^\| `([a-z_]+)` \|", page, re.MULTILINE)

    assert codes == [str(code) for code in RefusalCode]


def test_every_refusal_says_meaning_rule_and_the_way_out() -> None:
    page = (ROOT / "docs/refusals.md").read_text(encoding="utf-8")
    rows = [line.split("|") for line in page.splitlines() if line.startswith("| `")]

    assert {len(row) for row in rows} == {6}
    assert all(cell.strip() for row in rows for cell in row[1:5])
