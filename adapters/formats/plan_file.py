"""The words of a follow-up plan as TOML: what people write, what is sealed, what is compared.

The same text is the template, the file that is handed in and the document that is kept, so
that a version can be read, changed and handed in again. Codes and dates of it go into the
event; the words stay in the sealed document (R31, R54).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from adapters.formats.located import Faults
from adapters.formats.plan_for_nav import ASKED, faults_for_nav
from adapters.formats.reading import parse_toml
from adapters.formats.record import Record
from domain.facts import (
    Measure,
    NoPartReason,
    PartAnswer,
    PartAnswered,
    PlanPart,
    Role,
)
from domain.ids import MeasureId

FORMAT: Final = 1
OTHER: Final = "other"
"""The code of a measure that is not in the workplace's catalogue."""
LONGEST: Final = 2000
"""Characters of one text, as NAV's form takes them."""
_MEASURE_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,29}")


@dataclass(frozen=True, slots=True, kw_only=True)
class PartText:
    """What stands in a part: a text, or why there is none."""

    text: str = field(default="", repr=False)
    not_relevant: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureRow:
    """A measure, and what it is in words."""

    measure: Measure
    what: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanWords:
    """A plan, or what there is of one."""

    parts: Mapping[PlanPart, PartText] = field(default_factory=dict)
    employee_took_part: bool | None = None
    no_part_because: NoPartReason | None = None
    shown_to: tuple[Role, ...] = ()
    measures: tuple[MeasureRow, ...] = ()
    nav: Mapping[str, str] = field(default_factory=dict, repr=False)
    nav_evaluation_on: date | None = None
    seen: int | None = None
    """How many facts of the case its writer had seen; not part of what is kept."""

    def answers(self) -> tuple[PartAnswered, ...]:
        """Give the parts that say something; an empty one is missing."""
        return tuple(
            PartAnswered(
                part=part,
                answer=PartAnswer.FILLED if said.text else PartAnswer.NOT_RELEVANT,
            )
            for part in PlanPart
            if (said := self.parts.get(part)) and (said.text or said.not_relevant)
        )

    def refused_by_nav(self, sent_on: date) -> tuple[tuple[str, str], ...]:
        """Name what NAV asks and the plan does not say, or says wrongly, on a day."""
        day, took_part = self.nav_evaluation_on, self.employee_took_part
        return tuple(faults_for_nav(self.nav, day, took_part, sent_on))


def read_plan(name: str, text: str, catalogue: tuple[str, ...] | None = None) -> PlanWords:
    """Read a plan; `name` stands in the error. A kept one is read without a catalogue.

    Raises:
        Faulty: with the first fault and how many more there are.
    """
    faults = Faults()
    record = Record(_plain(parse_toml(name, text)), "", faults)
    if record.integer("format") != FORMAT and "format" in record:
        record.fault("format", f"must be {FORMAT}")
    parts = {part: _part(record, part) for part in PlanPart}
    nav, nav_day = _nav(record)
    plan = PlanWords(
        parts=parts,
        employee_took_part=record.optional_boolean("employee_took_part"),
        no_part_because=record.optional_choice("no_part_because", NoPartReason),
        shown_to=record.choices("shown_to", Role),
        measures=_measures(record, catalogue),
        nav=nav,
        nav_evaluation_on=nav_day,
        seen=record.optional_integer("seen"),
    )
    record.refuse_unread()
    faults.check(name)
    return plan


def _plain(value: object) -> object:
    """Write TOML's dates as texts: they are then read, and refused, as everywhere."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


def _part(record: Record, part: PlanPart) -> PartText:
    if part not in record:
        record.value(part)
        return PartText()
    table = record.below(part)
    said = PartText(text=_words(table, "text"), not_relevant=_words(table, "not_relevant"))
    if said.text and said.not_relevant:
        table.fault("not_relevant", "must not stand beside a text: a part is one or the other")
    table.refuse_unread()
    return said


def _words(table: Record, key: str) -> str:
    found = (table.optional_text(key) or "").strip()
    if len(found) > LONGEST:
        table.fault(key, f"is longer than {LONGEST} characters")
    return found


def _measures(record: Record, catalogue: tuple[str, ...] | None) -> tuple[MeasureRow, ...]:
    tables = [Record(item, place, record.faults) for item, place in record.items("measures")]
    given = [table.optional_text("id") for table in tables]
    names: list[str] = []
    for table, name in zip(tables, given, strict=True):
        names.append(name or _free_name({*names, *(one for one in given if one)}))
        if not _MEASURE_ID.fullmatch(names[-1]):
            table.fault("id", "must be 1 to 30 small letters, digits or -")
        elif names[-1] in names[:-1]:
            table.fault("id", f"{names[-1]} stands at another measure")
    found = [_measure(table, name, catalogue) for table, name in zip(tables, names, strict=True)]
    return tuple(one for one in found if one is not None)


def _free_name(taken: set[str]) -> str:
    return next(name for number in range(1, len(taken) + 2) if (name := f"m{number}") not in taken)


def _measure(table: Record, name: str, catalogue: tuple[str, ...] | None) -> MeasureRow | None:
    what, code = _words(table, "what"), table.optional_text("code") or OTHER
    by, first = table.choice("by", Role), table.day("first")
    last, evaluate_on = table.optional_day("last"), table.optional_day("evaluate_on")
    if not what:
        table.fault("what", "is empty: say what is done")
    if catalogue is not None and code not in {*catalogue, OTHER}:
        table.fault("code", f"must be one of {', '.join((*catalogue, OTHER))}")
    table.refuse_unread()
    measure = table.build(
        lambda: Measure(
            measure=MeasureId(name),
            code=code,
            by=by,
            first=first,
            last=last,
            evaluate_on=evaluate_on,
        )
    )
    return None if measure is None else MeasureRow(measure=measure, what=what)


def _nav(record: Record) -> tuple[dict[str, str], date | None]:
    if "nav" not in record:
        record.value("nav")
        return {}, None
    table = record.below("nav")
    found = {name: _words(table, name) for name in ASKED}
    day = table.optional_day("evaluation_on")
    table.refuse_unread()
    return {name: text for name, text in found.items() if text}, day
