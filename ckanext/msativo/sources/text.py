"""Delimited text as it really comes: any of its encodings, read record by record, never trusted."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from ckanext.msativo.sources.files import SourceFile

DELIMITERS = (",", ";", "\t")
MAX_LINE = 1_000_000
_CHUNK = 1024 * 1024
_BOMS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_NOT_IN_CP1252 = (0x81, 0x8D, 0x8F, 0x90, 0x9D)

TextRow = tuple[int, Sequence[str]]


def detect_encoding(source: SourceFile) -> str:
    """Python's name of the encoding: by BOM, else UTF-8 if all is valid, else cp1252 or latin-1.

    UTF-16 without a BOM is known by its NULs (SNIS publishes it). Other NULs are no text.
    """
    head = source.head
    for bom, encoding in _BOMS.items():
        if head.startswith(bom):
            return encoding
    even, odd = head[0:64:2], head[1:64:2]
    if len(odd) > 8 and not any(odd) and all(even):
        return "utf-16-le"
    if len(odd) > 8 and not any(even) and all(odd):
        return "utf-16-be"
    if b"\0" in head:
        raise source.refusal("binary_file")
    return "utf-8" if _is_utf8(source) else _single_byte(source)


def _is_utf8(source: SourceFile) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    with source.open() as stream:
        try:
            while chunk := stream.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _single_byte(source: SourceFile) -> str:
    with source.open() as stream:
        while chunk := stream.read(_CHUNK):
            if any(byte in chunk for byte in _NOT_IN_CP1252):
                return "latin-1"
    return "cp1252"


def text_rows(source: SourceFile, delimiter: str) -> Iterator[TextRow]:
    """Each record with its number from 1, as a spreadsheet counts; a blank line is an empty list.

    Raises `Refused` at damaged quoting, encoding, NULs, or a line beyond `MAX_LINE` characters.
    """
    number = 0
    with source.open() as stream:
        records = csv.reader(_lines(source, stream), delimiter=delimiter, strict=True, skipinitialspace=True)
        try:
            for number, cells in enumerate(records, start=1):
                yield number, cells
        except csv.Error as error:
            raise source.refusal("bad_quoting", row=number + 1, reason=str(error)) from None


def text_lines(source: SourceFile) -> Iterator[tuple[int, str]]:
    """Each line with its number from 1, as it stands: for formats whose notes are no CSV."""
    with source.open() as stream:
        yield from enumerate(_lines(source, stream), start=1)


def _lines(source: SourceFile, stream: BinaryIO) -> Iterator[str]:
    encoding = source.encoding
    text = io.TextIOWrapper(stream, encoding=encoding, newline="")
    number = 0
    try:
        while line := text.readline(MAX_LINE + 1):
            number += 1
            if len(line) > MAX_LINE:
                raise source.refusal("long_line", row=number, limit=MAX_LINE)
            if "\0" in line:
                raise source.refusal("nul_bytes", row=number)
            yield line
    except UnicodeError:
        raise source.refusal("bad_encoding", row=number + 1, encoding=encoding) from None
