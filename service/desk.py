"""Everything that a command at a terminal works with, made from the running service."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime
from functools import cached_property
from typing import Final

import asyncpg

from activities.messages import AnswerMessage
from adapters.clock import SystemClock
from adapters.directory.note_queue import NoteQueue, QueuedNote
from adapters.directory.postgres import PostgresDirectory
from adapters.formats.policy_file import load_policy
from adapters.postgres.access_log import Access, AccessLog
from adapters.postgres.case_list import ListedCase, PostgresCases
from adapters.postgres.event_log import PostgresEventLog
from adapters.postgres.ohs_questions import OhsQuestions
from adapters.postgres.told import PostgresTold
from adapters.settings import Settings
from adapters.vault.store import PostgresVault
from domain.ids import CaseId, EmploymentId
from domain.localtime import local_date
from domain.policy import Policy
from service.case_finder import CaseFinder, Found, NotFound
from service.case_view import CaseReader
from service.intake import HrQueue, Safe, Staff, Told
from service.patience import PatientFollowUps
from service.reach import NotReached, Reached, reached

_GONE: Final = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    ConnectionRefusedError,
    ConnectionResetError,
)

NOBODY: Final = Access(case=None, person=None)
"""What someone looked at when it was about no one person."""


class Desk:
    """The parts, each made when it is first asked for."""

    def __init__(self, reached: Reached) -> None:
        """Work through what `service.reach` found."""
        self._reached = reached
        self._commander: PatientFollowUps | None = None

    async def commander(self) -> PatientFollowUps:
        """Give the way to the follow-ups; connects to Temporal, once.

        Raises:
            NotReached: Temporal does not answer.
        """
        if self._commander is None:
            self._commander = PatientFollowUps(await self._reached.follow_ups())
        return self._commander

    @cached_property
    def policy(self) -> Policy:
        """The employer's policy that the settings name."""
        return load_policy(self._reached.settings.policy_file)

    @property
    def base_url(self) -> str | None:
        """Where the pages are, if there are any."""
        return self._reached.settings.base_url

    @cached_property
    def vault(self) -> PostgresVault:
        """Keys and sealed texts."""
        return self._reached.vault()

    def keyed(self, row: str) -> str:
        """Give the id of a payroll row, which nobody can guess without the key ring."""
        return self.vault.ring.index("payroll row", row).hex()

    @cached_property
    def directory(self) -> PostgresDirectory:
        """Who is who."""
        return PostgresDirectory(self._reached.pool, self.vault)

    @cached_property
    def log(self) -> PostgresEventLog:
        """The logs of all employments."""
        return PostgresEventLog(self._reached.pool)

    @cached_property
    def cases(self) -> PostgresCases:
        """Lists of cases and of reminders."""
        return PostgresCases(self._reached.pool)

    @cached_property
    def queue(self) -> NoteQueue:
        """HR's queue of notes."""
        return NoteQueue(self._reached.pool, self.vault)

    @cached_property
    def access(self) -> AccessLog:
        """Who read what."""
        return AccessLog(self._reached.pool)

    @cached_property
    def ohs_questions(self) -> OhsQuestions:
        """Questions asked of occupational health in private."""
        return OhsQuestions(self._reached.pool, self.vault)

    @cached_property
    def finder(self) -> CaseFinder:
        """Finds what someone names."""
        return CaseFinder(self.directory, self.cases)

    @cached_property
    def reader(self) -> CaseReader:
        """Reads cases."""
        return CaseReader(self.log, self.cases, self.policy)

    @cached_property
    def staff(self) -> Staff:
        """Who a record of an import is about."""
        return Staff(self.directory)

    @cached_property
    def told(self) -> Told:
        """What the logs already have."""
        return Told(PostgresTold(self._reached.pool))

    @cached_property
    def safe(self) -> Safe:
        """Where texts of notes are sealed."""
        return Safe(self.directory, self.vault)

    @cached_property
    def hr_queue(self) -> HrQueue:
        """Where imports put notes that fit several employments."""
        return HrQueue(self.queue, self.directory)

    @property
    def pool(self) -> asyncpg.Pool[asyncpg.Record]:
        """The database, for use cases that work on all of it."""
        return self._reached.pool

    @staticmethod
    def now() -> datetime:
        """Give the present instant."""
        return SystemClock().now()

    def today(self) -> date:
        """Give the date in Oslo."""
        return local_date(self.now())

    async def find(self, name: str | None, employee_number: str | None, on: date) -> Found:
        """Find the employment or case that someone names.

        Raises:
            NotFound: there is none, or it is not clear which.
        """
        if employee_number is not None:
            return await self.finder.by_employee_number(employee_number, on)
        return await self.finder.by_name(name or "")

    async def name_of(self, employment: EmploymentId) -> str | None:
        """Open the name of an employee."""
        person = await self.directory.person_of(employment)
        return None if person is None else await self.directory.name_of(person)

    async def note_access(
        self, actor: str, action: str, employment: EmploymentId, cases: Sequence[CaseId]
    ) -> None:
        """Record that someone looks at cases of an employment, before anything is shown."""
        person = await self.directory.person_of(employment)
        seen = [Access(case=case, person=person) for case in cases]
        await self.access.record(actor, action, seen or [Access(case=None, person=person)])

    async def note_listed(self, actor: str, action: str, listed: Sequence[ListedCase]) -> None:
        """Record that someone looks at a list: each case of it, or that it was empty."""
        seen = [Access(case=one.case, person=one.person) for one in listed]
        await self.access.record(actor, action, seen or [NOBODY])

    async def note_queued(self, actor: str, action: str, queued: Sequence[QueuedNote]) -> None:
        """Record that someone looks at the notes that wait for HR."""
        seen = [Access(case=None, person=one.person) for one in queued]
        await self.access.record(actor, action, seen or [NOBODY])

    async def units_below(self, name: str) -> list[str]:
        """Find a unit by its id or its name, with the units below it.

        Raises:
            NotFound: there is none, or several have the name.
        """
        units = await self.directory.units()
        tops = [one.unit for one in units if name in {one.unit, one.name}]
        if len(tops) != 1:
            what = "there is no such unit" if not tops else "several units are called so"
            raise NotFound(f"{what}: `tilbake directory units` lists them with their ids")
        return [one.unit for one in await self.directory.units(tops[0])]


def refusal_of(answer: AnswerMessage) -> str:
    """Say why a command was not accepted: the field, and what is wrong with it."""
    text = answer.text or answer.code or "was not accepted"
    return f"{answer.field}: {text}" if answer.field else text


@asynccontextmanager
async def at_desk(settings: Settings) -> AsyncIterator[Desk]:
    """Reach the running service for one command.

    Raises:
        NotReached: it is not there, or went away.
    """
    async with reached(settings) as found:
        try:
            yield Desk(found)
        except _GONE as fault:
            # Only the kind of fault: its text may repeat an address with a password in it.
            raise NotReached(f"the database went away ({type(fault).__name__})") from fault
