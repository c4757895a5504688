"""Reading actions: open to everyone, paged, each list with its total and its snapshot."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.msativo.analysis import IndicatorMethod
from ckanext.msativo.logic import indicators, schema
from ckanext.msativo.logic.method import group_labels
from ckanext.msativo.logic.reasons import reason
from ckanext.msativo.logic.territory import find_municipality, find_region, territory
from ckanext.msativo.model import Snapshot, focus_reading, reading, snapshot_reading
from ckanext.msativo.snapshots.indicator import YEAR_COLUMNS
from ckanext.msativo.text import fold

__all__ = [
    "msativo_criticidade_list",
    "msativo_indicador_coverage",
    "msativo_snapshot_list",
    "msativo_snapshot_show",
]


def paged(rows: list[Any], data: Mapping[str, Any], snapshot: Snapshot | None) -> dict[str, Any]:
    """One page of a list that is small enough to be whole in memory."""
    page = rows[data["offset"] : data["offset"] + data["limit"]]
    return {"count": len(rows), "results": page, "snapshot": snapshot.id if snapshot else None}


def snapshot_of(reference: str | None) -> Snapshot | None:
    """The snapshot asked for; without a request the newest, or None before the first analysis."""
    found = reading.snapshot(reference)
    if reference and found is None:
        raise tk.ObjectNotFound(tk._("There is no snapshot “{id}”.").format(id=reference))
    return found


@tk.side_effect_free
def msativo_criticidade_list(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return which municipalities are in which state in which indicator, with the reason.

    :param indicador: name or id of an indicator (default: all)
    :param area: area of the indicators, such as ``saude``
    :param municipio: 6- or 7-digit IBGE code, or name; several as a list, or with commas between them
    :param q: part of the municipality's name; case and accents are ignored
    :param ano: reference year (default: of each indicator its newest with enough coverage)
    :param estado: ``critico``, ``atencao``, ``adequado`` or ``sem_dado``
    :param regiao: code or name of an immediate, intermediate or planning region
    :param snapshot: id or number (default: the newest)
    :param limit, offset: the page; at most 5,000 rows

    :returns: ``{"count", "results": [{"indicador", "codigo_ibge", "municipio", "ano", "valor", "valor_suavizado",
        "estado", "confianca", "posicao", "percentil", "limite", "limite_atencao", "regra", "faixa", "tendencia",
        "critico_desde", "defasagem", "ano_valor", "nota", "eventos", "populacao", "grupo", "referencia_n", "recuo",
        "motivo"}], "snapshot"}``. ``tendencia`` is ``{"inclinacao", "inferior", "superior", "pontos"}``: change a year
        with its 90 % interval over so many years, on rows of the default year, else null; ``eventos`` and
        ``populacao`` are pooled, of smoothed rates; ``grupo`` is the reference group (null = the state) of
        ``referencia_n`` values, and ``recuo`` says that it was too small, so the state was taken
    """
    tk.check_access("msativo_criticidade_list", context, data_dict)
    data = schema.validated(data_dict, schema.criticidade_list(), context)
    snapshot = snapshot_of(data.get("snapshot"))
    visible = indicators_of(data.get("indicador"))
    if data.get("area"):
        visible = reading.of_area(visible, data["area"])
    filters = reading.Filters(
        indicadores=visible, codigos=codes_of(data), estado=data.get("estado"), ano=data.get("ano")
    )
    if snapshot is None:
        return {"count": 0, "results": [], "snapshot": None}
    count, rows = reading.criticality(snapshot.id, filters, data["limit"], data["offset"])
    return {"count": count, "results": described(snapshot, rows), "snapshot": snapshot.id}


def indicators_of(name: str | None) -> list[str]:
    """Ids of the visible indicators, or of the one named; an unknown or hidden name is not found."""
    visible = reading.visible()
    if not name:
        return visible
    dataset = indicators.show(name)
    if dataset["id"] not in visible:
        raise tk.ObjectNotFound(tk._("There is no indicator “{name}”.").format(name=name))
    return [dataset["id"]]


