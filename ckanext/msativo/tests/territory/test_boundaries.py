"""Boundaries: the bundled file read by other means, and the rings that come out of it."""

from __future__ import annotations

import json
import math

import pytest

from ckanext.msativo.territory import load_territory
from ckanext.msativo.territory.reader import BUNDLED, LIMITES
from ckanext.msativo.territory.topology import TopologyError, parse_topojson, signed_area

MS = load_territory("ms")
RAW = (BUNDLED / "ms" / LIMITES).read_text("utf-8")

# Two unit squares side by side and a third that touches them in one corner only.
SQUARES = {
    "type": "Topology",
    "transform": {"scale": [0.5, 2], "translate": [-50, -20]},
    "objects": {
        "m": {
            "type": "GeometryCollection",
            "geometries": [
                {"type": "Polygon", "id": "a", "arcs": [[0, 1]]},
                {"type": "Polygon", "id": "b", "arcs": [[2, -1]]},
                {"type": "MultiPolygon", "id": "c", "arcs": [[[3]], [[4]]]},
            ],
        }
    },
    "arcs": [
        [[1, 0], [0, 1]],
        [[1, 1], [-1, 0], [0, -1], [1, 0]],
        [[1, 0], [1, 0], [0, 1], [-1, 0]],
        [[2, 1], [1, 0], [0, 1], [-1, 0], [0, -1]],
        [[9, 9], [1, 0], [0, 1], [-1, -1]],
    ],
}


def _broken(**changes: object) -> str:
    return json.dumps(SQUARES | changes)


def _independent_points() -> dict[str, set[tuple[int, int]]]:
    """Decode the bundled file anew, arc by arc, without our reader."""
    topology = json.loads(RAW)
    arcs = []
    for steps in topology["arcs"]:
        xs = [sum(step[0] for step in steps[: i + 1]) for i in range(len(steps))]
        ys = [sum(step[1] for step in steps[: i + 1]) for i in range(len(steps))]
        arcs.append(list(zip(xs, ys, strict=True)))
    return {
        g["id"]: {p for ring in g["arcs"] for i in ring for p in arcs[i if i >= 0 else -i - 1]}
        for g in topology["objects"]["municipios"]["geometries"]
    }


def test_the_bundled_file_is_small() -> None:
    assert len(RAW.encode()) <= 60_000


def test_neighbours_equal_a_pair_by_pair_search() -> None:
    points = _independent_points()
    expected = {a: frozenset(b for b in points if a != b and not points[a].isdisjoint(points[b])) for a in points}
    assert MS.neighbours() == expected


def test_every_polygon_is_closed_and_its_exterior_runs_counter_clockwise() -> None:
    for polygons in MS.boundaries.polygons.values():
        for exterior, *holes in polygons:
            assert exterior[0] == exterior[-1]
            assert signed_area(exterior) > 0
            assert all(hole[0] == hole[-1] and signed_area(hole) < 0 for hole in holes)


def test_the_areas_add_up_to_the_states() -> None:
    """IBGE: 357,142 km² for the state, 64,432 for Corumbá, 8,083 for the capital."""
    areas = {}
    for code in MS.by_code:
        total = 0.0
        for ring in MS.boundaries.lonlat_rings(code):
            # Lambert's cylindrical equal-area projection on a sphere of the Earth's mean radius
            flat = [(math.radians(x), math.sin(math.radians(y))) for x, y in ring]
            total += signed_area(flat) * 6371.0**2
        areas[code] = total
    assert sum(areas.values()) == pytest.approx(357_142, rel=0.01)
    assert areas["5003207"] == pytest.approx(64_432, rel=0.02)
    assert areas["5002704"] == pytest.approx(8_083, rel=0.02)


def test_each_seat_lies_within_reach_of_its_boundary() -> None:
    for municipio in MS.municipios:
        ring = max(MS.boundaries.lonlat_rings(municipio.codigo_ibge), key=len)
        lons, lats = zip(*ring, strict=True)
        assert min(lons) - 0.05 <= municipio.longitude <= max(lons) + 0.05
        assert min(lats) - 0.05 <= municipio.latitude <= max(lats) + 0.05


def test_rings_are_decoded_by_hand_computed_values() -> None:
    boundaries = parse_topojson(json.dumps(SQUARES))
    assert boundaries.grid_rings("a") == (((1, 0), (1, 1), (0, 1), (0, 0), (1, 0)),)
    assert boundaries.lonlat_rings("b")[0][:3] == ((-49.5, -20.0), (-49.0, -20.0), (-49.0, -18.0))
    assert len(boundaries.grid_rings("c")) == 2
    assert boundaries.grid_bbox == (0, 0, 10, 10)


def test_a_shared_line_and_a_single_shared_point_both_make_neighbours() -> None:
    near = parse_topojson(json.dumps(SQUARES)).neighbours
    assert near == {"a": {"b"}, "b": {"a", "c"}, "c": {"b"}}


def test_geojson_holds_the_same_points() -> None:
    collection = parse_topojson(json.dumps(SQUARES)).to_geojson()
    assert [feature["id"] for feature in collection["features"]] == ["a", "b", "c"]
    first = collection["features"][0]["geometry"]
    assert first["coordinates"][0][0][:2] == [[-49.5, -20.0], [-49.5, -18.0]]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("{", "not JSON"),
        ("[]", "Topology"),
        (_broken(transform=None), "transform.scale"),
        (_broken(transform={"scale": [0, 1], "translate": [0, 0]}), "must not be zero"),
        (_broken(arcs=[]), '"arcs" is missing'),
        (_broken(arcs=[[[0, 0.5]]]), "arc 0 is not"),
        (_broken(arcs=SQUARES["arcs"][:4]), "boundary c: there is no arc 4"),
        (_broken(objects={}), "exactly one"),
        (_broken(objects={"m": {"geometries": []}}), '"geometries" is missing'),
        (
            _broken(objects={"m": {"geometries": [{"type": "Polygon"}]}}),
            'geometry 1 has no text "id"',
        ),
    ],
)
def test_a_broken_topology_says_what_is_wrong(content: str, reason: str) -> None:
    with pytest.raises(TopologyError, match=reason):
        parse_topojson(content)


@pytest.mark.parametrize(
    ("geometry", "reason"),
    [
        ({"type": "Point", "id": "a", "arcs": [[0]]}, "'Point' is not"),
        ({"type": "Polygon", "id": "a"}, '"arcs" is empty'),
        ({"type": "Polygon", "id": "a", "arcs": [[]]}, "not a list of arc numbers"),
        ({"type": "Polygon", "id": "a", "arcs": [[0]]}, "not closed"),
        ({"type": "Polygon", "id": "a", "arcs": [[0, 0]]}, "does not start where"),
    ],
)
def test_a_broken_ring_names_its_boundary(geometry: dict[str, object], reason: str) -> None:
    objects = {"m": {"type": "GeometryCollection", "geometries": [geometry]}}
    with pytest.raises(TopologyError, match=f"boundary a: .*{reason}"):
        parse_topojson(_broken(objects=objects))
