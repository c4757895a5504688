"""Makes what the tests of readers need: a small territory, contexts, and files as bytes."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import xlsxwriter

from ckanext.msativo.sources import ReadContext, Reading, read

HEADER = ("indicador", "codigo_ibge", "ano", "valor", "numerador", "denominador", "nota")
SHORT = HEADER[:4]


@dataclass(frozen=True)
class Place:
    codigo_ibge: str
    nome: str
    instalacao: int = 0


class FakeTerritory:
    """Four municipalities; Figueirão and Paraíso das Águas are younger than the others."""

    places = (
        Place("5002704", "Campo Grande"),
        Place("5003207", "Corumbá"),
        Place("5003900", "Figueirão", 2005),
        Place("5006275", "Paraíso das Águas", 2013),
    )

    @property
    def municipios(self) -> tuple[Place, ...]:
        return self.places

    def resolve(self, code: str, /) -> Place:
        for place in self.places:
            if code in (place.codigo_ibge, place.codigo_ibge[:6]):
                return place
        raise LookupError(code)

    def is_installed(self, code: str, ano: int, /) -> bool:
        return ano >= self.resolve(code).instalacao


def context(**changes: Any) -> ReadContext:
    return ReadContext(**{"territory": FakeTerritory(), "today_year": 2026, **changes})


def text(
    rows: Iterable[Sequence[Any]],
    header: Sequence[str] = SHORT,
    delimiter: str = ";",
    newline: str = "\n",
    encoding: str = "utf-8",
) -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=newline).writerows([header, *rows])
    return out.getvalue().encode(encoding)


def sheet(
    rows: Iterable[Sequence[Any]],
    header: Sequence[str] = SHORT,
    above: int = 0,
    name: str = "dados",
) -> bytes:
    return workbook({name: [*([()] * above), header, *rows]})


def workbook(sheets: dict[str, Sequence[Sequence[Any]]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_numbers": False}) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for name, rows in sheets.items():
            page = book.add_worksheet(name)
            for number, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    if hasattr(cell, "isoformat"):
                        page.write_datetime(number, column, cell, day)
                    elif isinstance(cell, str):
                        page.write_string(number, column, cell)
                    elif cell is not None:
                        page.write(number, column, cell)
    return out.getvalue()


def zipped(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def read_bytes(data: bytes, name: str = "dados.csv", **changes: Any) -> Reading:
    return read(data, name, context(**changes))


def values(reading: Reading, indicador: str = "taxa") -> dict[tuple[str, int], float]:
    rows = reading.series[indicador]
    return dict(zip(zip(rows.codigo_ibge, rows.ano.tolist(), strict=True), rows.valor.tolist(), strict=True))


def notes(reading: Reading, indicador: str) -> dict[tuple[str, int], str | None]:
    rows = reading.series[indicador]
    return dict(zip(zip(rows.codigo_ibge, rows.ano.tolist(), strict=True), rows.nota.tolist(), strict=True))


def said(reading: Reading) -> list[str]:
    return [note.code for note in reading.notes]


def codes(reading: Reading) -> list[str]:
    return [problem.code for problem in reading.problems]
