"""How a SIDRA sheet is laid out: the person who downloads it chooses what goes in rows and columns.

Above the table stand its title and lines `Dimension - value`; then a header of merged cells whose
first row names the dimensions (`Município`, `Ano x Sexo`) and whose other rows hold their values.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ckanext.msativo.sources.header import normalise
from ckanext.msativo.sources.places import code_text
from ckanext.msativo.sources.workbook import Cell, CellRow

TITLE = re.compile(r"\s*Tabela\s+(?P<number>[0-9]+)\b.*", re.DOTALL)
_META = re.compile(r"(?P<dimension>[^-]{2,60}?)\s+-\s+(?P<value>\S.*)", re.DOTALL)
_YEAR = re.compile(r"[12][0-9]{3}", re.ASCII)
_PLACE = re.compile(r"(?:.*_)?municipio")
_CODE = frozenset({"cod", "codigo", "municipio_codigo", "codigo_do_municipio", "cod_municipio"})
_LEVEL = frozenset({"nivel", "nivel_territorial"})
VARIABLE = "variavel"
HEAD_ROWS = 40


@dataclass
class Layout:
    """Positions count from 0. `columns` holds, for each column of figures, its dimensions' values."""

    table: str
    meta: Mapping[str, str]
    header_row: int
    first_row: int
    place: int | None
    code: int | None
    level: int | None
    row_dimensions: dict[int, str] = field(default_factory=dict)
    columns: dict[int, dict[str, str]] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    """Each dimension's name as written, by its normalised name."""

    @property
    def key(self) -> int:
        """The column that says whose row it is."""
        return self.code if self.code is not None else self.place or 0


def is_year(text: str) -> bool:
    """Whether a text is a year."""
    return _YEAR.fullmatch(text) is not None


def title_of(rows: Sequence[CellRow]) -> str | None:
    """The title of the table; None if this is no SIDRA sheet."""
    for _, cells in rows[:5]:
        text = next((str(cell).strip() for cell in cells if str(cell).strip()), "")
        if TITLE.fullmatch(text):
            return text
    return None


def find_layout(rows: Sequence[CellRow]) -> Layout | None:
    """The layout told by the first rows of a sheet; None if no header names the municipality."""
    title = title_of(rows) or ""
    header = next((at for at, (_, cells) in enumerate(rows) if _place_at(cells) is not None), None)
    if header is None:
        return None
    number, cells = rows[header]
    labels = [str(cell).strip() for cell in cells]
    names = [normalise(label) for label in labels]
    place = _place_at(cells)
    code = next((at for at, name in enumerate(names) if name in _CODE), None)
    level = next((at for at, name in enumerate(names) if name in _LEVEL), None)
    key = code if code is not None else place or 0
    first = next((at for at in range(header + 1, len(rows)) if _filled(rows[at][1], key)), len(rows))
    below = [_texts(cells, len(labels)) for _, cells in rows[header + 1 : first]]
    left = _left_columns(names, below, place or 0)
    layout = Layout(title, _meta(rows[:header], title), number, number + 1 + len(below), place, code, level)
    for at in range(left):
        if at not in (place, code, level) and labels[at]:
            layout.row_dimensions[at] = names[at]
            layout.labels[names[at]] = labels[at]
    _add_columns(layout, labels, below, left)
    return layout


def _place_at(cells: Sequence[Cell]) -> int | None:
    for at, cell in enumerate(cells):
        text = str(cell).strip()
        if len(text) < 90 and " - " not in text and _PLACE.fullmatch(normalise(text)):
            return at
    return None


def _filled(cells: Sequence[Cell], at: int) -> bool:
    return at < len(cells) and bool(str(cells[at]).strip())


def _texts(cells: Sequence[Cell], width: int) -> list[str]:
    """Cells of a header as text: 2015.0 is the year 2015."""
    texts = [code_text(cell) if isinstance(cell, float) else str(cell).strip() for cell in cells]
    return [*texts, *[""] * width][:width]


def _meta(rows: Sequence[CellRow], title: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for _, cells in rows:
        for cell in cells:
            match = _META.fullmatch(str(cell).strip())
            if match and str(cell).strip() != title:
                found[normalise(match["dimension"])] = match["value"]
    return found


def _left_columns(names: Sequence[str], below: Sequence[Sequence[str]], place: int) -> int:
    """How many columns from the left say what a row is: nothing stands below their names."""
    if below:
        return next((at for at in range(len(names)) if any(row[at] for row in below)), len(names))
    after = (at for at in range(place + 1, len(names)) if is_year(names[at]))
    return next(after, place + 1)


def _add_columns(layout: Layout, labels: Sequence[str], below: Sequence[Sequence[str]], left: int) -> None:
    values = [_fill_right(row, left) for row in (below or [_texts(labels, len(labels))])]
    top = next((label for label in labels[left:] if label), "") if below else ""
    names = [part.strip() for part in top.split(" x ")] if top else []
    if len(names) == 1 and len(values) >= 3 and len(values) % 2:  # name above values, for each dimension
        names += [values[at][left] for at in range(1, len(values), 2)]
        values = values[::2]
    if len(names) != len(values):
        names = [_by_content(row[left:], at) for at, row in enumerate(values)]
    layout.labels |= {normalise(name): name for name in names}
    for at in range(left, len(labels)):
        found = {normalise(name): row[at] for name, row in zip(names, values, strict=True)}
        if any(found.values()):
            layout.columns[at] = found


def _fill_right(row: Sequence[str], left: int) -> list[str]:
    filled, last = list(row), ""
    for at in range(left, len(row)):
        last = filled[at] = row[at] or last
    return filled


def _by_content(values: Sequence[str], at: int) -> str:
    if values and all(is_year(value) for value in values if value):
        return "Ano"
    return "Variável" if any(value.endswith(")") for value in values) else f"Categoria {at + 1}"
