"""IPEADATA's OData answers: `{"value": [{SERCODIGO, VALDATA, VALVALOR, NIVNOME, TERCODIGO}]}`."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from ckanext.msativo.sources.base import ReadContext, Reading
from ckanext.msativo.sources.collector import Collector
from ckanext.msativo.sources.files import SourceFile
from ckanext.msativo.sources.header import normalise
from ckanext.msativo.sources.provenance import Provenance
from ckanext.msativo.sources.symbols import PUBLISHED

_NEEDED = frozenset({"SERCODIGO", "VALDATA", "VALVALOR", "NIVNOME", "TERCODIGO"})
_DATE = re.compile(r"(?P<year>[12][0-9]{3})(?:-01-01(?:T.*)?)?", re.ASCII)
_MUNICIPALITIES = "municipios"


class Ipeadata:
    """Reader of IPEADATA's values of a series."""

    name = "ipeadata"

    def recognise(self, source: SourceFile) -> float:
        """`value` is a list of objects with the fields of a value."""
        return 0.95 if source.kind == "text" and source.is_json and _values(source.document) else 0.0

    def read(self, source: SourceFile, context: ReadContext) -> Reading:
        """Read the values of the level municipality; raises `Refused` at another shape or a date within a year."""
        document = source.document
        values = _values(document)
        if not values:
            raise source.refusal("no_table", expected="{value: [{SERCODIGO, VALDATA, VALVALOR, NIVNOME, TERCODIGO}]}")
        out = Collector(self.name, source, context, PUBLISHED, ".")
        if "@odata.nextLink" in document:
            out.note("more_pages", count=len(values))
        other_levels = 0
        for number, item in enumerate(values, start=1):
            out.rows_read += 1
            if not isinstance(item, dict) or not set(item) >= _NEEDED:
                raise source.refusal("wrong_shape", row=number, value=str(item)[:60], expected=", ".join(_NEEDED))
            if normalise(str(item["NIVNOME"] or "")) != _MUNICIPALITIES:
                other_levels += 1
                continue
            _read_value(out, item, number)
        if other_levels:
            out.note("other_levels", count=other_levels)
        return out.reading()


def _values(document: object) -> list[Any]:
    values = document.get("value") if isinstance(document, dict) else None
    if isinstance(values, list) and values and isinstance(values[0], dict) and set(values[0]) >= _NEEDED:
        return values
    return []


def _read_value(out: Collector, item: dict[str, Any], number: int) -> None:
    code = item["TERCODIGO"]
    place = out.located(out.places.of_code(str(code)), code, number, "TERCODIGO")
    if place is None:
        return
    date = _DATE.fullmatch(str(item["VALDATA"]))
    if date is None:
        raise out.source.refusal("not_yearly", row=number, column="VALDATA", value=str(item["VALDATA"])[:40])
    series = str(item["SERCODIGO"])
    unit, label = str(item.get("UNINOME") or ""), str(item.get("SERNOME") or series)
    make = partial(Provenance, label, unit, series, "", "IPEADATA")
    out.add(out.of(normalise(series), make), place, int(date["year"]), item["VALVALOR"], number, "VALVALOR")
