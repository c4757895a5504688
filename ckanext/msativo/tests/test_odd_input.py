"""No text, number or list that somebody sends makes an action fall over."""

from __future__ import annotations

from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
from ckan.tests import factories as ckan_factories

from ckanext.msativo.tests.factories import Desafio, act, part
from ckanext.msativo.tests.test_challenges import (
    LAST,
    NUL,
    SURROGATE,
    N,
    loaded,
    run,
)

# -- odd input ---------------------------------------------------------------------------------------------------------
ODD: list[Any] = [
    NUL,
    SURROGATE,
    "'; DROP TABLE package; --",
    "%",
    "9" * 5000,
    10**40,
    -1,
    1e308,
    True,
    [],
    ["a", "b"],
    {"a": 1},
    [[1]],
    "",
    None,
    "a" * 100_000,
]
READS = {
    "msativo_foco_list": ("desafio", "municipio", "regiao", "snapshot", "classe", "exato", "limit", "offset"),
    "msativo_cluster_list": (
        "desafio",
        "indicador",
        "municipio",
        "regiao",
        "snapshot",
        "ano",
        "significativo",
        "limit",
    ),
    "msativo_desafio_show": ("id", "snapshot"),
    "msativo_decisao_list": ("desafio", "municipio", "limit", "offset"),
    "msativo_rule_compare": ("indicador", "ano", "snapshot", "regras"),
    "msativo_contestacao_list": ("municipio", "indicador", "desafio", "aberta", "limit", "offset"),
    "msativo_contestacao_show": ("id",),
    "msativo_snapshot_show": ("id",),
    "msativo_snapshot_list": ("limit", "offset"),
}
WRITES = {
    "msativo_foco_decide": ("desafio", "municipio", "classe", "motivo"),
    "msativo_contestacao_create": ("desafio", "municipio", "ano", "texto", "upload"),
    "msativo_contestacao_answer": ("id", "decisao", "resposta"),
    "msativo_analysis_run": ("semente", "background"),
    "msativo_analysis_status": ("job",),
    "msativo_snapshot_freeze": ("id", "ciclo", "corrige", "errata"),
}


def test_odd_input_is_answered_or_refused_cleanly(coordenacao: dict[str, Any], subtests: Any) -> None:
    a, b = loaded(coordenacao, range(N), range(N))
    challenge = Desafio(owner_org=coordenacao["id"], indicadores=[part(a, 1, True), part(b)])
    snapshot = run()["snapshot"]
    sysadmin = ckan_factories.Sysadmin()
    plain: dict[str, dict[str, Any]] = {
        "msativo_desafio_show": {"id": challenge["name"]},
        "msativo_rule_compare": {"indicador": a["name"]},
        "msativo_foco_decide": {"desafio": challenge["name"], "municipio": LAST, "classe": "focal", "motivo": "x"},
        "msativo_contestacao_create": {"desafio": challenge["name"], "municipio": LAST, "texto": "x"},
        "msativo_contestacao_answer": {"id": "1", "decisao": "parcial", "resposta": "x"},
        "msativo_analysis_status": {"job": "x"},
        "msativo_snapshot_freeze": {"id": snapshot, "ciclo": "nenhum"},
    }
    for action, fields in {**READS, **WRITES}.items():
        with subtests.test(action):
            for field in fields:
                for odd in ODD:
                    try:
                        act(sysadmin, action, **{**plain.get(action, {}), field: odd})
                    except (tk.ValidationError, tk.ObjectNotFound):
                        model.Session.rollback()
