from __future__ import annotations

import json
from pathlib import Path

import pytest

from adapters.formats.located import Faulty
from adapters.formats.note_source import SourcedNote, stream_notes
from tests.support.notes import nav_note, sample


def told(*paths: Path) -> list[str]:
    """Give each note's place and id, and each fault's line, without the folder."""
    found = []
    for item in stream_notes(paths):
        if isinstance(item, Faulty):
            found.append(str(item).replace(f"{paths[0].parent}/", ""))
        else:
            name = Path(item.file).name
            found.append(f"{name}|{item.place}|{item.found.note.note_id}")
    return found


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_one_object_is_one_note(tmp_path: Path) -> None:
    pretty = written(tmp_path / "a.json", json.dumps(sample(), indent=2))
    compact = written(tmp_path / "b.json", json.dumps(nav_note("n-1")))

    assert told(pretty) == [f"a.json||{sample()['sykmeldingId']}"]
    assert told(compact) == ["b.json||n-1"]


def test_an_array_holds_notes_and_a_bad_one_does_not_stop_the_others(tmp_path: Path) -> None:
    notes = [nav_note("n-1"), {"sykmeldingId": 1}, nav_note("n-2")]
    path = written(tmp_path / "a.json", json.dumps(notes))

    one, bad, two = told(path)

    assert (one, two) == ("a.json|[0]|n-1", "a.json|[2]|n-2")
    assert bad == "a.json: [1].sykmeldingId: must be a text, not a whole number (+3 more)"


@pytest.mark.parametrize("name", ["a.json", "a.jsonl", "a.ndjson"])
def test_json_lines_are_told_by_their_look_or_their_name(tmp_path: Path, name: str) -> None:
    lines = [json.dumps(nav_note("n-1")), "", json.dumps(nav_note("n-2")), '{"x": ', "[]"]
    path = written(tmp_path / name, "\n".join(lines))

    assert told(path) == [
        f"{name}|line 1|n-1",
        f"{name}|line 3|n-2",
        f"{name}: line 4: is not valid JSON: it ends too early",
        f"{name}: line 5: must be an object, not a list",
    ]


def test_a_fault_in_a_line_names_line_and_field(tmp_path: Path) -> None:
    bad = nav_note("n-1") | {"sykmeldt": {"fnr": "1"}}
    path = written(tmp_path / "a.jsonl", json.dumps(bad))

    assert told(path) == ["a.jsonl: line 1: sykmeldt.fnr: must be 11 digits"]


def test_a_line_that_is_too_long_or_in_another_encoding_is_refused_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    long = b'{"x": "' + b"x" * 3 * 2**20 + b'"}'
    good = json.dumps(nav_note("n-1")).encode()
    path.write_bytes(b"\n".join([long, '{"navn": "Bjørn"}'.encode("latin-1"), good]))

    assert told(path) == [
        "a.jsonl: line 1: is longer than 1 MiB",
        "a.jsonl: line 2: is not UTF-8 (byte 0xF8); save it as UTF-8",
        "a.jsonl|line 3|n-1",
    ]


def test_lines_are_yielded_before_the_file_is_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    line = json.dumps(nav_note("n-1")).encode() + b"\n"
    path.write_bytes(line * 20_000)
    progress: list[tuple[int, int]] = []

    source = stream_notes([path], lambda done, total: progress.append((done, total)))
    next(source)
    next(source)

    assert progress == [(len(line), len(line) * 20_000)]


def test_a_folder_is_read_by_file_name_and_other_files_are_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    written(folder / "b.json", json.dumps(nav_note("n-2")))
    written(folder / "a.jsonl", json.dumps(nav_note("n-1")))
    written(folder / "readme.txt", "no note")

    assert told(folder) == ["a.jsonl|line 1|n-1", "b.json||n-2"]


def test_what_cannot_be_read_is_one_fault_and_the_next_file_is_read(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    wide = tmp_path / "wide.jsonl"
    wide.write_bytes(json.dumps(nav_note("n-1")).encode("utf-16"))
    good = written(tmp_path / "good.json", json.dumps(nav_note("n-1")))

    assert told(tmp_path / "none.json", empty, wide, good) == [
        "none.json: there is no such file",
        "empty: holds no .json, .jsonl or .ndjson file",
        "wide.jsonl: is UTF-16 or UTF-32; save it as UTF-8",
        "good.json||n-1",
    ]


def test_progress_ends_at_the_whole(tmp_path: Path) -> None:
    paths = [written(tmp_path / f"{n}.json", json.dumps(nav_note(f"n-{n}"))) for n in range(3)]
    progress: list[tuple[int, int]] = []

    found = list(stream_notes(paths, lambda done, total: progress.append((done, total))))

    assert all(isinstance(item, SourcedNote) for item in found)
    total = sum(path.stat().st_size for path in paths)
    assert progress[-1] == (total, total)
    assert progress == sorted(progress)
