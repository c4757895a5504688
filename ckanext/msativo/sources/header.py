"""Finds the header of a table by its content: its row, its order and its spelling vary."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Header:
    """A header row: `columns` gives the position (from 0) of each known column that is there."""

    row: int
    cells: tuple[str, ...]
    columns: dict[str, int]
    repeated: tuple[str, ...] = ()

    def label(self, column: str) -> str:
        """The column's name as the file writes it."""
        return self.cells[self.columns[column]]

    def others(self) -> list[str]:
        """The names of the columns that are not known."""
        known = set(self.columns.values()) | {at for at, cell in enumerate(self.cells) if cell in self.repeated}
        return [cell for at, cell in enumerate(self.cells) if cell and at not in known]


def normalise(name: str) -> str:
    """`Código IBGE ` and `codigo_ibge` are one name: no case, accents, spaces or punctuation."""
    letters = unicodedata.normalize("NFKD", name).casefold()
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")


def find_header(rows: Iterable[tuple[int, Sequence[str | float]]], known: Collection[str]) -> Header | None:
    """The first of the rows with the most known names; None if no row has any."""
    headers = [_header(number, cells, known) for number, cells in rows]
    best = max(headers, key=lambda header: len(header.columns), default=None)
    return best if best and best.columns else None


def _header(number: int, cells: Sequence[str | float], known: Collection[str]) -> Header:
    texts = tuple(str(cell).strip() for cell in cells)
    columns: dict[str, int] = {}
    repeated: list[str] = []
    for position, text in enumerate(texts):
        name = normalise(text)
        if name in columns:
            repeated.append(text)
        elif name in known:
            columns[name] = position
    return Header(number, texts, columns, tuple(repeated))
