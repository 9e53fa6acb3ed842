from __future__ import annotations

import pytest

from adapters.formats.national_id import check_national_id, check_organisation_number
from domain.refusals import InvalidValue


def with_check_digits(nine: str) -> str:
    """Complete a number; an independent reading of the two weighted sums."""
    first = -sum(w * int(n) for w, n in zip((3, 7, 6, 1, 8, 9, 4, 5, 2), nine, strict=True)) % 11
    ten = f"{nine}{first}"
    second = -sum(w * int(n) for w, n in zip((5, 4, 3, 2, 7, 6, 5, 4, 3, 2), ten, strict=True)) % 11
    return f"{ten}{second}"


@pytest.mark.parametrize(
    "number",
    [
        "15817910030",  # the Tax Administration's synthetic: month + 80
        with_check_digits("154179100"),  # NAV's synthetic: month + 40
        with_check_digits("558179101"),  # a synthetic D-number: day + 40
    ],
)
def test_synthetic_numbers_are_accepted(number: str) -> None:
    assert check_national_id(number) == number


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("15817910031", "check digits"),
        ("15817910020", "check digits"),
        ("1581791003", "11 digits"),
        ("158179 10030", "11 digits"),
        ("１5817910030", "11 digits"),  # a wide digit is no digit of such a number
        (with_check_digits("328179100"), "date of birth"),  # day 32
        (with_check_digits("159379100"), "date of birth"),  # month 13 + 80
        (with_check_digits("150079101"), "date of birth"),
    ],
)
def test_what_is_no_national_id_is_refused_without_repeating_it(number: str, text: str) -> None:
    with pytest.raises(InvalidValue, match=text) as refused:
        check_national_id(number)

    assert refused.value.field == "fnr"
    assert number not in str(refused.value)


def test_organisation_numbers_are_checked() -> None:
    assert check_organisation_number("319900004") == "319900004"
    with pytest.raises(InvalidValue, match="check digit"):
        check_organisation_number("319900005")
    with pytest.raises(InvalidValue, match="9 digits"):
        check_organisation_number("319 900 004")
