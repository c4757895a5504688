"""A small analysis of made-up inputs, computed and written as the portal does it, without the portal."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ckanext.msativo.analysis import IndicatorMethod
from ckanext.msativo.analysis.method import canonical_hash, canonical_json
from ckanext.msativo.snapshots import (
    ChallengeMethod,
    IndicatorFacts,
    Units,
    Weighted,
    challenge_key,
    compute_challenge,
    compute_indicator,
    indicator_key,
)
from ckanext.msativo.snapshots.folder import ChallengePart, IndicatorPart, indicator_facts, sha256, write
from ckanext.msativo.snapshots.verify import software
from ckanext.msativo.sources import Observations

N = 10
CODES = tuple(str(5000000 + 7 * i) for i in range(N))
UNITS = Units(
    CODES,
    tuple(f"Município {i}" for i in range(N)),
    (None,) * (N - 1) + (2019,),
    tuple(tuple(j for j in (i - 1, i + 1) if 0 <= j < N) for i in range(N)),
    {"imediata": ("500001",) * 5 + ("500002",) * 5},
    (1000.0,) * N,
)
METHODS: Mapping[str, IndicatorMethod] = {
    "creche": IndicatorMethod(rule="limiar", params={"verde": 60, "vermelho": 40}),
    "obitos": IndicatorMethod(polarity=-1, kind="taxa_eventos", factor=1000.0),
    "renda": IndicatorMethod(reference_group="regiao_imediata", min_group=3),
}
GROUPS: Mapping[str, Sequence[str]] = {"renda": UNITS.regioes["imediata"]}

Values = Mapping[str, Mapping[tuple[str, int], float | None]]
"""Indicator → (code, year) → value."""


def values() -> dict[str, dict[tuple[str, int], float | None]]:
    """Six years of each indicator; one municipality lacks a value, and one row is of before its installation."""
    found: dict[str, dict[tuple[str, int], float | None]] = {}
    for k, name in enumerate(METHODS, 1):
        found[name] = {
            (code, year): ((i * 37 * k + year * 11) % 97) / 3 + 20 for i, code in enumerate(CODES) for year in YEARS
        }
        found[name][CODES[2], 2020] = None
    return found


YEARS = range(2015, 2021)


def observations(name: str, cells: Mapping[tuple[str, int], float | None]) -> bytes:
    """The rows as the portal keeps them; `obitos` has events and population."""
    keys = list(cells)
    numbers = [float("nan") if cells[key] is None else float(cells[key] or 0) for key in keys]
    more: dict[str, Any] = {"nota": ["não disponível" if number != number else None for number in numbers]}
    if name == "obitos":
        events = [number if number != number else float(round(number)) for number in numbers]
        more |= {"numerador": events, "denominador": [1000.0] * len(keys)}
        numbers = events
    rows = Observations.of([key[0] for key in keys], [key[1] for key in keys], numbers, **more)
    return "".join(rows.canonical_csv()).encode()


def make(folder: Path, given: Values | None = None, draws: int = 60) -> Path:
    """Compute and write the folder: three indicators, a challenge, and one with frozen ends and an unknown one."""
    units = canonical_json(UNITS.as_dict()).encode()
    indicators, facts, keys = [], {}, {}
    for name, cells in sorted((given or values()).items()):
        part, facts[name] = _indicator(name, observations(name, cells))
        indicators.append(part)
        keys[name] = part.entry["chave"]
    challenges = [_challenge(name, facts, keys, draws) for name in ("crescer", "viver")]
    identity = [{part.entry["id"]: part.entry["chave"] for part in parts} for parts in (indicators, challenges)]
    units_hash = hashlib.sha256(units).hexdigest()
    about = {
        "snapshot": {"id": "s-1", "numero": 7, "hash": canonical_hash([*identity, 5, units_hash])},
        "semente": 5,
        "software": software(),
        "municipios_hash": units_hash,
        "completo": True,
        "fora": [],
    }
    write(folder, about, units, indicators, challenges)
    return folder


def _indicator(name: str, content: bytes) -> tuple[IndicatorPart, IndicatorFacts]:
    method, groups = METHODS[name], GROUPS.get(name)
    result = compute_indicator(Observations.from_csv(content.decode()), method, UNITS, groups)
    data_hash = hashlib.sha256(content).hexdigest()
    entry = {
        "nome": name,
        "id": f"id-{name}",
        "titulo": name.title(),
        "fonte": {"agencia": "IBGE", "licenca": "cc-by"},
        "dados_hash": data_hash,
        "metodo_hash": method.hash(),
        "metodo": method.as_dict(),
        "grupos": groups,
        "chave": indicator_key(f"id-{name}", data_hash, method, UNITS, groups),
    }
    year = result.default_year
    at = [i for i, found in enumerate(result.rows["ano"]) if found == year]
    columns = {column: [cells[i] for i in at] for column, cells in result.rows.items()}
    if year is None:
        columns = {column: [None] * N for column in result.rows} | {"estado": ["sem_dado"] * N}
    part = IndicatorPart(
        entry, content, indicator_facts(year, result.sufficient, result.left_out), result.years, result.rows
    )
    return part, IndicatorFacts(year, result.sufficient, columns)


def _challenge(name: str, facts: Mapping[str, IndicatorFacts], keys: Mapping[str, str], draws: int) -> ChallengePart:
    ends: Any = {"creche": [90.0, 10.0], "renda": [60.0, 20.0], "nunca": [None, None]} if name == "viver" else None
    third = "nunca" if name == "viver" else "obitos"
    method = ChallengeMethod(
        name,
        (
            Weighted("creche", 2, ancora=True, cortes=(60, None, 40), tendencia_minima=0.5),
            Weighted("renda", 1.5),
            Weighted(third, 1, ancora=True, polaridade=-1),
        ),
        peso_minimo=0.5,
        sorteios=draws,
        permutacoes=49,
        semente=5,
    )
    names = [item.indicador for item in method.indicadores]
    pairs = {indicator: (pair[0], pair[1]) for indicator, pair in (ends or {}).items()}
    result = compute_challenge(method, {one: facts.get(one) for one in names}, UNITS, pairs)
    entry = {
        "nome": name,
        "id": f"id-{name}",
        "titulo": name.title(),
        "ciclo": "2025-2026",
        "metodo": method.as_dict(),
        "limites": ends,
        "indicadores": {one: one if one in keys else None for one in names},
        "chave": canonical_hash(
            [f"id-{name}", "2025-2026", challenge_key(method, ends, [keys.get(one) for one in names], UNITS)]
        ),
    }
    return ChallengePart(entry, result.facts, result.rows)


def contents(folder: Path) -> dict[str, bytes]:
    """All files by their path in the folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def resum(folder: Path) -> None:
    """Write `SHA256SUMS` anew, as someone does who hides a change."""
    names = sorted(name for name in contents(folder) if name != "SHA256SUMS")
    text = "".join(f"{sha256(folder / name)}  {name}\n" for name in names)
    (folder / "SHA256SUMS").write_text(text, encoding="utf-8")


def edit(folder: Path, change: Any) -> None:
    """Change `metodo.json` and its sum."""
    path = folder / "metodo.json"
    method = json.loads(path.read_bytes())
    change(method)
    path.write_text(json.dumps(method), encoding="utf-8")
    resum(folder)
