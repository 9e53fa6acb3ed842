"""Puts a notice into words (R44): subject, text and HTML, in the recipient's language.

No name, no health word and no external resource; sentences stand in templates/, their
translations in locale/. What to say is decided here by duty, stage and role alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final
from urllib.parse import quote

from babel.dates import format_date
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from jinja2.ext import InternationalizationExtension

from activities.ports import Notice
from adapters.mail.catalogues import translations, written_language
from domain.events import Stage
from domain.facts import DutyKind, Role

TEMPLATES: Final = Path(__file__).parent / "templates"
_BABEL_LOCALES: Final = {"nb": "nb_NO", "en": "en_GB"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail in words, before it is a MIME message."""

    language: str
    subject: str
    text: str
    html: str


def write_letter(notice: Notice, language: str, base_url: str | None) -> Letter:
    """Write the mail for one notice."""
    written = written_language(language)
    kind = _template_of(notice)
    env = _environment(written)
    context = _context(notice, written, _link(notice, base_url, kind))
    module = env.get_template(f"{kind}.j2").make_module(context)
    said = {name: str(text) for name, text in vars(module).items()}
    subject = _one_line(said["subject"])
    parts = {
        **context,
        "language": written,
        "subject": subject,
        "paragraphs": _paragraphs(said["body"]),
        "after_dates": _one_line(said.get("after_dates", "")),
        "footer": _one_line(said["footer"]),
        "button": _one_line(said["button"]),
    }
    return Letter(
        language=written,
        subject=subject,
        text=env.get_template("letter.txt").render(parts),
        html=env.get_template("letter.html").render(parts),
    )


def _template_of(notice: Notice) -> str:
    if notice.role is Role.HR:
        return "unit"
    if notice.stage is Stage.OPENING:
        return "opening"
    return "employee" if notice.role is Role.EMPLOYEE else "duty"


def _link(notice: Notice, base_url: str | None, kind: str) -> str | None:
    if base_url is None:
        return None
    base = base_url.rstrip("/")
    return f"{base}/cases" if kind == "unit" else f"{base}/cases/{quote(notice.case, safe='/')}"


def _context(notice: Notice, language: str, link: str | None) -> dict[str, object]:
    rows = [(str(kind), _written(day, language)) for kind, day in _listed(notice)]
    return {
        "mark": notice.mark,
        "duty": str(notice.duty) if notice.duty else "",
        "role": str(notice.role),
        "stage": str(notice.stage),
        "legal": _written(notice.legal_on, language),
        "target": _written(notice.target_on or notice.legal_on, language),
        "overdue": max(notice.overdue_in_unit, 1),
        "dates": rows,
        "link": link,
    }


def _listed(notice: Notice) -> list[tuple[DutyKind, date]]:
    if notice.stage is not Stage.OPENING or notice.role is Role.HR:
        return []
    # The plan and handing it on are one item for the reader (R43).
    return [row for row in notice.dates if row[0] is not DutyKind.PLAN_TO_PRACTITIONER]


def _written(day: date | None, language: str) -> str:
    return format_date(day, format="full", locale=_BABEL_LOCALES[language]) if day else ""


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _paragraphs(text: str) -> list[str]:
    return [_one_line(block) for block in text.split("\n\n") if block.strip()]


@cache
def _environment(language: str) -> Environment:
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(enabled_extensions=("html",), default=False),
        extensions=[InternationalizationExtension],
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    found = translations(language)
    env.install_gettext_callables(  # type: ignore[attr-defined]
        found.gettext, found.ngettext, newstyle=True
    )
    return env
