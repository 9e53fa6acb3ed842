"""`tilbake import absences`: payroll rows to the cases they belong to (R3b, R5, R5b).

A payroll file is taken to list all absence of the days it spans: a row that was taken from
an earlier file, whose days all lie within that span, and that is no longer there, was
removed at its source and is withdrawn. New rows are recorded before old ones are withdrawn,
so that a changed row never looks like a return to work.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from activities.messages import AnswerMessage
from adapters.formats.absence_csv import (
    AbsenceRow,
    BadRow,
    IgnoredRow,
    Row,
    UnknownCode,
    note_of_row,
)
from adapters.formats.located import Fault, Faulty
from domain.facts import NoteWithdrawn, RowWithdrawn
from domain.ids import CauseId, EmploymentId, RowId
from domain.spans import DateSpan
from service.imports import (
    Commander,
    Counts,
    Employments,
    Importer,
    KnownRow,
    Ledger,
    Terms,
    one_of,
)

LEAST_REMOVALS: Final = 10
"""So many rows may always go."""
MOST_REMOVED: Final = 0.2
"""More than this share of the known rows gone looks like half a file, not like corrections."""
_AGAIN: Final = "."


_Key = tuple[EmploymentId, RowId]


class AbsenceImport:
    """Takes a payroll file: new rows, known rows, and rows that are gone."""

    def __init__(
        self,
        *,
        commander: Commander,
        employments: Employments,
        ledger: Ledger,
        terms: Terms,
        refuse: Callable[[Faulty], None],
        keyed: Callable[[str], str],
        allow_removals: bool = False,
        progress: Callable[[int, int], None] = lambda _done, _all: None,
    ) -> None:
        """Take the ports, how to run, and who is told of each refused row and of the progress.

        `keyed` turns what a row says into an id that nobody can guess: it holds an employee number.
        """
        self._importer = Importer(commander, terms, refuse)
        self._employments = employments
        self._ledger = ledger
        self._keyed = keyed
        self._allow_removals = allow_removals
        self._progress = progress

    @property
    def counts(self) -> Counts:
        """What became of the rows so far."""
        return self._importer.counts

    async def run(self, file: str, rows: Iterable[Row]) -> Counts:
        """Import what `adapters.formats.absence_csv.stream_absences` yields."""
        placed: dict[_Key, AbsenceRow] = {}
        unread: list[str | None] = []
        for row in rows:
            match row:
                case AbsenceRow():
                    if not await self._place(file, row, placed):
                        unread.append(row.employee_no)
                case IgnoredRow():
                    self._importer.counts.ignored += 1
                case UnknownCode():
                    self._importer.counts.unknown_codes[row.code] += 1
                    unread.append(row.employee_no)
                case BadRow():
                    self._refuse(file, row.line, row.fault.place, row.fault.text)
                    unread.append(row.employee_no)
        if placed:
            first = min(row.span.first for row in placed.values())
            last = max(row.span.last for row in placed.values())
            within = DateSpan(first=first, last=last)
            known = await self._ledger.rows(within)
            await self._take(file, placed, known)
            gone = await self._gone(placed, known, unread, within)
            await self._withdraw(file, gone, sum(row.is_live for row in known))
        return self.counts

    async def _place(self, file: str, row: AbsenceRow, placed: dict[_Key, AbsenceRow]) -> bool:
        """Find the row's employment, if there is one; a row that stands twice is taken once."""
        found = one_of(await self._employments.by_employee_no(row.employee_no, row.span.first))
        if len(found) == 1:
            key = (found[0], RowId(self._keyed(row.row)))
            self._importer.counts.known += key in placed
            placed.setdefault(key, row)
            return True
        who = "several employments have" if found else "no employment has"
        self._refuse(file, row.line, "", f"{who} this employee number on {row.span.first}")
        return False

    async def _take(
        self, file: str, placed: dict[_Key, AbsenceRow], known: Sequence[KnownRow]
    ) -> None:
        earlier: dict[_Key, list[KnownRow]] = defaultdict(list)
        for one in known:
            earlier[one.employment, _base(one.row)].append(one)
        for done, ((employment, base), row) in enumerate(placed.items()):
            self._progress(done, len(placed))
            before = earlier[employment, base]
            if any(one.is_live for one in before):
                self._importer.counts.known += 1
                continue
            # A row that comes back after its withdrawal needs an id that is not used up.
            row_id = RowId(f"{base}{_AGAIN}{len(before) + 1}") if before else base
            cause = CauseId(f"row/{row_id}")
            answer = await self._importer.record(employment, cause, row.fact_as(row_id))
            if answer.accepted:
                self._importer.counts.taken += 1
            else:
                self._refuse(file, row.line, answer.field or "", _why(answer))

    async def _gone(
        self,
        placed: dict[_Key, AbsenceRow],
        known: Sequence[KnownRow],
        unread: list[str | None],
        within: DateSpan,
    ) -> list[KnownRow]:
        """List what was removed; rows of people with an unread row may still be there."""
        unsure: set[EmploymentId] = set()
        for employee_no in unread:
            if employee_no is None:
                return []
            for day in (within.first, within.last):
                unsure.update(await self._employments.by_employee_no(employee_no, day))
        return [
            one
            for one in known
            if one.is_live
            and one.employment not in unsure
            and (one.employment, _base(one.row)) not in placed
        ]

    async def _withdraw(self, file: str, gone: list[KnownRow], live: int) -> None:
        if not self._allow_removals and len(gone) > max(LEAST_REMOVALS, MOST_REMOVED * live):
            text = f"{len(gone)} of {live} rows are gone; allow removals if that is meant"
            self._importer.refuse(Faulty(file, Fault(place="", text=text)))
            return
        for one in gone:
            withdrawn = NoteWithdrawn(note_id=note_of_row(one.row))
            fact = withdrawn if one.is_note else RowWithdrawn(row=one.row)
            cause = CauseId(f"row/{one.row}/withdrawn")
            answer = await self._importer.record(one.employment, cause, fact)
            if answer.accepted:
                self._importer.counts.withdrawn += 1
            else:
                where = Fault(place="", text=f"a removed row is not withdrawn: {_why(answer)}")
                self._importer.refuse(Faulty(file, where))

    def _refuse(self, file: str, line: int, column: str, text: str) -> None:
        place = f"line {line}: {column}" if column else f"line {line}"
        self._importer.refuse(Faulty(file, Fault(place=place, text=text)))


def _base(row: RowId) -> RowId:
    """Give the id that a row had when it came first."""
    return RowId(row.partition(_AGAIN)[0])


def _why(answer: AnswerMessage) -> str:
    return answer.text or answer.code or "was not accepted"
