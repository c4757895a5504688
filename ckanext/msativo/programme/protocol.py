"""Protocol numbers of an adesão: ``MSA-2026-000123-7``, year, number in that year, check digit.

The check digit is Damm's (H. M. Damm, Total anti-symmetrische Quasigruppen, Marburg 2004) over the ten digits of year
and number: it finds every single wrong digit and every swap of two neighbours. Format and check only; who counts is
the database.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.programme.errors import ProgrammeError

PREFIX = "MSA"
LARGEST = 999_999

# Row = digit so far, column = next digit: a totally anti-symmetric quasigroup of order 10 with a zero diagonal.
_QUASIGROUP = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)
_SHAPE = re.compile(rf"{PREFIX}-([0-9]{{4}})-([0-9]{{6}})-([0-9])", re.IGNORECASE)


@dataclass(frozen=True)
class Protocol:
    """``year`` of 4 digits and ``number`` from 1 to 999,999."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if not 1000 <= self.year <= 9999 or not 1 <= self.number <= LARGEST:
            raise ProgrammeError(
                "protocol_range",
                N_("There is no protocol number for {number} of {year}: a year has 1 to {largest}."),
                number=self.number,
                year=self.year,
                largest=LARGEST,
            )

    def __str__(self) -> str:
        digits = f"{self.year:04d}{self.number:06d}"
        return f"{PREFIX}-{digits[:4]}-{digits[4:]}-{check_digit(digits)}"


def check_digit(digits: str) -> int:
    """Damm's check digit of a text of the digits 0–9; with it appended the check digit is 0."""
    interim = 0
    for digit in digits:
        interim = int(_QUASIGROUP[interim][int(digit)])
    return interim


def parse(text: str) -> Protocol:
    """Read a protocol number as people type it (spaces around, small letters).

    Raises ``protocol_shape`` for another form and ``protocol_check`` for a mistyped digit.
    """
    shape = _SHAPE.fullmatch(text.strip())
    if shape is None:
        raise ProgrammeError(
            "protocol_shape",
            N_("“{text}” is not a protocol number; it looks like {example}."),
            text=text,
            example=str(Protocol(2026, 123)),
        )
    year, number, check = shape.groups()
    if check_digit(year + number + check):
        raise ProgrammeError(
            "protocol_check",
            N_("The protocol number {text} has a mistyped digit: compare it with the receipt."),
            text=text.strip().upper(),
        )
    return Protocol(int(year), int(number))