def codes_of(data: Mapping[str, Any]) -> Collection[str] | None:
    codes: set[str] | None = None
    if data.get("municipio"):
        asked = data["municipio"]
        codes = {find_municipality(name).codigo_ibge for name in ([asked] if isinstance(asked, str) else asked)}
    if data.get("regiao"):
        members = set(find_region(data["regiao"]))
        codes = members if codes is None else codes & members
    if data.get("q"):
        wanted = fold(data["q"])
        named = {municipio.codigo_ibge for municipio in territory().municipios if wanted in fold(municipio.nome)}
        codes = named if codes is None else codes & named
    return codes


def _groups(stored: Mapping[str, Any]) -> Mapping[str, str | None]:
    """Label of each municipality's reference group, by code; empty when all are compared with the state."""
    labels = group_labels(IndicatorMethod.from_dict(stored), territory()) if stored["reference_group"] else None
    codes = [municipio.codigo_ibge for municipio in territory().municipios]
    return dict(zip(codes, labels, strict=True)) if labels else {}


def _trend(row: Any) -> dict[str, Any] | None:
    if row.tendencia_inclinacao is None:
        return None
    return {name: getattr(row, f"tendencia_{name}") for name in ("inclinacao", "inferior", "superior", "pontos")}


def described(snapshot: Snapshot, rows: list[Any]) -> list[dict[str, Any]]:
    """Stored rows as the API shows them: with names, lag and the sentence of the reason."""
    needed = {indicador for _row, indicador in rows}
    results = {result.indicador: (result, name) for result, name in reading.results_of(snapshot.id, needed)}
    facts = indicators.presentations(needed)
    groups = {identifier: _groups(result.metodo) for identifier, (result, _name) in results.items()}
    by_code = territory().by_code
    described = []
    for row, identifier in rows:
        result, name = results[identifier]
        columns = {column.key: getattr(row, column.key) for column in row.__table__.columns}
        columns["grupo"] = groups[identifier].get(row.codigo_ibge)
        municipio = by_code.get(row.codigo_ibge)
        described.append(
            {
                "indicador": name,
                "codigo_ibge": row.codigo_ibge,
                "municipio": municipio.nome if municipio else row.codigo_ibge,
                "ano": row.ano,
                "valor": row.valor,
                "valor_suavizado": row.valor_suavizado,
                "estado": row.estado,
                "confianca": row.confianca,
                "posicao": row.posicao,
                "percentil": row.percentil,
                "limite": row.limite,
                "limite_atencao": row.limite_atencao,
                "regra": result.metodo["rule"],
                "faixa": row.faixa,
                "tendencia": _trend(row),
                "critico_desde": row.critico_desde,
                "defasagem": None if row.ano_valor is None else row.ano - row.ano_valor,
                "ano_valor": row.ano_valor,
                "nota": row.nota,
                "eventos": row.eventos,
                "populacao": row.populacao,
                "grupo": groups[identifier].get(row.codigo_ibge),
                "referencia_n": row.referencia_n,
                "recuo": row.recuo,
                "motivo": reason(columns, result.metodo, *facts[identifier]),
            }
        )
    return described


