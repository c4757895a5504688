"""A file that cannot be read as a whole is refused with the reason and what to do."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest

from ckanext.msativo.tests.sources.factories import (
    SHORT,
    codes,
    read_bytes,
    sheet,
    text,
    values,
    workbook,
    zipped,
)

ROW = ("taxa", "5002704", "2019", "1")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def replaced(data: bytes, name: str, old: bytes, new: bytes) -> bytes:
    """The workbook with a piece of one part's XML replaced."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {item: archive.read(item) for item in archive.namelist()}
    assert old in parts[name]
    return zipped({**parts, name: parts[name].replace(old, new)})


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"),
        (b"\n\r\n", "empty_file"),
        (b"   \n \n", "empty_file"),
        (b"\xef\xbb\xbf", "empty_file"),
        (text([]), "empty_file"),
        (b"<!DOCTYPE html><html><body>login</body></html>", "html_page"),
        (b"\xef\xbb\xbf\n <HTML>", "html_page"),
        (b"<?xml version='1.0'?><x/>", "html_page"),
        (b"%PDF-1.7 ...", "wrong_type"),
        (b"\x1f\x8b\x08\x00abc", "wrong_type"),
        (OLE + b"\0" * 600, "wrong_type"),
        (OLE + b"\0" * 2000 + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        (b"\x7fELF\x02\x01\x01" + bytes(range(256)), "binary_file"),
        (zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}), "binary_file"),
        (b"PK\x03\x04", "broken_workbook"),
        (zipped({"xl/workbook.xml": b"<oops"}), "broken_workbook"),
        (b"a;b;c\n1;2;3\n", "no_header"),
        (workbook({"a": [], "b": [("x",)]}), "no_header"),
        (workbook({"a": []}), "empty_file"),
        (text([ROW[:3]], SHORT[:3]), "missing_columns"),
        (text([(*ROW, "2")], (*SHORT, "Valor")), "duplicate_column"),
        (text([ROW]) + b'taxa;"5002704;2020;1\n', "bad_quoting"),
        (text([ROW]) + b'taxa;"500"2704;2020;1\n', "bad_quoting"),
        (text([ROW] * 5000) + b"taxa;\0;2020;1\n", "nul_bytes"),
        (text([ROW]) + b"x" * 1_000_001, "long_line"),
        (text([ROW], encoding="utf-16-le").join([b"\xff\xfe", b"\x00\xd8"]), "bad_encoding"),
    ],
)
def test_the_reason_is_named(data: bytes, code: str) -> None:
    reading = read_bytes(data)
    assert codes(reading) == [code]
    assert reading.refused_whole
    assert reading.accepted == {}
    assert str(reading.problems[0]).startswith("dados.csv")


def test_missing_columns_are_named_with_those_found() -> None:
    (problem,) = read_bytes(text([ROW[:2]], ("Indicador", "Ano"))).problems
    assert problem.params["missing"] == "codigo_ibge, valor"
    assert problem.params["found"] == "Indicador, Ano"
    assert problem.row == 1


def test_damaged_rows_are_named() -> None:
    assert read_bytes(text([ROW]) + b'taxa;"x\n').problems[0].row == 3
    assert read_bytes(text([ROW] * 5000) + b"\0").problems[0].row == 5002


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_a_workbook_that_was_cut_off_is_refused(share: float) -> None:
    data = sheet([ROW] * 100)
    assert codes(read_bytes(data[: int(len(data) * share)])) == ["broken_workbook"]


def test_a_workbook_with_a_flipped_byte_in_its_cells_is_refused() -> None:
    data = bytearray(sheet([ROW] * 100))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        part = archive.getinfo("xl/worksheets/sheet1.xml")
    data[part.header_offset + 120] ^= 0xFF
    assert codes(read_bytes(bytes(data))) == ["broken_workbook"]


def test_a_zip_with_a_password_is_refused() -> None:
    data = bytearray(sheet([ROW]))
    data[data.index(b"PK\x01\x02") + 8] |= 1  # the flag "encrypted" of the first entry
    assert codes(read_bytes(bytes(data))) == ["encrypted"]


def test_a_workbook_is_refused_by_its_unpacked_size_before_it_is_opened() -> None:
    data = zipped({"xl/workbook.xml": b"0" * 3_000_000})
    assert len(data) < 10_000
    (problem,) = read_bytes(data, max_unpacked_bytes=2 * 1024 * 1024).problems
    assert problem.code == "too_large"
    assert (problem.params["size"], problem.params["limit"]) == (2.9, 2.0)


def test_a_zip_that_lies_about_its_size_is_refused() -> None:
    data = bytearray(sheet([ROW] * 1000))
    at = data.index(b"xl/worksheets/sheet1.xml", data.index(b"PK\x01\x02"))
    data[at - 46 + 24 : at - 46 + 28] = (100).to_bytes(4, "little")
    assert codes(read_bytes(bytes(data))) == ["broken_workbook"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'<c r="A2"', b'<c r="XFD20000"'),
        (b'<c r="A2"', b"<c r = 'XFD20000'"),
        (
            b"</sheetData>",
            b"<row>"
            + b"<c/>" * 0
            + b"<c><v>1</v></c>" * 16_000
            + b"</row>"
            + b"<row><c><v>1</v></c></row>" * 2_000
            + b"</sheetData>",
        ),
    ],
)
def test_a_stray_cell_far_away_is_refused_before_it_takes_the_memory(old: bytes, new: bytes) -> None:
    data = replaced(sheet([ROW]), "xl/worksheets/sheet1.xml", old, new)
    assert codes(read_bytes(data)) == ["too_many_cells"]


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        ("xl/worksheets/sheet1.xml", b'"A2"', b'"A299999999999"'),
        ("xl/worksheets/sheet1.xml", b'"A2"', b'"ZZZZZZZZ2"'),
        ("xl/sharedStrings.xml", b'uniqueCount="', b'uniqueCount="9999999999'),
    ],
)
def test_numbers_that_would_exhaust_the_memory_are_refused(part: str, old: bytes, new: bytes) -> None:
    assert codes(read_bytes(replaced(sheet([ROW]), part, old, new))) == ["broken_workbook"]


def test_a_stray_cell_nearby_is_no_harm() -> None:
    rows = [[*ROW], *[[None] * 4] * 500, [*[None] * 200, "x"]]
    assert values(read_bytes(sheet(rows))) == {("5002704", 2019): 1}


def test_error_cells_and_uncalculated_formulas_are_noted() -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.append(SHORT)
    page.append(["taxa", 5002704, 2019, "#DIV/0!"])
    page["D2"].data_type = "e"
    page.append(["taxa", 5002704, 2020, "=1/2"])
    out = io.BytesIO()
    book.save(out)
    notes = read_bytes(out.getvalue()).notes
    assert [note.code for note in notes] == ["error_cells", "uncalculated_cells"]
    assert "D2" in str(notes[0])
