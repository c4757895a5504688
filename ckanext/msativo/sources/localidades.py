"""IBGE localidades: the municipalities and the regions that they are in, nested or flat (`view=nivelado`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ckanext.msativo.sources.base import Note, ReadContext, Reading, Territory, Unit
from ckanext.msativo.sources.files import SourceFile
from ckanext.msativo.sources.header import normalise
from ckanext.msativo.sources.places import SKIPS, Places

_LEVELS = {
    "microrregiao": "microrregiao",
    "mesorregiao": "mesorregiao",
    "regiao-imediata": "imediata",
    "regiao-intermediaria": "intermediaria",
}
_PARENTS = {"mesorregiao": "microrregiao", "regiao-intermediaria": "regiao-imediata"}
_NAMED = 5


class Localidades:
    """Reader of lists of municipalities: it gives units, and no series."""

    name = "ibge_localidades"

    def recognise(self, source: SourceFile) -> float:
        """A list of objects with id and nome and a region, or with `municipio-id`."""
        return 0.95 if source.kind == "text" and source.is_json and _is_list(source.document) else 0.0

    def read(self, source: SourceFile, context: ReadContext) -> Reading:
        """Read the state's municipalities and compare them with the territory; raises `Refused` at another shape."""
        document = source.document
        if not _is_list(document):
            raise source.refusal("no_table", expected="[{id, nome, microrregiao, regiao-imediata}]")
        places = Places(context.territory)
        skipped: dict[str, int] = {}
        units: dict[str, Unit] = {}
        for number, item in enumerate(document, start=1):
            flat = _flat(item) if isinstance(item, dict) else {}
            found = places.of_code(str(flat.get("municipio-id", "")), six=False)
            if found in SKIPS:
                skipped[str(found)] = skipped.get(str(found), 0) + 1
                continue
            if isinstance(found, str):
                raise source.refusal("wrong_shape", row=number, value=str(item)[:60], expected="id")
            if found.codigo_ibge in units:
                raise source.refusal("wrong_shape", row=number, value=found.codigo_ibge, expected="another id")
            units[found.codigo_ibge] = _unit(found.codigo_ibge, flat)
        if not units:
            raise source.refusal("no_row_of_state", rows=len(document), skipped=sum(skipped.values()))
        notes = [Note(reason, {"count": count}) for reason, count in skipped.items()]
        notes += _differences(units, context.territory)
        kept = tuple(units[code] for code in sorted(units))
        return Reading(self.name, source.name, source.sha256, notes=tuple(notes), rows_read=len(document), units=kept)


def _is_list(document: object) -> bool:
    if not isinstance(document, list) or not document or not isinstance(document[0], dict):
        return False
    keys = set(document[0])
    return "municipio-id" in keys or ({"id", "nome"} <= keys and bool(keys & {"microrregiao", "regiao-imediata"}))


def _flat(item: Mapping[str, Any]) -> dict[str, Any]:
    """The nested form as the flat one; a region that is null is absent."""
    if "municipio-id" in item:
        return dict(item)
    flat: dict[str, Any] = {"municipio-id": item.get("id"), "municipio-nome": item.get("nome")}
    for level in _LEVELS:
        parent = item.get(_PARENTS[level]) if level in _PARENTS else item
        region = parent.get(level) if isinstance(parent, dict) else None
        if isinstance(region, dict):
            flat |= {f"{level}-id": region.get("id"), f"{level}-nome": region.get("nome")}
            state = region.get("UF")
            if isinstance(state, dict):
                flat["UF-sigla"] = state.get("sigla")
    return flat


def _unit(code: str, flat: Mapping[str, Any]) -> Unit:
    regions = {
        name: (str(flat[f"{level}-id"]), str(flat.get(f"{level}-nome") or ""))
        for level, name in _LEVELS.items()
        if flat.get(f"{level}-id") is not None
    }
    return Unit(code, str(flat.get("municipio-nome") or ""), str(flat.get("UF-sigla") or ""), regions)


def _differences(units: Mapping[str, Unit], territory: Territory) -> Iterator[Note]:
    for unit in units.values():
        expected = territory.resolve(unit.codigo_ibge).nome
        if normalise(unit.nome) != normalise(expected):
            yield Note("territory_differs", {"codigo": unit.codigo_ibge, "found": unit.nome, "expected": expected})
    lacking = [municipio.nome for municipio in territory.municipios if municipio.codigo_ibge not in units]
    if lacking:
        named = ", ".join(lacking[:_NAMED]) + (", …" if len(lacking) > _NAMED else "")
        yield Note("territory_lacking", {"count": len(lacking), "places": named})
