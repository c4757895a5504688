"""Where the parts of a preview image stand; both writers go by it. Units are pixels of the 1200 × 630 image."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ckanext.msativo.views import lettering, mapa, palette
from ckanext.msativo.views.picture import HEIGHT, WIDTH, Picture

LEFT, RIGHT = 64, 56
BAND = 64
"""Height of the band at the foot."""
TEXT_WIDTH = 560
MAP_BOX = (650, 36, WIDTH - RIGHT, HEIGHT - BAND - 36)
LEGEND_STEP, KEY = 34, 20
TITLE_LINES = 4
TOP = 84.0
SIZES = (50, 44, 38, 32)
"""Of the title, the greatest that fits."""


@dataclass(frozen=True)
class Words:
    """A line of text: baseline at ``y``. ``colour`` is a name of the palette."""

    x: float
    y: float
    text: str
    size: int
    colour: str
    bold: bool = False
    anchor: str = "l"


@dataclass(frozen=True)
class Key:
    """A square of the legend."""

    x: float
    y: float
    css: str


@dataclass(frozen=True)
class Place:
    """How the drawing of the map is put on the image: ``x + scale · u``."""

    x: float
    y: float
    scale: float


@dataclass(frozen=True)
class Layout:
    words: list[Words]
    keys: list[Key]
    place: Place | None


def lay_out(picture: Picture) -> Layout:
    legend, keys, top = _legend(picture.legend)
    words = _fitting(picture, top - 26)
    foot = HEIGHT - BAND / 2 + 10
    words += [*legend, Words(LEFT, foot, picture.foot, 28, "on-brand", bold=True)]
    words.append(Words(WIDTH - RIGHT, foot, picture.address, 22, "on-brand-muted", anchor="r"))
    return Layout(words, keys, _place(picture.map))


def _fitting(picture: Picture, bottom: float) -> list[Words]:
    """The text in the largest size in which all of it ends above ``bottom``, else in the smallest."""
    words: list[Words] = []
    for size in SIZES:
        words = _text(picture, size)
        whole = lettering.wrapped(picture.title, size, TEXT_WIDTH, len(picture.title)) == _title(picture, size)
        if whole and words[-1].y <= bottom:
            break
    return words


def _title(picture: Picture, size: int) -> list[str]:
    return lettering.wrapped(picture.title, size, TEXT_WIDTH, TITLE_LINES)


def _text(picture: Picture, size: int) -> list[Words]:
    """Eyebrow, title, answer and note, one below the other; ``size`` is the title's."""
    words: list[Words] = []
    y = TOP
    if picture.eyebrow:
        words.append(Words(LEFT, y, lettering.wrapped(picture.eyebrow, 25, TEXT_WIDTH, 1)[0], 25, "muted"))
        y += size + 8
    for line in _title(picture, size):
        words.append(Words(LEFT, y, line, size, "ink", bold=True))
        y += size * 1.16
    if picture.figure:
        y += size * 1.1
        words.append(Words(LEFT, y, picture.figure, round(size * 1.7), picture.css, bold=True))
        y += 44
    if picture.answer:
        words.append(Words(LEFT, y, lettering.wrapped(picture.answer, 29, TEXT_WIDTH, 1)[0], 29, "ink"))
    if picture.note:
        y += 36
        words.append(Words(LEFT, y, lettering.wrapped(picture.note, 23, TEXT_WIDTH, 1)[0], 23, "muted"))
    return words


def _legend(shown: Sequence[mapa.LegendItem]) -> tuple[list[Words], list[Key], float]:
    """In two columns above the foot, and where it begins."""
    rows = (len(shown) + 1) // 2
    top = HEIGHT - BAND - 24 - rows * LEGEND_STEP
    words, keys = [], []
    for at, item in enumerate(shown):
        x, y = LEFT + (at // rows) * 270, top + (at % rows) * LEGEND_STEP
        keys.append(Key(x, y, item.css))
        words.append(Words(x + KEY + 12, y + 17, f"{item.label}  {item.count}", 22, "ink"))
    return words, keys, top


def _place(drawn: mapa.Map | None) -> Place | None:
    if drawn is None:
        return None
    wide, tall = (float(part) for part in drawn.view_box.split()[2:])
    left, top, right, bottom = MAP_BOX
    scale = min((right - left) / wide, (bottom - top) / tall)
    return Place(left + (right - left - scale * wide) / 2, top + (bottom - top - scale * tall) / 2, scale)


def fill(name: str) -> str:
    """A colour by the name of its class or token."""
    return palette.colour(name)
