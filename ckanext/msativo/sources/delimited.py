"""Tables of delimited text with a header by which their format is known: found by content, under any delimiter."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from ckanext.msativo.sources.base import Refused
from ckanext.msativo.sources.files import SourceFile
from ckanext.msativo.sources.header import normalise
from ckanext.msativo.sources.text import DELIMITERS, TextRow, text_rows

_HEADER_ROWS = 40


@dataclass(frozen=True)
class TextTable:
    """The header (its row, its cells, their normalised names) and what stands above it."""

    source: SourceFile
    delimiter: str
    row: int
    cells: tuple[str, ...]
    above: tuple[str, ...]

    @property
    def names(self) -> list[str]:
        """Normalised names of the columns."""
        return [normalise(cell) for cell in self.cells]

    def rows(self) -> Iterator[TextRow]:
        """The rows below the header, without blank ones."""
        for number, cells in text_rows(self.source, self.delimiter):
            if number > self.row and any(cell.strip() for cell in cells):
                yield number, cells


def find_table(source: SourceFile, is_header: Callable[[list[str]], bool]) -> TextTable | None:
    """The first row whose normalised cells `is_header` knows; never raises on a file's content."""
    try:
        if source.kind != "text" or source.is_json:
            return None
        for delimiter in DELIMITERS:
            first = _first_rows(source, delimiter)
            for at, (number, cells) in enumerate(first):
                if is_header([normalise(cell) for cell in cells]):
                    above = tuple(delimiter.join(cells).strip() for _, cells in first[:at])
                    texts = [cell.strip() for cell in cells]
                    while texts and not texts[-1]:  # a delimiter at the end of the header's line
                        texts.pop()
                    return TextTable(source, delimiter, number, tuple(texts), above)
    except Refused:
        return None
    return None


def _first_rows(source: SourceFile, delimiter: str) -> list[TextRow]:
    rows: list[TextRow] = []
    try:
        rows.extend(islice(text_rows(source, delimiter), _HEADER_ROWS))
    except Refused:
        return rows
    return rows


def repeated_name(cells: Sequence[str]) -> str | None:
    """The first column name that is there twice."""
    seen: set[str] = set()
    return next((cell for cell in cells if cell and (cell in seen or seen.add(cell))), None)
