"""XLSX workbooks, judged by their zip before any cell is read, then read by calamine.

calamine keeps a sheet as one dense block of 32 bytes per cell from the first to the last used
cell, so one stray cell far away can ask for more memory than the machine has: the extent of
every sheet is measured first, from the packed XML itself.
"""

from __future__ import annotations

import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum

from ckanext.msativo.sources.cell_references import references

if TYPE_CHECKING:
    from ckanext.msativo.sources.files import SourceFile

MAX_CELLS = 20_000_000
_CHUNK = 1024 * 1024
_ENCRYPTED_FLAG = 0x1
_CELLS = (b"<c ", b"<c>", b"<c/", b":c ", b":c>", b":c/")  # with a namespace prefix, too
_HUGE_COUNT = re.compile(rb"""[cC]ount\s*=\s*["']\s*[0-9]{9}""")
_ERROR = re.compile(rb"""<c\s[^>]*?r="([A-Z]+[0-9]+)"[^>]*?\st="e\"""")
_UNCALCULATED = re.compile(rb"</f>(?:<v></v>|<v ?/>)?</c>")

# A damaged file fails in a dozen ways: directory, offsets, method, checksum, packed data, XML.
_DAMAGE = (
    CalamineError,
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    ArithmeticError,
    LookupError,
    RuntimeError,
    ValueError,
)

_PLAIN = frozenset({str, float})

Cell = str | float
CellRow = tuple[int, Sequence[Cell]]


class Workbook:
    """The sheets of an XLSX; raises `Refused` if it is encrypted, damaged, too large or none."""

    def __init__(self, source: SourceFile) -> None:
        self._source = source
        self.findings = _inspect(source)
        self._sheets: dict[str, CalamineSheet] = {}
        with _refusing_damage(source), source.open() as stream:
            self._book = CalamineWorkbook.from_filelike(stream)
            self.sheet_names: list[str] = [
                sheet.name for sheet in self._book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet
            ]

    def rows(self, sheet: str) -> Iterator[tuple[int, list[Any]]]:
        """Each row with its number from 1; cells are texts ('' = empty) or numbers.

        Dates become ISO texts and logical values TRUE or FALSE: neither is a number here.
        """
        with _refusing_damage(self._source):
            if sheet not in self._sheets:
                self._sheets[sheet] = self._book.get_sheet_by_name(sheet)
            for number, cells in enumerate(self._sheets[sheet].iter_rows(), start=1):
                yield number, [cell if type(cell) in _PLAIN else plain(cell) for cell in cells]

    def raw_rows(self, sheet: str) -> Iterator[tuple[int, Sequence[Any]]]:
        """Each row as it is stored: for tables of which most rows are passed over. See `plain`."""
        with _refusing_damage(self._source):
            if sheet not in self._sheets:
                self._sheets[sheet] = self._book.get_sheet_by_name(sheet)
            yield from enumerate(self._sheets[sheet].iter_rows(), start=1)


