"""What NAV's form asks of a plan besides the Act, and whether a plan answers it (R27).

It is asked only of a plan that goes through NAV, and looked at on the day on which it is sent:
what was kept earlier can always be opened.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

from domain.spans import ONE_DAY

TEXTS: Final[Mapping[str, str]] = {
    "typical_workday": "What does a typical day at work look like?",
    "tasks_possible": "Which tasks can the employee still do?",
    "tasks_not_possible": "Which tasks can the employee not do now?",
    "adaptation_tried": "What was adapted so far, and how did it go?",
    "adaptation_planned": "What is adapted from now on?",
    "follow_up": "How do you see whether the adaptation works?",
}
CONTACT: Final[Mapping[str, str]] = {
    "contact_name": "Whom can NAV turn to at the workplace?",
    "contact_phone": "",
    "contact_mail": "",
}
NOT_TAKEN_PART: Final = "no_part_description"
OPTIONAL: Final[Mapping[str, str]] = {
    "other_options": "May be left empty: what was not tried yet?",
    "help_from_nav": "May be left empty: what help do you need from NAV?",
    "additional_information": "May be left empty: what else should NAV know?",
    NOT_TAKEN_PART: "Only when the employee took no part: why not, in words?",
}
ASKED: Final[Mapping[str, str]] = {**TEXTS, **CONTACT, **OPTIONAL}
"""Every text of the table `nav`, and how the template asks for it."""

_HOW: Final = "complete a version made with `tilbake case plan template CASE --nav`"
_SHAPES: Final = {
    "contact_phone": (re.compile(r"\+?[0-9][0-9 ]{4,18}"), "must be a telephone number"),
    "contact_mail": (re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+"), "must be a mail address"),
}


def faults_for_nav(
    said: Mapping[str, str], evaluation_on: date | None, took_part: bool | None, sent_on: date
) -> Iterator[tuple[str, str]]:
    """Name each field that NAV would refuse, and what is wrong with it."""
    for name in (*TEXTS, "evaluation_on", *CONTACT, NOT_TAKEN_PART):
        if name == "evaluation_on":
            fault = _day_fault(evaluation_on, sent_on)
        elif name == NOT_TAKEN_PART:
            fault = _part_fault(said.get(name, ""), took_part)
        else:
            fault = _text_fault(name, said.get(name, ""))
        if fault:
            yield f"nav.{name}", f"{fault}: {_HOW}"


def _text_fault(name: str, text: str) -> str:
    if not text:
        return "is empty, and NAV asks it"
    shape = _SHAPES.get(name)
    return shape[1] if shape and not shape[0].fullmatch(text) else ""


def _day_fault(day: date | None, sent_on: date) -> str:
    if day is None:
        return "is empty, and NAV asks it"
    first, last = sent_on + ONE_DAY, _a_year_after(sent_on)
    return "" if first <= day <= last else f"{day} must be from {first} to {last}"


def _a_year_after(day: date) -> date:
    is_leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year + 1, day=28 if is_leap_day else day.day)


def _part_fault(text: str, took_part: bool | None) -> str:
    if took_part is False and not text:
        return "is empty, and NAV asks why the employee took no part"
    return "must be empty, since the employee took part" if took_part and text else ""
