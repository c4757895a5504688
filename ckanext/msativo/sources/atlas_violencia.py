"""Atlas da Violência (IPEA, FBSP): one indicator per file, `cod;nome;período;valor`.

The file does not name its indicator, so the series is called `valor`. It writes 0 for years in
which a municipality did not exist; those are missing.
"""

from __future__ import annotations

import re

from ckanext.msativo.sources.base import ReadContext, Reading
from ckanext.msativo.sources.collector import Collector
from ckanext.msativo.sources.delimited import TextTable, find_table
from ckanext.msativo.sources.files import SourceFile
from ckanext.msativo.sources.provenance import Provenance
from ckanext.msativo.sources.symbols import PUBLISHED

_COLUMNS = ("cod", "periodo", "valor")
_DATE = re.compile(r"(?P<year>[12][0-9]{3})(?:-[0-9]{2}-[0-9]{2})?", re.ASCII)


class AtlasViolencia:
    """Reader of the Atlas da Violência."""

    name = "atlas_violencia"

    def recognise(self, source: SourceFile) -> float:
        """The columns cod, nome, período, valor and few others."""
        return 0.95 if _table(source) else 0.0

    def read(self, source: SourceFile, context: ReadContext) -> Reading:
        """Read all rows; raises `Refused` if the columns are not there."""
        table = _table(source)
        if table is None:
            raise source.refusal("no_table", expected="cod;nome;período;valor")
        out = Collector(self.name, source, context, PUBLISHED, ".")
        series = out.of("valor", lambda: Provenance(variavel=source.name, fonte="Atlas da Violência (IPEA, FBSP)"))
        code, period, value = (table.names.index(name) for name in _COLUMNS)
        for number, cells in table.rows():
            out.rows_read += 1
            if len(cells) < len(table.cells):
                out.problem("short_row", number, None, cells[0], cells=len(cells), columns=len(table.cells))
                continue
            place = out.located(out.places.of_code(cells[code], six=False), cells[code], number, table.cells[code])
            if place is None:
                continue
            date = _DATE.fullmatch(cells[period].strip())
            if date is None:
                out.problem("not_a_year", number, table.cells[period], cells[period])
                continue
            out.add(series, place, int(date["year"]), cells[value], number, table.cells[value])
        return out.reading()


def _table(source: SourceFile) -> TextTable | None:
    return find_table(source, lambda names: set(_COLUMNS) <= set(names) and "nome" in names)
