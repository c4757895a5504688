"""How far the cells of a sheet's XML reach, told by their references, before anything trusts them.

Programs write a reference in one way, `<c r="B12"`, which is read for all cells at once; XML that
holds an attribute `r` in any other way is searched for every form that a parser would accept.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

# A row number or cell reference; whatever else stands there leaves both groups empty.
_REFERENCE = re.compile(rb"""\sr\s*=\s*["'](?:([A-Za-z]{0,3})([0-9]{1,7})["'])?""")
_OTHER_SPACES = (b"\t", b"\n", b"\r", b"\f", b"\v")
_LETTERS, _DIGITS = 3, 7
_SPACE, _EQUALS, _QUOTE, _NAME = b' ="r'


class References(NamedTuple):
    """How many there are, the last row and column that they name, and whether one is malformed."""

    found: int
    last_row: int
    last_column: int
    malformed: bool


def references(xml: bytes) -> References:
    """All row numbers and cell references of a piece of XML that cuts no tag in two."""
    return _usual(xml) or _any(xml)


def _any(xml: bytes) -> References:
    found = _REFERENCE.findall(xml)
    letters = {letters for letters, _ in found}
    rows = {row for _, row in found}
    last = max((int(row) for row in rows if row), default=0)
    return References(len(found), last, max(map(_column, letters), default=0), b"" in rows)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - ord("A") + 1
    return number


def _usual(xml: bytes) -> References | None:
    """The same where every attribute r is written as ` r="B12"`; None where one is not."""
    if any(space in xml for space in _OTHER_SPACES):
        return None
    data = np.frombuffer(xml + bytes(_LETTERS + _DIGITS + 4), np.uint8)
    at = np.flatnonzero(data[1:] == _NAME)
    at = at[data[at] == _SPACE] + 1
    if not ((data[at + 1] == _EQUALS) & (data[at + 2] == _QUOTE)).all():
        return None
    if not len(at):
        return References(0, 0, 0, False)
    return _parsed(data, at + 3)


def _parsed(data: NDArray[np.uint8], at: NDArray[np.intp]) -> References | None:
    """Read letters, then digits, then the quotation mark, one character of all references at a time."""
    columns, rows = np.zeros(len(at), np.int32), np.zeros(len(at), np.int32)
    letters, digits = np.zeros(len(at), np.int8), np.zeros(len(at), np.int8)
    active = np.ones(len(at), np.bool_)
    for step in range(_LETTERS + _DIGITS + 1):
        char = data[at + step]
        letter = ((char | 32) - 97 < 26) & active
        digit = (char - 48 < 10) & active
        active &= char != _QUOTE
        if (letter & (digits > 0)).any() or (active & ~letter & ~digit).any():
            return None
        if letter.any():
            columns = np.where(letter, columns * 26 + (char & 31), columns)
        if digit.any():
            rows = np.where(digit, rows * 10 + (char - 48), rows)
        letters += letter
        digits += digit
        if not active.any():
            sound = letters.max() <= _LETTERS and digits.max() <= _DIGITS and digits.min() > 0
            return References(len(at), int(rows.max()), int(columns.max()), False) if sound else None
    return None
