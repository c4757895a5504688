"""SICONFI (Tesouro Nacional): declared accounts of municipalities, as the interface's JSON or as FINBRA's CSV.

Amounts and percentages share the field `valor` and are told apart by `coluna`, which is therefore
part of a series' name, as are the annex and the account. Of the periods of a year the last one is
the year's figure; the others become series of their own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from typing import Any

from ckanext.msativo.sources.base import ReadContext, Reading
from ckanext.msativo.sources.collector import Collector
from ckanext.msativo.sources.delimited import TextTable, find_table
from ckanext.msativo.sources.files import SourceFile
from ckanext.msativo.sources.header import normalise
from ckanext.msativo.sources.provenance import Provenance
from ckanext.msativo.sources.sidra_layout import is_year
from ckanext.msativo.sources.symbols import INFORMED

_NEEDED = frozenset({"cod_ibge", "coluna", "conta", "valor"})
_LAST = {"B": 6, "Q": 3, "S": 2, "A": 1, "T": 4, "M": 12}
_FINBRA = frozenset({"cod_ibge", "coluna", "conta", "valor"})
_ABOVE = re.compile(r"\W*(?P<name>exerc[ií]cio|escopo|tabela)\W*:\s*(?P<value>.*?)[;\"\s]*", re.IGNORECASE)


class Siconfi:
    """Reader of SICONFI's JSON."""

    name = "siconfi"

    def recognise(self, source: SourceFile) -> float:
        """`{items: [{cod_ibge, coluna, conta, valor}]}`, or that list alone."""
        return 0.95 if source.kind == "text" and source.is_json and _items(source.document) else 0.0

    def read(self, source: SourceFile, context: ReadContext) -> Reading:
        """Read all items; raises `Refused` at another shape. One page of several is noted."""
        document = source.document
        items = _items(document)
        if not items:
            raise source.refusal("no_table", expected="{items: [{cod_ibge, coluna, conta, valor}]}")
        out = Collector(self.name, source, context, INFORMED, ".")
        if isinstance(document, dict) and document.get("hasMore"):
            out.note("more_pages", count=len(items))
        for number, item in enumerate(items, start=1):
            if not isinstance(item, dict) or not set(item) >= _NEEDED:
                raise source.refusal("wrong_shape", row=number, value=str(item)[:60], expected=", ".join(_NEEDED))
            _read_item(out, item, number)
        return out.reading()


def _items(document: object) -> list[Any]:
    items = document.get("items") if isinstance(document, dict) else document
    if isinstance(items, list) and items and isinstance(items[0], dict) and set(items[0]) >= _NEEDED:
        return items
    return []


def _read_item(out: Collector, item: Mapping[str, Any], number: int) -> None:
    out.rows_read += 1
    code = item["cod_ibge"]
    place = out.located(out.places.of_code(str(code), six=False), code, number, "cod_ibge")
    if place is None:
        return
    year = str(item.get("exercicio") or out.context.ano or "")
    if not is_year(year):
        raise out.source.refusal("not_yearly" if year else "no_year", row=number, column="exercicio", value=year)
    words = {key: str(item.get(key) or "").strip() for key in ("anexo", "cod_conta", "conta", "coluna")}
    parts = [words["anexo"], words["cod_conta"], words["conta"], words["coluna"], _earlier(item)]
    name = "__".join(part for part in map(normalise, parts) if part)
    series = out.of(name, partial(_provenance, words, _source(item)))
    out.add(series, place, int(year), item["valor"], number, "valor")


def _earlier(item: Mapping[str, Any]) -> str:
    """The period of a part of the year; empty for the last one, whose figures are the year's."""
    period, length = item.get("periodo"), str(item.get("periodicidade") or "").upper()[:1]
    if period is None or str(period) == str(_LAST.get(length, period)):
        return ""
    return f"{length.lower()}{period}"


def _source(item: Mapping[str, Any]) -> str:
    return " ".join(str(item[key]) for key in ("demonstrativo", "anexo") if item.get(key))


def _provenance(words: Mapping[str, str], table: str) -> Provenance:
    unit = "%" if "%" in words["coluna"] else "R$"
    variable = f"{words['conta']} — {words['coluna']}"
    return Provenance(variable, unit, words["cod_conta"], table, "Tesouro Nacional, SICONFI")


class Finbra:
    """Reader of FINBRA's CSV: title lines, then `Instituição;Cod.IBGE;UF;População;Coluna;Conta;…;Valor`."""

    name = "finbra"

    def recognise(self, source: SourceFile) -> float:
        """The columns Cod.IBGE, Coluna, Conta and Valor."""
        return 0.95 if _finbra_table(source) else 0.0

    def read(self, source: SourceFile, context: ReadContext) -> Reading:
        """Read all rows; the year stands above the table. Raises `Refused` without table or year."""
        table = _finbra_table(source)
        if table is None:
            raise source.refusal("no_table", expected="Cod.IBGE, Coluna, Conta, Valor")
        above = {normalise(m["name"]): m["value"] for line in table.above if (m := _ABOVE.fullmatch(line))}
        out = Collector(self.name, source, context, INFORMED, ",")
        at = {name: position for position, name in enumerate(table.names)}
        for number, cells in table.rows():
            out.rows_read += 1
            if len(cells) < len(table.cells):
                out.problem("short_row", number, None, cells[0], cells=len(cells), columns=len(table.cells))
                continue
            row = {name: cells[position].strip() for name, position in at.items()}
            row["exercicio"] = row.get("exercicio") or above.get("exercicio", "")
            _read_finbra(out, row, above.get("tabela", ""), number)
        return out.reading()


def _finbra_table(source: SourceFile) -> TextTable | None:
    return find_table(source, lambda names: set(names) >= _FINBRA)


def _read_finbra(out: Collector, row: Mapping[str, str], table: str, number: int) -> None:
    place = out.located(out.places.of_code(row["cod_ibge"], six=False), row["cod_ibge"], number, "Cod.IBGE")
    if place is None:
        return
    year = row["exercicio"] or str(out.context.ano or "")
    if not is_year(year):
        raise out.source.refusal("not_yearly" if year else "no_year", row=number, value=year)
    words = {"conta": row["conta"], "coluna": row["coluna"], "cod_conta": row.get("identificador_da_conta", "")}
    name = "__".join(part for part in map(normalise, (table, row["conta"], row["coluna"])) if part)
    out.add(out.of(name, partial(_provenance, words, table)), place, int(year), row["valor"], number, "Valor")
