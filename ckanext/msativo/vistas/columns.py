"""Which columns of a table hold municipality, year and value: guessed by their names, then by what they hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from ckanext.msativo.sources.header import normalise
from ckanext.msativo.sources.places import Places, code_text
from ckanext.msativo.territory import Territory, UnknownMunicipio

FIRST_YEAR, LAST_YEAR = 1900, 2100
ENOUGH = 0.8
"""Share of a column's cells that must be municipalities, or years, for it to be taken as theirs."""

# The best name first. Written as `header.normalise` gives them.
PLACE_NAMES = (
    *("codigo_ibge", "cod_ibge", "co_ibge", "codigo_municipio", "cod_municipio", "co_municipio", "id_municipio"),
    *("cod_mun", "codmun", "codigo_do_municipio", "codigo", "ibge", "municipio", "nome_municipio", "nome_do_municipio"),
    *("cidade", "localidade", "nome"),
)
YEAR_NAMES = ("ano", "year", "exercicio", "ano_referencia", "ano_base", "periodo", "nu_ano")
VALUE_NAMES = ("valor", "value", "indicador", "taxa", "indice", "percentual", "proporcao", "resultado", "media")

Cells = Sequence[Any]
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Columns:
    """Names of the three columns."""

    codigo: str
    ano: str
    valor: str


class Finder:
    """Finds the municipality of a cell: IBGE code of 6 or 7 digits, or a name as one of this state is called."""

    def __init__(self, territory: Territory) -> None:
        self._territory = territory
        self._places = Places(territory)  # pyright: ignore[reportArgumentType] - it asks for what a Territory has

    @cached_property
    def _by_name(self) -> Mapping[str, str]:
        return {normalise(municipio.nome): municipio.codigo_ibge for municipio in self._territory.municipios}

    def code(self, cell: Any) -> str | None:
        """The 7-digit code; None for a place that is no municipality of the territory."""
        if cell is None:
            return None
        text = code_text(float(cell) if isinstance(cell, Decimal) else cell)
        if text.isdigit():
            try:
                return self._territory.resolve(text).codigo_ibge
            except UnknownMunicipio:
                return None
        found = self._by_name.get(normalise(text))
        if found is not None:
            return found
        place = self._places.of_name(text)
        return None if isinstance(place, str) else place.codigo_ibge


def year(cell: Any) -> int | None:
    """A year as number, as text, or as the beginning of a date; None when it is none."""
    text = code_text(float(cell) if isinstance(cell, Decimal) else cell)
    digits = text[:4] if len(text) > 4 and text[4:5] == "-" else text
    if not (digits.isascii() and digits.isdigit()):
        return None
    found = int(digits)
    return found if FIRST_YEAR <= found <= LAST_YEAR else None


def guess(names: Sequence[str], sample: Sequence[Row], finder: Finder) -> Columns | None:
    """The three columns, from names and some rows; None when the table has not all of them."""
    left = [name for name in names if not name.startswith("_")]
    codigo = _pick(left, PLACE_NAMES, sample, lambda cell: finder.code(cell) is not None)
    if codigo is None:
        return None
    left.remove(codigo)
    ano = _pick(left, YEAR_NAMES, sample, lambda cell: year(cell) is not None)
    if ano is None:
        return None
    left.remove(ano)
    valor = _pick(left, VALUE_NAMES, sample, is_number)
    return Columns(codigo, ano, valor) if valor else None


def is_number(cell: Any) -> bool:
    if isinstance(cell, bool):
        return False
    if isinstance(cell, int | float | Decimal):
        return True
    return any(letter.isdigit() for letter in str(cell)) and not any(letter.isalpha() for letter in str(cell))


def _pick(names: Sequence[str], known: Sequence[str], sample: Sequence[Row], fits: Callable[[Any], bool]) -> str | None:
    """The best known name that fits, else the first column that does."""
    by_name = {normalise(name): name for name in reversed(names)}
    ordered = [by_name[name] for name in known if name in by_name]
    ordered += [name for name in names if name not in ordered]
    return next((name for name in ordered if _mostly([row.get(name) for row in sample], fits)), None)


def _mostly(cells: Cells, fits: Callable[[Any], bool]) -> bool:
    filled = [cell for cell in cells if cell is not None and str(cell).strip()]
    return bool(filled) and sum(map(fits, filled)) >= ENOUGH * len(filled)
