"""Letters as whoever posts them finds them: one page, neutral, with the blank for the name."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import cast

import pypdf
import pytest

from activities.ports import Contacts, DeliveryDelayed, Invitation, OhsOrder
from adapters.letters.folder import LetterFolder, letter_name, letter_pdf
from adapters.letters.words import letter_data, order_data
from domain.events import InvitationChange, OrderChange
from domain.facts import Place, Role, Way
from tests.adapters.mail.test_words import HEALTH_WORDS
from tests.support.mail_samples import LANGUAGES, invitation, order, orders

CONTACTS = Contacts(employer="Eksempelbedriften", phone="+47 22 00 00 00")
BLANK = "fylles ut for hånd før brevet sendes"


def called(
    change: InvitationChange = InvitationChange.CALLED,
    place: Place | None = Place.WORKPLACE,
    way: Way = Way.IN_PERSON,
) -> Invitation:
    return invitation(change, Role.PRACTITIONER, place=place, way=way)


def files_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def written(folder: Path, one: Invitation | OhsOrder, contacts: Contacts = CONTACTS) -> str:
    """Write a letter and read it back with another program's library."""
    await LetterFolder(folder).write(one, contacts)
    reader = pypdf.PdfReader(folder / letter_name(one))
    assert len(reader.pages) == 1
    return " ".join(reader.pages[0].extract_text().split())


async def test_a_letter_says_time_place_form_and_whom_to_call(tmp_path: Path) -> None:
    text = await written(tmp_path, called(place=Place.PRACTITIONERS_OFFICE, way=Way.VIDEO))

    for said in (
        "Innkalling til møte",
        "onsdag 30. september 2026, 10:00–11:30",
        "På kontoret ditt",
        "på video",
        "+47 22 00 00 00",
        "Eksempelbedriften",
        "K-7F3Q",
        "mandag 21. september 2026",
    ):
        assert said in text


async def test_whom_it_is_about_is_left_to_be_written_by_hand(tmp_path: Path) -> None:
    known = await written(tmp_path, called())
    unknown = await written(tmp_path / "b", called(), Contacts())

    assert known.count(BLANK) == 1
    assert unknown.count(BLANK) == 2  # the telephone too


@pytest.mark.parametrize(
    ("change", "title"),
    [
        (InvitationChange.MOVED, "Møtet har fått ny tid eller nytt sted"),
        (InvitationChange.CANCELLED, "Møtet er avlyst"),
        (InvitationChange.TAKEN_BACK, "Du er ikke lenger kalt inn til møtet"),
    ],
)
async def test_each_change_has_a_letter_of_its_own(
    tmp_path: Path, change: InvitationChange, title: str
) -> None:
    assert title in await written(tmp_path, called(change))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_letter_holds_a_health_word(language: str) -> None:
    for change in InvitationChange:
        for place in (*Place, None):
            for way in Way:
                said = str(letter_data(called(change, place, way), CONTACTS, language))
                assert HEALTH_WORDS.findall(said) == []


async def test_an_order_says_what_ohs_needs_and_has_no_line_for_a_name(tmp_path: Path) -> None:
    text = await written(tmp_path, order())
    without = await written(tmp_path, order(OrderChange.TAKEN_BACK))

    for said in ("Bestilling", "K-7F3Q", "oppfølgingsplan", "hos lederen", "+47 22 00 00 00"):
        assert said in text
    assert BLANK not in text
    assert "trukket tilbake" in without


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_order_on_paper_holds_a_health_word(language: str) -> None:
    for _, one in orders():
        assert HEALTH_WORDS.findall(str(order_data(one, CONTACTS, language))) == []


def test_a_letter_is_for_its_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "letters"
    delivery = asyncio.run(LetterFolder(folder).write(called(), CONTACTS))

    (file,) = folder.iterdir()
    assert delivery.channel == "letter"
    assert file.stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700
    assert file.name.startswith("K-7F3Q-")
    assert "e-1001" not in file.name


async def test_the_same_letter_twice_is_one_file_without_scraps(tmp_path: Path) -> None:
    folder = LetterFolder(tmp_path)

    await asyncio.gather(*(folder.write(called(), CONTACTS) for _ in range(5)))
    await folder.write(called(InvitationChange.MOVED), CONTACTS)

    assert len(files_in(tmp_path)) == 2


def test_what_lies_there_is_not_written_over(tmp_path: Path) -> None:
    file = tmp_path / letter_name(called())
    file.write_bytes(b"on its way")

    asyncio.run(LetterFolder(tmp_path).write(called(), CONTACTS))

    assert file.read_bytes() == b"on its way"


async def test_a_folder_that_cannot_be_written_only_delays(tmp_path: Path) -> None:
    (tmp_path / "letters").write_text("a file is in the way")

    with pytest.raises(DeliveryDelayed, match="letter-"):
        await LetterFolder(tmp_path / "letters").write(called(), CONTACTS)


def test_a_letter_can_be_archived_and_read_aloud(tmp_path: Path) -> None:
    """PDF/A-2a with PDF/UA-1: title, language and structure are in the file."""
    file = tmp_path / "letter.pdf"
    file.write_bytes(letter_pdf(called(), CONTACTS))

    reader = pypdf.PdfReader(file)

    root = reader.root_object
    marked = cast("dict[str, object]", root["/MarkInfo"].get_object())
    metadata = reader.xmp_metadata
    assert reader.metadata is not None
    assert reader.metadata.title == "Innkalling til møte"
    assert str(root["/Lang"]) == "nb"
    assert marked["/Marked"]
    assert metadata is not None
    assert b"pdfuaid:part" in metadata.stream.get_data()


def test_text_is_never_markup() -> None:
    odd = Contacts(employer="#panic() *A* $x$ @b <c> \\", phone="#1")

    assert letter_pdf(called(), odd).startswith(b"%PDF")


def test_the_same_letter_is_the_same_file() -> None:
    assert letter_pdf(called(), CONTACTS) == letter_pdf(called(), CONTACTS)
