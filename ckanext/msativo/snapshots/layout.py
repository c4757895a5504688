"""The files of an exported snapshot and the columns of its tables."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ckanext.msativo.snapshots import challenge, indicator
from ckanext.msativo.snapshots.cells import cell, csv_text, table

FORMAT = "msativo-snapshot"
VERSION = 1
SOFTWARE = ("ckanext-msativo", "numpy")
"""Distributions whose versions decide the last digit."""

METHOD = "metodo.json"
UNITS = "municipios.json"
OBSERVATIONS = "observacoes"
INDICATOR_FACTS = "indicadores.json"
CHALLENGE_FACTS = "desafios.json"
README = "README.md"
SUMS = "SHA256SUMS"
NAME = re.compile(r"[a-z0-9_-]{1,200}")
"""What a dataset's name, and so the name of a file of observations, is made of."""


@dataclass(frozen=True)
class Table:
    """A table of results: ``first`` names whose row it is, ``key`` identifies the row among these, in its order."""

    file: str
    first: str
    columns: Sequence[str]
    key: Sequence[str]

    @property
    def header(self) -> list[str]:
        return [self.first, *self.columns]

    def rows(self, columns: Mapping[str, Sequence[Any]]) -> list[list[Any]]:
        """The rows of one indicator or challenge, in the file's order."""
        return table(self.columns, columns, self.key)

    def texts(self, rows: Sequence[Sequence[Any]]) -> list[list[str]]:
        """The cells of these rows."""
        return [list(map(cell, row)) for row in rows]

    def content(self, name: str, texts: Sequence[Sequence[str]]) -> bytes:
        """Rows of cells as they stand in the file."""
        return csv_text(texts, name).encode()

    def key_of(self, texts: Sequence[str]) -> tuple[str, ...]:
        """The key of a row of cells."""
        return tuple(texts[place] for place in self._places)

    @cached_property
    def _places(self) -> tuple[int, ...]:
        return tuple(self.columns.index(name) for name in self.key)


CRITICALITY = Table("criticidade.csv", "indicador", indicator.COLUMNS, ("ano", "codigo_ibge"))
YEARS = Table("anos.csv", "indicador", indicator.YEAR_COLUMNS, ("ano",))
FOCUS = Table("foco.csv", "desafio", challenge.COLUMNS, ("codigo_ibge",))
TABLES = (CRITICALITY, YEARS, FOCUS)
RESULTS = (*(one.file for one in TABLES), INDICATOR_FACTS, CHALLENGE_FACTS)
"""What can be computed anew from the other files."""


def observations_file(name: str) -> str:
    """Path of an indicator's observations inside the folder."""
    return f"{OBSERVATIONS}/{name}.csv"


def files_of(indicators: Sequence[str]) -> list[str]:
    """All files of an export with these indicators, the list of sums apart."""
    return [METHOD, UNITS, README, *RESULTS, *map(observations_file, indicators)]
