"""`tilbake explain`: from a case file to cases, duties and reminders, without any server.

The shape of the JSON is a contract (docs, "The command line"); the rules are the domain's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, TypeAlias

from adapters.formats.case_file import CaseFile
from domain import RULE_SET
from domain.assess import CaseAssessment
from domain.duties import DutyAssessment
from domain.explain import cases_of
from domain.facts import DutyKind
from domain.policy import Policy

Json: TypeAlias = "bool | int | str | list[Json] | dict[str, Json] | None"

_MAY_BE_MANDATORY: Final = DutyKind.DIALOGUE_MEETING_1


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What follows from a case file, seen from one day."""

    on: date
    rule_set: str
    cases: tuple[CaseAssessment, ...]


def explain(case: CaseFile, policy: Policy, on: date) -> Explanation:
    """Say what follows; every entry of the file counts, whenever it was learnt."""
    entries = [(entry.at, entry.fact) for entry in case.entries]
    return Explanation(
        on=on,
        rule_set=f"{RULE_SET}+{policy.version}",
        cases=tuple(cases_of(entries, policy, on)),
    )


def as_json(explained: Explanation) -> dict[str, Json]:
    """Write an explanation with the keys, and their order, that the contract names."""
    return {
        "on": explained.on.isoformat(),
        "rule_set": explained.rule_set,
        "cases": [case_as_json(case) for case in explained.cases],
    }


def case_as_json(case: CaseAssessment) -> dict[str, Json]:
    """Write one case."""
    return {
        "start": case.start.isoformat(),
        "last_day": case.last_day.isoformat(),
        "state": str(case.state),
        "net_days": case.net_days,
        "gross_days": case.gross_days,
        "full_days": case.full_days,
        "duties": [_duty(duty) for duty in case.duties],
        "reminders": [
            {
                "duty": str(reminder.duty) if reminder.duty else None,
                "stage": str(reminder.stage),
                "on": reminder.on.isoformat(),
                "to": [str(role) for role in reminder.to],
            }
            for reminder in case.reminders
        ],
    }


def _duty(duty: DutyAssessment) -> dict[str, Json]:
    said: dict[str, Json] = {
        "kind": str(duty.kind),
        "state": str(duty.state),
        "legal_on": _day(duty.legal_on),
        "target_on": _day(duty.target_on),
        "certain": duty.certain,
        "clock": str(duty.clock),
        "rule": duty.rule,
        "basis": duty.basis,
        "why": duty.why,
    }
    if duty.kind is _MAY_BE_MANDATORY:
        said["mandatory"] = duty.mandatory
    return said


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
