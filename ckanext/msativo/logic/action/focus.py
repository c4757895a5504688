"""Reading actions of the challenges: focus, spatial clusters, what a challenge is made of, decisions."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import SimpleNamespace
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.msativo.analysis import QUADRANT_NAMES, local_moran
from ckanext.msativo.logic import challenges, focus_reasons, indicators, schema
from ckanext.msativo.logic.action.get import codes_of, indicators_of, paged, shown_method, snapshot_of
from ckanext.msativo.logic.territory import territory
from ckanext.msativo.model import Snapshot, focus_reading, reading, snapshot_reading
from ckanext.msativo.snapshots import IndicatorFacts, Units
from ckanext.msativo.snapshots.challenge import values_of

__all__ = ["msativo_cluster_list", "msativo_decisao_list", "msativo_desafio_show", "msativo_foco_list"]


def challenge_ids(name: str | None) -> list[str]:
    """Ids of the visible challenges, or of the one named; an unknown or hidden name is not found."""
    if not name:
        return reading.visible(challenges.TYPE)
    found = reading.visible_id(challenges.TYPE, name)
    if found is None:
        raise tk.ObjectNotFound(tk._("There is no challenge “{name}”.").format(name=name))
    return [found]


@tk.side_effect_free
def msativo_foco_list(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return which municipalities are focal and which priority in which challenge, with the reasons.

    :param desafio: name or id of a challenge (default: all)
    :param municipio: 6- or 7-digit IBGE code, or name; several as a list, or with commas between them
    :param regiao: code or name of a region
    :param classe: ``focal``, ``prioritario`` (focal ones too, unless ``exato``), ``monitorado`` or ``sem_dado``
    :param exato: take ``classe`` literally
    :param snapshot: id or number (default: the newest)
    :param limit, offset: the page; at most 5,000 rows

    :returns: ``{"count", "results": [{"desafio", "ciclo", "codigo_ibge", "municipio", "necessidade", "pontuacao",
        "posicao", "percentil", "posicao_mediana", "posicao_p05", "posicao_p95", "prob_pior_k", "k", "n",
        "peso_disponivel", "cor", "notas", "classe_calculada", "classe", "decisao", "motivos", "contestacoes"}],
        "snapshot"}``. ``necessidade`` is 0 (none) to 100; ``posicao`` 1 is the neediest of ``n``; ``prob_pior_k`` is
        the probability of being among the ``k`` neediest when weights and method are varied; ``decisao`` is
        ``{"classe", "motivo", "em"}`` or null
    """
    tk.check_access("msativo_foco_list", context, data_dict)
    data = schema.validated(data_dict, schema.foco_list(), context)
    snapshot = snapshot_of(data.get("snapshot"))
    visible = challenge_ids(data.get("desafio"))
    filters = focus_reading.Filters(visible, codes_of(data), _classes(data))
    if snapshot is None:
        return {"count": 0, "results": [], "snapshot": None}
    count, rows = focus_reading.focus(snapshot, filters, data["limit"], data["offset"])
    return {"count": count, "results": focus_rows(rows), "snapshot": snapshot.id}


def _classes(data: Mapping[str, Any]) -> Collection[str] | None:
    asked = data.get("classe")
    if not asked:
        return None
    return ("focal", "prioritario") if asked == "prioritario" and not data.get("exato") else (asked,)


def focus_rows(rows: Collection[Any]) -> list[dict[str, Any]]:
    """Stored rows as the API shows them."""
    titles, hidden = indicators.shown_titles({item["indicador"] for row in rows for item in row.fatos["indicadores"]})
    contested = focus_reading.open_contests({row.desafio for row in rows})
    by_code = territory().by_code
    return [
        {
            "desafio": row.name,
            "ciclo": row.ciclo,
            "codigo_ibge": row.codigo_ibge,
            "municipio": by_code[row.codigo_ibge].nome if row.codigo_ibge in by_code else row.codigo_ibge,
            **{name: getattr(row, name) for name in FIGURES},
            "notas": {name: score for name, score in row.notas.items() if name not in hidden},
            "k": row.fatos["k"],
            "n": row.fatos["n"],
            "classe_calculada": row.classe,
            "classe": row.valida,
            "decisao": _decision(row),
            "motivos": reasons,
            "contestacoes": contested.get((row.desafio, row.codigo_ibge), 0),
        }
        for row, reasons in zip(rows, focus_reasons.sentences(rows, titles), strict=True)
    ]


