"""Builds the bundled territory of Mato Grosso do Sul from a folder of public figures.

    python scripts/build_territory.py SHARED_DATA_FOLDER

Reads ``municipios_ms.csv``, ``boundaries/*.topojson`` and two tables of ``figures/`` of that folder and writes our
own ``territorio.yaml``, ``limites.topojson`` and ``perfil.csv``. The same input always gives the same bytes.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from ckanext.msativo.territory.codes import slugify
from ckanext.msativo.territory.profile import CODE, PERFIL
from ckanext.msativo.territory.reader import BUNDLED, LIMITES, load_territory
from ckanext.msativo.territory.schema import PROFILE_FIGURES, TERRITORIO
from ckanext.msativo.territory.topology import signed_area

Point = tuple[int, int]
Ring = list[Point]

STEP = 0.001  # degrees per grid unit: about 110 m, finer than the simplification of the mesh
ORIGIN = (-59.0, -25.0)  # a round corner to the south-west of the state
INSTALLATION = {"5003900": 2005, "5006275": 2013}  # Figueirão, Paraíso das Águas
SOURCES = (
    ("Divisão Territorial Brasileira (DTB) 2020: códigos, nomes e regiões geográficas",
     "IBGE", "https://www.ibge.gov.br/explica/codigos-dos-municipios.php",
     "dados públicos com citação da fonte"),
    ("Coordenadas da sede", "IBGE, lido em kelvins/municipios-brasileiros",
     "https://github.com/kelvins/municipios-brasileiros", "MIT"),
    ("Malha municipal 2022, simplificada", "IBGE, lido em alimarques/geodata-brasil",
     "https://github.com/alimarques/geodata-brasil", "MIT"),
)  # fmt: skip
POPULATION_YEAR = 2024  # the newest of the table
CENSUS = 2010  # the newest of the Atlas
ATLAS = {"agencia": "PNUD, IPEA e Fundação João Pinheiro",
         "fonte": "Atlas do Desenvolvimento Humano no Brasil, lido em abjur/abjData",
         "url": "http://www.atlasbrasil.org.br", "licenca": "MIT"}  # fmt: skip
PROFILE = {
    "populacao": {"dado": "População residente estimada, em habitantes", "ano": POPULATION_YEAR, "agencia": "IBGE",
                  "fonte": "Estimativas da População, lidas em rfsaldanha/brpop",
                  "url": "https://github.com/rfsaldanha/brpop", "licenca": "MIT"},
    "renda": {"dado": "Renda domiciliar per capita, em reais de agosto de 2010", "ano": CENSUS} | ATLAS,
    "urbano": {"dado": "População urbana / população total", "ano": CENSUS} | ATLAS,
}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description="Build the bundled territory.")
    parser.add_argument("folder", type=Path, help="folder with municipios_ms.csv, boundaries/ and figures/")
    folder = parser.parse_args().folder
    target = BUNDLED / "ms"
    target.mkdir(parents=True, exist_ok=True)
    with (folder / "municipios_ms.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = sorted(csv.DictReader(stream), key=lambda row: row["codigo_ibge"])
    (target / TERRITORIO).write_text(territory_yaml(rows), encoding="utf-8", newline="\n")
    codes = [row["codigo_ibge"] for row in rows]
    (target / PERFIL).write_text(profile_csv(codes, folder / "figures"), encoding="utf-8", newline="\n")
    source = json.loads(next((folder / "boundaries").glob("*.topojson")).read_text("utf-8"))
    rings = snapped_rings(source)
    (target / LIMITES).write_text(topojson(rings), encoding="utf-8", newline="\n")
    territory = load_territory("ms")
    assert territory.neighbours() == source_neighbours(source), "the grid changed a neighbourhood"
    print(f"{len(territory.municipios)} municipalities written to {target.name}/")


def territory_yaml(rows: Sequence[Mapping[str, str]]) -> str:
    """Write the territory by hand: one line per region and municipality."""
    lines = [
        "# Território do Estado. Feito por scripts/build_territory.py.",
        "# instalacao: só quando o município é mais novo que as séries de dados.",
        "# planejamento: conhecida para parte dos municípios; null onde não se sabe.",
        "sigla: MS",
        "nome: Mato Grosso do Sul",
        'codigo: "50"',
        "fontes:",
    ]
    lines += [f"  - {flow(dado=what, fonte=who, url=url, licenca=licence)}" for what, who, url, licence in SOURCES]
    lines += ["perfil:", *(f"  {name}: {flow(**about)}" for name, about in PROFILE.items())]
    lines.append("regioes:")
    for level, key in (("intermediaria", "rg_intermediaria"), ("imediata", "rg_imediata")):
        regions = {row[f"codigo_{key}"]: row[f"nome_{key}"] for row in rows}
        lines += region_lines(level, regions)
    planning = {row["regiao_planejamento"] for row in rows} - {""}
    lines += region_lines("planejamento", {slugify(name): name for name in planning})
    lines.append("municipios:")
    lines += [f"  - {municipio_flow(row)}" for row in rows]
    return "\n".join(lines) + "\n"


def profile_csv(codes: Sequence[str], figures: Path) -> str:
    """Write the figures that say how alike municipalities are; a cell stays empty where the source has none."""
    population = _figures(figures, "populacao_ibge/*.csv", "codigo_ibge", POPULATION_YEAR)
    atlas = _figures(figures, "atlas_idhm/*124vars*.csv", "codmun7", CENSUS)
    lines = [",".join((CODE, *PROFILE_FIGURES))]
    for code in codes:
        census = atlas.get(code, {})
        urban = str(round(int(census["pesourb"]) / int(census["pesotot"]), 4)) if census else ""
        lines.append(",".join((code, population[code]["populacao"], census.get("rdpc", ""), urban)))
    return "\n".join(lines) + "\n"


def _figures(folder: Path, pattern: str, code: str, year: int) -> dict[str, dict[str, str]]:
    """Rows of one year of a table, by municipality."""
    (path,) = folder.glob(pattern)
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return {row[code]: row for row in csv.DictReader(stream) if row["ano"] == str(year)}


def region_lines(level: str, regions: Mapping[str, str]) -> list[str]:
    lines = [f"    - {flow(codigo=code, nome=regions[code])}" for code in sorted(regions)]
    return [f"  {level}:", *lines]


def municipio_flow(row: Mapping[str, str]) -> str:
    code = row["codigo_ibge"]
    fields: dict[str, Any] = {"codigo_ibge": code, "nome": row["nome"]}
    if code in INSTALLATION:
        fields["instalacao"] = INSTALLATION[code]
    fields |= {"latitude": float(row["latitude"]), "longitude": float(row["longitude"])}
    if row["capital"] == "1":
        fields["capital"] = True
    fields |= {
        "imediata": row["codigo_rg_imediata"],
        "intermediaria": row["codigo_rg_intermediaria"],
        "planejamento": slugify(row["regiao_planejamento"]) or None,
    }
    return flow(**fields)


def flow(**fields: object) -> str:
    """Write a one-line YAML mapping; JSON's scalars are YAML's."""
    pairs = (f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in fields.items())
    return "{" + ", ".join(pairs) + "}"


def source_rings(source: Mapping[str, Any]) -> dict[str, list[list[tuple[float, float]]]]:
    """Decode the source's polygons into closed rings of degrees, by code."""
    (kx, ky), (tx, ty) = source["transform"]["scale"], source["transform"]["translate"]
    arcs: list[list[tuple[float, float]]] = []
    for steps in source["arcs"]:
        x = y = 0
        arc: list[tuple[float, float]] = []
        for dx, dy in steps:
            x, y = x + dx, y + dy
            arc.append((x * kx + tx, y * ky + ty))
        arcs.append(arc)
    (collection,) = source["objects"].values()
    decoded: dict[str, list[list[tuple[float, float]]]] = {}
    for geometry in collection["geometries"]:
        assert geometry["type"] == "Polygon", geometry["type"]
        decoded[geometry["properties"]["codigo_ibge"]] = [
            _join([arcs[i] if i >= 0 else arcs[~i][::-1] for i in ring]) for ring in geometry["arcs"]
        ]
    return decoded


