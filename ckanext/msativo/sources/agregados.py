"""IBGE agregados v3: variables, each with results by classification, each with a series by place.

Names of places vary between tables, so only the identifier counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from ckanext.msativo.sources.base import ReadContext, Reading
from ckanext.msativo.sources.collector import Collector, Series
from ckanext.msativo.sources.files import SourceFile
from ckanext.msativo.sources.naming import series_name, split_unit
from ckanext.msativo.sources.provenance import Provenance
from ckanext.msativo.sources.sidra_layout import is_year
from ckanext.msativo.sources.symbols import IBGE

_MUNICIPALITY = "N6"


class Agregados:
    """Reader of the answers of agregados v3."""

    name = "agregados_v3"

    def recognise(self, source: SourceFile) -> float:
        """A list of objects with `variavel` and `resultados`."""
        return 0.95 if source.kind == "text" and source.is_json and _is_variables(source.document) else 0.0

    def read(self, source: SourceFile, context: ReadContext) -> Reading:
        """Read all series of the level municipality; raises `Refused` at another shape or a period not a year."""
        document = source.document
        if not _is_variables(document):
            raise source.refusal("no_table", expected="[{variavel, resultados}]")
        out = Collector(self.name, source, context, IBGE, ".")
        for variable in document:
            if not _is_variables([variable]):
                raise source.refusal("wrong_shape", value=str(variable)[:60], expected="{variavel, resultados}")
            for categories, place in _places(source, variable):
                _read_place(out, variable, categories, place)
        return out.reading()


def _is_variables(document: object) -> bool:
    return (
        isinstance(document, list)
        and bool(document)
        and isinstance(document[0], dict)
        and {"variavel", "resultados"} <= set(document[0])
    )


def _places(source: SourceFile, variable: Mapping[str, Any]) -> Iterator[tuple[dict[str, str], Mapping[str, Any]]]:
    """The categories and the series of each place; refuses what has another shape."""
    try:
        for result in variable["resultados"]:
            categories = {
                str(one["nome"]): ", ".join(map(str, one["categoria"].values()))
                for one in result.get("classificacoes") or ()
            }
            for place in result["series"]:
                _ = place["localidade"]["id"], place["serie"].items()
                yield categories, place
    except (KeyError, TypeError, AttributeError) as error:
        raise source.refusal("wrong_shape", value=str(error)[:60], expected="resultados[].series[].serie") from None


def _read_place(
    out: Collector, variable: Mapping[str, Any], categories: dict[str, str], place: Mapping[str, Any]
) -> None:
    out.rows_read += 1
    locality = place["localidade"]
    level = locality.get("nivel")
    if isinstance(level, dict) and level.get("id") not in (None, _MUNICIPALITY):
        out.skipped["larger_areas"] += 1
        return
    found = out.located(out.places.of_code(str(locality["id"]), six=False), locality["id"], out.rows_read, "localidade")
    if found is None:
        return
    series = _series(out, variable, categories)
    for period, cell in place["serie"].items():
        if not is_year(period):
            raise out.source.refusal("not_yearly", row=out.rows_read, value=period)
        out.add(series, found, int(period), cell, out.rows_read, period)


def _series(out: Collector, variable: Mapping[str, Any], categories: dict[str, str]) -> Series:
    label, unit = split_unit(str(variable["variavel"]))
    unit = str(variable.get("unidade") or unit)
    code = str(variable.get("id", ""))
    make = partial(Provenance, label, unit, code, "", "IBGE, agregados", categories)
    return out.of(series_name(label, categories), make)
