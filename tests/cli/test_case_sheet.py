from __future__ import annotations

import pytest

from tests.cli.test_case_commands import a_case
from tests.support.installation import CommandLine


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("nb", "En oppfølging på jobb har begynt for deg"),
        ("nn", "Ei oppfølging på jobb har byrja for deg"),
        ("en", "A follow-up at work has begun for you"),
    ],
)
async def test_the_sheet_of_a_case_is_printed_in_each_language(
    tilbake: CommandLine, language: str, said: str
) -> None:
    one, case = await a_case(tilbake)

    printed = (await tilbake.ok("case", "sheet", case, "--language", language)).out

    assert said in printed
    assert "Datatilsynet" in printed
    assert "aml. § 2-3" in printed
    assert one.name not in printed


async def test_the_manager_has_a_sheet_of_another_side(tilbake: CommandLine) -> None:
    _, case = await a_case(tilbake)

    printed = (await tilbake.ok("case", "sheet", case, "--for", "manager", "--language", "en")).out

    assert "one of your employees" in printed


async def test_printing_a_sheet_is_a_look_at_the_case(tilbake: CommandLine) -> None:
    _, case = await a_case(tilbake)

    await tilbake.ok("case", "sheet", case)

    looks = await tilbake.house.pool.fetch("select action from access_log where case_id = $1", case)
    assert "case sheet" in {row["action"] for row in looks}


async def test_without_a_case_there_is_no_sheet(tilbake: CommandLine) -> None:
    one = tilbake.house.employee()

    refused = await tilbake("case", "sheet", one.employment)

    assert refused.code == 2
    assert refused.lines == ["there is no case: no day of absence that counts"]
