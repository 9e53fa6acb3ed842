"""What a text about a case must not hold is found by its shape, and much else is left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.formats.text_guard import Suspect, suspects
from tests.support.people import synthetic_id

CODES = [
    "F32.1",  # ICD-10 with its point
    "m54.5",  # written small
    "M54",  # ICD-10, three characters
    "P76",  # ICPC-2
    "L03",  # ICPC-2
    "Årsak: P76, langvarig",  # among words
    "(F32.1)",  # in brackets
    "Koden er L03.",  # at the end of a sentence
    "rom M54",  # a room looks the same: that is what --anyway is for
    "diagnose F321",  # without the point, where codes are spoken of
    "ICD-10 M545",
]

NO_CODES = [
    "",
    "Hev-senk-bord i rom B212",  # numbers of rooms have three digits as often
    "K-7F3Q",  # the mark of a case
    "aml. § 4-6 (3)",
    "2026-02-18T10:00",  # a time of a computer
    "kl. 10.30",
    "A4-ark og E6",
    "covid19",
    "https://example.org/M54/side",
    "v2.10",
    "AB12",
    "4-6 timer, 50 %",
    "Q-2026/X12",
    "m54 uten stor bokstav",
]

NO_IDS = [
    "12345678901",  # eleven digits whose check digits are wrong
    "158179100300",  # twelve
    "tlf. 99887766",
    "org. 319900004",
    "konto 1234 56 78903",
]


@pytest.mark.parametrize("text", CODES)
def test_what_looks_like_a_code_is_found(text: str) -> None:
    assert [one.suspect for one in suspects(text)] == [Suspect.MEDICAL_CODE]


@pytest.mark.parametrize("text", NO_CODES)
def test_what_is_written_at_work_is_left_alone(text: str) -> None:
    assert suspects(text) == ()


@pytest.mark.parametrize("text", NO_IDS)
def test_other_numbers_are_left_alone(text: str) -> None:
    assert suspects(text) == ()


@given(st.integers(min_value=0, max_value=500), st.sampled_from(["", " ", ".", "-"]))
def test_a_national_id_is_found_however_it_is_written(number: int, gap: str) -> None:
    digits = synthetic_id(number)

    found = suspects(f"Ansatt\nmed {digits[:6]}{gap}{digits[6:]} i mappen")

    assert [(one.line, one.suspect) for one in found] == [(2, Suspect.NATIONAL_ID)]


@given(
    st.lists(
        st.text(alphabet=st.characters(exclude_characters="\r\n\v\f\x1c\x1d\x1e\x85")), max_size=4
    )
)
def test_the_line_is_the_one_an_editor_shows(lines: list[str]) -> None:
    lines = [line.replace("\u2028", " ").replace("\u2029", " ") for line in lines]
    found = suspects("\n".join([*lines, "P76"]))

    assert found[-1].line == len(lines) + 1


def test_a_finding_repeats_nothing_of_the_text() -> None:
    digits = synthetic_id(7)
    [finding] = suspects(digits)

    assert digits not in str(finding)
    assert str(finding) == "line 1 holds what looks like a national identity number"
