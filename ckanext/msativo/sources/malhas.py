"""IBGE meshes v3: boundaries as GeoJSON or TopoJSON, one geometry for each `codarea`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from math import isfinite
from typing import Any

from ckanext.msativo.sources.base import Note, ReadContext, Reading
from ckanext.msativo.sources.files import SourceFile
from ckanext.msativo.sources.places import SKIPS, Places

_CODES = ("codarea", "codigo_ibge", "CD_MUN", "geocodigo")
_CLOSED_RING = 4
_NAMED = 5

Ring = list[list[float]]


class Malhas:
    """Reader of boundaries: it gives geometries by 7-digit code, and no series."""

    name = "ibge_malhas"

    def recognise(self, source: SourceFile) -> float:
        """A FeatureCollection or a Topology whose areas have a code."""
        if source.kind != "text" or not source.is_json:
            return 0.0
        type_ = source.document.get("type") if isinstance(source.document, dict) else None
        return 0.95 if type_ in ("FeatureCollection", "Topology") else 0.0

    def read(self, source: SourceFile, context: ReadContext) -> Reading:
        """Read the state's areas; raises `Refused` at a damaged geometry, naming its code."""
        try:
            areas = list(_areas(source.document))
        except (LookupError, TypeError, ValueError, AttributeError, OverflowError) as error:
            raise source.refusal("wrong_shape", value=str(error)[:60], expected="GeoJSON, TopoJSON") from None
        places = Places(context.territory)
        boundaries: dict[str, Mapping[str, Any]] = {}
        skipped: dict[str, int] = {}
        for number, (code, polygons) in enumerate(areas, start=1):
            found = places.of_code(code, six=False)
            if found in SKIPS:
                skipped[str(found)] = skipped.get(str(found), 0) + 1
            elif isinstance(found, str):
                raise source.refusal("wrong_shape", row=number, value=code, expected="codarea")
            elif found.codigo_ibge in boundaries:
                raise source.refusal("wrong_shape", row=number, value=code, expected="another codarea")
            else:
                boundaries[found.codigo_ibge] = _geometry(source, code, polygons)
        if not boundaries:
            raise source.refusal("no_row_of_state", rows=len(areas), skipped=sum(skipped.values()))
        notes = [Note(reason, {"count": count}) for reason, count in skipped.items()]
        lacking = [m.nome for m in context.territory.municipios if m.codigo_ibge not in boundaries]
        if lacking:
            named = ", ".join(lacking[:_NAMED]) + (", …" if len(lacking) > _NAMED else "")
            notes.append(Note("territory_lacking", {"count": len(lacking), "places": named}))
        return Reading(
            self.name, source.name, source.sha256, notes=tuple(notes), rows_read=len(areas), boundaries=boundaries
        )


def _areas(document: Any) -> Iterator[tuple[str, list[list[Ring]]]]:
    """Code and polygons of each area; raises LookupError, TypeError or ValueError at another shape."""
    if not isinstance(document, dict):
        raise TypeError(type(document).__name__)
    if document.get("type") == "Topology":
        arcs = _arcs(document)
        for collection in document["objects"].values():
            for geometry in collection["geometries"]:
                yield _code(geometry), [[_ring(arcs, ring) for ring in rings] for rings in _parts(geometry, "arcs")]
        return
    for feature in document["features"]:
        yield _code(feature), _parts(feature["geometry"], "coordinates")


def _code(area: Mapping[str, Any]) -> str:
    properties = area.get("properties") or {}
    found = next((properties[name] for name in _CODES if name in properties), area.get("id"))
    if found is None:
        raise KeyError("codarea")
    return str(found)


def _parts(geometry: Mapping[str, Any], key: str) -> list[Any]:
    if geometry["type"] not in ("Polygon", "MultiPolygon"):
        raise ValueError(str(geometry["type"]))
    return [geometry[key]] if geometry["type"] == "Polygon" else geometry[key]


def _arcs(topology: Mapping[str, Any]) -> list[Ring]:
    """All arcs in degrees: quantised ones are steps from point to point, to be scaled and moved."""
    transform = topology.get("transform")
    if not transform:
        return [[[float(x), float(y)] for x, y, *_ in arc] for arc in topology["arcs"]]
    (scale_x, scale_y), (move_x, move_y) = transform["scale"], transform["translate"]
    arcs: list[Ring] = []
    for arc in topology["arcs"]:
        xs = accumulate(point[0] for point in arc)
        ys = accumulate(point[1] for point in arc)
        arcs.append([[x * scale_x + move_x, y * scale_y + move_y] for x, y in zip(xs, ys, strict=True)])
    return arcs


def _ring(arcs: Sequence[Ring], indices: Sequence[int]) -> Ring:
    """The arcs joined end to end; ~i is arc i backwards, and a joint is one point."""
    ring: Ring = []
    for index in indices:
        points = arcs[index] if index >= 0 else arcs[~index][::-1]
        ring += points[1:] if ring else points
    return ring


def _geometry(source: SourceFile, code: str, polygons: Sequence[Sequence[Ring]]) -> dict[str, Any]:
    try:
        sound = bool(polygons) and all(_is_ring(ring) for rings in polygons for ring in rings)
    except (TypeError, ValueError, LookupError, OverflowError):
        sound = False
    if not sound:
        raise source.refusal("wrong_shape", column=code, value=code, expected="closed rings in degrees")
    if len(polygons) == 1:
        return {"type": "Polygon", "coordinates": polygons[0]}
    return {"type": "MultiPolygon", "coordinates": list(polygons)}


def _is_ring(ring: Ring) -> bool:
    closed = len(ring) >= _CLOSED_RING and ring[0] == ring[-1]
    return closed and all(isfinite(p[0]) and abs(p[0]) <= 180 and isfinite(p[1]) and abs(p[1]) <= 90 for p in ring)
