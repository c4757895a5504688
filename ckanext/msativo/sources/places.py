"""Whose figure a row is: codes and names as sources write them, resolved against the territory only.

A row of another state, of a state, or of "município ignorado" is no mistake and is skipped by its
reason; whatever else the territory does not know is a fault. Nothing is matched by likeness.
"""

from __future__ import annotations

import math
import re
from typing import Final

from ckanext.msativo.sources.base import Municipality, Territory
from ckanext.msativo.sources.header import normalise
from ckanext.msativo.sources.ufs import LARGER, SIGLAS

# Reasons to skip a row; the readers count them.
OTHER_STATE: Final = "other_states"
LARGER_AREA: Final = "larger_areas"
UNIDENTIFIED: Final = "unidentified"
SKIPS = (OTHER_STATE, LARGER_AREA, UNIDENTIFIED)

_DOTTED = re.compile(r"[0-9]{1,3}(\.[0-9]{3})+", re.ASCII)
_DIGITS = re.compile(r"[0-9]+", re.ASCII)
_NAME = re.compile(r"(?P<nome>.*\S)\s*(?:\((?P<uf>[A-Z]{2})\)|\s[-\N{EN DASH}]\s*(?P<uf2>[A-Z]{2})|/(?P<uf3>[A-Z]{2}))")
_IGNORED = re.compile(r"(municipio_)?ignorad[oa](_|$)|(municipio_)?nao_(informad|identificad)[oa](_|$)")
_SHORT, _LONG = 6, 7

Place = Municipality | str
"""A municipality, or the code of the reason why there is none."""


def code_text(cell: object) -> str:
    """A code as its digits: 5002704, 5002704.0, "5.002.704" and "'5002704" are one."""
    if isinstance(cell, float):
        return str(int(cell)) if math.isfinite(cell) and cell == int(cell) else repr(cell)
    text = str(cell).strip().lstrip("'").strip()
    if text.endswith((".0", ",0")):
        text = text[:-2]
    return text.replace(".", "") if _DOTTED.fullmatch(text) else text


class Places:
    """Finds municipalities of the territory; every answer is remembered."""

    def __init__(self, territory: Territory) -> None:
        self._territory = territory
        municipios = list(territory.municipios)
        self._states = {municipio.codigo_ibge[:2] for municipio in municipios}
        self._siglas = {SIGLAS[code] for code in self._states if code in SIGLAS}
        self._other_siglas = set(SIGLAS.values()) - self._siglas
        self._by_name: dict[tuple[str, str], Municipality] = {
            (normalise(municipio.nome), SIGLAS.get(municipio.codigo_ibge[:2], "")): municipio
            for municipio in municipios
        }
        self._codes: dict[tuple[object, bool], Place] = {}
        self._names: dict[str, Place] = {}

    def of_code(self, cell: object, *, six: bool = True) -> Place:
        """By its 7-digit code, or by 6 digits where `six`: elsewhere 6 digits name a region."""
        key = (cell, six)
        if key not in self._codes:
            self._codes[key] = self._find_code(code_text(cell), six)
        return self._codes[key]

    def of_name(self, cell: object) -> Place:
        """By `Nome (UF)`, `Nome - UF` or `Nome/UF`; a name alone is never enough."""
        text = str(cell).strip()
        if text not in self._names:
            self._names[text] = self._find_name(text)
        return self._names[text]

    def of_text(self, cell: object, *, six: bool = False) -> Place:
        """By code where the text is one, else by name."""
        if isinstance(cell, str) and cell[:1].isalpha():
            return self.of_name(cell)
        return self.of_code(cell, six=six) if _DIGITS.fullmatch(code_text(cell)) else self.of_name(cell)

    def _find_code(self, code: str, six: bool) -> Place:
        if not code:
            return "missing_code"
        if not _DIGITS.fullmatch(code):
            return "bad_code"
        if len(code) <= 2:
            return LARGER_AREA if len(code) == 1 or code in SIGLAS or code == "00" else "bad_code"
        if len(code) not in (_SHORT, _LONG):
            return "bad_code"
        if len(code) == _SHORT and not six:
            return LARGER_AREA
        if code[:2] not in SIGLAS:
            return UNIDENTIFIED if set(code) <= {"0"} or set(code) <= {"9"} else "bad_code"
        if code[:2] not in self._states:
            return OTHER_STATE
        try:
            return self._territory.resolve(code)
        except LookupError:
            return UNIDENTIFIED if code[2:6] in ("0000", "9999") else "unknown_municipality"

    def _find_name(self, text: str) -> Place:
        if text[-4:-3] == "(" and text[-3:-1] in self._other_siglas:
            return OTHER_STATE  # most rows of a table of Brazil
        if not text:
            return "missing_code"
        if _IGNORED.match(normalise(text)):
            return UNIDENTIFIED
        match = _NAME.fullmatch(text)
        uf = match and (match["uf"] or match["uf2"] or match["uf3"])
        if not match or uf not in SIGLAS.values():
            return LARGER_AREA if normalise(text) in LARGER else "name_without_state"
        if uf not in self._siglas:
            return OTHER_STATE
        return self._by_name.get((normalise(match["nome"]), uf), "unknown_name")
