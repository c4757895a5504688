"""Turns boundaries into SVG paths: one ``d`` per municipality, on one grid of integers.

Every boundary point is projected and rounded the same way whoever it belongs to, so that
neighbours keep equal vertices and no sliver shows between them. Draw with
``fill-rule="evenodd"``: a municipality may have holes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ckanext.msativo.territory.topology import Boundaries, GridPoint, signed_area

Point = tuple[int, int]
_CLOSED_RING = 4


@dataclass(frozen=True)
class Shape:
    """A municipality's drawing: path ``d``, area centroid, and a point inside it for a label."""

    d: str
    centroid: tuple[float, float]
    label: tuple[float, float]


@dataclass(frozen=True)
class Drawing:
    """All shapes by IBGE code in one box of ``width`` x ``height`` user units, y down."""

    width: int
    height: int
    shapes: Mapping[str, Shape]

    @property
    def view_box(self) -> str:
        return f"0 0 {self.width} {self.height}"


def draw(boundaries: Boundaries, width: int = 2000) -> Drawing:
    """Fit the boundaries into ``width`` user units, with the aspect ratio of their latitude.

    Equirectangular projection with the standard parallel at the middle latitude (Snyder, *Map
    Projections: A Working Manual*, 1987): within a state its distortion is below 1 %.
    """
    project = _Projection(boundaries, width)
    shapes = {
        code: _shape([[project(point) for point in ring] for ring in boundaries.grid_rings(code)])
        for code in boundaries.polygons
    }
    return Drawing(width, project.height, shapes)


class _Projection:
    """Grid point to integer point of the drawing."""

    def __init__(self, boundaries: Boundaries, width: int) -> None:
        min_x, min_y, max_x, max_y = boundaries.grid_bbox
        scale_x, scale_y = map(abs, boundaries.scale)
        middle = boundaries.lonlat((0, (min_y + max_y) / 2))[1]
        self.origin = (min_x, max_y)
        self.factor_x = width / max(max_x - min_x, 1)
        self.factor_y = self.factor_x * scale_y / (scale_x * math.cos(math.radians(middle)))
        self.height = math.ceil((max_y - min_y) * self.factor_y)

    def __call__(self, point: GridPoint) -> Point:
        x = (point[0] - self.origin[0]) * self.factor_x
        y = (self.origin[1] - point[1]) * self.factor_y
        return round(x), round(y)


def _shape(projected: Sequence[Sequence[Point]]) -> Shape:
    rings = [ring for ring in map(_without_repeats, projected) if len(ring) >= _CLOSED_RING]
    if not rings:
        # Too small at this width: a unit square keeps it on the map and within reach of a click.
        x, y = projected[0][0]
        rings = [[(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1), (x, y)]]
    main = max(rings, key=lambda ring: abs(signed_area(ring)))
    centroid = _centroid(main)
    return Shape("".join(map(_path, rings)), centroid, _label(rings, centroid))


def _without_repeats(ring: Sequence[Point]) -> list[Point]:
    return [ring[0], *(b for a, b in pairwise(ring) if a != b)]


def _path(ring: Sequence[Point]) -> str:
    """Write a closed ring with relative steps; a minus sign serves as separator."""
    parts = [f"M{ring[0][0]} {ring[0][1]}"]
    last = "M"
    for (x0, y0), (x1, y1) in pairwise(ring[:-1]):
        dx, dy = x1 - x0, y1 - y0
        command, numbers = ("h", (dx,)) if dy == 0 else ("v", (dy,)) if dx == 0 else ("l", (dx, dy))
        text = ""
        for position, number in enumerate(numbers):
            separator = " " if number >= 0 and (position or command == last) else ""
            text += f"{separator}{number}"
        parts.append(text if command == last else command + text)
        last = command
    return "".join(parts) + "z"


def _centroid(ring: Sequence[Point]) -> tuple[float, float]:
    area = signed_area(ring)
    if area == 0:
        return ring[0]
    pairs = list(pairwise(ring))
    x = sum((x0 + x1) * (x0 * y1 - x1 * y0) for (x0, y0), (x1, y1) in pairs) / (6 * area)
    y = sum((y0 + y1) * (x0 * y1 - x1 * y0) for (x0, y0), (x1, y1) in pairs) / (6 * area)
    return round(x, 1), round(y, 1)


def _label(rings: Sequence[Sequence[Point]], centroid: tuple[float, float]) -> tuple[float, float]:
    """Return the centroid when it is inside, else the middle of the widest span at its height."""
    x, y = centroid
    crossings = sorted(
        x0 + (y - y0) * (x1 - x0) / (y1 - y0)
        for ring in rings
        for (x0, y0), (x1, y1) in pairwise(ring)
        if (y0 > y) != (y1 > y)
    )
    spans = list(zip(crossings[::2], crossings[1::2], strict=False))
    if not spans or any(low < x < high for low, high in spans):
        return centroid
    low, high = max(spans, key=lambda span: span[1] - span[0])
    return round((low + high) / 2, 1), y
