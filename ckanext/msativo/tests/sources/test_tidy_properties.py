"""However rows are written they read the same; whatever the bytes, the answer is a Reading."""

from __future__ import annotations

import io
import random
import zipfile
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ckanext.msativo.sources import Observations, Reading
from ckanext.msativo.tests.sources.factories import (
    HEADER,
    FakeTerritory,
    read_bytes,
    sheet,
    text,
    zipped,
)

CODES = [place.codigo_ibge for place in FakeTerritory.places]
NAN = float("nan")
NOTES = ["", "nd", "em_branco", "média; com, pontuação", 'com "aspas"']

Row = tuple[str, str, int, float | None, float | None, float | None, str]

number = st.none() | st.decimals(-10_000_000, 10_000_000, places=4).map(float)
rows_ = st.lists(
    st.tuples(
        st.sampled_from(["mortalidade", "ideb", "água"]),
        st.sampled_from(CODES),
        st.integers(2013, 2026),
        number,
        number,
        number,
        st.sampled_from(NOTES),
    ),
    min_size=1,
    max_size=25,
    unique_by=lambda row: row[:3],
)

# (decimal, thousands) as a source may write them
STYLES = [(".", ""), (".", ","), (",", ""), (",", "."), (",", " "), (",", "\N{NO-BREAK SPACE}")]


def written(value: float | None, style: tuple[str, str]) -> str:
    """Four decimals always: with them no cell is doubtful."""
    if value is None:
        return ""
    plain = f"{value:,.4f}"
    return plain.translate(str.maketrans({".": style[0], ",": style[1]}))


def expected(rows: list[Row]) -> dict[str, str]:
    def series(name: str) -> Observations:
        own = [row for row in rows if row[0] == name]
        columns = list(zip(*own, strict=True))
        numbers = [[NAN if v is None else v for v in column] for column in columns[3:6]]
        return Observations.of(
            columns[1],
            columns[2],
            numbers[0],
            numerador=numbers[1],
            denominador=numbers[2],
            nota=[note or None for note in columns[6]],
        )

    return {name: series(name).content_hash() for name in {row[0] for row in rows}}


def hashes(reading: Reading) -> dict[str, str]:
    assert reading.problems == ()
    return {name: series.content_hash() for name, series in reading.series.items()}


@settings(deadline=None)
@given(
    rows_,
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "latin-1", "cp1252"]),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(STYLES),
    st.sampled_from([6, 7]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.permutations(range(len(HEADER))),
)
def test_every_way_to_write_rows_as_text_reads_the_same(
    rows: list[Row], encoding, delimiter, style, digits, newline, order
) -> None:
    def line(row: Row) -> list[str]:
        name, code, ano, *numbers, note = row
        cells = [name, code[:digits], str(ano), *(written(v, style) for v in numbers), note]  # type: ignore[arg-type]
        return [cells[at] for at in order]

    header = [HEADER[at] for at in order]
    data = text(map(line, rows), header, delimiter, newline, encoding)
    assert hashes(read_bytes(data)) == expected(rows)


@settings(max_examples=25, deadline=None)
@given(rows_, st.booleans())
def test_a_workbook_reads_as_the_text_does(rows: list[Row], typed: bool) -> None:
    def cells(row: Row) -> list[Any]:
        name, code, ano, *numbers, note = row
        if typed:
            return [name, int(code), ano, *numbers, note or None]
        return [name, code, str(ano), *(written(v, (",", ".")) for v in numbers), note]  # type: ignore[arg-type]

    assert hashes(read_bytes(sheet(map(cells, rows), HEADER))) == expected(rows)


