"""The worker is killed again and again in the middle of its work: nothing is lost or doubled.

200 cases get 2,000 commands while a second writer appends to the same logs; it happens once, and
each test looks at one side of what is left.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Iterator

import asyncpg
import pytest
from temporalio.client import WorkflowExecutionStatus

from activities.invitations import invitation_id
from activities.messages import AnswerMessage
from activities.views import case_rows
from adapters.embedded_postgres import EmbeddedPostgres
from adapters.event_codec import FACTS
from adapters.formats.policy_file import load_policy
from adapters.mail.message import reminder_digest
from domain.assess import assess
from domain.events import (
    CommandRefused,
    Event,
    InvitationDue,
    Recorded,
    ReminderDropped,
    ReminderDue,
    ReminderSent,
    reminder_id,
)
from domain.ids import EmploymentId
from domain.localtime import local_date
from domain.state import fold
from service.up import DEMO_POLICY
from tests.support.killed_house import killed_house
from tests.support.killed_run import Left, play

pytestmark = pytest.mark.timeout(240)

CASES, COMMANDS, KILLS = 200, 10, 8
POLICY = load_policy(DEMO_POLICY)
SYSTEM = "system"


@pytest.fixture(scope="module")
async def run(
    postgres: EmbeddedPostgres, template: str, tmp_path_factory: pytest.TempPathFactory
) -> tuple[int, Left]:
    connection = await asyncpg.connect(postgres.url_of("postgres"))
    await connection.execute(f"create database killed template {template}")
    await connection.close()
    seed = random.randrange(2**32)
    sys.stdout.write(f"seed {seed}\n")
    url, state = postgres.url_of("killed"), tmp_path_factory.mktemp("killed")
    async with killed_house(url, state, CASES) as house:
        return seed, await play(house, seed, COMMANDS, KILLS)


@pytest.fixture
def left(run: tuple[int, Left]) -> Left:
    seed, left = run
    sys.stdout.write(f"seed {seed}, commands under way at each kill: {left.killed_at}\n")
    return left


def is_answer(event: Event) -> bool:
    """Tell what was told, or refused, from what follows from it under the same cause."""
    return event.kind in FACTS or isinstance(event, CommandRefused)


def answer_in(record: Recorded) -> AnswerMessage:
    """Read what the log says of a command."""
    match record.event:
        case CommandRefused(code=code, field=field, text=text):
            return AnswerMessage(id=record.cause, accepted=False, code=code, field=field, text=text)
        case _:
            return AnswerMessage(id=record.cause, accepted=True)


def answers_in(left: Left) -> Iterator[tuple[EmploymentId, Recorded]]:
    return ((one, record) for one, record in left.records() if is_answer(record.event))


def reminders_due(left: Left) -> Iterator[str]:
    for _, record in left.records():
        due = record.event
        if isinstance(due, ReminderDue) and not due.superseded:
            yield from (reminder_id(due.case, due, role) for role in due.to)
        if isinstance(due, InvitationDue):
            yield from (invitation_id(due, role) for role in due.to)


def test_the_worker_was_killed_with_commands_under_way(left: Left) -> None:
    assert len(left.killed_at) >= KILLS
    assert all(left.killed_at)
    assert left.worker_left_with == 0


def test_each_command_is_in_its_log_once_told_or_refused(left: Left) -> None:
    sent = [(one.employment, one.command.id) for one in left.told]
    sent += [(employment, command.id) for employment, command in left.further.items()]

    assert len(sent) == CASES * (COMMANDS + 1)
    assert Counter((one, str(record.cause)) for one, record in answers_in(left)) == Counter(sent)


def test_each_call_was_answered_what_the_log_says(left: Left) -> None:
    logged = {str(record.cause): answer_in(record) for _, record in answers_in(left)}

    assert {name: set(answers) for name, answers in left.answers.items()} == {
        name: {answer} for name, answer in logged.items()
    }
    assert left.calls > len(logged)


def test_what_cannot_be_was_refused_and_most_was_accepted(left: Left) -> None:
    accepted = {name for name, [answer, *_] in left.answers.items() if answer.accepted}
    impossible = {one.command.id for one in left.told if one.must_fail}

    assert impossible
    assert not impossible & accepted
    assert len(accepted) > len(left.told) / 2


def test_every_log_is_gapless_and_its_chain_holds(left: Left) -> None:
    streams = left.streams.values()
    assert left.verified.fault is None
    assert left.verified.streams == CASES
    assert left.verified.events == sum(len(stream.records) for stream in streams)
    for stream in streams:
        assert [one.seq for one in stream.records] == list(range(1, stream.head.seq + 1))


def test_the_list_shows_each_case_as_its_log_makes_it(left: Left) -> None:
    further = {command.id for command in left.further.values()}
    made = {}
    for employment, stream in left.streams.items():
        state = fold(employment, stream.records)
        # Its day, as the workflow's clock had it: the day may change while this runs.
        [last] = [one for one in stream.records if one.cause in further and is_answer(one.event)]
        rows = case_rows(assess(state, POLICY, local_date(last.at)))
        if rows:
            made[employment] = sorted(rows, key=lambda row: row.case)

    assert left.view == made
    assert len(made) > CASES / 2


def test_each_reminder_waited_once_and_ended_once(left: Left) -> None:
    ends = Counter(
        record.event.reminder
        for _, record in left.records()
        if isinstance(record.event, ReminderSent | ReminderDropped)
    )

    assert left.outbox.keys() == set(reminders_due(left))
    assert ends == Counter(left.outbox.keys())


def test_the_outbox_says_what_the_log_says_of_each_reminder(left: Left) -> None:
    ended = {
        record.event.reminder: "sent" if isinstance(record.event, ReminderSent) else "dropped"
        for _, record in left.records()
        if isinstance(record.event, ReminderSent | ReminderDropped)
    }

    assert left.outbox == ended
    assert Counter(ended.values())["sent"] > CASES / 2


def test_each_mail_is_in_the_maildir_once(left: Left) -> None:
    domain = "tilbake.invalid"
    of = {f"<{reminder_digest(reminder)}@{domain}>": reminder for reminder in left.outbox}
    sent = {reminder for reminder, state in left.outbox.items() if state == "sent"}

    assert [name for name, count in Counter(left.letters).items() if count > 1] == []
    assert set(left.letters) <= of.keys()
    # A letter whose sender was killed before it could say so may have been called off since.
    assert sent <= {of[name] for name in left.letters}


def test_after_the_last_kill_every_case_answers(left: Left) -> None:
    assert {one for one in left.further if left.answers[left.further[one].id]} == set(left.further)


def test_what_runs_is_what_the_log_calls_unfinished(left: Left) -> None:
    running, completed = WorkflowExecutionStatus.RUNNING, WorkflowExecutionStatus.COMPLETED
    unfinished = {one for one, end in left.ends.items() if not end.finished}

    assert left.follow_ups == {
        one: running if one in unfinished else completed for one in left.ends
    }
    assert 0 < len(unfinished) < CASES


def test_every_follow_up_sleeps_until_the_wake_that_the_database_names(left: Left) -> None:
    wakes = {one: end.next_wake for one, end in left.ends.items() if not end.finished}

    assert {one: said.next_wake for one, said in left.summaries.items()} == wakes
    assert None not in wakes.values()
