from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest
from babel.messages.pofile import read_po
from jinja2.ext import babel_extract

from activities.ports import Contacts, Notice, Sheet
from adapters.mail.catalogues import LOCALE_FOLDER
from adapters.mail.rendering import TEMPLATES, Letter
from adapters.mail.words import write_letter
from domain.events import Stage
from domain.facts import DutyKind, Role
from tests.support.mail_samples import (
    BASE_URL,
    LANGUAGES,
    SHEET,
    SNAPSHOTS,
    letters,
    notice,
    shown,
    shown_html,
)

HEALTH_WORDS = re.compile(
    r"sick|illness|\bill\b|health|disease|doctor|medic|patient|diagnos|treatment|absen|leave|"
    r"syk|sjuk|\bhelse|lege\b|legen|medisin|pasient|behandl|fravær|permisjon|friskmeld|lækjar",
    re.IGNORECASE,
)
"""Words that would tell a reader over the shoulder what the mail is about (R44)."""

ALL = [pytest.param(language, letter, id=f"{language}: {title}") for language in LANGUAGES
       for title, letter in letters(language)]  # fmt: skip


class Outline(HTMLParser):
    """What an HTML part holds: its tags, its links and its visible text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value or "" for name, value in attrs if name in {"href", "src"}]

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def outline(html: str) -> Outline:
    parsed = Outline()
    parsed.feed(html)
    return parsed


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_mail_reads_as_agreed(language: str) -> None:
    assert shown(language) == (SNAPSHOTS / f"{language}.txt").read_text(encoding="utf-8")
    assert shown_html(language) == (SNAPSHOTS / f"{language}.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(("language", "letter"), ALL)
def test_no_mail_holds_a_health_word(language: str, letter: Letter) -> None:
    for part in (letter.subject, letter.text, letter.html):
        assert HEALTH_WORDS.findall(part) == []


@pytest.mark.parametrize("word", ["sykmeldt", "helsen", "legen", "sick leave", "is ill."])
def test_the_search_finds_a_health_word(word: str) -> None:
    assert HEALTH_WORDS.search(word)


@pytest.mark.parametrize(("language", "letter"), ALL)
def test_html_says_the_same_as_text_and_loads_nothing(language: str, letter: Letter) -> None:
    parsed = outline(letter.html)
    seen = " ".join(" ".join(parsed.text).split())

    for line in letter.text.splitlines():
        if line and line != "-- " and not line.startswith("- ") and BASE_URL not in line:
            assert line in seen
    assert parsed.links == [link_of(letter.text)]
    assert parsed.tags.isdisjoint({"img", "link", "script", "iframe", "object", "form"})
    assert "url(" not in letter.html
    assert f'<html lang="{language}">' in letter.html


@pytest.mark.parametrize(("language", "letter"), ALL)
def test_the_subject_is_one_short_line(language: str, letter: Letter) -> None:
    assert letter.subject.isprintable()
    assert len(letter.subject) <= 78


def link_of(text: str) -> str:
    (link,) = re.findall(r"https?://\S+", text)
    return str(link)


def test_a_mail_about_a_case_carries_mark_task_date_and_link() -> None:
    letter = write_letter(notice(), "en", BASE_URL)

    assert "K-7F3Q" in letter.subject
    assert "K-7F3Q" in letter.text
    assert "make the follow-up plan" in letter.text
    assert "Friday, 30 January 2026" in letter.text
    assert "Sunday, 1 February 2026" in letter.text
    assert link_of(letter.text) == f"{BASE_URL}/cases/e-1001/1"


@pytest.mark.parametrize(
    ("language", "day"),
    [
        ("nb", "torsdag 29. januar 2026. Er medarbeideren tilbake"),
        ("nn", "torsdag 29. januar 2026. Er medarbeidaren tilbake"),
        ("en", "Thursday, 29 January 2026. Is your employee back"),
    ],
)
def test_the_question_at_the_end_goes_along(language: str, day: str) -> None:
    """R14b: in a mail that goes anyway, and without a word about health."""
    asked = replace(notice(), known_until=date(2026, 1, 29))
    letter = write_letter(asked, language, BASE_URL)

    assert day in " ".join(letter.text.split())
    assert HEALTH_WORDS.findall(letter.text) == []


def test_without_pages_to_open_a_mail_carries_no_link() -> None:
    letter = write_letter(notice(), "en", None)

    assert "K-7F3Q" in letter.text
    assert "http" not in letter.text
    assert outline(letter.html).links == []


def test_above_the_manager_no_case_is_named() -> None:
    """R43: what goes above the manager says one unit has so many overdue duties, no more."""
    letter = write_letter(notice(Stage.OVERDUE_HR, role=Role.HR, overdue=3), "en", BASE_URL)

    assert letter.subject == "One unit has 3 overdue duties"
    for part in (letter.subject, letter.text, letter.html):
        assert "K-7F3Q" not in part
        assert "e-1001" not in part
        assert "January" not in part


def test_the_opening_lists_all_dates_and_the_plan_once() -> None:
    """R43: plan and plan to the practitioner are one item."""
    letter = write_letter(notice(Stage.OPENING, None), "nb", BASE_URL)

    rows = [line for line in letter.text.splitlines() if line.startswith("- ")]
    assert len(rows) == 8
    assert rows[0] == "- Oppfølgingsplan laget og gitt videre: fredag 30. januar 2026"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("role", [Role.MANAGER, Role.EMPLOYEE])
def test_the_opening_is_a_sheet_on_roles_data_and_complaints(language: str, role: Role) -> None:
    """Both sides cooperate (aml. § 2-3, § 4-6) and are told of their data (GDPR art. 13)."""
    text = write_letter(notice(Stage.OPENING, None, role), language, BASE_URL).text

    for said in ("aml. § 2-3", "aml. § 4-6", "Datatilsynet", "+47 22 00 00 00", "bht@example.org"):
        assert said in text


def test_the_sheet_speaks_of_the_ohs_only_where_there_is_one() -> None:
    without = Sheet(has_ohs=False, contacts=SHEET.contacts)
    unreached = Sheet(has_ohs=True, contacts=Contacts())

    assert "OHS" not in write_letter(notice(Stage.OPENING, None, sheet=without), "en", None).text
    assert (
        "HR tells you how to reach it"
        in write_letter(notice(Stage.OPENING, None, sheet=unreached), "en", None).text
    )


def test_no_mail_names_the_employer() -> None:
    assert [title for title, one in letters("nb") if "Eksempelbedriften" in one.html] == []


def test_one_date_is_said_once_when_target_and_last_day_are_the_same() -> None:
    same = Notice(
        reminder="r",
        mark="K-7F3Q",
        case=notice().case,
        duty=DutyKind.FOLLOW_UP_PLAN,
        stage=Stage.DUE_SOON,
        legal_on=notice().target_on,
        target_on=notice().target_on,
    )

    assert write_letter(same, "en", BASE_URL).text.count("30 January") == 1


@pytest.mark.parametrize("language", ["no", "se", ""])
def test_a_language_without_a_catalogue_is_written_in_bokmaal(language: str) -> None:
    assert write_letter(notice(), language, BASE_URL) == write_letter(notice(), "nb", BASE_URL)


@pytest.mark.parametrize("language", ["nb", "nn"])
def test_every_sentence_of_the_templates_is_translated_and_no_other(language: str) -> None:
    asked = set()
    options = {"newstyle_gettext": "true", "trim_blocks": "true", "lstrip_blocks": "true"}
    for path in sorted(TEMPLATES.iterdir()):
        with path.open("rb") as file:
            for _, function, found, _ in babel_extract(
                file, ("gettext", "ngettext"), [], {**options, "trimmed": "false"}
            ):
                texts = (found,) if isinstance(found, str) else found or ()
                asked.add((function, *(text for text in texts if text)))
    with (LOCALE_FOLDER / language / "LC_MESSAGES" / "mail.po").open("rb") as file:
        catalogue = read_po(file, locale=language, abort_invalid=True)
    said = {
        ("gettext", entry.id) if isinstance(entry.id, str) else ("ngettext", *entry.id)
        for entry in catalogue
        if entry.id and entry.string and not entry.fuzzy
    }

    assert asked
    assert said == asked
    assert [error for _, errors in catalogue.check() for error in errors] == []