@settings(deadline=None)
@given(rows_, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(rows: list[Row], rng: random.Random) -> None:
    def line(row: Row) -> list[str]:
        return [*map(str, row[:3]), *(written(v, (",", "")) for v in row[3:6]), row[6]]  # type: ignore[arg-type]

    mixed = list(rows)
    rng.shuffle(mixed)
    first, second = (read_bytes(text(map(line, chosen), HEADER)) for chosen in (rows, mixed))
    assert hashes(first) == hashes(second)


FAULTS = {
    "missing_code": (1, ""),
    "bad_code": (1, "12345"),
    "unknown_municipality": (1, "3550308"),
    "missing_year": (2, ""),
    "not_a_year": (2, "ano 1"),
    "impossible_year": (2, "2031"),
    "not_a_number": (3, "muito"),
    "ambiguous_dash": (5, "-"),
    "missing_indicador": (0, " "),
}


@settings(deadline=None)
@given(rows_, st.data())
def test_every_injected_fault_is_found_at_its_place(rows: list[Row], data: st.DataObject) -> None:
    lines = [
        [*map(str, row[:3]), *(written(v, (",", "")) for v in row[3:6]), row[6]]  # type: ignore[arg-type]
        for row in rows
    ]
    places = data.draw(st.sets(st.integers(0, len(rows) - 1)))
    wanted = []
    for at in sorted(places):
        code = data.draw(st.sampled_from(sorted(FAULTS)))
        column, cell = FAULTS[code]
        lines[at][column] = cell
        wanted.append((at + 2, HEADER[column], code))
    reading = read_bytes(text(lines, HEADER))
    assert [(p.row, p.column, p.code) for p in reading.problems] == wanted
    spoilt = {lines[at][0] for at in places}
    if " " in spoilt:
        assert reading.accepted == {}
    else:
        assert set(reading.accepted) == {row[0] for row in rows} - spoilt


@settings(deadline=None)
@given(st.binary(max_size=2000))
def test_no_bytes_raise(data: bytes) -> None:
    reading = read_bytes(data)
    assert reading.problems
    assert all(str(problem) for problem in reading.problems)


@settings(deadline=None)
@given(st.text(max_size=500), st.sampled_from(["utf-8", "utf-16", "utf-16-le"]))
def test_no_text_below_a_good_header_raises(body: str, encoding: str) -> None:
    head = text([], HEADER, ",").decode()
    reading = read_bytes((head + body).encode(encoding, "surrogatepass"))
    assert all(str(problem) for problem in reading.problems)


ROWS = [("taxa", code, ano, 1.5, None, 3, "nd") for code in CODES for ano in range(2013, 2020)]
SAMPLES = [
    text(ROWS, HEADER),
    text(ROWS, HEADER, ",", "\r\n", "utf-16"),
    text([("evasão", *row[1:]) for row in ROWS], HEADER, "\t", "\n", "latin-1"),
    sheet(ROWS, HEADER),
]
BOOK = SAMPLES[-1]
with zipfile.ZipFile(io.BytesIO(BOOK)) as archive:
    PARTS = {name: archive.read(name) for name in archive.namelist()}
edits = st.lists(
    st.tuples(st.floats(0, 1), st.sampled_from(["over", "cut", "in"]), st.binary(min_size=1, max_size=8)),
    min_size=1,
    max_size=6,
)


def damaged(sample: bytes, changes: list[tuple[float, str, bytes]]) -> bytes:
    data = bytearray(sample)
    for share, edit, piece in changes:
        at = int(share * len(data))
        length = {"over": len(piece), "cut": len(piece) ** 3, "in": 0}[edit]
        data[at : at + length] = b"" if edit == "cut" else piece
    return bytes(data)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(SAMPLES), edits)
def test_no_damage_to_a_good_file_raises(sample: bytes, changes) -> None:
    assert all(str(problem) for problem in read_bytes(damaged(sample, changes)).problems)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(sorted(PARTS)), edits)
def test_no_damage_to_the_xml_of_a_workbook_raises(name: str, changes) -> None:
    data = zipped({**PARTS, name: damaged(PARTS[name], changes)})
    assert all(str(problem) for problem in read_bytes(data).problems)
