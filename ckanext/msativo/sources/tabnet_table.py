"""A TabNet export as its parts: title lines, header, rows, the row Total, footer notes.

Footers may hold anything, unmatched quotation marks too, so lines are split one by one.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

from ckanext.msativo.sources.base import Refused
from ckanext.msativo.sources.files import SourceFile
from ckanext.msativo.sources.header import normalise
from ckanext.msativo.sources.text import text_lines

_HEADER_LINES = 40
_FIRST_ROWS = 5
_DELIMITERS = (";", "\t", ",")
_CODE = re.compile(r"\s*([0-9]{6,7})(?:\s+(\S.*))?\s*", re.ASCII)
_PERIOD = re.compile(r"^\W*per[ií]odos?\W*(?P<period>\S.*?)\W*$", re.IGNORECASE)
_CONTENT = re.compile(r"^\W*(?P<content>\S.*?)\s+(?:por|segundo)\s+munic", re.IGNORECASE)
_FOOTNOTE = re.compile(r"^\W*fontes?\b\W*(?P<fonte>\S.*)$", re.IGNORECASE)

Line = tuple[int, list[str]]


@dataclass
class TabnetTable:
    """`rows` and `total` are as wide as `header`, unless the file was cut."""

    delimiter: str
    header_row: int
    header: list[str]
    titles: list[str]
    rows: list[Line] = field(default_factory=list)
    total: Line | None = None
    footers: list[str] = field(default_factory=list)

    @property
    def content(self) -> str:
        """What is counted, as the title says it ("Óbitos p/Residênc"); empty if it does not."""
        matches = (_CONTENT.match(title) for title in self.titles)
        return next((match["content"] for match in matches if match), "")

    @property
    def period(self) -> str:
        """The period of the title or the footers ("2018", "Jan-Dez/2018"); empty if there is none."""
        matches = (_PERIOD.match(line) for line in (*self.titles, *self.footers))
        return next((match["period"] for match in matches if match), "")

    @property
    def fonte(self) -> str:
        """The source that the footers name."""
        matches = (_FOOTNOTE.match(line) for line in self.footers)
        return next((match["fonte"] for match in matches if match), "")


def split(line: str, delimiter: str) -> list[str]:
    """The cells of one line, whatever its quotation marks."""
    try:
        cells = next(csv.reader([line.rstrip("\r\n")], delimiter=delimiter, skipinitialspace=True), [])
    except csv.Error:
        cells = line.rstrip("\r\n").split(delimiter)
    return [cell.strip() for cell in cells]


def _labels(cells: list[str]) -> list[str]:
    """The header without what a delimiter at the end of its line adds."""
    while len(cells) > 1 and not cells[-1]:
        cells.pop()
    return cells


def place_code(cell: str) -> str | None:
    """The code at the start of `500270 Campo Grande`; None if the cell has another form."""
    match = _CODE.fullmatch(cell)
    return match[1] if match else None


def find_header(source: SourceFile) -> tuple[int, str] | None:
    """Line and delimiter of the header: the first cell names the municipality, the next row is one."""
    try:
        if source.kind != "text" or source.is_json:
            return None
        first = list(islice(text_lines(source), _HEADER_LINES))
    except Refused:
        return None
    for delimiter in _DELIMITERS:
        for number, line in first:
            cells = split(line, delimiter)
            if len(_labels(cells)) > 1 and normalise(cells[0]).startswith("munic"):
                return number, delimiter
    return None


def first_code(source: SourceFile, header_row: int, delimiter: str) -> str | None:
    """The first code in the rows below the header; a row of "município ignorado" may have none."""
    rows = (split(line, delimiter) for number, line in text_lines(source) if number > header_row and line.strip())
    try:
        codes = (place_code(cells[0]) for cells in islice(rows, _FIRST_ROWS))
        return next((code for code in codes if code), None)
    except Refused:
        return None


def parse(source: SourceFile, header_row: int, delimiter: str) -> TabnetTable:
    """All parts of the table; raises `Refused` where the text itself is damaged."""
    table: TabnetTable | None = None
    titles: list[str] = []
    in_rows = True
    for number, line in text_lines(source):
        text = line.strip().strip('"').strip()
        if number < header_row:
            titles += [text.rstrip(delimiter).strip('"')] if text else []
        elif number == header_row:
            table = TabnetTable(delimiter, number, _labels(split(line, delimiter)), titles)
        elif text and table is not None:
            in_rows = in_rows and _add(table, number, split(line, delimiter))
            if not in_rows and (table.total is None or table.total[0] != number):
                table.footers.append(text.rstrip(delimiter).strip('"'))
    assert table is not None
    return table


def _add(table: TabnetTable, number: int, cells: Sequence[str]) -> bool:
    """Add a row; False once the rows are over."""
    if normalise(cells[0]) in ("total", "total_geral"):
        table.total = (number, list(cells))
        return False
    if place_code(cells[0]) is None and not any(cells[1:]):
        return False  # a note: a row of figures would have some
    table.rows.append((number, list(cells)))
    return True
