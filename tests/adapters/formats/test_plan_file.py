"""The plan's words as TOML: read, written the same way each time, and refused with a place."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.formats.located import Faulty
from adapters.formats.plan_file import (
    LONGEST,
    MeasureRow,
    PartText,
    PlanWords,
    read_plan,
)
from adapters.formats.plan_for_nav import ASKED, CONTACT, TEXTS
from adapters.formats.plan_text import kept_plan, template_of
from domain.facts import Measure, NoPartReason, PartAnswer, PlanPart, Role
from domain.ids import MeasureId

WORDS = st.text(max_size=60).map(str.strip)
SAID = WORDS.filter(bool)
DAYS = st.dates(min_value=date(2020, 1, 1), max_value=date(2030, 1, 1))


@st.composite
def rows(draw: st.DrawFn) -> MeasureRow:
    first = draw(DAYS)
    later = st.none() | st.integers(0, 300).map(lambda days: first + timedelta(days=days))
    return MeasureRow(
        measure=Measure(
            measure=MeasureId(draw(st.from_regex(r"[a-z0-9][a-z0-9-]{0,9}", fullmatch=True))),
            code=draw(st.sampled_from(["other", "desk"])),
            by=draw(st.sampled_from(Role)),
            first=first,
            last=draw(later),
            evaluate_on=draw(later),
        ),
        what=draw(SAID),
    )


PARTS = st.builds(lambda text: PartText(text=text), WORDS) | st.builds(
    lambda text: PartText(not_relevant=text), SAID
)
PLANS = st.builds(
    PlanWords,
    parts=st.fixed_dictionaries(dict.fromkeys(PlanPart, PARTS)),
    employee_took_part=st.none() | st.booleans(),
    no_part_because=st.none() | st.sampled_from(NoPartReason),
    shown_to=st.lists(st.sampled_from(Role), unique=True).map(tuple),
    measures=st.lists(rows(), max_size=3, unique_by=lambda row: row.measure.measure).map(tuple),
    nav=st.dictionaries(st.sampled_from(sorted(ASKED)), SAID),
    nav_evaluation_on=st.none() | DAYS,
)


@given(PLANS)
def test_what_is_kept_reads_back_as_it_was(plan: PlanWords) -> None:
    kept = kept_plan(plan)

    assert read_plan("kept", kept) == plan
    assert kept_plan(read_plan("kept", kept)) == kept


@given(PLANS)
def test_a_template_says_what_the_last_version_said(plan: PlanWords) -> None:
    text = template_of(plan, seen=7, catalogue=("desk",), with_nav=True)

    read = read_plan("template", text, ("desk",))

    assert read.seen == 7
    assert kept_plan(read) == kept_plan(plan)


def test_an_empty_template_answers_nothing() -> None:
    read = read_plan("t", template_of(PlanWords(), seen=0, catalogue=(), with_nav=False), ())

    assert read.answers() == ()
    assert read.measures == ()


def test_an_answer_is_filled_or_not_relevant() -> None:
    text = 'format = 1\n[tasks_and_ability]\ntext = "x"\n[authority_measures]\nnot_relevant = "y"'

    assert {one.part: one.answer for one in read_plan("plan", text).answers()} == {
        PlanPart.TASKS_AND_ABILITY: PartAnswer.FILLED,
        PlanPart.AUTHORITY_MEASURES: PartAnswer.NOT_RELEVANT,
    }


def test_a_measure_without_an_id_gets_a_free_one() -> None:
    row = '[[measures]]\nwhat = "a"\nby = "manager"\nfirst = 2026-01-05\n'
    named = row + 'id = "m1"\n'

    read = read_plan("plan", f"format = 1\n{row}{named}{row}", ())

    assert [one.measure.measure for one in read.measures] == ["m2", "m1", "m3"]


ROW = '[[measures]]\nwhat = "a"\nby = "manager"\nfirst = 2026-01-05\n'


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "format: is missing"),
        ("format = 2", "format: must be 1"),
        ("format = ", "is not valid TOML"),
        ("format = 1\nmood = 1", "mood: there is no such field here"),
        ('format = 1\nseen = "x"', "seen: must be a whole number, not a text"),
        ("format = 1\n[tasks_and_ability]\nwords = 1", "tasks_and_ability.words: there is no such"),
        (
            'format = 1\n[tasks_and_ability]\ntext = "x"\nnot_relevant = "y"',
            "tasks_and_ability.not_relevant: must not stand beside a text",
        ),
        (
            f'format = 1\n[tasks_and_ability]\ntext = "{"x" * (LONGEST + 1)}"',
            "tasks_and_ability.text: is longer than 2000 characters",
        ),
        (f"format = 1\n{ROW}code = 'desk'", "measures[0].code: must be one of other"),
        (f"format = 1\n{ROW}last = 2026-01-04", "measures[0].last: 2026-01-04 must not be before"),
        (f"format = 1\n{ROW}id = 'Kari'", "measures[0].id: must be 1 to 30 small letters"),
        (f"format = 1\n{ROW}id = 'a'\n{ROW}id = 'a'", "measures[1].id: a stands at another"),
        (f"format = 1\n{ROW.replace('what', 'why')}", "measures[0].what: is empty"),
        ("format = 1\nshown_to = ['nabo']", "shown_to[0]: must be one of"),
        ("format = 1\nmeasures = 1", "measures: must be a list"),
        ("format = 1\nnav = 1", "nav: must be an object"),
    ],
)
def test_a_fault_is_named_with_its_place(text: str, fault: str) -> None:
    with pytest.raises(Faulty) as refused:
        read_plan("plan.toml", text, ())

    assert str(refused.value).removeprefix("plan.toml: ").startswith(fault)


SENT_ON = date(2026, 2, 27)
FOR_NAV = PlanWords(
    employee_took_part=True,
    nav={
        **dict.fromkeys(TEXTS, "x"),
        "contact_name": "Leda Prøvesen",
        "contact_phone": "+47 22 00 00 00",
        "contact_mail": "leda@example.org",
    },
    nav_evaluation_on=date(2026, 3, 27),
)
NO_PART = replace(FOR_NAV, employee_took_part=False)


def test_a_plan_that_answers_all_that_nav_asks_is_taken() -> None:
    assert FOR_NAV.refused_by_nav(SENT_ON) == ()
    said = replace(NO_PART, nav={**NO_PART.nav, "no_part_description": "Fikk ikke tak i."})
    assert said.refused_by_nav(SENT_ON) == ()


def test_each_field_that_nav_asks_is_missing_until_it_is_said() -> None:
    empty = [field for field, _ in PlanWords().refused_by_nav(SENT_ON)]
    each = (*TEXTS, "evaluation_on", *CONTACT)

    assert empty == [f"nav.{name}" for name in each]
    for name in (*TEXTS, *CONTACT):
        without = replace(FOR_NAV, nav={**FOR_NAV.nav, name: ""})
        [(field, text)] = without.refused_by_nav(SENT_ON)
        assert field == f"nav.{name}"
        assert "`tilbake case plan template CASE --nav`" in text


@pytest.mark.parametrize(
    ("day", "is_taken"),
    [
        (SENT_ON, False),
        (date(2026, 2, 28), True),
        (date(2027, 2, 27), True),
        (date(2027, 2, 28), False),
    ],
)
def test_nav_takes_an_evaluation_from_the_next_day_to_a_year_on(
    day: date, *, is_taken: bool
) -> None:
    faults = replace(FOR_NAV, nav_evaluation_on=day).refused_by_nav(SENT_ON)

    assert [field for field, _ in faults] == ([] if is_taken else ["nav.evaluation_on"])


def test_a_year_after_a_leap_day_is_the_last_of_february() -> None:
    last = replace(FOR_NAV, nav_evaluation_on=date(2029, 2, 28))

    assert last.refused_by_nav(date(2028, 2, 29)) == ()
    assert replace(last, nav_evaluation_on=date(2029, 3, 1)).refused_by_nav(date(2028, 2, 29))


def test_why_the_employee_took_no_part_is_said_then_and_only_then() -> None:
    also = replace(FOR_NAV, nav={**FOR_NAV.nav, "no_part_description": "Fikk ikke tak i."})

    [(missing, _)] = NO_PART.refused_by_nav(SENT_ON)
    [(needless, text)] = also.refused_by_nav(SENT_ON)

    assert missing == needless == "nav.no_part_description"
    assert text.startswith("must be empty")


@pytest.mark.parametrize(
    ("name", "wrong"), [("contact_phone", "ring meg"), ("contact_mail", "leda")]
)
def test_a_contact_that_cannot_be_reached_is_refused(name: str, wrong: str) -> None:
    faulty = replace(FOR_NAV, nav={**FOR_NAV.nav, name: wrong})

    assert [field for field, _ in faulty.refused_by_nav(SENT_ON)] == [f"nav.{name}"]


def test_a_text_for_nav_has_the_length_that_its_form_takes() -> None:
    text = f'format = 1\n[nav]\nfollow_up = "{"x" * (LONGEST + 1)}"'

    with pytest.raises(Faulty, match=r"nav\.follow_up: is longer than 2000 characters"):
        read_plan("plan.toml", text, ())


def test_the_template_asks_for_nav_only_when_it_is_wanted() -> None:
    with_nav = template_of(PlanWords(), seen=0, catalogue=(), with_nav=True)
    without = template_of(PlanWords(), seen=0, catalogue=(), with_nav=False)

    assert [name for name in ASKED if f"\n{name} = " not in with_nav] == []
    assert [name for name in ASKED if f"\n{name} = " in without] == []
