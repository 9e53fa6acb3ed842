"""The information sheet of a case, for whoever hands it over instead of mailing it.

It is the mail that opens a case, word for word, with the dates as they are today.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from activities.notices import notice_of
from activities.ports import OutboxRow, Sheet
from adapters.mail.words import write_letter
from domain.assess import assess
from domain.events import Stage
from domain.facts import Role
from domain.ids import CaseId, EmploymentId
from domain.localtime import local_date
from domain.state import State, fold
from service.case_finder import Found, NotFound
from service.desk import Desk

DEFAULT_LANGUAGE = "nb"


async def case_for_sheet(desk: Desk, found: Found) -> CaseId:
    """Give the case that was named, or the latest of the employment.

    Raises:
        NotFound: there is none.
    """
    state = await _state(desk, found.employment)
    cases = [one.case_id for one in assess(state, desk.policy, desk.today())]
    if found.case is not None and found.case not in cases:
        raise NotFound(f"there is no case {found.case}")
    if not cases:
        raise NotFound("there is no case: no day of absence that counts")
    return found.case or cases[-1]


async def sheet_of(
    desk: Desk, employment: EmploymentId, case: CaseId, role: Role, language: str | None
) -> str:
    """Write the sheet of a case for one side; without a language in that side's own."""
    at, on = desk.now(), desk.today()
    notice = notice_of(
        _row(case, role, at), await _state(desk, employment), desk.policy, local_date(at)
    )
    contacts = await desk.directory.contacts(employment, on)
    sheet = Sheet(has_ohs=desk.policy.has_ohs, contacts=contacts)
    chosen = language or await _own_language(desk, employment, role, on)
    return write_letter(replace(notice, sheet=sheet), chosen, desk.base_url).text


async def _state(desk: Desk, employment: EmploymentId) -> State:
    return fold(employment, (await desk.log.load(employment)).records)


async def _own_language(desk: Desk, employment: EmploymentId, role: Role, on: date) -> str:
    reader = await desk.directory.recipient(employment, role, on)
    return reader.language if reader is not None else DEFAULT_LANGUAGE


def _row(case: CaseId, role: Role, at: datetime) -> OutboxRow:
    return OutboxRow(
        reminder="",
        case=case,
        role=role,
        duty=None,
        stage=Stage.OPENING,
        legal_on=None,
        target_on=None,
        due_at=at,
    )