def plain(cell: Any) -> Cell:
    """A stored cell as `Workbook.rows` gives it."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return str(cell).upper()
    return float(cell) if isinstance(cell, int | float) else str(cell)


@contextmanager
def _refusing_damage(source: SourceFile) -> Iterator[None]:
    """Turn what a damaged zip or XML raises into a refusal, and nothing else (a job's timeout)."""
    try:
        yield
    except _DAMAGE as error:
        raise source.refusal("broken_workbook", reason=_short(error)) from None
    except BaseException as error:
        if type(error).__module__ != "pyo3_runtime":  # a panic of calamine is no Exception
            raise
        raise source.refusal("broken_workbook", reason=_short(error)) from None


@dataclass
class Findings:
    """What the XML of the sheets says that calamine does not pass on."""

    error_cell: str | None = None
    uncalculated: bool = False


def _inspect(source: SourceFile) -> Findings:
    """Read every part once, which also proves its size and checksum."""
    findings = Findings()
    with source.open() as stream:
        with _refusing_damage(source):
            archive = zipfile.ZipFile(stream)
        parts = archive.infolist()
        _check_directory(source, parts)
        extents = [_inspect_part(source, archive, part, findings) for part in parts]
    if sum(extent.rows * extent.columns for extent in extents) > MAX_CELLS:
        widest = max(extents, key=lambda extent: extent.rows * extent.columns)
        raise source.refusal("too_many_cells", rows=widest.rows, columns=widest.columns)
    return findings


def _check_directory(source: SourceFile, parts: list[zipfile.ZipInfo]) -> None:
    if any(part.flag_bits & _ENCRYPTED_FLAG for part in parts):
        raise source.refusal("encrypted")
    if "xl/workbook.xml" not in {part.filename for part in parts}:
        raise source.refusal("binary_file")
    size = sum(part.file_size for part in parts)
    if size > source.max_unpacked_bytes:
        mega = 1024 * 1024
        limit = source.max_unpacked_bytes
        raise source.refusal("too_large", size=round(size / mega, 1), limit=round(limit / mega, 1))


def _inspect_part(source: SourceFile, archive: zipfile.ZipFile, part: zipfile.ZipInfo, findings: Findings) -> _Extent:
    extent = _Extent()
    with _refusing_damage(source), archive.open(part) as stream:
        for xml in _whole_tags(stream):
            extent.add(xml)
            _find(xml, findings)
    return extent


def _whole_tags(stream: IO[bytes]) -> Iterator[bytes]:
    """The XML in pieces of about a megabyte that end before a tag, so that none is cut in two."""
    rest = b""
    while chunk := stream.read(_CHUNK):
        xml = rest + chunk
        cut = xml.rfind(b"<")
        cut = cut if cut > 0 else len(xml)
        yield xml[:cut]
        rest = xml[cut:]
    yield rest


class _Extent:
    """Rows and columns that a sheet's cells reach: by their references, or counted without them."""

    def __init__(self) -> None:
        self.columns = self._last_row = self._counted_rows = self._cells_in_row = 0

    @property
    def rows(self) -> int:
        return max(self._last_row, self._counted_rows)

    def add(self, xml: bytes) -> None:
        cells = references(xml)
        self._last_row = max(self._last_row, cells.last_row)
        self.columns = max(self.columns, cells.last_column)
        continued, *rows = xml.split(b":row" if b":row" in xml else b"<row")
        if cells.found < len(rows) + _most_cells(xml):
            self._count(continued, rows)
        self._counted_rows += len(rows)
        # calamine lets C99999999999 overflow and believes any count, and reserves the memory.
        malformed = self._counted_rows and cells.malformed
        if malformed or (b"ount" in xml and _HUGE_COUNT.search(xml)):
            raise ValueError("malformed cell reference or count")

    def _count(self, continued: bytes, rows: list[bytes]) -> None:
        if self._counted_rows:
            self._cells_in_row += _count_cells(continued)
        counts = [self._cells_in_row, *map(_count_cells, rows)]
        self._cells_in_row = counts[-1]
        self.columns = max(self.columns, *counts)


def _most_cells(xml: bytes) -> int:
    """At least as many as there are cells: `<col` and the like count too, and cost one precise count."""
    return xml.count(b"<c") + xml.count(b":c")


def _count_cells(row: bytes) -> int:
    return sum(map(row.count, _CELLS))


def _find(xml: bytes, findings: Findings) -> None:
    if b't="e"' in xml and not findings.error_cell and (error := _ERROR.search(xml)):
        findings.error_cell = error[1].decode()
    if not findings.uncalculated and b"</f>" in xml:
        findings.uncalculated = _UNCALCULATED.search(xml) is not None


def _short(error: BaseException) -> str:
    return (" ".join(str(error).split()) or type(error).__name__)[:120]