FIGURES = (
    "necessidade",
    "pontuacao",
    "posicao",
    "percentil",
    "posicao_mediana",
    "posicao_p05",
    "posicao_p95",
    "prob_pior_k",
    "peso_disponivel",
    "cor",
)


def _decision(row: Any) -> dict[str, Any] | None:
    if row.decisao_motivo is None:
        return None
    return {"classe": row.decidida, "motivo": row.decisao_motivo, "em": row.decisao_em.isoformat()}


@tk.side_effect_free
def msativo_desafio_show(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return a challenge's result: its method, what each indicator does in it, notices, and how many are in each class.

    :param id: name or id of the challenge
    :param snapshot: id or number (default: the newest)

    :returns: ``{"desafio", "titulo", "ciclo", "congelado", "metodo", "limites_congelados", "n", "k", "indicadores":
        [{"indicador", "titulo", "ano", "usado", "ancora", "melhor", "pior", "peso", "peso_efetivo", "correlacao"}],
        "correlacoes", "avisos", "classes", "snapshot"}``
    """
    tk.check_access("msativo_desafio_show", context, data_dict)
    data = schema.validated(data_dict, schema.municipio_show(), context)
    visible = challenge_ids(data["id"])
    snapshot = snapshot_of(data.get("snapshot"))
    found = focus_reading.results_of(snapshot.id, visible) if snapshot else []
    if snapshot is None or not found:
        raise tk.ObjectNotFound(tk._("This challenge has not been analysed yet."))
    result, name, title = found[0]
    facts = result.fatos
    titles, hidden = indicators.shown_titles([item["indicador"] for item in facts["indicadores"]])
    shown = [i for i, item in enumerate(facts["indicadores"]) if item["indicador"] not in hidden]
    return {
        "desafio": name,
        "titulo": title,
        "ciclo": result.ciclo,
        "congelado": snapshot.congelado_em is not None and snapshot.ciclo == result.ciclo,
        "metodo": shown_method(result.metodo, hidden),
        "limites_congelados": result.limites and {k: v for k, v in result.limites.items() if k not in hidden},
        "n": facts["n"],
        "k": facts["k"],
        "indicadores": [
            {**item, "titulo": titles.get(item["indicador"], item["indicador"])}
            for item in (facts["indicadores"][i] for i in shown)
        ],
        "correlacoes": [[facts["correlacoes"][i][j] for j in shown] for i in shown],
        "avisos": [_notice(notice, titles, hidden) for notice in facts["avisos"]],
        "classes": focus_reading.counts_by_challenge(snapshot, visible)[name],
        "snapshot": snapshot.id,
    }


def _notice(notice: Mapping[str, Any], titles: Mapping[str, str], hidden: Collection[str]) -> dict[str, Any]:
    facts = {
        key: titles.get(value, value) if isinstance(value, str) else value for key, value in notice["fatos"].items()
    }
    text = notice["texto"]
    said = tk._(text).format(**facts)
    about = notice.get("indicador") or notice["fatos"].get("indicador")
    return {"codigo": notice["codigo"], "indicador": None if about in hidden else about, "texto": said}


@tk.side_effect_free
def msativo_cluster_list(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return spatial clusters by local Moran's I of the need in challenges, or of an indicator's values. Exploratory.

    :param desafio: name or id of a challenge (default: all challenges)
    :param indicador: name or id of an indicator, instead of a challenge
    :param ano: reference year of the indicator (default: its newest with enough coverage)
    :param significativo: only clusters that pass a false discovery rate of 5 %
    :param snapshot: id or number (default: the newest)

    :returns: ``{"count", "results": [{"desafio" or "indicador", "codigo_ibge", "municipio", "valor", "moran_i",
        "moran_vizinhos", "moran_p", "moran_p_ajustado", "agrupamento", "significativo"}], "snapshot"}``;
        ``agrupamento`` is ``alto_alto``, ``baixo_baixo``, ``alto_baixo`` or ``baixo_alto`` (the municipality, its
        neighbours), high and low in the unit of the values
    """
    tk.check_access("msativo_cluster_list", context, data_dict)
    data = schema.validated(data_dict, schema.cluster_list(), context)
    if data.get("desafio") and data.get("indicador"):
        raise tk.ValidationError({"indicador": [tk._("Ask for a challenge or for an indicator, not for both.")]})
    snapshot = snapshot_of(data.get("snapshot"))
    if snapshot is None:
        return {"count": 0, "results": [], "snapshot": None}
    if data.get("indicador"):
        rows = _indicator_clusters(snapshot, data)
        return paged(rows, data, snapshot)
    filters = focus_reading.Filters(
        challenge_ids(data.get("desafio")), codes_of(data), significativo=data.get("significativo") or None
    )
    count, found = focus_reading.focus(snapshot, filters, data["limit"], data["offset"])
    results = [
        _cluster({"desafio": row.name}, row.codigo_ibge, row.necessidade, row, row.agrupamento_significativo)
        for row in found
    ]
    return {"count": count, "results": results, "snapshot": snapshot.id}


def _cluster(of: Mapping[str, Any], code: str, value: float | None, row: Any, significant: bool) -> dict[str, Any]:
    by_code = territory().by_code
    return {
        **of,
        "codigo_ibge": code,
        "municipio": by_code[code].nome if code in by_code else code,
        "valor": value,
        **{name: getattr(row, name) for name in ("moran_i", "moran_vizinhos", "moran_p", "moran_p_ajustado")},
        "agrupamento": row.agrupamento,
        "significativo": significant,
    }


def _indicator_clusters(snapshot: Snapshot, data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Clusters of an indicator's values, computed when they are asked for: they take less than a page of results."""
    (identifier,) = indicators_of(data["indicador"])
    found = reading.results_of(snapshot.id, [identifier])
    if not found:
        return []
    result, name = found[0]
    units = Units.of(territory())
    year, columns = snapshot_reading.rows_at(result.id, data.get("ano") or result.ano_padrao, units.codigos)
    values = values_of(IndicatorFacts(year, True, columns), len(units))
    moran = local_moran(values, units.vizinhos, seed=snapshot.semente, name=name)
    figures = {
        "moran_i": moran.i,
        "moran_vizinhos": moran.lag,
        "moran_p": moran.p,
        "moran_p_ajustado": moran.p_adjusted,
    }
    members = codes_of(data)
    rows = []
    for i, code in enumerate(units.codigos):
        significant = bool(moran.significant[i])
        if (data.get("significativo") and not significant) or (members is not None and code not in members):
            continue
        shown = {key: _number(array[i]) for key, array in figures.items()}
        row = SimpleNamespace(**shown, agrupamento=QUADRANT_NAMES[moran.quadrant[i]] or None)
        rows.append(_cluster({"indicador": name, "ano": year}, code, _number(values[i]), row, significant))
    return sorted(rows, key=lambda row: (2 if row["moran_p"] is None else row["moran_p"], row["codigo_ibge"]))


def _number(value: Any) -> float | None:
    return None if value != value else float(value)


@tk.side_effect_free
def msativo_decisao_list(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return the coordenação's decisions on classes, the newest first; earlier ones stay.

    :param desafio: name or id of a challenge (default: all)
    :param municipio: code or name

    :returns: ``{"count", "results": [{"desafio", "ciclo", "codigo_ibge", "municipio", "classe_calculada", "classe",
        "motivo", "em"}], "snapshot": null}``; ``classe`` null takes the earlier decision back
    """
    tk.check_access("msativo_decisao_list", context, data_dict)
    data = schema.validated(data_dict, schema.decisao_list(), context)
    codes = codes_of(data)
    code = next(iter(codes)) if codes else None
    count, rows = focus_reading.decisions(challenge_ids(data.get("desafio")), code, data["limit"], data["offset"])
    by_code = territory().by_code
    results = [
        {
            "desafio": name,
            "ciclo": row.ciclo,
            "codigo_ibge": row.codigo_ibge,
            "municipio": by_code[row.codigo_ibge].nome if row.codigo_ibge in by_code else row.codigo_ibge,
            "classe_calculada": row.classe_calculada,
            "classe": row.classe,
            "motivo": row.motivo,
            "em": row.criado_em.isoformat(),
        }
        for row, name in rows
    ]
    return {"count": count, "results": results, "snapshot": None}
