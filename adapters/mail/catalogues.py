"""Gettext catalogues, read from their .po files when first needed; no build step.

English is the language of the sources; `nb` and `nn` have catalogues.
"""

from __future__ import annotations

from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Final

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

DOMAIN: Final = "mail"
LOCALE_FOLDER: Final = Path(__file__).resolve().parents[2] / "locale"
SOURCE_LANGUAGE: Final = "en"
_FALLBACKS: Final = {"nb": "nb", "nn": "nn", "no": "nb", "en": "en"}


def written_language(language: str) -> str:
    """Give the language a recipient is written to: their own, or the nearest there is."""
    return _FALLBACKS.get(language, "nb")


@cache
def translations(language: str) -> NullTranslations:
    """Read the catalogue of a language."""
    if language == SOURCE_LANGUAGE:
        return NullTranslations()
    path = LOCALE_FOLDER / language / "LC_MESSAGES" / f"{DOMAIN}.po"
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language, domain=DOMAIN, abort_invalid=True)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)
