"""Puts a notice into words (R44): subject, text and HTML, in the recipient's language.

No name, no health word and no external resource. What to say is decided here by duty, stage
and role alone.
"""

from __future__ import annotations

from datetime import date

from activities.ports import Notice
from adapters.mail.catalogues import written_language
from adapters.mail.rendering import Letter, case_link, mail_of, said_by, written_day
from domain.events import Stage
from domain.facts import DutyKind, Role


def write_letter(notice: Notice, language: str, base_url: str | None) -> Letter:
    """Write the mail for one notice."""
    written = written_language(language)
    kind = _template_of(notice)
    context = _context(notice, written, _link(notice, base_url, kind))
    return mail_of(said_by(f"{kind}.j2", written, context), written, context)


def _template_of(notice: Notice) -> str:
    if notice.role is Role.HR:
        return "unit"
    if notice.stage is Stage.OPENING:
        return "opening"
    return "employee" if notice.role is Role.EMPLOYEE else "duty"


def _link(notice: Notice, base_url: str | None, kind: str) -> str | None:
    if base_url is None or kind != "unit":
        return case_link(base_url, notice.case)
    return f"{base_url.rstrip('/')}/cases"


def _context(notice: Notice, language: str, link: str | None) -> dict[str, object]:
    rows = [(str(kind), written_day(day, language)) for kind, day in _listed(notice)]
    sheet = notice.sheet
    return {
        "mark": notice.mark,
        "duty": str(notice.duty) if notice.duty else "",
        "role": str(notice.role),
        "stage": str(notice.stage),
        "legal": written_day(notice.legal_on, language),
        "target": written_day(notice.target_on or notice.legal_on, language),
        "overdue": max(notice.overdue_in_unit, 1),
        "known_until": written_day(notice.known_until, language),
        "dates": rows,
        "link": link,
        "has_ohs": sheet is not None and sheet.has_ohs,
        "ohs": (sheet and sheet.contacts.ohs) or "",
        "phone": (sheet and sheet.contacts.phone) or "",
    }


def _listed(notice: Notice) -> list[tuple[DutyKind, date]]:
    if notice.stage is not Stage.OPENING or notice.role is Role.HR:
        return []
    # The plan and handing it on are one item for the reader (R43).
    return [row for row in notice.dates if row[0] is not DutyKind.PLAN_TO_PRACTITIONER]
