"""However a reference is written, the extent of a sheet is known before its cells are read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.msativo.sources.cell_references import References, references


@pytest.mark.parametrize(
    ("xml", "expected"),
    [
        (b"", References(0, 0, 0, False)),
        (b'<row r="7" spans="1:2"><c r="A7"><v>1</v></c><c r="AB7"/>', References(3, 7, 28, False)),
        (b'<c r="XFD1048576" t="s">', References(1, 1048576, 16384, False)),
        (b'<c r=\'C3\'/><c t="s" r = "xfd12"/>', References(2, 12, 16384, False)),
        (b'<c\tr="B2"/>', References(1, 2, 2, False)),
        (b'<c r="C99999999999"/>', References(1, 0, 0, True)),
        (b'<c r="1A"/>', References(1, 0, 0, True)),
        (b'<c r=""/>', References(1, 0, 0, True)),
        (b'<c r="A1"/><c r="ABCD1"/>', References(2, 1, 1, True)),
        (b'<t>terra r=B9 roxa</t><c r="B2"/>', References(1, 2, 2, False)),
        (b'<c r="A1', References(1, 0, 0, True)),
    ],
)
def test_references_by_hand(xml: bytes, expected: References) -> None:
    assert references(xml) == expected


letters = st.text("ABXYZ", min_size=0, max_size=3)
cells = st.lists(st.tuples(letters, st.integers(1, 9_999_999)), max_size=30)


def number(column: str) -> int:
    total = 0
    for letter in column:
        total = total * 26 + ord(letter) - 64
    return total


@given(cells, st.sampled_from([' r="{}"', " r='{}'", '\nr="{}"', ' r = "{}"']), st.booleans())
def test_every_way_of_writing_gives_the_same_extent(found: list[tuple[str, int]], way: str, with_text: bool) -> None:
    text = "<t>uma rua r</t>" if with_text else ""
    xml = "".join(f"<c{way.format(f'{column}{row}')}>{text}</c>" for column, row in found).encode()
    last_row = max((row for _, row in found), default=0)
    last_column = max((number(column) for column, _ in found), default=0)
    assert references(xml) == References(len(found), last_row, last_column, False)
