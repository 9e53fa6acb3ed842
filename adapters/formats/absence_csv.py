"""Payroll absence, CSV: each row becomes a fact with an id made of what the row says.

The same row has the same id in every file, so importing twice changes nothing. Rows are
streamed; a bad row is refused with its line and field, and the others are taken.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Final

from adapters.formats.absence_map import AbsenceMap, Encoding, Meaning
from adapters.formats.located import Fault, Faulty
from domain.facts import LeaveTaken, NoteReceived, SelfCertified, VacationTaken
from domain.ids import NoteId, RowId
from domain.notes import Activity, Note, Period
from domain.refusals import InvalidValue
from domain.spans import DateSpan

RowFact = NoteReceived | SelfCertified | VacationTaken | LeaveTaken

_FULL: Final = 100
_PERCENT: Final = re.compile(r"([0-9]{1,3}(?:[.,][0-9]{1,6})?) ?%?")
_CHUNK: Final = 2**20
_EMPLOYEE_NO: Final = re.compile(r"[0-9A-Za-z._-]{1,40}")


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsenceRow:
    """A row that says something about a case; `fact_as` makes the fact under a row id."""

    line: int
    employee_no: str = field(repr=False)
    row: RowId
    meaning: Meaning
    span: DateSpan
    percent: int

    def fact_as(self, row: RowId) -> RowFact:
        """Make the fact: a sick row is a note of its own, the others name their row (R3b, R5)."""
        match self.meaning:
            case Meaning.SICK:
                return NoteReceived(note=self._note(row))
            case Meaning.SELF_CERTIFIED:
                return SelfCertified(span=self.span, row=row)
            case Meaning.VACATION:
                return VacationTaken(span=self.span, row=row)
            case _:
                return LeaveTaken(span=self.span, row=row)

    def _note(self, row: RowId) -> Note:
        is_full = self.percent == _FULL
        activity = Activity.NO_ACTIVITY if is_full else Activity.GRADED
        grade = None if is_full else self.percent
        return Note(
            note_id=note_of_row(row),
            periods=(Period(span=self.span, activity=activity, grade=grade),),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BadRow:
    """A row that cannot be taken, and why; the employee number when that much was readable."""

    line: int
    fault: Fault
    employee_no: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownCode:
    """A row whose code the map does not have."""

    line: int
    code: str
    employee_no: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class IgnoredRow:
    """A row whose code the map says to ignore."""

    line: int


Row = AbsenceRow | BadRow | UnknownCode | IgnoredRow


def note_of_row(row: RowId) -> NoteId:
    """Name the note that a sick row stands for."""
    return NoteId(f"row:{row}")


def stream_absences(path: Path, mapping: AbsenceMap) -> Iterator[Row]:
    """Read a payroll file row by row.

    Raises:
        Faulty: when the file cannot be read, is in another encoding, or lacks a column.
    """
    name = str(path)
    encoding = "utf-8-sig" if mapping.encoding is Encoding.UTF_8 else "iso-8859-1"
    _check_encoding(path, encoding)
    with path.open(encoding=encoding, newline="") as stream:
        rows = csv.reader(stream, delimiter=mapping.delimiter, strict=True)
        try:
            cells = _Cells(name, next(rows, []), mapping)
        except csv.Error as error:
            raise _faulty(name, f"is not CSV: {error}", "line 1") from None
        yield from _rows(rows, lambda: rows.line_num, cells)


def _rows(rows: Iterator[list[str]], last_line: Callable[[], int], cells: _Cells) -> Iterator[Row]:
    while True:
        line = last_line() + 1
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield BadRow(line=line, fault=Fault(place="", text=f"is not CSV: {error}"))
            continue
        if any(cell.strip() for cell in row):
            yield cells.read(line, row)


class _Cells:
    """Finds the cells of a row by the names of the first line."""

    def __init__(self, name: str, header: list[str], mapping: AbsenceMap) -> None:
        self.mapping = mapping
        names = [cell.strip() for cell in header]
        self._index = {cell: number for number, cell in enumerate(names)}
        columns = mapping.columns
        wanted = [columns.employee, columns.first, columns.last, columns.code]
        for column in [*wanted, *([columns.percent] if columns.percent else [])]:
            if column not in self._index:
                raise _faulty(name, f'has no column "{column}"', "line 1")
            if names.count(column) > 1:
                raise _faulty(name, f'has the column "{column}" twice', "line 1")

    def read(self, line: int, row: list[str]) -> Row:
        """Read one row."""
        columns, employee_no = self.mapping.columns, None
        try:
            employee_no = self._employee(row)
            code = self._cell(row, columns.code)
            meaning = self.mapping.codes.get(code)
            if meaning is None:
                return UnknownCode(line=line, code=code, employee_no=employee_no)
            if meaning is Meaning.IGNORE:
                return IgnoredRow(line=line)
            span, percent = self._span(row), self._percent(row)
        except InvalidValue as refused:
            fault = Fault(place=refused.field, text=refused.text)
            return BadRow(line=line, fault=fault, employee_no=employee_no)
        return AbsenceRow(
            line=line,
            employee_no=employee_no,
            row=_row_id(employee_no, span, percent, code),
            meaning=meaning,
            span=span,
            percent=percent,
        )

    def _cell(self, row: list[str], column: str) -> str:
        number = self._index[column]
        if number >= len(row):
            raise InvalidValue(column, "is missing: the row has too few cells")
        return row[number].strip()

    def _employee(self, row: list[str]) -> str:
        found = self._cell(row, self.mapping.columns.employee)
        if not _EMPLOYEE_NO.fullmatch(found):
            text = "must be an employee number: 1 to 40 letters, digits, . _ or -"
            raise InvalidValue(self.mapping.columns.employee, text)
        return found

    def _span(self, row: list[str]) -> DateSpan:
        columns = self.mapping.columns
        first, last = self._day(row, columns.first), self._day(row, columns.last)
        if last < first:
            raise InvalidValue(columns.first, f"{first} must not be after {columns.last} {last}")
        try:
            return DateSpan(first=first, last=last)
        except InvalidValue as refused:
            column = columns.first if refused.field == "fom" else columns.last
            raise InvalidValue(column, refused.text) from None

    def _day(self, row: list[str], column: str) -> date:
        try:
            return datetime.strptime(  # noqa: DTZ007 - a date without a time has no zone
                self._cell(row, column), self.mapping.date_format
            ).date()
        except ValueError as error:
            if isinstance(error, InvalidValue):
                raise
            raise InvalidValue(column, "is not a date in the format of the map") from None

    def _percent(self, row: list[str]) -> int:
        """Read the sick share; a part of a day is never rounded to none or to the whole."""
        column = self.mapping.columns.percent
        text = self._cell(row, column) if column else ""
        if not text:
            return _FULL
        match = _PERCENT.fullmatch(text)
        share = Decimal(match[1].replace(",", ".")) if match else Decimal(-1)
        if not 0 <= share <= _FULL:
            raise InvalidValue(column or "", "must be per cent between 0 and 100")
        if share in {0, _FULL}:
            return int(share)
        return min(max(int(share.quantize(Decimal(1), ROUND_HALF_UP)), 1), _FULL - 1)


def _row_id(employee_no: str, span: DateSpan, percent: int, code: str) -> RowId:
    said = "\x1f".join((employee_no, str(span.first), str(span.last), str(percent), code))
    return RowId(hashlib.sha256(said.encode()).hexdigest())


def _check_encoding(path: Path, encoding: str) -> None:
    """Decode the whole file once in small pieces, so that no row is taken from a bad file."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                if b"\0" in chunk:
                    raise _faulty(str(path), "is UTF-16 or binary; the map names its encoding")
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        raise _faulty(str(path), 'is not UTF-8; set encoding = "latin-1" in the map') from None
    except OSError as error:
        why = "there is no such file" if isinstance(error, FileNotFoundError) else "cannot be read"
        raise _faulty(str(path), why) from None


def _faulty(name: str, text: str, place: str = "") -> Faulty:
    return Faulty(name, Fault(place=place, text=text))
