"""Looks for words in bytes, however they may be written there: plain, wide, escaped or coded."""

from __future__ import annotations

import base64
import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from html import escape
from pathlib import Path
from quopri import encodestring
from urllib.parse import quote, quote_plus

SHORTEST = 5
"""A shorter word stands in random bytes by chance."""


def readable(words: Iterable[str], within: bytes) -> dict[str, str]:
    """Give the words that can be read, each with the form in which it was found."""
    found = {}
    for word in words:
        needles = {needle: form for form, needle in forms(word)}
        for needle, form in needles.items():
            if needle in within:
                found[word] = form
                break
    return found


def forms(word: str) -> Iterator[tuple[str, bytes]]:
    """Walk the ways to write a word, and what each of them looks like."""
    assert len(word) >= SHORTEST, word
    for spelt in (word, word.lower(), word.upper()):
        wide = spelt.encode("utf-16-le")
        yield "utf-8", spelt.encode()
        # Without its last byte, a zero, it stands in either order of bytes.
        yield "utf-16", wide[:-1]
        yield "latin-1", spelt.encode("latin-1")
        yield "json", _in_json(spelt).encode()
        yield "json in json", _in_json(_in_json(spelt)).encode()
        yield "protobuf", _in_octal(spelt).encode()
        yield "protobuf in json", _in_json(_in_octal(spelt)).encode()
        yield "python", ascii(spelt)[1:-1].encode()
        yield "url", quote(spelt).encode()
        yield "form", quote_plus(spelt).encode()
        yield "html", escape(spelt).encode("ascii", "xmlcharrefreplace")
        yield "quoted-printable", encodestring(spelt.encode())
        yield "hex", spelt.encode().hex().encode()
        yield "hex of utf-16", wide.hex().encode()
        yield from (("base64", _base64_inside(spelt.encode(), skipped)) for skipped in range(3))


def _in_json(word: str) -> str:
    return json.dumps(word)[1:-1]


def _in_octal(word: str) -> str:
    """Write bytes beyond ASCII as protobuf prints them."""
    return "".join(chr(byte) if byte < 128 else f"\\{byte:03o}" for byte in word.encode())


def _base64_inside(raw: bytes, skipped: int) -> bytes:
    """Encode a text that begins so many bytes into a group of three: what never changes of it."""
    coded = base64.b64encode(bytes(skipped) + raw)
    return coded[(0, 2, 3)[skipped] : (skipped + len(raw)) * 8 // 6]


def cells(database: Path) -> bytes:
    """Give every value of an SQLite file: in the file itself a long one lies in pieces."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        connection.text_factory = bytes
        tables = connection.execute("select name from sqlite_master where type = 'table'")
        return b"\n".join(
            value if isinstance(value, bytes) else str(value).encode()
            for (table,) in tables.fetchall()
            for row in connection.execute(f'select * from "{table.decode()}"')
            for value in row
        )
