"""The group `tilbake case meeting`, up to the meeting: topics, times, and the call (R34, R35)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import case_meeting_after
from cli.case_change import Change, Made, Say, change_in, look_in
from cli.case_meeting_options import (
    At,
    Invited,
    LeftOutOnes,
    Minutes,
    Name,
    Slots,
    Ways,
    Which,
    slot,
)
from cli.case_options import YesNo, on_day
from cli.case_texts import Anyway, TextFile, read_words, text_of
from domain.facts import (
    CancelReason,
    Meeting,
    MeetingCalled,
    MeetingCancelled,
    MeetingMoved,
    MeetingPrepared,
    Place,
    PractitionerAsked,
    Role,
    TimesOffered,
    Topic,
    Via,
)
from domain.ids import MeetingName

if TYPE_CHECKING:
    from service.desk import Desk
    from service.drafts import CaseNow

app = typer.Typer(
    help=(
        "Dialogue meetings: prepare, call, hold, and what came of them (R22, R34, R35).\n\n"
        "A meeting goes by its kind (dm1) unless it is given a name. "
        "`tilbake case meeting times K-7F3Q` proposes when."
    ),
    no_args_is_help=True,
)


@change_in("meeting")
def prepare(
    *,
    by: Annotated[
        Role | None, typer.Option("--by", help="Who prepares: the employee, the manager …")
    ] = None,
    topics: Annotated[
        list[Topic] | None, typer.Option("--topic", help="What to talk about; repeat it.")
    ] = None,
    text: TextFile = None,
    anyway: Anyway = False,
    shared: Annotated[
        bool, typer.Option("--shared", help="The other side may see it, and it is on the agenda.")
    ] = False,
    template: Annotated[
        bool, typer.Option("--template", help="Print an agenda to fill in; record nothing.")
    ] = False,
    which: Which = Meeting.DIALOGUE_1,
) -> Change:
    """Record what one side wants to talk about, or print an agenda (--template)."""
    if template:
        return _agenda(which)
    words = read_words(text, anyway=anyway)
    if by is None:
        raise typer.BadParameter("say who prepares: --by employee; or print an agenda: --template")
    if not topics and words is None:
        raise typer.BadParameter("say what about: --topic tasks_possible, or --text FILE")
    fact = MeetingPrepared(meeting=which, by=by, topics=tuple(topics or ()), shared=shared)
    return _with_text(fact, text_of(words))


def _with_text(fact: MeetingPrepared, text: str | None) -> Change:
    from service.drafts import Draft  # noqa: PLC0415 - keeps other commands fast

    return Draft(fact=fact, text=text)


def _agenda(which: Meeting) -> Change:
    async def made(now: CaseNow, desk: Desk) -> Made:
        from service.meeting_agenda import agenda, shared_topics  # noqa: PLC0415 - as above

        shared = shared_topics(now.doings, which)
        words = {who: await desk.safe.open(one) for who, _, one in shared if one is not None}
        fully = now.is_fully_absent()
        topics = [(who, topics) for who, topics, _ in shared]
        text = agenda(fully_absent=fully, topics=topics, words=words)
        return Say(text=text, data={"template": text, "fully_absent": fully})

    return made


@change_in("meeting")
def offer(times: Slots, which: Which = Meeting.DIALOGUE_1) -> Change:
    """Record which times were offered before the call."""
    return TimesOffered(meeting=which, times=tuple(times))


@change_in("meeting")
def ask_practitioner(
    agreed: Annotated[YesNo, typer.Option("--agreed", help="Time, place and form are agreed.")],
    via: Annotated[Via, typer.Option("--via", help="How the practitioner was asked.")],
    on: Annotated[date | None, on_day("--on", "When; today without it.")] = None,
    which: Which = Meeting.DIALOGUE_1,
) -> Change:
    """Record that time, place and form were agreed with the practitioner, or not, before the call.

    That the employee wants the practitioner there is another matter: `case wish state`.
    """
    return lambda now, _: PractitionerAsked(
        meeting=which, agreed=agreed is YesNo.YES, via=via, on=on or now.today
    )


@change_in("meeting")
def call(
    *,
    on: Annotated[date, on_day("--on", "The day of the meeting.")],
    invitees: Invited,
    at: At = None,
    minutes: Minutes = 60,
    place: Annotated[
        Place | None, typer.Option("--place", help="The workplace is preferred.")
    ] = None,
    ways: Ways = None,
    left_out: LeftOutOnes = None,
    which: Which = Meeting.DIALOGUE_1,
    name: Name = None,
) -> Change:
    """Call a meeting: the employee, and those whom the employee wants, or agrees to (R35).

    `tilbake case meeting call K-7F3Q --on 2026-02-18 --at 10:00 --with employee --with manager
    --with practitioner --way practitioner=phone`. A meeting of the same name that still stands
    is called anew.
    """
    return lambda now, _: MeetingCalled(
        meeting=which,
        on=on,
        invitees=tuple(invitees),
        name=MeetingName(name) if name else now.new_name(which),
        time=slot(on, at, minutes),
        place=place,
        ways=tuple(ways or ()),
        left_out=tuple(left_out or ()),
    )


@change_in("meeting")
def move(
    on: Annotated[date, on_day("--on", "The new day.")],
    at: At = None,
    minutes: Minutes = 60,
    place: Annotated[Place | None, typer.Option("--place", help="The new place.")] = None,
    name: Name = None,
) -> Change:
    """Move a called meeting to another time or place; everybody who was called is told."""
    return lambda now, _: MeetingMoved(
        name=now.open_meeting(name), on=on, time=slot(on, at, minutes), place=place
    )


@change_in("meeting")
def cancel(
    reason: Annotated[CancelReason, typer.Option("--reason", help="Why.")], name: Name = None
) -> Change:
    """Cancel a called meeting; the duty stays as it is."""
    return lambda now, _: MeetingCancelled(name=now.open_meeting(name), reason=reason)


@look_in("meeting")
def times(which: Which = Meeting.DIALOGUE_1) -> Change:
    """Propose times before the target date: working days, 09 to 15."""

    def made(now: CaseNow, _: Desk) -> Made:
        from service.meeting_times import proposals  # noqa: PLC0415 - as above

        found = proposals(now.today, now.target_of(which), now.policy)
        lines = [f"{one.on:%a %Y-%m-%d} {one.begins:%H:%M}" for one in found]
        options = " ".join(f"--time {one.on}T{one.begins:%H:%M}" for one in found)
        text = "\n".join([*lines, f"To offer them: tilbake case meeting offer … {options}"])
        said = [{"on": str(one.on), "begins": f"{one.begins:%H:%M}"} for one in found]
        return Say(text=text, data={"times": said})

    return made


@look_in("meeting")
def list_() -> Change:
    """List the meetings of a case as they stand."""

    def made(now: CaseNow, _: Desk) -> Made:
        from service.standing import meeting_json, meeting_line  # noqa: PLC0415 - as above

        found = list(now.doings.meetings().values())
        data: dict[str, Any] = {"meetings": [meeting_json(one) for one in found]}
        lines = [meeting_line(one) for one in found] or ["No meeting was called or held."]
        return Say(text="\n".join(lines), data=data)

    return made


for _name, _command in (
    ("times", times),
    ("prepare", prepare),
    ("offer", offer),
    ("ask-practitioner", ask_practitioner),
    ("call", call),
    ("move", move),
    ("cancel", cancel),
    ("list", list_),
):
    app.command(_name)(_command)
case_meeting_after.register(app)
