"""Plans and deliveries as the API shows them: to everyone from the approval on, to those concerned all of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from ckanext.msativo.logic import planos, progressing, steps
from ckanext.msativo.logic.numbers import percent
from ckanext.msativo.logic.planos import Viewer
from ckanext.msativo.logic.progressing import Known
from ckanext.msativo.logic.territory import territory
from ckanext.msativo.logic.told import told
from ckanext.msativo.model import Acao, AcaoVersao, Ciclo, Entrega, Plano, PlanoAcao
from ckanext.msativo.model import plan_reading as reading
from ckanext.msativo.model.plan_reading import Scope
from ckanext.msativo.programme.messages import Message
from ckanext.msativo.programme.progress import Standing, Totals, grouped, standing, standings, totals
from ckanext.msativo.programme.workflows import ENTREGA, PLANO

STEPS = frozenset(PLANO.actions) - {"encerrar"}
"""Steps that an action does by itself; a cycle's end is the rollover's."""
PUBLIC_TEXTS = tuple(name for name in planos.TEXTS if name != "responsavel")
Taken = tuple[PlanoAcao, Acao, AcaoVersao]
"""An action of a plan, in the version it took."""


def row(of: Plano, cycle: Ciclo, whole: bool) -> dict[str, Any]:
    """A plan in a list."""
    by_code = territory().by_code
    shown = {
        "id": of.id,
        "numero": of.numero,
        "titulo": of.titulo,
        "codigo_ibge": of.codigo_ibge,
        "municipio": by_code[of.codigo_ibge].nome if of.codigo_ibge in by_code else of.codigo_ibge,
        "ciclo": cycle.id,
        "ciclo_nome": cycle.nome,
        "estado": of.estado,
        "aprovada_em": of.aprovada_em.isoformat() if of.aprovada_em else None,
    }
    if not whole:
        return shown
    sent = of.enviada_em.isoformat() if of.enviada_em else None
    return {**shown, "versao": of.versao, "enviada_em": sent, "em_nome_de": of.em_nome_de}


def actions(taken: Iterable[Taken]) -> list[dict[str, Any]]:
    """The actions that a plan took, with the version it took."""
    return [{**action_of(acao, version), "versao": of.acao_versao} for of, acao, version in taken]


def action_of(acao: Acao, version: AcaoVersao) -> dict[str, Any]:
    return {"id": acao.id, "nome": acao.nome, "titulo": version.conteudo["titulo"]}


def possible(context: Any, of: Plano) -> list[str]:
    found = steps.possible_for(context, PLANO, of.estado, of.codigo_ibge)
    return [step for step in found if step in STEPS]


# -- deliveries --------------------------------------------------------------------------------------------------------
def plain(of: Entrega, action: Mapping[str, Any], whole: bool) -> dict[str, Any]:
    """The terms of a delivery, without its progress."""
    shown = {
        "id": of.id,
        "plano": of.plano_id,
        "acao": action,
        "titulo": of.titulo,
        "prova": of.prova,
        "inicio": of.inicio.isoformat(),
        "prazo": of.prazo.isoformat(),
        "meta": of.meta,
        "unidade": of.unidade,
        "peso": of.peso,
        "estado": of.estado,
    }
    return {**shown, "responsavel": of.responsavel, "versao": of.versao} if whole else shown


def _in_percent(reason: Message) -> Message:
    """The reason of a light with its shares as people write them."""
    shares = {name: percent(reason.params[name]) for name in ("validado", "previsto") if name in reason.params}
    return replace(reason, params={**reason.params, **shares})


def progress_of(found: Standing | None) -> dict[str, Any]:
    """Where a delivery stands; all None before it existed."""
    if found is None:
        names = ("declarado", "validado", "previsto", "luz", "motivo", "dias_atraso", "atraso_de", "analise_ate")
        return dict.fromkeys(names)
    return {
        "declarado": found.declared,
        "validado": found.validated,
        "previsto": found.planned,
        "luz": found.light,
        "motivo": told(_in_percent(found.reason)),
        "dias_atraso": found.days_late,
        "atraso_de": found.responsible if found.overdue else None,
        "analise_ate": found.review.due.isoformat() if found.review else None,
    }


def known_row(one: Known, found: Standing | None, whole: bool) -> dict[str, Any]:
    """A delivery of an approved plan with its progress; the state and terms are those of the asked day."""
    action = {"id": one.acao.id, "nome": one.acao.nome, "titulo": one.titulo_acao}
    shown = plain(one.entrega, action, whole)
    if found is not None:
        terms = found.terms
        shown |= {
            "estado": found.state,
            "inicio": terms.start.isoformat(),
            "prazo": terms.due.isoformat(),
            "meta": terms.target,
            "peso": terms.weight,
        }
    return {**shown, "codigo_ibge": one.plano.codigo_ibge, "ciclo": one.plano.ciclo_id, **progress_of(found)}


def deliveries(
    of: Plano, taken: Iterable[Taken], today: date, viewer: Viewer
) -> tuple[list[dict[str, Any]], dict[str, Any] | None]:
    """The deliveries of a plan, and their totals from the approval on."""
    if of.aprovada_em is None:
        names = {acao.id: action_of(acao, version) for _, acao, version in taken}
        return [plain(one, names[one.acao_id], True) for one in reading.entregas(of.id)], None
    found = [(one, standing(one.record, today)) for one in progressing.known(Scope(planos=[of.id]))]
    rows = [known_row(one, stands, viewer.sees(of.codigo_ibge, {one.acao.secretaria_id})) for one, stands in found]
    return rows, totals_row(totals(stands for _, stands in found if stands is not None))


def progress_by_plan(plans: Collection[str], today: date) -> dict[str, dict[str, Any]]:
    """The totals of each of these plans that was approved."""
    found = standings((one.record for one in progressing.known(Scope(planos=plans))), today)
    return {plan: totals_row(of) for plan, of in grouped(found, "plano").items()}


def totals_row(of: Totals) -> dict[str, Any]:
    """Totals of any grouping, as the API names them."""
    return {
        "entregas": of.entregas,
        "canceladas": of.canceladas,
        "concluidas": of.concluidas,
        "em_analise": of.waiting,
        "atrasadas": of.overdue,
        "atrasadas_estado": of.overdue_state,
        "declarado": of.declared,
        "validado": of.validated,
        "previsto": of.planned,
        "spi": of.spi,
        "luzes": dict(of.lights),
    }


def entrega_possible(context: Any, of: Entrega, plan: Plano, acao: Acao) -> list[str]:
    """Steps of the delivery itself; those of a review are its evidence's."""
    if plan.estado not in planos.RUNNING:
        return []
    found = steps.possible_for(context, ENTREGA, of.estado, plan.codigo_ibge, {acao.secretaria_id})
    return [step for step in found if step in ("iniciar", "cancelar")]


