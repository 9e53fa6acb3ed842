from __future__ import annotations

import os
from pathlib import Path

import pytest

from adapters.formats.located import Faulty
from adapters.formats.reading import MAX_BYTES, read_json, read_toml


def refused(path: Path) -> str:
    with pytest.raises(Faulty) as fault:
        read_json(path)
    line = str(fault.value)
    assert "\n" not in line
    assert line.startswith(f"{path}: ")
    return line.removeprefix(f"{path}: ")


def written(tmp_path: Path, raw: bytes) -> Path:
    path = tmp_path / "case.json"
    path.write_bytes(raw)
    return path


def test_utf_8_is_read_with_and_without_its_mark(tmp_path: Path) -> None:
    assert read_json(written(tmp_path, '{"å": 1}'.encode())) == {"å": 1}
    assert read_json(written(tmp_path, '{"å": 1}'.encode("utf-8-sig"))) == {"å": 1}


@pytest.mark.parametrize(
    ("raw", "line"),
    [
        ('{"a": "æ"}'.encode("utf-16"), "is UTF-16 or UTF-32; save it as UTF-8"),
        ('{"a": "æ"}'.encode("utf-16-le"), "is UTF-16 or UTF-32; save it as UTF-8"),
        ('{"a": "æ"}'.encode("utf-32"), "is UTF-16 or UTF-32; save it as UTF-8"),
        (
            '{\n"a": "æ"}'.encode("latin-1"),
            "line 2: is not UTF-8 (byte 0xE6); save it as UTF-8",
        ),
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b'{"notes": [', "line 1 column 12: is not valid JSON: it ends too early"),
        (b'{"notes": "abc', "line 1 column 11: is not valid JSON: it ends too early"),
        (b'{"a" 1}', "line 1 column 6: is not valid JSON: Expecting ':' delimiter"),
        (b'{"a": 1} {"b": 2}', "line 1 column 10: is not valid JSON: Extra data"),
        (b'{"a": {"b": 1, "c": 2, "b": 3}}', "a.b: the key stands twice in the same object"),
        (b'{"a": [0, {"b c": 1, "b c": 3}]}', 'a[1]."b c": the key stands twice'),
        (b'{"a": [1, NaN]}', "a[1]: NaN and Infinity are not JSON"),
        (b'{"a": -Infinity}', "a: NaN and Infinity are not JSON"),
        (b'{"a": ' + b"9" * 5000 + b"}", "is nested too deeply, or holds an impossible number"),
        (b"[" * 101 + b"]" * 101, "is nested deeper than 100 levels"),
        (b'{"a":' * 100_000, "is nested deeper than 100 levels"),
        (b"[" * 5_000_000, "is nested deeper than 100 levels"),
    ],
)
def test_what_is_not_strict_json_is_refused_in_one_line(
    tmp_path: Path, raw: bytes, line: str
) -> None:
    assert refused(written(tmp_path, raw)).startswith(line)


def test_brackets_inside_texts_do_not_count_as_depth(tmp_path: Path) -> None:
    text = '["' + "[" * 200 + '\\"' + "{" * 200 + '"]'

    assert read_json(written(tmp_path, text.encode())) == ["[" * 200 + '"' + "{" * 200]


def test_a_hundred_levels_are_read(tmp_path: Path) -> None:
    assert read_json(written(tmp_path, b"[" * 100 + b"]" * 100)) is not None


def test_a_file_that_is_too_large_is_refused_without_being_read(tmp_path: Path) -> None:
    path = tmp_path / "case.json"
    with path.open("wb") as stream:
        stream.truncate(100 * 2**20)  # takes no space on the disk

    assert refused(path) == "is larger than 16 MiB, the most that is read here"
    assert MAX_BYTES == 16 * 2**20


def test_missing_files_and_folders_are_refused(tmp_path: Path) -> None:
    assert refused(tmp_path / "none.json") == "there is no such file"
    assert refused(tmp_path) == "is a folder, not a file"
    assert refused(tmp_path / "none.json" / "below") in {
        "there is no such file",
        "cannot be read",
    }


def test_a_file_name_cannot_break_the_line(tmp_path: Path) -> None:
    path = tmp_path / "a\nb\x1b[31m.json"

    with pytest.raises(Faulty) as fault:
        read_json(path)

    assert "\n" not in str(fault.value)
    assert "\x1b" not in str(fault.value)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_says_so(tmp_path: Path) -> None:
    path = written(tmp_path, b"{}")
    path.chmod(0)

    assert refused(path) == "may not be read by this user"


def test_bad_toml_is_refused_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    for text in ("a = \n", "a = 1\na = 2", "a = " + "[" * 20_000, "[a"):
        path.write_text(text)
        with pytest.raises(Faulty) as fault:
            read_toml(path)
        assert "\n" not in str(fault.value)
