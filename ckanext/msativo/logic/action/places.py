"""Reading actions of the places: municipalities and regions, with what the analysis says of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
import numpy as np

from ckanext.msativo.analysis import peers, regional_summary, state_code
from ckanext.msativo.analysis.regional import RegionSummary
from ckanext.msativo.logic import schema
from ckanext.msativo.logic.action.focus import challenge_ids, focus_rows
from ckanext.msativo.logic.action.get import described, indicators_of, paged, snapshot_of
from ckanext.msativo.logic.territory import find_municipality, find_region, territory
from ckanext.msativo.model import Snapshot, focus_reading, reading, snapshot_reading
from ckanext.msativo.snapshots import IndicatorFacts, Units
from ckanext.msativo.snapshots.challenge import values_of
from ckanext.msativo.territory import Municipio
from ckanext.msativo.territory.groups import profile_table
from ckanext.msativo.territory.schema import PROFILE_FIGURES
from ckanext.msativo.text import fold

__all__ = ["msativo_municipio_list", "msativo_municipio_show", "msativo_regiao_list"]


@tk.side_effect_free
def msativo_municipio_list(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return the municipalities with the number of indicators in each state.

    :param regiao: code or name of a region
    :param q: part of the name; case and accents are ignored
    :param snapshot: id or number (default: the newest)

    :returns: ``{"count", "results": [{"codigo_ibge", "nome", "slug", "regiao_imediata", "regiao_intermediaria",
        "instalacao", "indicadores": {"critico", "atencao", "adequado", "sem_dado"}}], "snapshot"}``
    """
    tk.check_access("msativo_municipio_list", context, data_dict)
    data = schema.validated(data_dict, schema.municipio_list(), context)
    snapshot = snapshot_of(data.get("snapshot"))
    counts = reading.counts_by_municipality(snapshot.id, reading.visible()) if snapshot else {}
    members = find_region(data["regiao"]) if data.get("regiao") else None
    wanted = fold(data.get("q") or "")
    rows = [
        {**_municipality(municipio), "indicadores": _all_states(counts.get(municipio.codigo_ibge, {}))}
        for municipio in territory().municipios
        if (members is None or municipio.codigo_ibge in members) and wanted in fold(municipio.nome)
    ]
    return paged(rows, data, snapshot)


def _all_states(counts: Mapping[str, int]) -> dict[str, int]:
    return {state: counts.get(state, 0) for state in ("critico", "atencao", "adequado", "sem_dado")}


def _municipality(municipio: Municipio) -> dict[str, Any]:
    def region(level: str) -> dict[str, str] | None:
        found = municipio.region(level)
        return {"codigo": found.codigo, "nome": found.nome} if found else None

    return {
        "codigo_ibge": municipio.codigo_ibge,
        "nome": municipio.nome,
        "slug": municipio.slug,
        "instalacao": municipio.instalacao,
        "regiao_imediata": region("imediata"),
        "regiao_intermediaria": region("intermediaria"),
        "regiao_planejamento": region("planejamento"),
    }


