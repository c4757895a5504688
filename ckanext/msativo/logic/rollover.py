"""The end of a cycle: its requests and plans are closed, and what was not delivered goes on where that was chosen."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
from ckan.model.types import make_uuid

from ckanext.msativo.logic import acoes, adesoes, planos, steps
from ckanext.msativo.logic.territory import territory
from ckanext.msativo.model import Ciclo, Entrega, Plano, PlanoAcao, menu_reading, programme_reading
from ckanext.msativo.model import plan_reading as reading
from ckanext.msativo.programme.workflows import ADESAO, ENTREGA, PLANO, Actor


@dataclass
class Outcome:
    """What was closed, and the drafts that carry plans on."""

    adesoes: int = 0
    planos: int = 0
    levados: list[dict[str, Any]] = field(default_factory=list)


def close(context: Any, cycle: Ciclo, carried: Collection[str], into: Ciclo | None, at: datetime) -> Outcome:
    """Close all that is open of a cycle that has ended; plans whose ids are in ``carried`` go on as drafts in ``into``.

    Raises `ValidationError` before the cycle's end. Part of the caller's transaction.
    """
    outcome = Outcome()
    _check_carried(cycle, carried, into)
    for row in programme_reading.open_adesoes(cycle.id):
        who = steps.actor(context, ADESAO, "encerrar")
        steps.walk(row, ADESAO, "encerrar", who, at, {"ciclo": adesoes.cycle_of(cycle)})
        outcome.adesoes += 1
    for plan in reading.open_plans(cycle.id):
        if plan.id in carried and into is not None:
            outcome.levados.append(_carry(context, plan, into, at))
        planos.walk(context, plan, "encerrar", at)
        plan.proposta = None
        outcome.planos += 1
    return outcome


def open_counts(cycle: Ciclo) -> Outcome:
    """What closing the cycle would close; each open plan with what it would carry on."""
    plans = reading.open_plans(cycle.id)
    rows = [_shown(plan, [one.titulo for one in _open(plan)]) for plan in plans]
    return Outcome(len(programme_reading.open_adesoes(cycle.id)), len(plans), rows)


def _check_carried(cycle: Ciclo, carried: Collection[str], into: Ciclo | None) -> None:
    known = {plan.id for plan in reading.open_plans(cycle.id)}
    if not set(carried) <= known:
        raise tk.ValidationError({"levar": [tk._("This cycle has no open plan with one of these ids.")]})
    if carried and (into is None or into.inicio <= cycle.fim):
        raise tk.ValidationError({"para": [tk._("Say into which later cycle the plans go.")]})


def _open(plan: Plano) -> list[Entrega]:
    return [one for one in reading.entregas(plan.id) if one.estado not in planos.FINAL]


def _carry(context: Any, plan: Plano, into: Ciclo, at: datetime) -> dict[str, Any]:
    """A draft of the next cycle with what was not delivered; what was accepted of it is done and not asked again."""
    who = planos.for_prefeitura(context, plan.codigo_ibge)
    place = territory().by_code[plan.codigo_ibge].nome
    new = Plano(
        id=make_uuid(),
        codigo_ibge=plan.codigo_ibge,
        ciclo_id=into.id,
        titulo=f"Plano de ação de {place} {into.nome}",
        inicio=into.inicio,
        estado=PLANO.initial,
        versao=1,
        criada_em=at,
        em_nome_de=who.em_nome_de,
    )
    model.Session.add(new)
    model.Session.flush()
    steps.created(new, PLANO, who, at, levado_de=plan.id)
    kept = _taken_actions(context, plan, new, at, who)
    rows = [one for one in _open(plan) if one.acao_id in kept]
    accepted = planos.accepted([one.id for one in rows])
    for position, one in enumerate(rows):
        model.Session.add(_rest(one, accepted[one.id], new, position, into))
    model.Session.flush()
    return {**_shown(plan, [one.titulo for one in rows]), "novo": new.id}


def _taken_actions(context: Any, plan: Plano, new: Plano, at: datetime, who: Actor) -> set[str]:
    """The actions that go on, in the version that was taken; one that the next cycle's plan has already does not."""
    kept = set()
    for taken, action, _version in reading.actions_of([plan.id]).get(plan.id, ()):
        if reading.plan_with(new.codigo_ibge, new.ciclo_id, action.id, besides=new.id) is not None:
            continue
        if menu_reading.adoption(new.codigo_ibge, new.ciclo_id, action.id) is None and action.publicada is not None:
            acoes.adopt(action, new.codigo_ibge, new.ciclo_id, acoes.ADOPTED, "", at, who)
        model.Session.add(PlanoAcao(plano_id=new.id, acao_id=action.id, acao_versao=taken.acao_versao))
        kept.add(action.id)
    model.Session.flush()
    return kept


def _rest(one: Entrega, done: float, new: Plano, position: int, into: Ciclo) -> Entrega:
    target = one.meta - done if one.meta is not None and 0 < done < one.meta else one.meta
    return Entrega(
        id=make_uuid(),
        plano_id=new.id,
        acao_id=one.acao_id,
        posicao=position,
        titulo=one.titulo,
        prova=one.prova,
        inicio=into.inicio,
        prazo=_due(one, into),
        meta=target,
        unidade=one.unidade,
        peso=one.peso,
        responsavel=one.responsavel,
        estado=ENTREGA.initial,
        versao=1,
    )


def _due(one: Entrega, into: Ciclo) -> date:
    """As many days as it had, within the cycle."""
    return min(into.inicio + timedelta(days=(one.prazo - one.inicio).days), into.fim)


def _shown(plan: Plano, deliveries: list[str]) -> dict[str, Any]:
    place = territory().by_code.get(plan.codigo_ibge)
    name = place.nome if place else plan.codigo_ibge
    return {"plano": plan.id, "titulo": plan.titulo, "municipio": name, "entregas": deliveries, "novo": None}
