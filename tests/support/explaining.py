"""Case files as dictionaries, explained in process, for tests that speak in dates."""

from __future__ import annotations

from datetime import date
from typing import Any

from adapters.formats.case_file import read_case
from domain.policy import DEFAULT, Policy
from service.explain import as_json, explain
from tests.support.notes import graded, nav_note, period

Object = dict[str, Any]

__all__ = ["Object", "duty", "explained", "full", "graded", "nav_note", "only", "part", "period"]


def full(note_id: str, first: str, last: str, **more: Any) -> Object:
    """Write a note of full absence."""
    return nav_note(note_id, period(first, last), **more)


def part(note_id: str, first: str, last: str, grade: int) -> Object:
    """Write a graded note."""
    return nav_note(note_id, graded(first, last, grade))


def explained(
    *notes: Object, on: str, facts: list[Object] | None = None, policy: Policy = DEFAULT
) -> list[Object]:
    """Explain notes and facts as seen from a day: the cases, as `tilbake explain` prints them."""
    case = {"employment": "e-1", "notes": list(notes), "facts": facts or []}
    said: Any = as_json(explain(read_case(case, "case"), policy, date.fromisoformat(on)))
    cases: list[Object] = said["cases"]
    return cases


def only(cases: list[Object]) -> Object:
    """Give the one case there is."""
    assert len(cases) == 1, [(case["start"], case["last_day"]) for case in cases]
    return cases[0]


def duty(case: Object, kind: str) -> Object:
    """Give a duty of a case by its kind."""
    found: Object = next(one for one in case["duties"] if one["kind"] == kind)
    return found
