"""``perfil.csv``: figures that say how alike municipalities are; optional beside ``territorio.yaml``.

A row per municipality, a column per figure; an empty cell, or a municipality without a row, has no figure.
``perfil`` in ``territorio.yaml`` says of each column what it is, of which year, from where and under which licence.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from ckanext.msativo.territory.errors import Problem
from ckanext.msativo.territory.model import Perfil
from ckanext.msativo.territory.schema import PROFILE_FIGURES, TERRITORIO

PERFIL = "perfil.csv"
CODE = "codigo_ibge"


def read_profile(
    text: str, described: Collection[str], codes: Collection[str], problems: list[Problem]
) -> dict[str, Perfil]:
    """Read the file's text into profiles by code; what is wrong is added to ``problems``.

    ``described``: the columns that the territory describes; ``codes``: its municipalities.
    """
    try:
        header, *lines = list(csv.reader(text.removeprefix("\ufeff").splitlines())) or [[]]
    except csv.Error as error:
        problems.append(Problem("profile_invalid", {"file": PERFIL, "reason": error}))
        return {}
    if sorted(header) != sorted({CODE, *described}):
        wanted = ", ".join((CODE, *(name for name in PROFILE_FIGURES if name in described)))
        facts = {"columns": wanted, "found": ", ".join(header) or "–", "other": TERRITORIO}
        problems.append(Problem("profile_header", {"file": PERFIL} | facts))
        return {}
    found: dict[str, Perfil] = {}
    for line, cells in enumerate(lines, start=2):
        if not cells:
            continue
        where = {"file": PERFIL, "line": line}
        if len(cells) != len(header):
            problems.append(Problem("profile_cells", where | {"expected": len(header), "found": len(cells)}))
            continue
        row = dict(zip(header, (cell.strip() for cell in cells), strict=True))
        code = row.pop(CODE)
        problems += _check_code(code, codes, found, where)
        problems += _check_figures(row, where)
        found[code] = Perfil(**{name: _number(cell) for name, cell in row.items()})
    return found


def _check_code(
    code: str, codes: Collection[str], found: Collection[str], where: Mapping[str, Any]
) -> Iterator[Problem]:
    facts = {**where, "codigo": code, "other": TERRITORIO}
    if code not in codes:
        yield Problem("profile_unknown", facts)
    elif code in found:
        yield Problem("profile_duplicate", facts)


def _check_figures(row: Mapping[str, str], where: Mapping[str, Any]) -> Iterator[Problem]:
    for name, cell in row.items():
        value = _number(cell)
        if cell and (value is None or not PROFILE_FIGURES[name].accepts(value)):
            yield Problem(
                "profile_value", {**where, "field": name, "expected": PROFILE_FIGURES[name].expected, "found": cell}
            )


def _number(cell: str) -> float | None:
    """The number of a cell with a decimal point, None when it holds none."""
    try:
        value = float(cell)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
