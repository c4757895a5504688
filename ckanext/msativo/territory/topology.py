"""Boundaries: our TopoJSON parsed into rings, and the neighbours that follow from it.

Only what the territory needs of TopoJSON 1.0 is read: one quantised topology with one
collection of ``Polygon`` and ``MultiPolygon`` geometries whose ``id`` is the 7-digit IBGE code.
Reference: the TopoJSON format specification (delta-encoded arcs, ``~i`` for a reversed arc).
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, pairwise
from typing import Any, TypeGuard

GridPoint = tuple[int, int]
LonLat = tuple[float, float]
GridRing = tuple[GridPoint, ...]
GridPolygon = tuple[GridRing, ...]

_CLOSED_RING = 4  # a triangle whose last point repeats the first


class TopologyError(ValueError):
    """The file is not a topology we can read; the text says what is wrong in it."""


@dataclass(frozen=True)
class Boundaries:
    """Boundaries by IBGE code on one integer grid, so that neighbours share equal points.

    ``polygons[code]`` is a tuple of polygons, each a tuple of closed rings (exterior first).
    """

    polygons: Mapping[str, tuple[GridPolygon, ...]]
    scale: tuple[float, float]
    translate: tuple[float, float]
    repeated: tuple[str, ...] = ()

    def grid_rings(self, code: str) -> tuple[GridRing, ...]:
        """Return all closed rings of ``code`` in grid units (x to the east, y to the north)."""
        return tuple(ring for polygon in self.polygons[code] for ring in polygon)

    def lonlat_rings(self, code: str) -> tuple[tuple[LonLat, ...], ...]:
        """Return all closed rings of ``code`` in degrees (longitude, latitude)."""
        return tuple(tuple(map(self.lonlat, ring)) for ring in self.grid_rings(code))

    def lonlat(self, point: tuple[float, float]) -> LonLat:
        """Turn a grid point into degrees."""
        # Twelve decimals undo the noise of the product and keep far more than the grid holds.
        return (
            round(point[0] * self.scale[0] + self.translate[0], 12),
            round(point[1] * self.scale[1] + self.translate[1], 12),
        )

    @cached_property
    def grid_bbox(self) -> tuple[int, int, int, int]:
        """Return (min x, min y, max x, max y) of all boundaries, in grid units."""
        points = [p for code in self.polygons for ring in self.grid_rings(code) for p in ring]
        xs, ys = [p[0] for p in points], [p[1] for p in points]
        return min(xs), min(ys), max(xs), max(ys)

    @cached_property
    def neighbours(self) -> Mapping[str, frozenset[str]]:
        """Queen contiguity: codes whose boundaries share a line or a single point."""
        owners: dict[GridPoint, set[str]] = defaultdict(set)
        for code in self.polygons:
            for ring in self.grid_rings(code):
                for point in ring:
                    owners[point].add(code)
        found: dict[str, set[str]] = {code: set() for code in self.polygons}
        for sharing in set(map(frozenset, owners.values())):
            for one, other in combinations(sharing, 2):
                found[one].add(other)
                found[other].add(one)
        return {code: frozenset(codes) for code, codes in found.items()}

    def to_geojson(self) -> dict[str, Any]:
        """Return a GeoJSON FeatureCollection (``id`` is the code), as map libraries take it."""
        features = [
            {
                "type": "Feature",
                "id": code,
                "properties": {"codigo_ibge": code},
                "geometry": {
                    "type": "MultiPolygon",
                    "coordinates": [[[list(self.lonlat(p)) for p in ring] for ring in polygon] for polygon in polygons],
                },
            }
            for code, polygons in self.polygons.items()
        ]
        return {"type": "FeatureCollection", "features": features}


def parse_topojson(content: str) -> Boundaries:
    """Read the text of a TopoJSON file; raise :class:`TopologyError` saying what is wrong."""
    try:
        topology = json.loads(content)
    except ValueError as error:
        raise TopologyError(f"it is not JSON: {error}") from error
    if not isinstance(topology, dict) or topology.get("type") != "Topology":
        raise TopologyError('"type" is not "Topology"')
    scale, translate = _transform(topology)
    arcs = [_decode_arc(index, arc) for index, arc in enumerate(_list(topology, "arcs"))]
    polygons: dict[str, tuple[GridPolygon, ...]] = {}
    seen: Counter[str] = Counter()
    for position, geometry in enumerate(_geometries(topology)):
        code = geometry.get("id") if isinstance(geometry, dict) else None
        if not isinstance(code, str) or not code:
            raise TopologyError(f'geometry {position + 1} has no text "id"')
        seen[code] += 1
        polygons[code] = _polygons(geometry, code, arcs)
    repeated = tuple(code for code, times in seen.items() if times > 1)
    return Boundaries(polygons, scale, translate, repeated)


def signed_area(ring: Sequence[tuple[float, float]]) -> float:
    """Return the shoelace area of a closed ring: positive when counter-clockwise (y up)."""
    pairs = pairwise(ring)
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairs) / 2


def _transform(topology: Mapping[str, Any]) -> tuple[tuple[float, float], tuple[float, float]]:
    transform = topology.get("transform")
    pairs: list[tuple[float, float]] = []
    for key in ("scale", "translate"):
        pair = transform.get(key) if isinstance(transform, dict) else None
        if not _is_pair(pair, (int, float)):
            raise TopologyError(f'"transform.{key}" must be two numbers: quantise the topology')
        pairs.append((float(pair[0]), float(pair[1])))
    if not all(pairs[0]):
        raise TopologyError('"transform.scale" must not be zero')
    return pairs[0], pairs[1]


def _decode_arc(index: int, arc: object) -> GridRing:
    if not isinstance(arc, list) or not arc or not all(_is_pair(step, int) for step in arc):
        raise TopologyError(f"arc {index} is not a list of pairs of integers")
    x = y = 0
    points: list[GridPoint] = []
    for dx, dy in arc:
        x, y = x + dx, y + dy
        points.append((x, y))
    return tuple(points)


def _geometries(topology: Mapping[str, Any]) -> list[Any]:
    objects = topology.get("objects")
    if not isinstance(objects, dict) or len(objects) != 1:
        raise TopologyError('"objects" must hold exactly one collection')
    collection = next(iter(objects.values()))
    if not isinstance(collection, dict):
        raise TopologyError("the collection is not an object")
    return _list(collection, "geometries")


def _polygons(geometry: Mapping[str, Any], code: str, arcs: Sequence[GridRing]) -> tuple[GridPolygon, ...]:
    kind = geometry.get("type")
    lists = geometry.get("arcs")
    if kind == "Polygon":
        lists = [lists]
    elif kind != "MultiPolygon":
        raise TopologyError(f"boundary {code}: type {kind!r} is not Polygon or MultiPolygon")
    if not _is_filled_list(lists) or not all(_is_filled_list(polygon) for polygon in lists):
        raise TopologyError(f'boundary {code}: "arcs" is empty or not a list of rings')
    return tuple(tuple(_ring(code, ring, arcs) for ring in polygon) for polygon in lists)


def _ring(code: str, indices: object, arcs: Sequence[GridRing]) -> GridRing:
    if not isinstance(indices, list) or not indices:
        raise TopologyError(f"boundary {code}: a ring is not a list of arc numbers")
    points: list[GridPoint] = []
    for index in indices:
        if type(index) is not int or not -len(arcs) <= index < len(arcs):
            raise TopologyError(f"boundary {code}: there is no arc {index}")
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        if points and points[-1] != arc[0]:
            raise TopologyError(f"boundary {code}: arc {index} does not start where the last ended")
        points.extend(arc[1:] if points else arc)
    if points[0] != points[-1] or len(points) < _CLOSED_RING:
        raise TopologyError(f"boundary {code}: a ring is not closed")
    return tuple(points)


def _list(mapping: Mapping[str, Any], key: str) -> list[Any]:
    value = mapping.get(key)
    if not _is_filled_list(value):
        raise TopologyError(f'"{key}" is missing, empty or not a list')
    return value


def _is_filled_list(value: object) -> TypeGuard[list[Any]]:
    return isinstance(value, list) and bool(value)


def _is_pair(value: object, kind: type | tuple[type, ...]) -> TypeGuard[list[Any]]:
    return (
        isinstance(value, list)
        and len(value) == 2
        and all(isinstance(part, kind) and not isinstance(part, bool) for part in value)
    )
