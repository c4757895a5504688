"""The marks that each agency writes in place of a number, and the note that keeps their meaning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from string import ascii_uppercase

from ckanext.msativo.sources.base import DecimalMark
from ckanext.msativo.sources.numerals import AMBIGUOUS_DASH, MARK, MISSING, PLAIN, mark_note, number_parser

_NAN = float("nan")
_LARGEST = 10**300
_DASHES = ("-", "\N{EN DASH}", "\N{EM DASH}", "\N{MINUS SIGN}")

NumberNote = tuple[float, int, str | None]
"""Value (NaN = missing), what the cell proves about its column (see `numerals`), note."""


@dataclass(frozen=True)
class Symbols:
    """One agency's marks. `blank` is the note of an empty cell, `zero` that of a plain 0."""

    blank: str
    dash: tuple[float, str]
    marks: Mapping[str, str]
    zero: str | None = None


_MISSING = {"..": "nao_aplicavel", "...": "nao_disponivel", "\N{HORIZONTAL ELLIPSIS}": "nao_disponivel"}
_RANGES = {letter: "faixa" for letter in ascii_uppercase if letter != "X"}

IBGE = Symbols("nao_disponivel", (0.0, "traco_zero"), _MISSING | _RANGES | {"X": "suprimido"}, "zero_arredondado")
DATASUS = Symbols("nao_disponivel", (0.0, "traco_zero"), _MISSING)
INEP = Symbols("em_branco", (_NAN, "traco"), {"ND": "nd", "*": "nd", "**": "nd", "***": "nd", "--": "traco"})
INFORMED = Symbols("em_branco", (_NAN, "em_branco"), _MISSING)
"""SNIS, SINISA, SICONFI: what the municipality itself declares."""
PUBLISHED = Symbols("nao_disponivel", (_NAN, "nao_disponivel"), _MISSING)
"""IPEA, Atlas Brasil: what an institute computes."""


class Numbers:
    """Reads cells with an agency's symbols; cells that repeat are parsed once."""

    def __init__(self, symbols: Symbols, decimal: DecimalMark | None = None) -> None:
        self._symbols = symbols
        self._parse = number_parser(decimal)
        self._memo: dict[object, NumberNote] = {}

    def __call__(self, cell: object) -> NumberNote:
        if isinstance(cell, bool | list | dict):
            cell = str(cell)  # no figure, and not to be taken for one: True equals 1
        found = self._memo.get(cell)
        if found is None:
            if len(self._memo) > 100_000:
                self._memo.clear()
            found = self._memo[cell] = self._read(cell)
        return found

    def _read(self, cell: object) -> NumberNote:
        symbols = self._symbols
        if cell is None:
            return _NAN, MISSING, symbols.blank
        if isinstance(cell, int):
            cell = float(cell) if abs(cell) < _LARGEST else str(cell)
        text = cell.strip() if isinstance(cell, str) else ""
        if text in symbols.marks:
            return _NAN, MARK, symbols.marks[text]
        value, kind = self._parse(cell if isinstance(cell, float) else str(cell))
        if kind == AMBIGUOUS_DASH or text in _DASHES:
            return symbols.dash[0], MARK, symbols.dash[1]
        if kind == MARK:
            return _NAN, MARK, mark_note(text)
        if kind == MISSING:
            return _NAN, MISSING, symbols.blank
        return value, kind, symbols.zero if value == 0 and kind >= PLAIN else None