@tk.side_effect_free
def msativo_municipio_show(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return a municipality: its regions, neighbours, and its state in every indicator, critical ones first.

    :param id: 6- or 7-digit IBGE code, or name
    :param snapshot: id or number (default: the newest)

    :returns: the row of ``msativo_municipio_list`` with ``"vizinhos": [{"codigo_ibge", "nome"}]``, ``"perfil":
        {"populacao", "renda", "urbano"}``, ``"semelhantes": [{"codigo_ibge", "nome", "distancia"}]`` (by that profile,
        standardised, the nearest first), ``"situacao"``: rows of ``msativo_criticidade_list``, ``"desafios"``: rows of
        ``msativo_foco_list``, the gravest class first, and ``"snapshot"``
    """
    tk.check_access("msativo_municipio_show", context, data_dict)
    data = schema.validated(data_dict, schema.municipio_show(), context)
    municipio = find_municipality(data["id"])
    snapshot = snapshot_of(data.get("snapshot"))
    rows: list[Any] = []
    if snapshot:
        filters = reading.Filters(indicadores=reading.visible(), codigos=[municipio.codigo_ibge])
        _count, found = reading.criticality(snapshot.id, filters, None, 0)
        rows = sorted(described(snapshot, found), key=_worst_first)
    counts: dict[str, int] = {}
    for row in rows:
        counts[row["estado"]] = counts.get(row["estado"], 0) + 1
    by_code = territory().by_code
    neighbours = sorted(territory().neighbours()[municipio.codigo_ibge], key=lambda code: fold(by_code[code].nome))
    return {
        **_municipality(municipio),
        "indicadores": _all_states(counts),
        "vizinhos": [{"codigo_ibge": code, "nome": by_code[code].nome} for code in neighbours],
        "perfil": _profile(municipio),
        "semelhantes": _peers(municipio),
        "situacao": rows,
        "desafios": _challenges(snapshot, municipio) if snapshot else [],
        "snapshot": snapshot.id if snapshot else None,
    }


def _profile(municipio: Municipio) -> dict[str, float | None]:
    profile = territory().perfil.get(municipio.codigo_ibge)
    return {name: getattr(profile, name, None) for name in PROFILE_FIGURES}


def _peers(municipio: Municipio) -> list[dict[str, Any]]:
    units = territory().municipios
    found = peers(profile_table(territory()))
    own = units.index(municipio)
    return [
        {"codigo_ibge": units[unit].codigo_ibge, "nome": units[unit].nome, "distancia": round(float(distance), 4)}
        for unit, distance in zip(found.unit[own], found.distance[own], strict=True)
        if unit >= 0
    ]


def _challenges(snapshot: Snapshot, municipio: Municipio) -> list[dict[str, Any]]:
    filters = focus_reading.Filters(challenge_ids(None), [municipio.codigo_ibge])
    _count, rows = focus_reading.focus(snapshot, filters, None, 0)
    return sorted(focus_rows(rows), key=lambda row: focus_reading.CLASSES.index(row["classe"]))


SEVERITY = {"critico": 0, "atencao": 1, "adequado": 2, "sem_dado": 3}


def _worst_first(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return (SEVERITY[row["estado"]], row["percentil"] if row["percentil"] is not None else 101, row["indicador"])


@tk.side_effect_free
def msativo_regiao_list(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return the regions of the state; with an indicator or a challenge also how they stand in it.

    :param nivel: ``imediata`` (default), ``intermediaria`` or ``planejamento``
    :param indicador: name or id of an indicator
    :param ano: its reference year (default: its newest with enough coverage)
    :param desafio: name or id of a challenge, instead of an indicator
    :param snapshot: id or number (default: the newest)

    :returns: ``{"count", "results": [{"nivel", "codigo", "nome", "municipios", "resumo"}], "snapshot"}``. ``resumo`` is
        null, or of an indicator ``{"municipios", "com_dado", "criticos", "populacao_afetada", "mediana",
        "media_ponderada"}`` (people in critical municipalities; mean weighted by population), or of a challenge
        ``{"municipios", "com_dado", "focais", "prioritarios", "mediana"}`` (priority ones without the focal; need)
    """
    tk.check_access("msativo_regiao_list", context, data_dict)
    data = schema.validated(data_dict, schema.regiao_list(), context)
    if data.get("desafio") and data.get("indicador"):
        raise tk.ValidationError({"indicador": [tk._("Ask for a challenge or for an indicator, not for both.")]})
    level = data.get("nivel") or "imediata"
    summaries: Mapping[str, Any] = {}
    snapshot = None
    if data.get("desafio") or data.get("indicador"):
        snapshot = snapshot_of(data.get("snapshot"))
        summary = _challenge_summaries if data.get("desafio") else _indicator_summaries
        summaries = summary(snapshot, data, level) if snapshot else {}
    rows = [
        {
            "nivel": region.nivel,
            "codigo": region.codigo,
            "nome": region.nome,
            "municipios": list(region.municipios),
            "resumo": summaries.get(region.codigo),
        }
        for region in territory().regions(level)
    ]
    return paged(rows, data, snapshot)


def _indicator_summaries(snapshot: Snapshot, data: Mapping[str, Any], level: str) -> dict[str, Any]:
    found = reading.results_of(snapshot.id, indicators_of(data["indicador"]))
    if not found:
        return {}
    units = Units.of(territory())
    year, columns = snapshot_reading.rows_at(found[0][0].id, data.get("ano") or found[0][0].ano_padrao, units.codigos)
    states = np.array([state_code(name or "sem_dado") for name in columns["estado"]], np.int8)
    people = [np.nan if number is None else number for number in units.populacao]
    values = values_of(IndicatorFacts(year, True, columns), len(units))
    return {str(item.region): _plain(item) for item in regional_summary(states, values, units.regioes[level], people)}


def _plain(item: RegionSummary) -> dict[str, Any]:
    figures = {
        "populacao_afetada": item.population_affected,
        "mediana": item.median,
        "media_ponderada": item.weighted_mean,
    }
    return {
        "municipios": item.n_units,
        "com_dado": item.n_with_data,
        "criticos": item.n_critical,
        **{name: None if value != value else value for name, value in figures.items()},
    }


def _challenge_summaries(snapshot: Snapshot, data: Mapping[str, Any], level: str) -> dict[str, Any]:
    filters = focus_reading.Filters(challenge_ids(data["desafio"]))
    _count, rows = focus_reading.focus(snapshot, filters, None, 0)
    members: dict[str, list[Any]] = {}
    for row in rows:
        municipio = territory().by_code.get(row.codigo_ibge)
        region = municipio.region(level) if municipio else None
        if region:
            members.setdefault(region.codigo, []).append(row)
    return {code: _of_challenge(of) for code, of in members.items()}


def _of_challenge(rows: list[Any]) -> dict[str, Any]:
    needs = [row.necessidade for row in rows if row.necessidade is not None]
    return {
        "municipios": len(rows),
        "com_dado": len(needs),
        "focais": sum(row.valida == "focal" for row in rows),
        "prioritarios": sum(row.valida == "prioritario" for row in rows),
        "mediana": float(np.median(needs)) if needs else None,
    }
