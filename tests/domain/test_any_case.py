"""What holds of every case, whatever was told and in whatever order."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.assess import CaseAssessment
from domain.calendar import is_working_day
from domain.cases import walk
from domain.explain import cases_of
from domain.facts import (
    DutyKind,
    Fact,
    GradeChanged,
    LeaveTaken,
    NoteReceived,
    NoteWithdrawn,
    ReturnedToWork,
    SelfCertified,
    VacationTaken,
)
from domain.ids import NoteId
from domain.localtime import OSLO, acting_date, wake_at
from domain.notes import Activity, Note, Period
from domain.policy import DEFAULT
from domain.spans import DateSpan
from domain.timeline import ABSENT, Told, classify, gather

FIRST = date(2023, 10, 1)
MONDAY = date(2026, 1, 5)
AT = datetime(2026, 1, 1, 12, tzinfo=UTC)

days = st.integers(0, 300).map(lambda number: MONDAY + timedelta(days=number))
starts = st.integers(0, 1900).map(lambda number: FIRST + timedelta(days=number))
grades = st.integers(0, 100)


@st.composite
def spans(draw: st.DrawFn, longest: int = 60) -> DateSpan:
    first = draw(days)
    return DateSpan(first=first, last=first + timedelta(days=draw(st.integers(0, longest))))


@st.composite
def notes(draw: st.DrawFn) -> Note:
    grade = draw(st.none() | grades)
    activity = Activity.NO_ACTIVITY if grade is None else Activity.GRADED
    period = Period(span=draw(spans()), activity=activity, grade=grade)
    certified = draw(st.lists(spans(4), max_size=1))
    return Note(note_id=NoteId("n-1"), periods=(period,), self_certified=tuple(certified))


@st.composite
def absence_facts(draw: st.DrawFn) -> list[Fact]:
    # A note id that is told twice counts as it was told first (R7), so each has its own.
    received = [
        NoteReceived(note=replace(one, note_id=NoteId(f"n-{number}")))
        for number, one in enumerate(draw(st.lists(notes(), max_size=6)))
    ]
    off = draw(st.lists(spans(21), max_size=3))
    certified = draw(st.lists(spans(8), max_size=2))
    # Two changes from the same day count by the instant at which they were told (R37).
    changed = draw(st.dictionaries(days, grades, max_size=3))
    returned = draw(st.lists(days, max_size=2))
    withdrawn = [one.note.note_id for one in received if draw(st.integers(0, 5)) == 0]
    return [
        *received,
        *(NoteWithdrawn(note_id=note_id) for note_id in withdrawn),
        *(VacationTaken(span=span) for span in off[::2]),
        *(LeaveTaken(span=span) for span in off[1::2]),
        *(SelfCertified(span=span) for span in certified),
        *(GradeChanged(on=on, grade=grade) for on, grade in changed.items()),
        *(ReturnedToWork(on=on) for on in returned),
    ]


def told_in_turn(facts: list[Fact]) -> list[tuple[datetime, Fact]]:
    return [(AT + timedelta(hours=number), fact) for number, fact in enumerate(facts)]


@given(absence_facts(), days, st.randoms(use_true_random=False))
def test_the_order_in_which_facts_arrive_changes_no_date(
    facts: list[Fact], on: date, chance: random.Random
) -> None:
    shuffled = list(facts)
    chance.shuffle(shuffled)

    assert cases_of(told_in_turn(facts), DEFAULT, on) == cases_of(
        told_in_turn(shuffled), DEFAULT, on
    )


@given(absence_facts())
def test_cases_lie_sixteen_days_apart_and_hold_every_day_of_absence(facts: list[Fact]) -> None:
    known = gather([Told(at=at, fact=fact) for at, fact in told_in_turn(facts)])  # type: ignore[arg-type]
    classes = classify(known, DEFAULT)
    cases = walk(classes, DEFAULT)

    counted = [day for case in cases for day in case.counted]
    assert counted == sorted(set(counted))
    assert {day for day, kind in classes.items() if kind in ABSENT} <= set(counted)
    for one, two in pairwise(cases):
        assert two.first - one.last > DEFAULT.case_gap_days
    for case in cases:
        assert all(two - one <= DEFAULT.case_gap_days for one, two in pairwise(case.counted))
        assert set(case.full) <= set(case.counted)


@given(absence_facts(), days)
def test_targets_are_working_days_on_or_before_the_legal_date(facts: list[Fact], on: date) -> None:
    for case in cases_of(told_in_turn(facts), DEFAULT, on):
        assert [duty.kind for duty in case.duties] == list(DutyKind)
        for duty in case.duties:
            assert (duty.legal_on is None) == (duty.target_on is None)
            assert duty.why
            if duty.legal_on and duty.target_on:
                assert duty.target_on <= duty.legal_on
                assert is_working_day(duty.target_on, DEFAULT.half_days)


def from_start(start: date, *changes: GradeChanged, length: int = 400) -> CaseAssessment:
    span = DateSpan(first=start, last=start + timedelta(days=length - 1))
    period = Period(span=span, activity=Activity.NO_ACTIVITY)
    note = NoteReceived(note=Note(note_id=NoteId("n-1"), periods=(period,)))
    (case,) = cases_of(told_in_turn([note, *changes]), DEFAULT, start)
    return case


def legal(case: CaseAssessment, kind: DutyKind) -> date:
    (found,) = [duty.legal_on for duty in case.duties if duty.kind is kind]
    assert found is not None
    return found


@given(starts)
def test_summer_time_leap_days_and_new_year_change_no_count(start: date) -> None:
    case = from_start(start)

    assert legal(case, DutyKind.FOLLOW_UP_PLAN) == start + timedelta(days=27)
    assert legal(case, DutyKind.DIALOGUE_MEETING_1) == start + timedelta(days=48)
    assert legal(case, DutyKind.ACTIVITY_REQUIREMENT) == start + timedelta(days=55)
    assert legal(case, DutyKind.NAV_DIALOGUE_MEETING) == start + timedelta(days=181)
    assert case.gross_days == case.net_days == 1


@given(starts, st.integers(0, 90), st.integers(1, 99))
def test_a_regrade_a_day_later_moves_the_meeting_by_a_day_at_most(
    start: date, after: int, grade: int
) -> None:
    def meeting(change_after: int) -> date:
        change = GradeChanged(on=start + timedelta(days=change_after), grade=grade)
        return legal(from_start(start, change), DutyKind.DIALOGUE_MEETING_1)

    assert abs((meeting(after + 1) - meeting(after)).days) <= 1


@given(starts, st.integers(0, 23), st.integers(0, 59))
def test_a_wake_is_at_seven_in_oslo_and_acts_for_its_own_day(
    day: date, hour: int, minute: int
) -> None:
    wake = wake_at(day, DEFAULT.wake_hour)
    now = datetime.combine(day, time(hour, minute), OSLO).astimezone(UTC)

    assert wake.astimezone(OSLO).time() == time(7)
    assert acting_date(wake, DEFAULT.wake_hour) == day
    expected = day if now >= wake else day - timedelta(days=1)
    assert acting_date(now, DEFAULT.wake_hour) == expected


@pytest.mark.parametrize("lasting", [55, 56])
def test_the_activity_requirement_needs_56_days(lasting: int) -> None:
    start = date(2026, 1, 5)
    back = ReturnedToWork(on=start + timedelta(days=lasting))
    (case,) = cases_of(
        [
            *told_in_turn([NoteReceived(note=plain(start, lasting))]),
            (AT + timedelta(days=60), back),
        ],
        DEFAULT,
        start + timedelta(days=80),
    )
    state = {duty.kind: duty.state for duty in case.duties}[DutyKind.ACTIVITY_REQUIREMENT]

    assert state == ("information" if lasting == 56 else "not_applicable")


def plain(start: date, length: int) -> Note:
    span = DateSpan(first=start, last=start + timedelta(days=length - 1))
    period = Period(span=span, activity=Activity.NO_ACTIVITY)
    return Note(note_id=NoteId("n-1"), periods=(period,))
