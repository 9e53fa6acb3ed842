"""Renders what is said to a reader: a mail as subject, text and HTML, from one template.

Sentences stand in templates/, their translations in locale/. A template sets `subject`, `body`,
`button` and `footer`, and may set `after_dates`; empty lines part paragraphs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final
from urllib.parse import quote

from babel.dates import format_date
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from jinja2.ext import InternationalizationExtension

from adapters.mail.catalogues import translations
from domain.ids import CaseId

TEMPLATES: Final = Path(__file__).parent / "templates"
_BABEL_LOCALES: Final = {"nb": "nb_NO", "nn": "nn_NO", "en": "en_GB"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail in words, before it is a MIME message."""

    language: str
    subject: str
    text: str
    html: str


def said_by(template: str, language: str, context: Mapping[str, object]) -> dict[str, str]:
    """Give everything that a template sets, in words."""
    module = _environment(language).get_template(template).make_module(dict(context))
    return {name: str(text) for name, text in vars(module).items()}


def mail_of(said: Mapping[str, str], language: str, context: Mapping[str, object]) -> Letter:
    """Make the mail of what a template said."""
    env = _environment(language)
    parts = {
        **context,
        "language": language,
        "subject": one_line(said["subject"]),
        "paragraphs": paragraphs(said["body"]),
        "after_dates": paragraphs(said.get("after_dates", "")),
        "footer": one_line(said["footer"]),
        "button": one_line(said["button"]),
    }
    return Letter(
        language=language,
        subject=one_line(said["subject"]),
        text=env.get_template("letter.txt").render(parts),
        html=env.get_template("letter.html").render(parts),
    )


def case_link(base_url: str | None, case: CaseId) -> str | None:
    """Give the address of the case page; None where there are no pages."""
    return f"{base_url.rstrip('/')}/cases/{quote(case, safe='/')}" if base_url else None


def written_day(day: date | None, language: str) -> str:
    """Write a date in words."""
    return format_date(day, format="full", locale=_BABEL_LOCALES[language]) if day else ""


def one_line(text: str) -> str:
    """Put a text on one line."""
    return " ".join(text.split())


def paragraphs(text: str) -> list[str]:
    """Part a text at its empty lines."""
    return [one_line(block) for block in text.split("\n\n") if block.strip()]


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
