"""What arrived and waits for its step. Loaded once a worker, not once a case."""

from __future__ import annotations

from dataclasses import dataclass

from activities.messages import AnswerMessage, CommandMessage, UnreadableMessage


@dataclass(slots=True)
class Asked:
    """Something that arrived; an update waits for its answer."""

    what: CommandMessage | UnreadableMessage
    answer: AnswerMessage | None = None
