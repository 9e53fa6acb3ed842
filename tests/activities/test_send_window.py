from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from activities.send_window import next_opening
from domain.localtime import OSLO
from domain.policy import DEFAULT


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=OSLO)


@pytest.mark.parametrize(
    ("at", "opening"),
    [
        ("2026-01-23T08:00", None),  # Friday, the first minute
        ("2026-01-23T16:59", None),  # and the last
        ("2026-01-23T07:59", "2026-01-23T08:00"),
        ("2026-01-23T17:00", "2026-01-26T08:00"),  # over the weekend
        ("2026-01-24T12:00", "2026-01-26T08:00"),
        ("2026-03-27T18:00", "2026-03-30T08:00"),  # over the change to summer time
        ("2026-04-01T18:00", "2026-04-07T08:00"),  # over Easter
        ("2026-12-24T09:00", "2026-12-28T08:00"),  # 24 December is no day to send
        ("2026-05-17T09:00", "2026-05-18T08:00"),
    ],
)
def test_mail_leaves_on_working_days_in_working_hours(at: str, opening: str | None) -> None:
    """R41: working days 08-17, not 24 December."""
    found = next_opening(DEFAULT, local(at))

    assert found == (None if opening is None else local(opening))


def test_without_hours_mail_leaves_at_any_time() -> None:
    always = replace(DEFAULT, send_from_hour=None, send_to_hour=None)

    assert next_opening(always, local("2026-12-25T03:00")) is None


def test_hours_that_reach_midnight_have_no_end() -> None:
    late = replace(DEFAULT, send_from_hour=9, send_to_hour=24)

    assert next_opening(late, local("2026-01-23T23:59")) is None
    assert next_opening(late, local("2026-01-23T08:59")) == local("2026-01-23T09:00")
