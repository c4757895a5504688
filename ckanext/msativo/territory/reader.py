"""Reads a territory's folder (``territorio.yaml``, ``limites.topojson``, ``perfil.csv``) and checks it whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from ckanext.msativo.territory.codes import slugify, sort_key
from ckanext.msativo.territory.errors import Problem, TerritoryError
from ckanext.msativo.territory.model import LEVELS, Municipio, Perfil, RegionRef, Territory
from ckanext.msativo.territory.profile import PERFIL, read_profile
from ckanext.msativo.territory.schema import PROFILE_FIGURES, TERRITORIO, check_document
from ckanext.msativo.territory.topology import Boundaries, TopologyError, parse_topojson

LIMITES = "limites.topojson"
BUNDLED = Path(__file__).parent / "data"

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C one where PyYAML has it


def bundled_names() -> tuple[str, ...]:
    """Return the names of the territories that come with the package."""
    return tuple(sorted(folder.name for folder in BUNDLED.iterdir() if folder.is_dir()))


def load_territory(where: str | Path = "ms") -> Territory:
    """Read a bundled territory by its name (``"ms"``) or a territory's folder by its path.

    Raises :class:`TerritoryError` with every problem found in all files.
    """
    bundled = isinstance(where, str) and where in bundled_names()
    folder = BUNDLED / where if bundled else Path(where)
    problems: list[Problem] = []
    document = _read_document(folder, problems)
    boundaries = _read_boundaries(folder, problems)
    profiles: Mapping[str, Perfil] = {}
    if document is not None:
        problems += check_document(document)
        profiles = _read_profiles(folder, document, problems)
        if boundaries is not None:
            problems += _check_match(document, boundaries)
    if problems or document is None or boundaries is None:
        raise TerritoryError(problems)
    return _build(document, boundaries, profiles)


def _read_text(folder: Path, name: str, problems: list[Problem]) -> str | None:
    path = folder / name
    if not path.is_file():
        problems.append(Problem("file_missing", {"file": name, "folder": str(folder)}))
        return None
    return path.read_text(encoding="utf-8", errors="replace")


def _read_document(folder: Path, problems: list[Problem]) -> Mapping[str, Any] | None:
    text = _read_text(folder, TERRITORIO, problems)
    if text is None:
        return None
    try:
        document = yaml.load(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        reason = " ".join(str(error).split())
        problems.append(Problem("yaml_invalid", {"file": TERRITORIO, "reason": reason}))
        return None
    if not isinstance(document, dict):
        params = {"file": TERRITORIO, "reason": "it is not a mapping of fields"}
        problems.append(Problem("yaml_invalid", params))
        return None
    return document


def _read_boundaries(folder: Path, problems: list[Problem]) -> Boundaries | None:
    text = _read_text(folder, LIMITES, problems)
    if text is None:
        return None
    try:
        boundaries = parse_topojson(text)
    except TopologyError as error:
        params = {"file": LIMITES, "reason": str(error)}
        problems.append(Problem("topojson_invalid", params))
        return None
    problems += [Problem("boundary_duplicate", {"file": LIMITES, "codigo": code}) for code in boundaries.repeated]
    return boundaries


def _read_profiles(folder: Path, document: Mapping[str, Any], problems: list[Problem]) -> Mapping[str, Perfil]:
    """Profiles by code; a territory without the file has none, but then must not describe it either."""
    described = document.get("perfil")
    if not (folder / PERFIL).exists() and described is None:
        return {}
    text = _read_text(folder, PERFIL, problems)
    if described is None:
        problems.append(Problem("profile_undescribed", {"file": TERRITORIO, "field": "perfil", "other": PERFIL}))
    if text is None or not isinstance(described, dict):
        return {}
    return read_profile(text, [name for name in PROFILE_FIGURES if name in described], _listed(document), problems)


def _listed(document: Mapping[str, Any]) -> dict[str, str]:
    """The municipalities of a document that may be broken: code → name."""
    rows = document.get("municipios")
    return {
        str(row["codigo_ibge"]): str(row.get("nome", ""))
        for row in (rows if isinstance(rows, list) else [])
        if isinstance(row, dict) and "codigo_ibge" in row
    }


def _check_match(document: Mapping[str, Any], boundaries: Boundaries) -> list[Problem]:
    """Compare the municipalities listed with the boundaries drawn, both ways."""
    listed = _listed(document)
    extra = [
        Problem("boundary_without_municipio", {"file": LIMITES, "codigo": code, "other": TERRITORIO})
        for code in sorted(set(boundaries.polygons) - set(listed))
    ]
    lacking = [
        Problem("municipio_without_boundary", {"file": LIMITES, "codigo": code, "nome": listed[code]})
        for code in sorted(set(listed) - set(boundaries.polygons))
    ]
    return extra + lacking


def _build(document: Mapping[str, Any], boundaries: Boundaries, profiles: Mapping[str, Perfil]) -> Territory:
    """Make the territory of a document that has passed every check."""
    region_names = {nivel: _region_refs(document["regioes"].get(nivel)) for nivel in LEVELS}
    rows = sorted(document["municipios"], key=lambda row: (sort_key(row["nome"]), row["codigo_ibge"]))
    slugs = Counter(slugify(row["nome"]) for row in rows)
    return Territory(
        sigla=document["sigla"],
        nome=document["nome"],
        codigo=document["codigo"],
        fontes=tuple(document.get("fontes") or ()),
        municipios=tuple(_municipio(row, region_names, slugs) for row in rows),
        region_names=region_names,
        boundaries=boundaries,
        perfil={row["codigo_ibge"]: profiles.get(row["codigo_ibge"], Perfil()) for row in rows} if profiles else {},
        perfil_fontes=document.get("perfil") or {},
    )


def _region_refs(rows: Sequence[Mapping[str, str]] | None) -> tuple[RegionRef, ...]:
    refs = [RegionRef(row["codigo"], row["nome"]) for row in rows or ()]
    return tuple(sorted(refs, key=lambda ref: (sort_key(ref.nome), ref.codigo)))


def _municipio(
    row: Mapping[str, Any],
    region_names: Mapping[str, Sequence[RegionRef]],
    slugs: Mapping[str, int],
) -> Municipio:
    slug = slugify(row["nome"])
    refs = {nivel: next((ref for ref in region_names[nivel] if ref.codigo == row.get(nivel)), None) for nivel in LEVELS}
    return Municipio(
        codigo_ibge=row["codigo_ibge"],
        nome=row["nome"],
        # Two municipalities of one name (it happens across states) are told apart by their codes.
        slug=slug if slugs[slug] == 1 else f"{slug}-{row['codigo_ibge']}",
        instalacao=row.get("instalacao"),
        latitude=float(row["latitude"]),
        longitude=float(row["longitude"]),
        capital=bool(row.get("capital", False)),
        regiao_imediata=refs["imediata"],
        regiao_intermediaria=refs["intermediaria"],
        regiao_planejamento=refs["planejamento"],
    )
