"""Builders of sick notes as NAV writes them. People are invented, their numbers synthetic."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

FNR: Final = "15817910030"
ORGNR: Final = "319900004"
SAMPLE: Final = Path(__file__).parents[1] / "adapters" / "formats" / "sample_note.json"

Object = dict[str, Any]


def sample() -> Object:
    """NAV's format in full: all five kinds of activity, every field."""
    found: Object = json.loads(SAMPLE.read_text(encoding="utf-8"))
    return found


def period(first: str, last: str, **activity: Any) -> Object:
    """Write one period; without an activity the person is wholly absent."""
    return {"fom": first, "tom": last, "aktivitet": activity or {"aktivitetIkkeMulig": {}}}


def graded(first: str, last: str, grade: int | None) -> Object:
    """Write a graded period."""
    return period(first, last, gradertSykmelding={"sykmeldingsgrad": grade})


def nav_note(note_id: str, *periods: Object, **more: Any) -> Object:
    """Write a note with nothing but what must be there, and what is given."""
    return {
        "sykmeldingId": note_id,
        "sykmeldt": {"fnr": FNR},
        "arbeidsgiver": {"orgnr": ORGNR},
        "sykmeldingPerioder": list(periods) or [period("2026-01-05", "2026-03-01")],
        **more,
    }
