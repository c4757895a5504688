"""SNIS and SINISA: what municipalities declare on sanitation, one row per municipality and year.

The text may be UTF-16 without a mark, data rows end with one delimiter more than the header, and
thousands dots stand even in the year, the code and the latitude (`2.022`, `5.006.275`).
"""

from __future__ import annotations

import re
from functools import partial

from ckanext.msativo.sources.base import ReadContext, Reading
from ckanext.msativo.sources.collector import Collector
from ckanext.msativo.sources.delimited import TextTable, find_table, repeated_name
from ckanext.msativo.sources.files import SourceFile
from ckanext.msativo.sources.header import normalise
from ckanext.msativo.sources.naming import split_unit
from ckanext.msativo.sources.places import code_text
from ckanext.msativo.sources.provenance import Provenance
from ckanext.msativo.sources.sidra_layout import is_year
from ckanext.msativo.sources.symbols import INFORMED
from ckanext.msativo.sources.wide import Variable, WideRow, add_wide

_CODES = (
    *("codigo_ibge", "codigo_do_ibge", "cod_ibge", "cod_do_ibge", "codigo_do_municipio", "codigo_municipio"),
    *("cod_municipio", "cod_do_municipio"),
)
_YEAR = re.compile(r"ano(_de|_da)?(_refer.*|_coleta|_pesquisa|_base)?")
_CODED = re.compile(
    r"(?P<code>[A-Z]{2,4}_?[0-9]{3,4}[A-Z]?|[A-Z]{2,4}_[A-Z]{2,6})\s*(?:[-\N{EN DASH}\N{EM DASH}:]\s*(?P<label>.+))?",
    re.DOTALL,
)
_NO_FIGURE = re.compile(
    r"ano(_.*)?|cod(igo)?(_.*)?|latitude|longitude|faixa(_.*)?|descricao_.*|capital|uf|estado|sigla.*|regiao|"
    r"(micro|meso)r?regiao.*|(nome_do_)?municipio|natureza.*|prestador.*|servicos?|abrangencia|setor_.*|tipo_.*|id_.*"
)
_FOOTER_CELLS = 2


class Snis:
    """Reader of SNIS and SINISA tables as CSV."""

    name = "snis"

    def recognise(self, source: SourceFile) -> float:
        """A column of IBGE codes and columns of coded figures such as `IN001 - …`."""
        return 0.9 if find_table(source, _is_header) else 0.0

    def read(self, source: SourceFile, context: ReadContext) -> Reading:
        """Read all columns of figures; raises `Refused` if the table is not there or has no year."""
        table = find_table(source, _is_header)
        if table is None:
            raise source.refusal("no_table", expected="Código IBGE, IN001 - …")
        if repeated := repeated_name(table.cells):
            raise source.refusal("duplicate_column", row=table.row, column=repeated)
        out = Collector(self.name, source, context, INFORMED, ",")
        variables = {at: _variable(cell) for at, cell in enumerate(table.cells) if _holds_figures(cell)}
        add_wide(out, _rows(out, table), variables)
        return out.reading()


def _is_header(names: list[str]) -> bool:
    coded = sum(_CODED.fullmatch(name.split("_")[0].upper()) is not None for name in names)
    return coded > 0 and any(code in names for code in _CODES)


def _holds_figures(label: str) -> bool:
    return bool(label) and _NO_FIGURE.fullmatch(normalise(label)) is None


def _variable(cell: str) -> Variable:
    coded = _CODED.fullmatch(cell)
    label, unit = split_unit(coded["label"] or coded["code"]) if coded else split_unit(cell)
    name = normalise(coded["code"] if coded else label)
    return Variable(name, cell, partial(Provenance, label, unit, coded["code"] if coded else "", "", "SNIS"))


def _rows(out: Collector, table: TextTable) -> list[WideRow]:
    names = table.names
    code = next(names.index(name) for name in _CODES if name in names)
    year = next((at for at, name in enumerate(names) if _YEAR.fullmatch(name)), None)
    rows: list[WideRow] = []
    for number, cells in table.rows():
        if code >= len(cells) or (not cells[code].strip() and sum(map(bool, cells)) <= _FOOTER_CELLS):
            if len(cells) > _FOOTER_CELLS:
                out.problem("short_row", number, None, cells[0], cells=len(cells), columns=len(names))
            continue
        out.rows_read += 1
        place = out.located(out.places.of_code(cells[code]), cells[code], number, table.cells[code])
        if place is None:
            continue
        if len(cells) < len(names):
            out.problem("short_row", number, None, cells[code], cells=len(cells), columns=len(names))
            continue
        ano = code_text(cells[year]) if year is not None else str(out.context.ano or "")
        if not is_year(ano):
            if year is None:
                raise out.source.refusal("no_year")
            out.problem("not_a_year", number, table.cells[year], cells[year])
            continue
        rows.append(WideRow(number, place, int(ano), cells))
    return rows
