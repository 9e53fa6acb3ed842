"""The employer's policy, TOML: every number is a table `{ value = …, source = "…" }`.

A file overrides single entries of `domain.policy.DEFAULT`; a ladder is replaced whole.
Ranges of the values are checked here, what they mean is the domain's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Final, TypedDict

from adapters.formats.located import Faults, below, shown_key
from adapters.formats.reading import read_toml
from adapters.formats.record import Record
from domain.events import Stage
from domain.facts import EXEMPTABLE, DutyKind, Role
from domain.policy import DEFAULT, Anchor, MixedWeeks, Policy, Rung

VERSION: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
NO_LIMIT: Final = "none"
"""Written for an hour of the send window that does not exist; TOML has no null."""

_YEAR: Final = 366
_LEAP_YEAR: Final = 2024
_CODE: Final = re.compile(r"[a-z][a-z0-9_]{0,59}")
_HALF_DAY: Final = re.compile(r"([0-9]{2})-([0-9]{2})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """The least and the greatest that a number of the policy may be."""

    least: int
    most: int


RANGES: Final[Mapping[str, Range]] = MappingProxyType(
    {
        "plan_days": Range(least=1, most=_YEAR),
        "meeting_days": Range(least=1, most=_YEAR),
        "activity_days": Range(least=1, most=_YEAR),
        "nav_question_offset": Range(least=1, most=2 * _YEAR),
        "nav_meeting_offset": Range(least=1, most=2 * _YEAR),
        "plan_to_nav_days_before": Range(least=0, most=_YEAR),
        "update_plan_days": Range(least=0, most=_YEAR),
        "employer_period_days": Range(least=0, most=_YEAR),
        "max_sick_pay_weekdays": Range(least=1, most=3 * _YEAR),
        "case_gap_days": Range(least=1, most=_YEAR),
        "note_gap_grace": Range(least=0, most=_YEAR),
        "exemption_review_days": Range(least=1, most=_YEAR),
        "short_notice_workdays": Range(least=0, most=60),
        "resend_after_days": Range(least=1, most=_YEAR),
        "due_soon_workdays": Range(least=0, most=60),
        "wake_hour": Range(least=0, most=23),
    }
)
"""Every whole number of the policy that stands for itself."""


class _Numbers(TypedDict, total=False):
    """The entries of `Policy` that are whole numbers; `RANGES` lists the same names."""

    plan_days: int
    meeting_days: int
    activity_days: int
    nav_question_offset: int
    nav_meeting_offset: int
    plan_to_nav_days_before: int
    update_plan_days: int
    employer_period_days: int
    max_sick_pay_weekdays: int
    case_gap_days: int
    note_gap_grace: int
    exemption_review_days: int
    short_notice_workdays: int
    resend_after_days: int
    due_soon_workdays: int
    wake_hour: int


def load_policy(path: Path | None) -> Policy:
    """Read a policy file; without one the default policy counts.

    Raises:
        Faulty: with the first fault and how many more there are.
    """
    return DEFAULT if path is None else read_policy(read_toml(path), str(path))


def read_policy(value: Mapping[str, object], name: str) -> Policy:
    """Read a policy that is already parsed; `name` stands in the error.

    Raises:
        Faulty: with the first fault and how many more there are.
    """
    faults = Faults()
    record = Record(dict(value), "", faults)
    version = record.text("version")
    if isinstance(record.value("version"), str) and not VERSION.fullmatch(version):
        record.fault("version", "must be 1 to 40 letters, digits, . _ or -")
    policy = _with_numbers(replace(DEFAULT, version=version), record)
    policy = _with_words(policy, record)
    policy = _with_window(policy, record)
    policy = replace(policy, ladders=_ladders(record), allotment=_allotment(record))
    record.refuse_unread()
    if policy.note_gap_grace > policy.case_gap_days:
        record.fault(
            "note_gap_grace", f"must not be longer than case_gap_days {policy.case_gap_days}"
        )
    faults.check(name)
    return policy


def _with_numbers(policy: Policy, record: Record) -> Policy:
    found: _Numbers = {}
    for name, allowed in RANGES.items():
        entry = _entry(record, name)
        if entry is not None:
            found[name] = _number(entry, allowed)  # type: ignore[literal-required]
    return replace(policy, **found)


def _with_words(policy: Policy, record: Record) -> Policy:
    if (entry := _entry(record, "enclosed_weekends")) is not None:
        policy = replace(policy, enclosed_weekends=entry.boolean("value"))
    if (entry := _entry(record, "exemption_approval")) is not None:
        policy = replace(policy, exemption_approval=entry.boolean("value"))
    if (entry := _entry(record, "has_ohs")) is not None:
        policy = replace(policy, has_ohs=entry.boolean("value"))
    if (entry := _entry(record, "measures")) is not None:
        policy = replace(policy, measures=_measures(entry))
    if (entry := _entry(record, "mixed_weeks")) is not None:
        policy = replace(policy, mixed_weeks=entry.choice("value", MixedWeeks))
    if (entry := _entry(record, "half_days")) is not None:
        policy = replace(policy, half_days=_half_days(entry))
    return policy


def _measures(entry: Record) -> tuple[str, ...]:
    found = []
    for value, place in entry.items("value"):
        if not isinstance(value, str) or not _CODE.fullmatch(value):
            entry.fault("value", f"{place} must be a code: small letters, digits and _")
        elif value in found:
            entry.fault("value", f"{value} stands twice")
        else:
            found.append(value)
    return tuple(found)


def _with_window(policy: Policy, record: Record) -> Policy:
    """Read the send window; both hours or neither."""
    begins, ends = policy.send_from_hour, policy.send_to_hour
    if (entry := _entry(record, "send_from_hour")) is not None:
        begins = _hour(entry, Range(least=0, most=23))
    if (entry := _entry(record, "send_to_hour")) is not None:
        ends = _hour(entry, Range(least=1, most=24))
    if not record.is_faulty:
        if (begins is None) != (ends is None):
            record.fault(
                "send_from_hour", f'must be "{NO_LIMIT}" together with send_to_hour, or neither'
            )
        elif begins is not None and ends is not None and begins >= ends:
            record.fault("send_from_hour", f"{begins} must be before send_to_hour {ends}")
    return replace(policy, send_from_hour=begins, send_to_hour=ends)


def _entry(record: Record, name: str) -> Record | None:
    """Give the table of one number, its source checked; None when the file leaves it out."""
    if not record.states(name):
        return None
    entry = Record(record.value(name), below(record.place, name), record.faults)
    _source(entry)
    entry.require("value")
    entry.value("value")
    entry.refuse_unread()
    return entry


def _source(record: Record) -> None:
    if not record.text("source").strip() and isinstance(record.value("source"), str):
        record.fault("source", "must say where the value comes from")


def _number(record: Record, allowed: Range, key: str = "value") -> int:
    found = record.optional_integer(key)
    if found is None:
        return allowed.least
    if not allowed.least <= found <= allowed.most:
        record.fault(key, f"{found} must lie between {allowed.least} and {allowed.most}")
    return found


def _hour(record: Record, allowed: Range) -> int | None:
    return None if record.value("value") == NO_LIMIT else _number(record, allowed)


def _half_days(record: Record) -> tuple[tuple[int, int], ...]:
    found = []
    for item, place in record.items("value"):
        match = _HALF_DAY.fullmatch(item) if isinstance(item, str) else None
        day = (int(match[1]), int(match[2])) if match else (0, 0)
        try:
            date(_LEAP_YEAR, *day)
        except ValueError:
            record.faults.add(place, 'must be a month and a day such as "12-24"')
        found.append(day)
    return tuple(found)


def _duties(record: Record, key: str) -> list[tuple[DutyKind, object, str]]:
    """List the duties that a table names; only those that can be reminded of are known."""
    if not record.states(key):
        return []
    table = Record(record.value(key), key, record.faults)
    duties = [kind for kind in DutyKind if kind in EXEMPTABLE]
    found = [(kind, table.value(kind), below(key, kind)) for kind in duties if table.states(kind)]
    for name in table.unread():
        table.fault(shown_key(name), f"must be one of {', '.join(duties)}")
    return found


def _allotment(record: Record) -> Mapping[DutyKind, int]:
    found = dict(DEFAULT.allotment)
    for kind, value, _ in _duties(record, "allotment"):
        entry = _entry(Record({kind: value}, "allotment", record.faults), kind)
        if entry is not None:
            found[kind] = _number(entry, Range(least=0, most=20))
    return MappingProxyType(found)


def _ladders(record: Record) -> Mapping[DutyKind, tuple[Rung, ...]]:
    found = dict(DEFAULT.ladders)
    for kind, value, _ in _duties(record, "ladder"):
        table = Record({kind: value}, "ladder", record.faults)
        rungs = tuple(_rung(item, place, record.faults) for item, place in table.items(kind))
        stages = [rung.stage for rung in rungs]
        if not table.is_faulty and stages != sorted(set(stages), key=list(Stage).index):
            table.fault(kind, f"must hold each stage once, in the order {', '.join(Stage)}")
        found[kind] = rungs
    return MappingProxyType(found)


def _rung(value: object, place: str, faults: Faults) -> Rung:
    record = Record(value, place, faults)
    _source(record)
    stage, anchor = record.choice("stage", Stage), record.choice("anchor", Anchor)
    record.require("days", "to")
    least = 1 if anchor is Anchor.CASE_DAY else 0
    days = _number(record, Range(least=least, most=2 * _YEAR), "days")
    to = record.choices("to", Role)
    if not to and not record.is_faulty:
        record.fault("to", "must name at least one role")
    if set(to) - _REACHED and not record.is_faulty:
        record.fault("to", f"must be among {', '.join(sorted(_REACHED))}")
    record.refuse_unread()
    return Rung(stage=stage, anchor=anchor, days=days, to=to)


_REACHED: Final = frozenset({Role.MANAGER, Role.HR, Role.EMPLOYEE})
"""Roles that a reminder can be addressed to."""
