"""The drawing of the municipalities, read back from its own path text."""

from __future__ import annotations

import json
import math
import re

import pytest

from ckanext.msativo.territory import load_territory
from ckanext.msativo.territory.svg import draw
from ckanext.msativo.territory.topology import parse_topojson

MS = load_territory("ms")
DRAWING = draw(MS.boundaries)
Point = tuple[int, int]


def _walk(d: str) -> list[list[Point]]:
    """Follow a path's commands (M, l, h, v, z) and return its rings."""
    rings: list[list[Point]] = []
    x = y = 0
    for command, text in re.findall(r"([Mlhvz])([^Mlhvz]*)", d):
        numbers = [int(number) for number in re.findall(r"-?\d+", text)]
        if command == "M":
            x, y = numbers
            rings.append([(x, y)])
        elif command == "z":
            rings[-1].append(rings[-1][0])
        else:
            steps = {
                "h": lambda n: [(dx, 0) for dx in n],
                "v": lambda n: [(0, dy) for dy in n],
                "l": lambda n: list(zip(n[::2], n[1::2], strict=True)),
            }[command](numbers)
            for dx, dy in steps:
                x, y = x + dx, y + dy
                rings[-1].append((x, y))
    return rings


def test_all_paths_together_are_small() -> None:
    assert set(DRAWING.shapes) == set(MS.by_code)
    assert sum(len(shape.d) for shape in DRAWING.shapes.values()) <= 60_000


def test_the_drawing_fills_its_box_at_the_states_aspect_ratio() -> None:
    points = [p for s in DRAWING.shapes.values() for ring in _walk(s.d) for p in ring]
    xs, ys = zip(*points, strict=True)
    assert (min(xs), max(xs), min(ys)) == (0, DRAWING.width, 0)
    assert DRAWING.height - 1 <= max(ys) <= DRAWING.height
    assert DRAWING.view_box == f"0 0 {DRAWING.width} {DRAWING.height}"
    lonlat = [p for code in MS.by_code for ring in MS.boundaries.lonlat_rings(code) for p in ring]
    lons, lats = zip(*lonlat, strict=True)
    middle = math.radians((min(lats) + max(lats)) / 2)
    expected = (max(lats) - min(lats)) / ((max(lons) - min(lons)) * math.cos(middle))
    assert DRAWING.height / DRAWING.width == pytest.approx(expected, abs=0.001)


def test_north_is_up() -> None:
    north, south = (DRAWING.shapes[MS.by_slug[s].codigo_ibge] for s in ("sonora", "mundo-novo"))
    assert north.centroid[1] < south.centroid[1]


def test_neighbours_share_vertices_so_that_no_sliver_shows() -> None:
    vertices = {code: {p for ring in _walk(shape.d) for p in ring} for code, shape in DRAWING.shapes.items()}
    for code, near in MS.neighbours().items():
        assert all(vertices[code] & vertices[other] for other in near)


def test_a_path_holds_every_projected_vertex_of_its_boundary() -> None:
    square = {
        "type": "Topology",
        "transform": {"scale": [1, 1], "translate": [-1, -1]},
        "objects": {"m": {"geometries": [{"type": "Polygon", "id": "a", "arcs": [[0]]}]}},
        "arcs": [[[0, 0], [2, 0], [0, 2], [-2, 0], [0, -2]]],
    }
    drawing = draw(parse_topojson(json.dumps(square)), width=100)
    shape = drawing.shapes["a"]  # on the equator a degree is as wide as it is high
    assert shape.d == "M0 100h100v-100h-100z"
    assert drawing.view_box == "0 0 100 100"
    assert shape.centroid == shape.label == (50.0, 50.0)


def test_a_municipality_too_small_for_the_width_stays_on_the_map() -> None:
    tiny = draw(MS.boundaries, width=20)
    assert all(len(_walk(shape.d)[0]) >= 4 for shape in tiny.shapes.values())


def test_the_label_of_a_bent_municipality_is_inside_it() -> None:
    bent = {  # a U: its centroid falls in the gap between the arms
        "type": "Topology",
        "transform": {"scale": [0.01, 0.01], "translate": [0, 0]},
        "objects": {"m": {"geometries": [{"type": "Polygon", "id": "u", "arcs": [[0]]}]}},
        "arcs": [[[0, 0], [90, 0], [0, 90], [-10, 0], [0, -80], [-70, 0], [0, 80], [-10, 0],
                  [0, -90]]],
    }  # fmt: skip
    shape = draw(parse_topojson(json.dumps(bent)), width=90).shapes["u"]
    assert 10 < shape.centroid[0] < 80
    assert shape.label[0] in (5.0, 85.0)