@tk.side_effect_free
def msativo_indicador_coverage(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return, per indicator, its years with how many municipalities have a value, and who lacks one and why.

    :param indicador: name or id (default: all)
    :param snapshot: id or number (default: the newest)

    :returns: ``{"count", "results": [{"indicador", "titulo", "ano_padrao", "cobertura_minima", "anos": [{"ano",
        "com_valor", "instalados", "cobertura", "suficiente", "criticos", "atencao", "adequados", "sem_dado", "mediana",
        "limite", "limite_atencao", "sem_variacao"}], "ausentes": [{"codigo_ibge", "municipio", "nota"}], "avisos"}],
        "snapshot"}``; ``ausentes`` is of the default year.
    """
    tk.check_access("msativo_indicador_coverage", context, data_dict)
    data = schema.validated(data_dict, schema.indicador_coverage(), context)
    snapshot = snapshot_of(data.get("snapshot"))
    visible = indicators_of(data.get("indicador"))
    if snapshot is None:
        return {"count": 0, "results": [], "snapshot": None}
    found = reading.results_of(snapshot.id, visible)
    page = found[data["offset"] : data["offset"] + data["limit"]]
    years = reading.years_of([result.id for result, _name in page])
    results = [_coverage(snapshot, result, name, years.get(result.id, [])) for result, name in page]
    return {"count": len(found), "results": results, "snapshot": snapshot.id}


def _coverage(snapshot: Snapshot, result: Any, name: str, years: list[Any]) -> dict[str, Any]:
    least = result.metodo["min_coverage"]
    filters = reading.Filters(indicadores=[result.indicador], estado="sem_dado")
    _count, missing = reading.criticality(snapshot.id, filters, None, 0)
    by_code = territory().by_code
    return {
        "indicador": name,
        "titulo": indicators.title(result.indicador),
        "ano_padrao": result.ano_padrao,
        "cobertura_minima": least,
        "anos": [
            {**{key: getattr(year, key) for key in YEAR_COLUMNS}, "suficiente": year.cobertura >= least}
            for year in years
        ],
        "ausentes": [
            {
                "codigo_ibge": row.codigo_ibge,
                "municipio": by_code[row.codigo_ibge].nome if row.codigo_ibge in by_code else row.codigo_ibge,
                "nota": row.nota,
            }
            for row, _indicador in missing
        ],
        "avisos": result.avisos,
    }


def snapshot_row(snapshot: Snapshot) -> dict[str, Any]:
    return {
        "id": snapshot.id,
        "numero": snapshot.numero,
        "criado_em": snapshot.criado_em.isoformat(),
        "hash": snapshot.conteudo_hash,
        "semente": snapshot.semente,
        "versoes": snapshot.versoes,
        "unidades_hash": snapshot.unidades_hash,
        "ciclo": snapshot.ciclo,
        "congelado_em": snapshot.congelado_em.isoformat() if snapshot.congelado_em else None,
        "corrige": snapshot.corrige,
        "errata": snapshot.errata,
        "corrigido_por": snapshot_reading.corrected_by(snapshot.id),
    }


@tk.side_effect_free
def msativo_snapshot_list(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return the analyses made so far, the newest first.

    :returns: ``{"count", "results": [{"id", "numero", "criado_em", "hash", "semente", "versoes", "unidades_hash",
        "ciclo", "congelado_em", "corrige", "errata", "corrigido_por"}], "snapshot"}``; a frozen snapshot has a
        ``ciclo`` and never changes, and one that corrects it names it in ``corrige``
    """
    tk.check_access("msativo_snapshot_list", context, data_dict)
    data = schema.validated(data_dict, schema.paged(), context)
    count, rows = reading.snapshots(data["limit"], data["offset"])
    newest = reading.snapshot()
    return {"count": count, "results": [snapshot_row(row) for row in rows], "snapshot": newest.id if newest else None}


@tk.side_effect_free
def msativo_snapshot_show(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return an analysis with the data version and the method of each of its indicators.

    :param id: id or number (default: the newest)

    :returns: the row of ``msativo_snapshot_list`` with ``"indicadores": [{"indicador", "dados_hash", "metodo_hash",
        "metodo", "ano_padrao", "suficiente"}]`` and ``"desafios": [{"desafio", "ciclo", "metodo", "n", "k"}]``
    """
    tk.check_access("msativo_snapshot_show", context, data_dict)
    data = schema.validated(data_dict, schema.snapshot_show(), context)
    snapshot = snapshot_of(data.get("id"))
    if snapshot is None:
        raise tk.ObjectNotFound(tk._("No analysis has been made yet."))
    found = reading.results_of(snapshot.id, reading.visible())
    challenged = focus_reading.results_of(snapshot.id, reading.visible("desafio"))
    hidden = indicators.withdrawn(
        {item["indicador"] for result, *_named in challenged for item in result.metodo["indicadores"]}
    )
    return {
        **snapshot_row(snapshot),
        "indicadores": [
            {
                "indicador": name,
                "dados_hash": result.dados_hash,
                "metodo_hash": result.metodo_hash,
                "metodo": result.metodo,
                "ano_padrao": result.ano_padrao,
                "suficiente": result.suficiente,
            }
            for result, name in found
        ],
        "desafios": [
            {
                "desafio": name,
                "ciclo": result.ciclo,
                "metodo": shown_method(result.metodo, hidden),
                **_sizes(result.fatos),
            }
            for result, name, _title in challenged
        ],
    }


def shown_method(method: Mapping[str, Any], hidden: Collection[str]) -> dict[str, Any]:
    """A challenge's method without the indicators that are withdrawn."""
    return {**method, "indicadores": [item for item in method["indicadores"] if item["indicador"] not in hidden]}


def _sizes(facts: Mapping[str, Any]) -> dict[str, int]:
    return {"n": facts["n"], "k": facts["k"]}