def proposal(of: Plano, taken: Iterable[Taken], viewer: Viewer) -> list[dict[str, Any]] | None:
    """The deliveries as an open amendment wants them."""
    if of.proposta is None:
        return None
    known = {acao.id: (acao, version) for _, acao, version in taken}
    rows = []
    for one in of.proposta:
        acao, version = known[one["acao"]]
        people = {} if viewer.sees(of.codigo_ibge, {acao.secretaria_id}) else {"responsavel": ""}
        rows.append({**one, "acao": action_of(acao, version), **people})
    return rows


def differences(of: Plano, viewer: Viewer) -> Iterable[dict[str, Any]]:
    """What an open amendment changes, delivery by delivery: ``{"titulo", "mudanca", "campos"}``."""
    # People are those of the municipality and the coordenação here, whoever leads the action.
    names = (*planos.TERMS, *planos.TEXTS) if viewer.sees(of.codigo_ibge) else (*planos.TERMS, *PUBLIC_TEXTS)
    if of.proposta is None:
        return
    now = {one.id: one for one in reading.entregas(of.id) if one.estado != "cancelada"}
    for wanted in of.proposta:
        known = now.pop(wanted["id"], None)
        if known is None:
            yield {"titulo": wanted["titulo"], "mudanca": "nova", "campos": {}}
            continue
        fields = {}
        for name in names:
            before = getattr(known, name)
            before = before.isoformat() if isinstance(before, date) else before
            if before != wanted[name]:
                fields[name] = {"de": before, "para": wanted[name]}
        if fields:
            yield {"titulo": known.titulo, "mudanca": "alterada", "campos": fields}
    for gone in now.values():
        if gone.estado not in planos.FINAL:
            yield {"titulo": gone.titulo, "mudanca": "cancelada", "campos": {}}
