"""Numbers as sources write them, and which mark of a column is the decimal one.

`1.234` is 1234 in one file and 1.234 in another, so a cell alone cannot always be read: each cell
is read together with what it proves (its kind), the column decides, and the doubtful cells follow.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ckanext.msativo.sources.base import DecimalMark

# What a cell proves about its column. Negative kinds are faults: the cell is no number.
PLAIN: Final = 0  # nothing: an integer
POINT: Final = 1  # the decimal mark is the point
COMMA: Final = 2  # the decimal mark is the comma
POINT_OR_GROUP: Final = 3  # nothing: 1.234, read as a decimal until the column is decided
COMMA_OR_GROUP: Final = 4  # nothing: 1,234, likewise
MISSING: Final = 5
MARK: Final = 6  # missing, with one of the reasons of `MARKS`
NOT_A_NUMBER: Final = -1
AMBIGUOUS_DASH: Final = -2
WRONG_DECIMAL: Final = -3

# Marks that mean the same at every agency (IBGE, INEP), and the note that keeps their meaning.
MARKS = {
    "..": "nao_aplicavel",
    "...": "nao_disponivel",
    "\N{HORIZONTAL ELLIPSIS}": "nao_disponivel",
    "x": "suprimido",
    "nd": "nd",
}
# Zero at IBGE and DATASUS, missing at INEP.
_DASHES = frozenset("-\N{EN DASH}\N{EM DASH}\N{MINUS SIGN}")
_OPPOSITE = {",": POINT, ".": COMMA}
_MAX_LENGTH = 60

_SPACES = str.maketrans(dict.fromkeys("\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}", " "))
_HEAD = "[1-9][0-9]{0,2}"  # what stands before a group of three: 0.123 is no grouping
_EXPONENT = "(?:[eE][+-]?[0-9]+)?"
_SHAPES = {
    "point_or_group": (POINT_OR_GROUP, rf"{_HEAD}\.[0-9]{{3}}"),
    "comma_or_group": (COMMA_OR_GROUP, rf"{_HEAD},[0-9]{{3}}"),
    "plain": (PLAIN, rf"[0-9]+{_EXPONENT}"),
    "point": (POINT, rf"[0-9]*\.[0-9]+{_EXPONENT}"),
    "comma": (COMMA, rf"[0-9]*,[0-9]+{_EXPONENT}"),
    "grouped_comma": (COMMA, rf"{_HEAD}(?:\.[0-9]{{3}})+(?:,[0-9]+)?"),
    "grouped_point": (POINT, rf"{_HEAD}(?:,[0-9]{{3}})+(?:\.[0-9]+)?"),
    "spaced_plain": (PLAIN, rf"{_HEAD}(?:\ [0-9]{{3}})+"),
    "spaced_comma": (COMMA, rf"{_HEAD}(?:\ [0-9]{{3}})+,[0-9]+"),
    "spaced_point": (POINT, rf"{_HEAD}(?:\ [0-9]{{3}})+\.[0-9]+"),
}
_NUMBER = re.compile("|".join(f"(?P<{name}>{shape})" for name, (_, shape) in _SHAPES.items()))
_KINDS = {name: kind for name, (kind, _) in _SHAPES.items()}

NumberCell = tuple[float, int]
_NAN = float("nan")


class UndecidedColumn(Exception):
    """The column's decimal mark cannot be told: `code` is ambiguous_decimal or mixed_decimal."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def number_parser(decimal: DecimalMark | None) -> Callable[[str | float], NumberCell]:
    """From a cell to (value, kind); with `decimal` given, proof of the other mark is a fault."""
    refused = _OPPOSITE[decimal] if decimal else None

    def parse(cell: str | float) -> NumberCell:
        if not isinstance(cell, str):
            return (cell, PLAIN) if math.isfinite(cell) else (_NAN, NOT_A_NUMBER)
        value, kind = _parse_text(cell)
        return (_NAN, WRONG_DECIMAL) if kind == refused else (value, kind)

    return parse


def _parse_text(cell: str) -> NumberCell:
    text = cell.strip()
    if not text:
        return _NAN, MISSING
    if text in _DASHES:
        return _NAN, AMBIGUOUS_DASH
    negative = text[0] in "-\N{MINUS SIGN}"
    digits = text[1:] if negative or text[0] == "+" else text
    if not digits.isascii():
        digits = digits.translate(_SPACES)
    match = _NUMBER.fullmatch(digits) if len(digits) <= _MAX_LENGTH else None
    if match is None or match.lastgroup is None:
        return _NAN, MARK if text.lower() in MARKS else NOT_A_NUMBER
    kind = _KINDS[match.lastgroup]
    value = float(_plain_digits(digits, kind))
    if value == float("inf"):
        return _NAN, NOT_A_NUMBER
    return (-value if negative else value), kind


def _plain_digits(digits: str, kind: int) -> str:
    digits = digits.replace(" ", "")
    if kind in (COMMA, COMMA_OR_GROUP):
        return digits.replace(".", "").replace(",", ".")
    return digits.replace(",", "")


def mark_note(cell: str | float) -> str:
    """The note that a cell of kind `MARK` stands for."""
    return MARKS[str(cell).strip().lower()]


def decide_decimal(kinds: NDArray[np.int8], given: DecimalMark | None) -> DecimalMark | None:
    """The column's decimal mark: as given, else as its cells prove; None if it does not matter.

    Raises `UndecidedColumn` if the cells contradict each other, or leave 1.234 open.
    """
    if given:
        return given
    point, comma = bool((kinds == POINT).any()), bool((kinds == COMMA).any())
    if point and comma:
        raise UndecidedColumn("mixed_decimal")
    if point or comma:
        return "." if point else ","
    if ((kinds == POINT_OR_GROUP) | (kinds == COMMA_OR_GROUP)).any():
        raise UndecidedColumn("ambiguous_decimal")
    return None


def settle(values: NDArray[np.float64], kinds: NDArray[np.int8], decimal: DecimalMark | None) -> None:
    """Turn, in place, the cells read as decimals that are groups of thousands under this mark.

    Such a cell has one mark and three digits after it: a thousand times its value is exact.
    """
    if decimal:
        grouped = kinds == (POINT_OR_GROUP if decimal == "," else COMMA_OR_GROUP)
        values[grouped] = np.rint(values[grouped] * 1000)