def _join(arcs: Sequence[Sequence[tuple[float, float]]]) -> list[tuple[float, float]]:
    joined = list(arcs[0])
    for arc in arcs[1:]:
        joined += arc[1:]
    return joined


def snapped_rings(source: Mapping[str, Any]) -> dict[str, list[Ring]]:
    """Put the source's rings on our grid, without repeated points, exterior counter-clockwise."""
    snapped: dict[str, list[Ring]] = {}
    for code, rings in sorted(source_rings(source).items()):
        snapped[code] = [_oriented(_snap(ring), position == 0) for position, ring in
                         enumerate(rings)]  # fmt: skip
    return snapped


def _snap(ring: Sequence[tuple[float, float]]) -> Ring:
    points = [(round((lon - ORIGIN[0]) / STEP), round((lat - ORIGIN[1]) / STEP)) for lon, lat in ring]
    return [points[0], *(b for a, b in pairwise(points) if a != b)]


def _oriented(ring: Ring, exterior: bool) -> Ring:
    return ring if (signed_area(ring) > 0) == exterior else ring[::-1]


def topojson(rings_by_code: Mapping[str, Sequence[Ring]]) -> str:
    """Encode the rings as a topology: each border between two municipalities is one arc."""
    junctions = find_junctions(rings_by_code)
    numbers: dict[tuple[Point, ...], int] = {}
    geometries: list[dict[str, Any]] = []
    for code, rings in rings_by_code.items():
        arcs = [[_number(arc, numbers) for arc in cut(ring, junctions)] for ring in rings]
        geometries.append({"type": "Polygon", "id": code, "arcs": arcs})
    topology = {
        "type": "Topology",
        "transform": {"scale": [STEP, STEP], "translate": list(ORIGIN)},
        "objects": {"municipios": {"type": "GeometryCollection", "geometries": geometries}},
        "arcs": [_deltas(arc) for arc in numbers],
    }
    return json.dumps(topology, separators=(",", ":")) + "\n"


