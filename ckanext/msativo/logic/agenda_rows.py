"""Agenda items as the API shows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.msativo.logic import agenda_texts
from ckanext.msativo.logic.agenda_items import TYPE, Reader
from ckanext.msativo.logic.histories import history_rows
from ckanext.msativo.logic.territory import territory
from ckanext.msativo.model import AgendaItem, menu_reading, programme_reading
from ckanext.msativo.model import agenda_reading as reading
from ckanext.msativo.programme import agenda
from ckanext.msativo.programme.agenda import Priority
from ckanext.msativo.programme.agenda import objects as kinds
from ckanext.msativo.programme.ownership import MUNICIPIO

ADDRESSES: Mapping[str, str] = {
    kinds.ENTREGA: "/entregas/{id}",
    kinds.EVIDENCIA: "/evidencias/{id}",
    kinds.PLANO: "/planos/{id}",
    kinds.ACAO: "/acoes/{id}",
    kinds.DESAFIO: "/desafio/{id}",
    kinds.INDICADOR: "/indicador/{id}",
    kinds.MUNICIPIO: "/municipios/{id}",
    kinds.ADESAO: "/adesoes/{id}",
}
"""Path within the portal of what an item stands on."""
TITLES: Mapping[str, str] = {kinds.ADESAO: "protocolo", kinds.EVIDENCIA: "entrega"}
"""Fact that an object is called by, where it is not the one of its kind's name."""

CLOSED_BY_RULE = "encerrar"


@dataclass(frozen=True)
class Names:
    """What ids are called, looked up once for all rows."""

    organizations: Mapping[str, Mapping[str, Any]]
    cycles: Mapping[str, str]
    deliveries: Mapping[str, str]

    @classmethod
    def of(cls, rows: Iterable[AgendaItem]) -> Names:
        rows = list(rows)
        evidences = {one for row in rows if (one := _parts(row).get(kinds.EVIDENCIA))}
        return cls(
            menu_reading.organizations({row.dono_id for row in rows if row.dono_tipo != MUNICIPIO}),
            {cycle.id: cycle.nome for cycle in programme_reading.cycles()},
            reading.deliveries_of(evidences),
        )

    def owner(self, row: AgendaItem) -> str:
        if row.dono_tipo == MUNICIPIO:
            return town(row.dono_id) or row.dono_id
        return str(self.organizations.get(row.dono_id, {}).get("title") or "")


def town(code: str | None) -> str | None:
    place = territory().by_code.get(code or "")
    return place.nome if place else None


def _parts(row: AgendaItem) -> dict[str, str]:
    return agenda.parts(row.regra, row.objeto)


def row(item: AgendaItem, names: Names, sees: Reader, today: date) -> dict[str, Any]:
    """To everyone what is public; the rest, such as the evidence itself, to those concerned."""
    whole = sees.is_of(item)
    title, why = agenda_texts.of(item)
    is_open = item.estado in agenda.OPEN
    shown = {
        "id": item.id,
        "numero": item.numero,
        "regra": item.regra,
        "regra_nome": agenda_texts.rule_label(item.regra),
        "titulo": title,
        "porque": why,
        "dono": {"tipo": item.dono_tipo, "id": item.dono_id, "nome": names.owner(item)},
        "prazo": item.prazo.isoformat(),
        "dias_restantes": (item.prazo - today).days if is_open else None,
        "prioridade": item.prioridade,
        "formula": agenda_texts.formula(Priority(item.peso_classe, item.gravidade, item.dias_atraso)),
        "estado": item.estado,
        "base": base(item, names, whole),
        "codigo_ibge": item.codigo_ibge,
        "municipio": town(item.codigo_ibge),
        "ciclo": item.ciclo_id,
        "ciclo_nome": names.cycles.get(item.ciclo_id or ""),
        "criada_em": item.criada_em.isoformat(),
        "encerrada_em": item.encerrada_em.isoformat() if item.encerrada_em else None,
        "por_regra": item.por_regra,
        "publica": item.publica or agenda.about(item.regra).public,
    }
    return {**shown, "versao": item.versao} if whole else shown


def base(item: AgendaItem, names: Names, whole: bool) -> list[dict[str, Any]]:
    """What an item stands on: ``{"tipo", "id", "titulo", "url"}``; ``url`` a path within the portal."""
    found = []
    named = _parts(item)
    evidence = named.get(kinds.EVIDENCIA)
    if evidence and evidence in names.deliveries:
        named = {kinds.ENTREGA: names.deliveries[evidence], **(named if whole else {})}
    if item.codigo_ibge:
        named = {**named, kinds.MUNICIPIO: item.codigo_ibge}
    for kind, identifier in named.items():
        if kind in ADDRESSES:
            title = town(identifier) if kind == kinds.MUNICIPIO else item.fatos.get(TITLES.get(kind, kind), "")
            shown = {"tipo": kind, "id": identifier, "titulo": title}
            found.append({**shown, "url": ADDRESSES[kind].format(id=_reference(kind, identifier, item))})
    return found


def _reference(kind: str, identifier: str, item: AgendaItem) -> str:
    """How a page calls it: a municipality by its slug, a request by its protocol number."""
    if kind == kinds.MUNICIPIO and identifier in territory().by_code:
        return territory().by_code[identifier].slug
    return str(item.fatos.get("protocolo") or identifier) if kind == kinds.ADESAO else identifier


def history(item: AgendaItem, sees: Reader) -> list[dict[str, Any]]:
    """The note of a rule that closed its item is the rules' own text."""
    rows = history_rows(TYPE, item.id, whole=sees.is_of(item), with_names=sees.all)
    for step in rows:
        if step["acao"] == CLOSED_BY_RULE and step.get("nota"):
            note = step["nota"]
            step["nota"] = tk._(note)
    return rows


def comments(item: AgendaItem) -> list[dict[str, Any]]:
    rows = menu_reading.comments(TYPE, item.id)
    names = programme_reading.user_names({one.autor for one in rows})
    return [{"autor": names.get(one.autor, ""), "texto": one.texto, "em": one.em.isoformat()} for one in rows]
