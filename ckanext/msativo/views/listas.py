"""Lists that can be downloaded: each is a reading action, with its filters and its columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.logic import pages

PAGE = 5000
Row = Mapping[str, Any]


def _as_they_are(rows: Iterable[Row]) -> list[Row]:
    return list(rows)


def _municipios(rows: Iterable[Row]) -> list[Row]:
    flat = []
    for row in rows:
        regions = {
            level: (row[level] or {}).get("nome")
            for level in ("regiao_imediata", "regiao_intermediaria", "regiao_planejamento")
        }
        flat.append({**row, **regions, **{f"indicadores_{key}": n for key, n in row["indicadores"].items()}})
    return flat


def _cobertura(rows: Iterable[Row]) -> list[Row]:
    return [
        {"indicador": row["indicador"], "titulo": row["titulo"], "ano_padrao": year["ano"] == row["ano_padrao"], **year}
        for row in rows
        for year in row["anos"]
    ]


def _foco(rows: Iterable[Row]) -> list[Row]:
    return [
        {**row, "motivos": " ".join(row["motivos"]), "decisao_motivo": (row["decisao"] or {}).get("motivo")}
        for row in rows
    ]


def _regras(rows: Iterable[Row]) -> list[Row]:
    return [
        {
            **row,
            "parametros": "; ".join(f"{name} = {value}" for name, value in row["parametros"].items()),
            "municipios": " ".join(row["municipios"]),
            "so_desta": " ".join(row["so_desta"]),
        }
        for row in rows
    ]


def _entregas(rows: Iterable[Row]) -> list[Row]:
    return [{**row, "acao": row["acao"]["nome"], "acao_titulo": row["acao"]["titulo"]} for row in rows]


def _monitoramento(rows: Iterable[Row]) -> list[Row]:
    return [
        {
            **row,
            **{f"luz_{colour}": count for colour, count in row["luzes"].items()},
            **{f"analises_{key}": value for key, value in row["analises"].items()},
        }
        for row in rows
    ]


@dataclass(frozen=True)
class Lista:
    """``flat`` turns the action's rows into those of a table."""

    action: str
    title: str
    filters: Sequence[str]
    columns: Sequence[str]
    flat: Callable[[Iterable[Row]], list[Row]] = _as_they_are
    programme: bool = False
    """It is of the programme's own tables, as they are today, and of no analysis."""
    dated: bool = False
    """It is as of the day in ``data``, and of no analysis."""

    def everything(self, asked: Mapping[str, str]) -> dict[str, Any]:
        """The action's answer with all its rows, page after page of one snapshot: what everyone may have."""
        action = tk.get_action(self.action)
        answer = action({"user": ""}, {**asked, "limit": PAGE})
        rows = answer["results"]
        pinned = {**asked, "snapshot": answer["snapshot"]} if answer["snapshot"] else dict(asked)
        while len(rows) < answer["count"]:
            more = action({"user": ""}, {**pinned, "limit": PAGE, "offset": len(rows)})["results"]
            if not more:
                break
            rows += more
        return {**answer, "results": rows}


LISTS: dict[str, Lista] = {
    "criticidade": Lista(
        "msativo_criticidade_list",
        N_("Situation of each municipality in each indicator"),
        ("indicador", "area", "municipio", "q", "ano", "estado", "regiao", "snapshot"),
        (
            "indicador",
            "codigo_ibge",
            "municipio",
            "ano",
            "valor",
            "valor_suavizado",
            "ano_valor",
            "defasagem",
            "estado",
            "confianca",
            "posicao",
            "percentil",
            "limite",
            "limite_atencao",
            "regra",
            "faixa",
            "critico_desde",
            "nota",
            "motivo",
        ),
    ),
    "municipios": Lista(
        "msativo_municipio_list",
        N_("Municipalities and how many of their indicators are in which situation"),
        ("regiao", "q", "snapshot"),
        (
            "codigo_ibge",
            "nome",
            "slug",
            "regiao_imediata",
            "regiao_intermediaria",
            "regiao_planejamento",
            "instalacao",
            "indicadores_critico",
            "indicadores_atencao",
            "indicadores_adequado",
            "indicadores_sem_dado",
        ),
        _municipios,
    ),
    "cobertura": Lista(
        "msativo_indicador_coverage",
        N_("Years of each indicator and how many municipalities have a value"),
        ("indicador", "snapshot"),
        (
            "indicador",
            "titulo",
            "ano",
            "ano_padrao",
            "observado",
            "com_valor",
            "instalados",
            "cobertura",
            "suficiente",
            "criticos",
            "atencao",
            "adequados",
            "sem_dado",
            "mediana",
            "limite",
            "limite_atencao",
            "sem_variacao",
        ),
        _cobertura,
    ),
}

