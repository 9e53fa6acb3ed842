"""Cases and texts for tests of what is done in a case."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from domain.localtime import local_date
from tests.support.installation import CommandLine, Employee

TODAY: Final = local_date(datetime.now(UTC))


def day(number: int) -> str:
    """Count from today."""
    return (TODAY + timedelta(days=number)).isoformat()


PLAN: Final = f"""\
format = 1
employee_took_part = true
shown_to = ["employee"]

[tasks_and_ability]
text = "Arbeid på lager, uten tunge løft."

[employer_measures]
text = "Nytt bord, kortere dager."

[authority_measures]
not_relevant = "Det trengs ingen hjelp utenfra."

[further_follow_up]
text = "Vi snakkes hver fredag."

[[measures]]
id = "m1"
code = "other"
what = "Hev-senk-bord"
by = "manager"
first = {day(-1)}
"""
"""A plan that can be completed."""


async def a_case(
    tilbake: CommandLine, days_ago: int = 10, days: int = 90, **more: str
) -> tuple[Employee, str]:
    """Have an employee away; give them and the case."""
    one = tilbake.house.employee()
    return one, await tilbake.away(one, TODAY - timedelta(days=days_ago), days, **more)


def plan_file(tilbake: CommandLine, text: str = PLAN) -> Path:
    """Write a plan."""
    return tilbake.file(text, ".toml")
