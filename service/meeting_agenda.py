"""An agenda for a dialogue meeting: two templates, and what each side wants to talk about (R34).

It asks about work and what can be adapted. What the illness is, is not a topic, and no line
of the templates asks for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from domain.doings import Doings
from domain.facts import DocumentRef, Meeting, MeetingPrepared, Role, Topic

_AIM_FULL: Final = (
    "Aim: say which adaptations and which changes of tasks are needed to be back at work, wholly "
    "or in part."
)
_AIM_GRADED: Final = (
    "Aim: see whether the adaptations work, and agree on the next steps towards more work."
)
_ABOUT: Final[Mapping[Topic, str]] = {
    Topic.ADAPTATIONS_DONE: "Which adaptations were tried, and which of them work?",
    Topic.CHANGED_TASKS: "Which changes of tasks are needed to be back, wholly or in part?",
    Topic.TASKS_POSSIBLE: "Which tasks can be done now, in spite of the ailment?",
    Topic.ERGONOMICS_AND_AIDS: "Are ergonomic changes or technical aids needed?",
    Topic.TASKS_SHARED_DIFFERENTLY: "Can tasks be shared differently for a while?",
    Topic.ORGANISATION: "Can the work be organised differently: hours, place, team?",
    Topic.SHIELDING: "Is there a strain or a task to be kept away from for a while?",
    Topic.GRADE_AND_STEPS: "Which share of work is possible, and in which steps does it grow?",
    Topic.OTHERS_CONTRIBUTE: "Is a contribution from others needed: NAV, representatives?",
    Topic.OHS_CONTRIBUTES: "Can the occupational health service contribute?",
    Topic.GOAL: "Which date do we aim at, and which steps lead there?",
    Topic.FURTHER_FOLLOW_UP: "How do we go on: who does what, and when do we meet again?",
}
_FULL: Final = (
    Topic.CHANGED_TASKS,
    Topic.TASKS_POSSIBLE,
    Topic.ERGONOMICS_AND_AIDS,
    Topic.TASKS_SHARED_DIFFERENTLY,
    Topic.ORGANISATION,
    Topic.SHIELDING,
    Topic.OTHERS_CONTRIBUTE,
    Topic.OHS_CONTRIBUTES,
    Topic.GOAL,
    Topic.FURTHER_FOLLOW_UP,
)
_GRADED: Final = (
    Topic.ADAPTATIONS_DONE,
    Topic.TASKS_POSSIBLE,
    Topic.GRADE_AND_STEPS,
    Topic.TASKS_SHARED_DIFFERENTLY,
    Topic.ERGONOMICS_AND_AIDS,
    Topic.OTHERS_CONTRIBUTE,
    Topic.OHS_CONTRIBUTES,
    Topic.GOAL,
    Topic.FURTHER_FOLLOW_UP,
)

Shared = tuple[Role, tuple[Topic, ...], DocumentRef | None]


def shared_topics(doings: Doings, meeting: Meeting) -> tuple[Shared, ...]:
    """Give what each side shared before the meeting: the last word of each."""
    found = {
        fact.by: (fact.by, fact.topics, fact.document)
        for _, fact in doings.of(MeetingPrepared)
        if fact.meeting is meeting and fact.shared
    }
    return tuple(found.values())


def agenda(
    *,
    fully_absent: bool,
    topics: Sequence[tuple[Role, tuple[Topic, ...]]] = (),
    words: Mapping[Role, str] | None = None,
) -> str:
    """Write an agenda in Markdown; what the sides shared comes first."""
    lines = ["# Dialogue meeting", "", _AIM_FULL if fully_absent else _AIM_GRADED, ""]
    lines += ["What the illness is, is not a topic. The follow-up plan is what you work on.", ""]
    for role, wanted in topics:
        lines += [f"## {str(role).replace('_', ' ').capitalize()} wants to talk about", ""]
        lines += [f"- {_ABOUT.get(topic, 'Something else, see below.')}" for topic in wanted]
        text = (words or {}).get(role)
        lines += ["", text.strip()] if text else []
        lines.append("")
    lines += ["## Questions", ""]
    lines += [f"- {_ABOUT[topic]}" for topic in (_FULL if fully_absent else _GRADED)]
    lines += ["", "## Agreed", "", "- Tasks and adaptations:", "- Goal, date:", "- Steps:"]
    lines += ["- Who contributes besides (others, OHS):", "- We talk again on:"]
    return "\n".join(lines)
