"""Norwegian national identity numbers and organisation numbers, by their check digits.

A number is never repeated in an error. Synthetic numbers of the Tax Administration
(month + 80) and of NAV (month + 40) are accepted beside real ones and D-numbers.
"""

from __future__ import annotations

import re
from typing import Final

from stdnum.exceptions import ValidationError
from stdnum.no import fodselsnummer, orgnr

from domain.refusals import InvalidValue

_ID: Final = re.compile(r"[0-9]{11}")
_ORGNR: Final = re.compile(r"[0-9]{9}")
_SYNTHETIC_MONTH: Final = 80


def check_national_id(text: str, field: str = "fnr") -> str:
    """Give the number back when it is one.

    Raises:
        InvalidValue: wrong length, check digits or date of birth.
    """
    if not _ID.fullmatch(text):
        raise InvalidValue(field, "must be 11 digits")
    digits = (fodselsnummer.calc_check_digit1(text), fodselsnummer.calc_check_digit2(text))
    if (text[9], text[10]) != digits:
        raise InvalidValue(field, "is not a national identity number: its check digits are wrong")
    try:
        fodselsnummer.get_birth_date(_without_synthetic_month(text))
    except ValidationError:
        message = "is not a national identity number: it holds no date of birth"
        raise InvalidValue(field, message) from None
    return text


def check_organisation_number(text: str, field: str = "orgnr") -> str:
    """Give the number back when it is one.

    Raises:
        InvalidValue: wrong length or check digit.
    """
    if not _ORGNR.fullmatch(text):
        raise InvalidValue(field, "must be 9 digits")
    if not orgnr.is_valid(text):
        raise InvalidValue(field, "is not an organisation number: its check digit is wrong")
    return text


def _without_synthetic_month(text: str) -> str:
    """Undo month + 80, which the library does not know; only the date is read from the result."""
    month = int(text[2:4])
    if month <= _SYNTHETIC_MONTH:
        return text
    return f"{text[:2]}{month - _SYNTHETIC_MONTH:02d}{text[4:]}"
