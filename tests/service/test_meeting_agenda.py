"""The agenda asks what the check list for dialogue meeting 1 asks, and never about the illness."""

from __future__ import annotations

import pytest

from domain.facts import Role, Topic
from service.meeting_agenda import agenda

SINCE_FULLY_AWAY = agenda(fully_absent=True)
GRADED = agenda(fully_absent=False)
NO_TOPIC = "What the illness is, is not a topic."


@pytest.mark.parametrize(
    "question",
    [
        "Which tasks can be done now, in spite of the ailment?",
        "Are ergonomic changes or technical aids needed?",
        "Can tasks be shared differently for a while?",
        "Can the work be organised differently: hours, place, team?",
        "Is there a strain or a task to be kept away from for a while?",
        "Is a contribution from others needed: NAV, representatives?",
        "Can the occupational health service contribute?",
        "Which date do we aim at, and which steps lead there?",
        "How do we go on: who does what, and when do we meet again?",
    ],
)
def test_the_questions_of_the_check_list_are_on_the_agenda(question: str) -> None:
    assert f"- {question}" in SINCE_FULLY_AWAY.splitlines()


def test_the_aim_is_what_it_takes_to_be_back_or_the_next_steps() -> None:
    assert "which changes of tasks are needed to be back at work" in SINCE_FULLY_AWAY
    assert "see whether the adaptations work" in GRADED


@pytest.mark.parametrize("text", [SINCE_FULLY_AWAY, GRADED])
def test_the_plan_is_worked_on_and_the_illness_is_no_topic(text: str) -> None:
    assert f"{NO_TOPIC} The follow-up plan is what you work on." in text
    assert text.lower().count("illness") == NO_TOPIC.count("illness")


def test_what_a_side_shared_comes_before_the_questions() -> None:
    text = agenda(
        fully_absent=True,
        topics=[(Role.EMPLOYEE, (Topic.SHIELDING,))],
        words={Role.EMPLOYEE: "Helst ikke nattevakter."},
    )

    before, _ = text.split("## Questions")
    assert "## Employee wants to talk about" in before
    assert "Is there a strain or a task to be kept away from for a while?" in before
    assert "Helst ikke nattevakter." in before
