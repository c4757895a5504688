"""What is told of an indicator's figures: values that later loads replaced, and what the figures say of themselves."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.msativo.logic import indicators, observations, people, quality, schema
from ckanext.msativo.logic.action.get import indicators_of
from ckanext.msativo.logic.territory import code_of, territory
from ckanext.msativo.model import load_reading
from ckanext.msativo.sources import Observations

__all__ = ["msativo_indicador_quality", "msativo_indicador_revisions"]


@tk.side_effect_free
def msativo_indicador_revisions(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return the values of an indicator that a later file changed or took back, the newest load first.

    :param indicador: name or id
    :param municipio: only of this one (code or name)
    :param ano: only of this year

    :returns: ``{"count", "results": [{"codigo_ibge", "municipio", "ano", "valor_antes", "valor_depois",
        "numerador_antes", "denominador_antes", "nota_antes", "nota_depois", "em", "arquivo_nome", "arquivo_hash",
        "arquivo_antes", "obtido_em"}], "snapshot": None}``; for the coordenação also ``por``, who loaded it.
    """
    tk.check_access("msativo_indicador_revisions", context, data_dict)
    data = schema.validated(data_dict, schema.indicador_revisions(), context)
    (indicador,) = indicators_of(data["indicador"])
    code = code_of(data["municipio"]) if data.get("municipio") else None
    if data.get("municipio") and code is None:
        message = tk._("There is no municipality “{name}” in this state.")
        raise tk.ObjectNotFound(message.format(name=data["municipio"][:60]))
    filters = load_reading.Filters(code, data.get("ano"))
    count, found = load_reading.revisions(indicador, filters, data["limit"], data["offset"])
    named = load_reading.names({carga.por for _, carga in found}) if _may_know_who(context) else None
    return {"count": count, "results": [_revision(row, carga, named) for row, carga in found], "snapshot": None}


def _may_know_who(context: Any) -> bool:
    user = context.get("user") or ""
    return bool(user) and people.in_coordenacao(user)


def _revision(row: Any, carga: Any, named: dict[str, str] | None) -> dict[str, Any]:
    place = territory().by_code.get(row.codigo_ibge)
    told = {
        "codigo_ibge": row.codigo_ibge,
        "municipio": place.nome if place else row.codigo_ibge,
        "ano": row.ano,
        "valor_antes": row.valor_antes,
        "valor_depois": row.valor_depois,
        "numerador_antes": row.numerador_antes,
        "denominador_antes": row.denominador_antes,
        "nota_antes": row.nota_antes,
        "nota_depois": row.nota_depois,
        "em": carga.em.isoformat(),
        "arquivo_nome": carga.arquivo_nome,
        "arquivo_hash": carga.arquivo_hash,
        "arquivo_antes": carga.arquivo_antes,
        "obtido_em": carga.obtido_em,
    }
    return told if named is None else {**told, "por": named.get(carga.por, "")}


@tk.side_effect_free
def msativo_indicador_quality(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return what an indicator's figures say against themselves: coverage, outliers, unit jumps, impossible values.

    :param indicador: name or id

    :returns: ``{"indicador", "dados_hash", "cobertura": [{"ano", "instalados", "com_valor"}], "erros", "avisos",
        "achados": [{"codigo", "gravidade", "texto", "codigo_ibge", "municipio", "ano", "linha"}], "nao_listados"}``
    """
    tk.check_access("msativo_indicador_quality", context, data_dict)
    data = schema.validated(data_dict, schema.indicador_quality(), context)
    (identifier,) = indicators_of(data["indicador"])
    dataset = indicators.show(identifier)
    rows = _rows(dataset)
    return {
        "indicador": dataset["name"],
        "dados_hash": dataset.get("dados_hash") or "",
        **quality.told(quality.of(dataset, rows)),
    }


def _rows(dataset: dict[str, Any]) -> Observations:
    """The figures there are; none before the first load, or when the table breaks its key."""
    resource = indicators.resource_of(dataset)
    try:
        return observations.read(resource["id"]) if resource else Observations.of([], [], [])
    except (observations.NotATable, ValueError):
        return Observations.of([], [], [])
