"""Tables with one row per municipality and year and one column per variable."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ckanext.msativo.sources.base import Municipality
from ckanext.msativo.sources.collector import Collector
from ckanext.msativo.sources.numerals import MISSING
from ckanext.msativo.sources.provenance import Provenance

_NAMED = 12


@dataclass(frozen=True)
class Variable:
    """One column of figures: its series, its label in the header, its year where the column has one."""

    name: str
    label: str
    provenance: Callable[[], Provenance]
    ano: int | None = None


@dataclass(frozen=True)
class WideRow:
    """A row of the state; `ano` None = the columns say their years."""

    number: int
    place: Municipality
    ano: int | None
    cells: Sequence[Any]


def add_wide(out: Collector, rows: Sequence[WideRow], variables: Mapping[int, Variable]) -> None:
    """Add every column that holds figures; one that holds only words is left out, and said so.

    `variables` is by position (from 0). Cells beyond a row's end are blank.
    """
    words: list[str] = []
    for at, variable in variables.items():
        cells = [row.cells[at] if at < len(row.cells) else "" for row in rows]
        kinds = [out.numbers(cell)[1] for cell in cells]
        if any(kind < 0 for kind in kinds) and not any(0 <= kind < MISSING for kind in kinds):
            words.append(variable.label)
            continue
        series = out.of(variable.name, variable.provenance)
        for row, cell in zip(rows, cells, strict=True):
            ano = variable.ano or row.ano
            if ano is None:
                raise out.source.refusal("no_year")
            out.add(series, row.place, ano, cell, row.number, variable.label)
    if words:
        out.note("ignored_columns", columns=", ".join(words[:_NAMED]) + (", …" if len(words) > _NAMED else ""))