def find_junctions(rings_by_code: Mapping[str, Sequence[Ring]]) -> set[Point]:
    """Return the points where borders meet: those seen with different pairs of neighbours."""
    sides: dict[Point, set[frozenset[Point]]] = defaultdict(set)
    for rings in rings_by_code.values():
        for ring in rings:
            open_ring = ring[:-1]
            for index, point in enumerate(open_ring):
                after = open_ring[(index + 1) % len(open_ring)]
                sides[point].add(frozenset((open_ring[index - 1], after)))
    return {point for point, pairs in sides.items() if len(pairs) > 1}


def cut(ring: Ring, junctions: set[Point]) -> list[tuple[Point, ...]]:
    """Cut a closed ring at its junctions; a ring without one stays whole from its least point."""
    open_ring = ring[:-1]
    starts = [i for i, point in enumerate(open_ring) if point in junctions]
    if not starts:
        starts = [open_ring.index(min(open_ring))]
    doubled = open_ring + open_ring
    ends = [*starts[1:], starts[0] + len(open_ring)]
    return [tuple(doubled[a : b + 1]) for a, b in zip(starts, ends, strict=True)]


def _number(arc: tuple[Point, ...], numbers: dict[tuple[Point, ...], int]) -> int:
    """Return the arc's number, ``~number`` when it is stored the other way round."""
    if arc[::-1] in numbers:
        return ~numbers[arc[::-1]]
    return numbers.setdefault(arc, len(numbers))


def _deltas(arc: Sequence[Point]) -> list[list[int]]:
    steps = [list(arc[0])]
    steps += [[x1 - x0, y1 - y0] for (x0, y0), (x1, y1) in pairwise(arc)]
    return steps


def source_neighbours(source: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    """Neighbours in the source, pair by pair, to see that our grid keeps them."""
    points = {code: {point for ring in rings for point in ring} for code, rings in source_rings(source).items()}
    return {one: frozenset(other for other in points if other != one and points[one] & points[other]) for one in points}


if __name__ == "__main__":
    main()