LISTS |= {
    "foco": Lista(
        "msativo_foco_list",
        N_("Need and class of each municipality in each challenge"),
        ("desafio", "municipio", "regiao", "classe", "exato", "snapshot"),
        (
            "desafio",
            "ciclo",
            "codigo_ibge",
            "municipio",
            "necessidade",
            "posicao",
            "posicao_mediana",
            "posicao_p05",
            "posicao_p95",
            "prob_pior_k",
            "k",
            "n",
            "peso_disponivel",
            "cor",
            "classe_calculada",
            "classe",
            "decisao_motivo",
            "contestacoes",
            "motivos",
        ),
        _foco,
    ),
    "agrupamentos": Lista(
        "msativo_cluster_list",
        N_("Spatial clusters (local Moran's I; exploratory)"),
        ("desafio", "indicador", "municipio", "regiao", "ano", "significativo", "snapshot"),
        (
            "desafio",
            "indicador",
            "ano",
            "codigo_ibge",
            "municipio",
            "valor",
            "moran_i",
            "moran_vizinhos",
            "moran_p",
            "moran_p_ajustado",
            "agrupamento",
            "significativo",
        ),
    ),
    "regras": Lista(
        "msativo_rule_compare",
        N_("What each rule would say of an indicator"),
        ("indicador", "ano", "regras", "snapshot"),
        (
            "regra",
            "rotulo",
            "parametros",
            "declarada",
            "aplicavel",
            "critico",
            "atencao",
            "adequado",
            "sem_dado",
            "municipios",
            "so_desta",
        ),
        _regras,
    ),
    "contestacoes": Lista(
        "msativo_contestacao_list",
        N_("Contests of the prefeituras and the State's answers"),
        ("indicador", "desafio", "municipio", "aberta"),
        (
            "numero",
            "codigo_ibge",
            "municipio",
            "tipo",
            "objeto",
            "titulo",
            "ano",
            "contestado",
            "texto",
            "em",
            "decisao",
            "resposta",
            "respondida_em",
        ),
    ),
}

LISTS |= {
    "monitoramento": Lista(
        "msativo_monitoramento_show",
        N_("Progress of the approved plans"),
        ("grupo", "id", "regiao", "municipio", "plano", "acao", "desafio", "secretaria", "ciclo", "data"),
        (
            "grupo",
            "id",
            "nome",
            "municipio",
            "entregas",
            "canceladas",
            "concluidas",
            "em_analise",
            "atrasadas",
            "atrasadas_estado",
            "declarado",
            "validado",
            "previsto",
            "spi",
            "luz_verde",
            "luz_azul",
            "luz_amarelo",
            "luz_vermelho",
            "luz_cinza",
            "analises_feitas",
            "analises_no_prazo",
            "analises_dias_mediana",
            "analises_esperando",
            "analises_atrasadas",
        ),
        _monitoramento,
        dated=True,
    ),
    "entregas": Lista(
        "msativo_entrega_list",
        N_("Deliveries of the approved plans and where they stand"),
        ("plano", "municipio", "ciclo", "acao", "estado", "luz", "atrasada", "data"),
        (
            "id",
            "plano",
            "codigo_ibge",
            "ciclo",
            "acao",
            "acao_titulo",
            "titulo",
            "prova",
            "inicio",
            "prazo",
            "meta",
            "unidade",
            "peso",
            "estado",
            "declarado",
            "validado",
            "previsto",
            "luz",
            "motivo",
            "dias_atraso",
            "atraso_de",
            "analise_ate",
        ),
        _entregas,
        dated=True,
    ),
}

LISTS |= {
    "adesoes": Lista(
        "msativo_adesao_list",
        N_("Requests to join that were sent, and the State's answers"),
        ("municipio", "ciclo", "estado", "aberta", "atrasada"),
        (
            "protocolo",
            "codigo_ibge",
            "municipio",
            "ciclo",
            "estado",
            "enviada_em",
            "prazo",
            "atrasada",
            "respondida_em",
        ),
        programme=True,
    ),
    "planos": Lista(
        "msativo_plano_list",
        N_("Plans that were approved"),
        ("municipio", "ciclo", "acao", "estado"),
        ("id", "numero", "titulo", "codigo_ibge", "municipio", "ciclo", "estado", "aprovada_em", "entregas"),
        programme=True,
    ),
}

# Field of the dataset → its title on the sheet about source and method.
ABOUT_FIELDS: Mapping[str, str] = {
    "fonte_nome": N_("Source"),
    "agencia": N_("Agency"),
    "fonte_url": N_("Address of the source"),
    "obtido_em": N_("Retrieved on"),
    "dados_hash": N_("Data version"),
    "unidade": N_("Unit"),
    "polaridade": N_("Polarity"),
    "regra_justificativa": N_("Why this rule"),
}
# Key of the stored method → its title.
ABOUT_METHOD: Mapping[str, str] = {
    "rule": N_("Rule of the critical situation"),
    "params": N_("Parameters"),
    "reference_group": N_("Reference group"),
    "tolerance": N_("Tolerance in years"),
    "min_coverage": N_("Least coverage"),
}


def about(lista: Lista, rows: Sequence[Row], snapshot: Any, address: str, day: str = "") -> list[list[Any]]:
    """Lines of the sheet on source and method: of the list, then of each indicator in it; ``day`` it is as of."""
    lines: list[list[Any]] = [
        [tk._("List"), tk._(lista.title)],
        [tk._("Address"), address],
    ]
    if day:
        lines.append([tk._("As of the end of"), day])
    if snapshot is not None:
        lines += [
            [tk._("Analysis"), snapshot.numero],
            [tk._("Made on"), snapshot.criado_em.isoformat(timespec="seconds")],
            [tk._("Content hash"), snapshot.conteudo_hash],
        ]
    named = {row["indicador"] for row in rows if "indicador" in row}
    if not named:
        return lines
    lines += [
        [],
        [
            tk._("Indicator"),
            tk._("Name"),
            tk._("License"),
            *map(tk._, (*ABOUT_FIELDS.values(), *ABOUT_METHOD.values())),
        ],
    ]
    for item in pages.indicators_of(snapshot.id if snapshot else None):
        if item.name in named:
            described = [item.extras.get(key) for key in ABOUT_FIELDS]
            lines.append(
                [
                    item.name,
                    item.title,
                    item.license,
                    *described,
                    *(_said(item.metodo.get(key)) for key in ABOUT_METHOD),
                ]
            )
    return lines


def _said(value: Any) -> Any:
    if isinstance(value, Mapping):
        return "; ".join(f"{key} = {inner}" for key, inner in value.items())
    return value
