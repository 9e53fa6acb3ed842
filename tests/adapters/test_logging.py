"""Log lines: readable by machines, and empty of people."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from adapters.logging import set_up_logging
from adapters.settings import LogFormat, LogLevel

PERSON = "Kari Nordmann"


class Lines:
    def __init__(self) -> None:
        self.stream = io.StringIO()

    def read(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.stream.getvalue().splitlines()]


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.fixture
def lines() -> Lines:
    lines = Lines()
    set_up_logging(LogFormat.JSON, LogLevel.INFO, lines.stream)
    return lines


def test_an_event_is_one_json_object_with_its_level_and_time(lines: Lines) -> None:
    structlog.get_logger("tilbake").info("step_taken", employment="e-1", seconds=0.2)
    [line] = lines.read()

    assert line.pop("timestamp")
    assert line == {
        "event": "step_taken",
        "level": "info",
        "logger": "tilbake",
        "employment": "e-1",
        "seconds": 0.2,
    }


def test_the_standard_library_logs_the_same_way(lines: Lines) -> None:
    logging.getLogger("elsewhere").warning("slow", extra={"code": "late", "person": PERSON})
    [line] = lines.read()

    assert (line["event"], line["code"], line["level"]) == ("slow", "late", "warning")
    assert PERSON not in json.dumps(line)


def test_a_key_that_is_not_known_to_be_safe_is_dropped(lines: Lines) -> None:
    structlog.get_logger("tilbake").info("mail_sent", to=PERSON, reminder="r-1")
    [line] = lines.read()

    assert line["reminder"] == "r-1"
    assert "to" not in line


def fail_about(person: str) -> None:
    try:
        int(person)
    except ValueError as cause:
        raise RuntimeError(f"about {person}") from cause


@pytest.mark.parametrize("logger", ["structlog", "standard"])
def test_an_exception_is_named_with_its_cause_and_without_its_message(
    lines: Lines, logger: str
) -> None:
    try:
        fail_about(PERSON)
    except RuntimeError:
        if logger == "structlog":
            structlog.get_logger("tilbake").exception("step_failed")
        else:
            logging.getLogger("elsewhere").exception("step_failed")
    [line] = lines.read()
    faults = line["faults"]

    assert isinstance(faults, list)
    assert [str(one).split()[0] for one in faults] == ["RuntimeError", "ValueError"]
    assert "test_logging.py" in str(faults[0])
    assert PERSON not in json.dumps(line)


def test_ids_are_taken_out_of_what_temporal_adds(lines: Lines) -> None:
    details = {"workflow_id": "follow-up/e-1", "run_id": "r", "headers": PERSON}
    logging.getLogger("temporalio.workflow").warning("odd", extra={"temporal_workflow": details})
    [line] = lines.read()

    assert (line["workflow_id"], line["run_id"]) == ("follow-up/e-1", "r")
    assert PERSON not in json.dumps(line)


def test_what_is_below_the_level_is_not_written(lines: Lines) -> None:
    structlog.get_logger("tilbake").debug("noise")
    logging.getLogger("uvicorn.access").info("GET /case/1")

    assert lines.read() == []


def test_the_console_form_is_for_people() -> None:
    stream = io.StringIO()
    set_up_logging(LogFormat.CONSOLE, LogLevel.INFO, stream)
    structlog.get_logger("tilbake").info("started", port=8080)

    assert "started" in stream.getvalue()
    assert not stream.getvalue().startswith("{")
