"""SIDRA's `/values` answers: a list of objects with the value in `V` and each dimension in `D1C`, `D1N`, ….

The first object names the dimensions, unless the address asked for none; then dimensions are known
by what they hold. Answers with codes only or names only are read too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from ckanext.msativo.sources.base import ReadContext, Reading
from ckanext.msativo.sources.collector import Collector
from ckanext.msativo.sources.files import SourceFile
from ckanext.msativo.sources.header import normalise
from ckanext.msativo.sources.naming import series_name, split_unit
from ckanext.msativo.sources.places import LARGER_AREA, Place
from ckanext.msativo.sources.provenance import Provenance
from ckanext.msativo.sources.sidra_layout import is_year
from ckanext.msativo.sources.symbols import IBGE

_DIMENSION = re.compile(r"D(?P<number>[0-9]{1,2})(?P<part>[CN])", re.ASCII)
_MUNICIPALITY_LEVEL = "6"
_YEARS = frozenset({"ano", "periodo"})
_SHORTER = frozenset({"mes", "bimestre", "trimestre", "trimestre_movel", "semestre"})

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Dimensions:
    """Which dimension (D1, D2, …) is the place, the year and the variable; the others are categories."""

    place: str
    year: str | None
    variable: str | None
    others: Mapping[str, str]


class SidraJson:
    """Reader of SIDRA's JSON."""

    name = "sidra_json"

    def recognise(self, source: SourceFile) -> float:
        """A list of objects with `V` and `D1C` or `D1N`."""
        return 0.95 if source.kind == "text" and source.is_json and _is_rows(source.document) else 0.0

    def read(self, source: SourceFile, context: ReadContext) -> Reading:
        """Read all objects; raises `Refused` if no dimension is the municipality or the year."""
        rows = source.document
        if not _is_rows(rows):
            raise source.refusal("no_table", expected="[{V, D1C, D1N, …}]")
        header = rows[0] if _is_header(rows[0]) else {}
        first = 1 if header else 0
        data: Sequence[Row] = rows[first:]
        if not data:
            raise source.refusal("empty_answer")
        for number, row in enumerate(data, start=first + 1):
            if not isinstance(row, dict) or "V" not in row:
                raise source.refusal("wrong_shape", row=number, value=str(row)[:60], expected="{V, D1C, …}")
        out = Collector(self.name, source, context, IBGE, ".")
        dimensions = _dimensions(source, header, data)
        for number, row in enumerate(data, start=first + 1):
            out.rows_read += 1
            _read_row(out, dimensions, row, number)
        return out.reading()


def _is_rows(document: object) -> bool:
    return (
        isinstance(document, list)
        and bool(document)
        and isinstance(document[0], dict)
        and "V" in document[0]
        and bool({"D1C", "D1N"} & set(document[0]))
    )


def _is_header(row: Row) -> bool:
    labels = [normalise(str(value)) for value in row.values()]
    return normalise(str(row["V"])) == "valor" or any(label.endswith("_codigo") for label in labels)


def _dimensions(source: SourceFile, header: Row, data: Sequence[Row]) -> Dimensions:
    keys = sorted({match["number"] for key in data[0] if (match := _DIMENSION.fullmatch(key))}, key=int)
    labels = {f"D{key}": _label(header, f"D{key}") for key in keys}
    place = next((key for key, label in labels.items() if "municipio" in normalise(label)), None)
    place = place or next((key for key in labels if _holds_place(data, key)), None)
    if place is None:
        found = ", ".join(label for label in labels.values() if label) or str(data[0].get("NN", "?"))
        raise source.refusal("not_by_municipality", found=found)
    rest = {key: label for key, label in labels.items() if key != place}
    year = next((key for key, label in rest.items() if normalise(label) in _YEARS), None)
    year = year or next((key for key in rest if all(is_year(_text(row, key)) for row in data)), None)
    shorter = next((key for key, label in rest.items() if normalise(label) in _SHORTER), None)
    if year is None and shorter:
        raise source.refusal("not_yearly", value=_text(data[0], shorter))
    rest.pop(year or "", None)
    variable = next((key for key, label in rest.items() if normalise(label) == "variavel"), None)
    if variable is None and len(rest) == 1 and not header:
        variable = next(iter(rest))
    rest.pop(variable or "", None)
    return Dimensions(place, year, variable, {key: label or key for key, label in rest.items()})


def _label(header: Row, key: str) -> str:
    label = str(header.get(key + "N") or header.get(key + "C") or "")
    return re.sub(r"\s*\(Código\)$", "", label)


def _holds_place(data: Sequence[Row], key: str) -> bool:
    """Whether a dimension of an answer without header holds 7-digit codes, or the level says municipality."""
    if str(data[0].get("NC", "")) == _MUNICIPALITY_LEVEL:
        return all(re.fullmatch(r"[0-9]{7}", str(row.get(key + "C", ""))) for row in data[:50])
    return any(re.fullmatch(r"[1-5][0-9]{6}", str(row.get(key + "C", ""))) for row in data[:50])


def _text(row: Row, key: str) -> str:
    """A dimension's name, or its code where names were not asked for."""
    found = row.get(key + "N")
    return str(row.get(key + "C", "") if found is None else found).strip()


def _read_row(out: Collector, dimensions: Dimensions, row: Row, number: int) -> None:
    cell = row.get(dimensions.place + "C", row.get(dimensions.place + "N"))
    level = row.get("NC")
    found: Place = (
        LARGER_AREA if level is not None and str(level) != _MUNICIPALITY_LEVEL else out.places.of_text(str(cell))
    )
    place = out.located(found, cell, number, dimensions.place)
    if place is None:
        return
    year = _text(row, dimensions.year) if dimensions.year else ""
    if dimensions.year and not is_year(year):
        raise out.source.refusal("not_yearly", row=number, value=year)
    ano = int(year) if year else out.context.ano
    if ano is None:
        raise out.source.refusal("no_year")
    label, unit = split_unit(_text(row, dimensions.variable)) if dimensions.variable else ("", "")
    categories = {label: _text(row, key) for key, label in dimensions.others.items()}
    unit = str(row.get("MN") or unit)
    code = str(row.get(f"{dimensions.variable}C", "")) if dimensions.variable else ""
    make = partial(Provenance, label, unit, code, "", "IBGE, SIDRA", categories)
    series = out.of(series_name(label, categories), make)
    out.add(series, place, ano, row["V"], number, "V")
