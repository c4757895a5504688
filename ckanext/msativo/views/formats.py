"""File formats of the downloads. To add one: a function and an entry in `FORMATS`."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import xlsxwriter

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Sheet:
    """A table with its titles: ``about`` are the lines of the sheet on source and method."""

    name: str
    columns: Sequence[str]
    rows: Sequence[Row]
    about_name: str
    about: Sequence[Sequence[Any]]
    document: Mapping[str, Any]
    """What JSON holds: the shape of the API's answer."""


@dataclass(frozen=True)
class Format:
    label: str
    content_type: str
    write: Callable[[Sheet], bytes]
    about: bool = False
    """Whether it has a place for the lines on source and method."""


_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def guarded(cell: Any) -> Any:
    """A text that a spreadsheet would run as a formula gets an apostrophe in front; numbers stay as they are."""
    if isinstance(cell, str) and cell.startswith(_FORMULA):
        return "'" + cell
    return cell


def write_csv(sheet: Sheet) -> bytes:
    """Comma, decimal point, UTF-8 without BOM (RFC 4180): a file for programs, as the DataStore's own."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(sheet.columns)
    writer.writerows([_plain(guarded(row.get(column))) for column in sheet.columns] for row in sheet.rows)
    return out.getvalue().encode()


def _plain(cell: Any) -> Any:
    """Truth values as JSON writes them, not as Python does."""
    return str(cell).lower() if isinstance(cell, bool) else cell


def write_json(sheet: Sheet) -> bytes:
    return json.dumps(sheet.document, ensure_ascii=False).encode()


def write_xlsx(sheet: Sheet) -> bytes:
    """Numbers as numbers; every text is written as text, so that none is a formula or a link."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        head = book.add_format({"bold": True, "bottom": 1})
        page = book.add_worksheet(sheet.name)
        page.freeze_panes(1, 0)
        page.autofilter(0, 0, max(len(sheet.rows), 1), len(sheet.columns) - 1)
        for place, column in enumerate(sheet.columns):
            page.write_string(0, place, column, head)
            page.set_column(place, place, _width(column, sheet.rows))
        for line, row in enumerate(sheet.rows, 1):
            for place, column in enumerate(sheet.columns):
                _cell(page, line, place, row.get(column))
        about = book.add_worksheet(sheet.about_name)
        about.set_column(0, 12, 24)
        for line, cells in enumerate(sheet.about):
            for place, cell in enumerate(cells):
                _cell(about, line, place, cell)
    return out.getvalue()


WIDEST = 60


def _width(column: str, rows: Sequence[Row]) -> int:
    longest = max((len(str(row.get(column) or "")) for row in rows[:200]), default=0)
    return min(max(len(column), longest) + 2, WIDEST)


def _cell(page: Any, line: int, place: int, value: Any) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        page.write_boolean(line, place, value)
    elif isinstance(value, int | float):
        page.write_number(line, place, value)
    else:
        page.write_string(line, place, guarded(str(value)))


FORMATS: Mapping[str, Format] = {
    "csv": Format("CSV", "text/csv; charset=utf-8", write_csv),
    "json": Format("JSON", "application/json; charset=utf-8", write_json),
    "xlsx": Format("XLSX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", write_xlsx, True),
}
