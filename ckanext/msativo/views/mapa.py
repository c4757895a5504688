"""The map: one shape per municipality, each a link, coloured by class."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ckanext.msativo import config
from ckanext.msativo.logic.territory import territory
from ckanext.msativo.territory.svg import Drawing, draw

WIDTH = 700
"""Units of the drawing: fine enough for a screen twice as dense as 700 px, and a third lighter than 2000."""
LOCATOR_WIDTH = 130


@dataclass(frozen=True)
class Shape:
    """A municipality on the map. ``css`` is the class of its colour, ``text`` its description after the name."""

    codigo: str
    nome: str
    slug: str
    d: str
    x: float
    y: float
    href: str
    css: str
    text: str
    selected: bool


@dataclass(frozen=True)
class LegendItem:
    css: str
    label: str
    count: int
    sign: str = ""


@dataclass(frozen=True)
class Map:
    view_box: str
    shapes: Sequence[Shape]
    legend: Sequence[LegendItem]

    @property
    def selected(self) -> Shape | None:
        return next((shape for shape in self.shapes if shape.selected), None)


def drawing(width: int = WIDTH) -> Drawing:
    return _drawing(config.territory(), width)


@lru_cache(maxsize=8)
def _drawing(setting: str, width: int) -> Drawing:
    """Kept by the setting that names the territory, as the territory itself is."""
    return draw(territory().boundaries, width)


def make(
    colours: Mapping[str, str],
    texts: Mapping[str, str],
    href: Callable[[str], str],
    legend: Sequence[LegendItem],
    selected: str | None = None,
) -> Map:
    """Put the map together. ``colours`` and ``texts`` are by IBGE code, ``href`` makes a link of a slug."""
    drawn = drawing()
    shapes = []
    for municipio in territory().municipios:
        code = municipio.codigo_ibge
        shape = drawn.shapes.get(code)
        if shape is None:
            continue
        shapes.append(
            Shape(
                codigo=code,
                nome=municipio.nome,
                slug=municipio.slug,
                d=shape.d,
                x=shape.label[0],
                y=shape.label[1],
                href=href(municipio.slug),
                css=colours.get(code, "is-sem-dado"),
                text=texts.get(code, ""),
                selected=code == selected,
            )
        )
    return Map(drawn.view_box, shapes, legend)


@dataclass(frozen=True)
class Locator:
    """Where in the state a municipality lies: the others as one path, and its own."""

    view_box: str
    state: str
    own: str
    x: float
    y: float
    radius: int
    """Of a ring around a municipality too small to be seen, 0 when it is large enough."""


@lru_cache(maxsize=512)
def _locator(setting: str, code: str) -> Locator:
    drawn = _drawing(setting, LOCATOR_WIDTH)
    own = drawn.shapes[code]
    others = "".join(shape.d for other, shape in drawn.shapes.items() if other != code)
    return Locator(drawn.view_box, others, own.d, *own.label, 0 if len(own.d) > 60 else 9)


def locator(code: str) -> Locator:
    return _locator(config.territory(), code)
