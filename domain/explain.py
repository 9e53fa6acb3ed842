"""Cases straight from facts, without a log: every fact counts, whenever it was learnt."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from domain.absences import timeline_of
from domain.assess import CaseAssessment, assess_case
from domain.doings import Done, by_case
from domain.facts import Fact
from domain.identity import Standing
from domain.ids import EmploymentId, case_id
from domain.policy import Policy
from domain.state import ABSENCE_FACTS, FOLLOW_UP_FACTS, KnownCase
from domain.timeline import Told

_NOBODY = EmploymentId("explained")


def cases_of(
    entries: Sequence[tuple[datetime, Fact]], policy: Policy, on: date
) -> tuple[CaseAssessment, ...]:
    """Say which cases follow from facts and the instants at which they were told.

    Nothing is refused here and nothing remembered: what a command would be refused for
    simply has no effect.
    """
    told = [Told(at=at, fact=fact) for at, fact in entries if isinstance(fact, ABSENCE_FACTS)]
    done = [Done(at=at, fact=fact) for at, fact in entries if isinstance(fact, FOLLOW_UP_FACTS)]
    timeline = timeline_of(told, policy)
    shares = by_case(done, timeline.cases)
    parts = zip(timeline.cases, timeline.courses, shares, strict=True)
    found = []
    for number, (case, course, doings) in enumerate(parts, start=1):
        identity = KnownCase(case_id=case_id(_NOBODY, number), start=case.start)
        standing = Standing(identity=identity, case=case, course=course, doings=doings)
        found.append(assess_case(standing, timeline, policy, on, None))
    return tuple(found)
