"""Plans: who sees them, how they take actions of the menu, and how deliveries come into being and change."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
from ckan.model.types import make_uuid

from ckanext.msativo.logic import acoes, adesoes, cycle_notices, people, publication, steps
from ckanext.msativo.logic.menu_schema import template
from ckanext.msativo.logic.territory import territory
from ckanext.msativo.model import Acao, Ciclo, Entrega, EntregaTermos, Plano, PlanoAcao, menu_reading, programme_reading
from ckanext.msativo.model import plan_reading as reading
from ckanext.msativo.programme.menu import planned
from ckanext.msativo.programme.workflows import ENTREGA, PLANO, Actor
from ckanext.msativo.programme.workflows.evidencia import CREDITED

TYPE = "plano"
EDITABLE = frozenset({"rascunho", "devolvido"})
RUNNING = frozenset({"aprovado", "em_aditivo"})
"""States in which deliveries go on."""
TERMS = ("inicio", "prazo", "meta", "peso")
TEXTS = ("titulo", "unidade", "prova", "responsavel")
FINAL = ENTREGA.final


# -- who ---------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Viewer:
    """What somebody sees whole – people, notes, drafts; asked once for all rows of an answer."""

    reader: adesoes.Reader
    secretariats: Collection[str]
    """Ids of those in which he or she reads."""

    def sees(self, code: str, secretariats: Iterable[str] = ()) -> bool:
        """Of a municipality, and of actions that one of these secretariats leads."""
        return self.reader.sees(code) or not set(self.secretariats).isdisjoint(secretariats)


def viewer(context: Any) -> Viewer:
    user = context.get("user") or ""
    return Viewer(adesoes.reader(context), people.secretariats_of(user, "read"))


def unknown(reference: str) -> tk.ObjectNotFound:
    return tk.ObjectNotFound(tk._("There is no plan “{id}”.").format(id=reference))


def unknown_entrega(reference: str) -> tk.ObjectNotFound:
    return tk.ObjectNotFound(tk._("There is no delivery “{id}”.").format(id=reference))


def cycle(row: Plano) -> Ciclo:
    found = programme_reading.cycle(row.ciclo_id)
    assert found is not None
    return found


# -- a plan takes actions ----------------------------------------------------------------------------------------------
def held_actions(references: Sequence[str]) -> list[Acao]:
    """Actions of the menu, held until the transaction ends and always in one order; raises `ValidationError`."""
    found = []
    for reference in references:
        row = menu_reading.acao(reference)
        if row is None or row.publicada is None:
            raise tk.ValidationError({"acoes": [str(acoes.unknown(reference))]})
        found.append(row.id)
    locked = [menu_reading.acao(identifier, lock=True) for identifier in sorted(set(found))]
    return [row for row in locked if row is not None]


def take(context: Any, row: Plano, wanted: Iterable[Acao], at: datetime, who: Actor) -> None:
    """Put actions into a plan: adopted, in their published version, with deliveries of the template."""
    end = cycle(row).fim
    for action in wanted:
        other = reading.plan_with(row.codigo_ibge, row.ciclo_id, action.id, besides=row.id)
        if other is not None or action.publicada is None:
            message = tk._("The action “{acao}” is in the plan “{plano}” already.")
            raise tk.ValidationError(
                {"acoes": [message.format(acao=_title(action), plano=other.titulo if other else "")]}
            )
        acoes.adopt(action, row.codigo_ibge, row.ciclo_id, acoes.ADOPTED, "", at, who)
        model.Session.add(PlanoAcao(plano_id=row.id, acao_id=action.id, acao_versao=action.publicada))
        model.Session.flush()
        _copy_template(row, action, end)


def _title(action: Acao) -> str:
    return str(action.conteudo["titulo"])


def _copy_template(row: Plano, action: Acao, end: date) -> None:
    version = menu_reading.version(action.id, action.publicada or 0)
    assert version is not None
    position = len(reading.entregas(row.id))
    templates = [template(one) for one in version.conteudo["entregas"]]
    for number, one in enumerate(planned(templates, row.inicio, end)):
        model.Session.add(
            Entrega(
                id=make_uuid(),
                plano_id=row.id,
                acao_id=action.id,
                posicao=position + number,
                titulo=one.title,
                prova=one.proof,
                inicio=one.start,
                prazo=one.due,
                meta=one.quantity,
                unidade=one.unit,
                peso=one.weight,
                responsavel="",
                estado=ENTREGA.initial,
                versao=1,
            )
        )
    model.Session.flush()


def leave(row: Plano, actions: Iterable[str]) -> None:
    """Take actions out of a plan in draft, with their deliveries; they stay adopted."""
    for identifier in actions:
        model.Session.query(Entrega).filter_by(plano_id=row.id, acao_id=identifier).delete()
        model.Session.query(PlanoAcao).filter_by(plano_id=row.id, acao_id=identifier).delete()


# -- deliveries of a draft ---------------------------------------------------------------------------------------------
def resolved(row: Plano, given: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The deliveries of a call with the ids of their actions; each action must be the plan's own, each id too."""
    own = {
        reference: acao.id
        for _, acao, _ in reading.actions_of([row.id]).get(row.id, ())
        for reference in (acao.id, acao.nome)
    }
    known = {entrega.id for entrega in reading.entregas(row.id)}
    problems, seen = [], set()
    for number, one in enumerate(given, 1):
        if one["acao"] not in own:
            message = tk._("Delivery {n}: the action “{acao}” is not in this plan.")
            problems.append(message.format(n=number, acao=one["acao"]))
        if one["id"] and (one["id"] not in known or one["id"] in seen):
            problems.append(tk._("Delivery {n}: this plan has no delivery with that id.").format(n=number))
        seen.add(one["id"])
    if problems:
        raise tk.ValidationError({"entregas": problems})
    return [{**one, "acao": own[one["acao"]]} for one in given]


def replace(row: Plano, wanted: Sequence[Mapping[str, Any]]) -> None:
    """Make the deliveries of a plan that was never approved what the call says."""
    known = {entrega.id: entrega for entrega in reading.entregas(row.id, lock=True)}
    for position, one in enumerate(wanted):
        entrega = known.pop(one["id"], None)
        if entrega is None:
            entrega = Entrega(id=make_uuid(), plano_id=row.id, estado=ENTREGA.initial, versao=1)
            model.Session.add(entrega)
        put(entrega, one, position)
    for gone in known.values():
        model.Session.delete(gone)
    model.Session.flush()


def put(entrega: Entrega, values: Mapping[str, Any], position: int) -> None:
    entrega.acao_id, entrega.posicao = values["acao"], position
    for name in (*TERMS, *TEXTS):
        setattr(entrega, name, values[name])


def check_days(row: Plano, wanted: Iterable[tuple[str, date]]) -> None:
    """No delivery falls due after the cycle's end."""
    end = cycle(row).fim
    late = [title for title, due in wanted if due > end]
    if late:
        message = tk._("“{titulo}” falls due after the cycle's end, on {dia}: give it an earlier date.")
        day = tk.h.msativo_date(end.isoformat())
        raise tk.ValidationError({"entregas": [message.format(titulo=title, dia=day) for title in late]})


# -- from the approval on ----------------------------------------------------------------------------------------------
def begin(entrega: Entrega, who: Actor, at: datetime) -> None:
    """A delivery of an approved plan exists from now on, on these terms."""
    steps.created(entrega, ENTREGA, who, at, plano=entrega.plano_id)
    keep_terms(entrega, at)


def keep_terms(entrega: Entrega, at: datetime) -> None:
    values = {name: getattr(entrega, name) for name in TERMS}
    model.Session.add(EntregaTermos(entrega_id=entrega.id, desde=at, **values))


def accepted(entregas: Collection[str]) -> dict[str, float]:
    """What of each delivery was accepted so far, in its unit."""
    rows = reading.evidences_of(entregas)
    return {
        entrega: sum(one.quantidade_aceita or 0 for one in rows.get(entrega, ()) if one.estado in CREDITED)
        for entrega in entregas
    }


def check_running(row: Plano) -> None:
    """Deliveries go on in a plan that was approved and has not ended."""
    if row.estado not in RUNNING:
        state = tk._(PLANO.states[row.estado])
        raise tk.ValidationError(
            {"plano": [tk._("Nothing can be delivered in this plan now: {state}.").format(state=state)]}
        )


def publish(row: Plano) -> None:
    """Show the plan as it is now in its public dataset."""
    municipio = territory().by_code[row.codigo_ibge]
    owner = programme_reading.prefeitura_of(row.codigo_ibge)
    titles = [entrega.titulo for entrega in reading.entregas(row.id) if entrega.estado != "cancelada"]
    publication.publish(
        {
            "id": row.id,
            "type": TYPE,
            "name": f"plano-{municipio.slug}-{row.ciclo_id}-{row.numero}"[:100],
            "title": row.titulo,
            "notes": "\n".join(f"- {title}" for title in titles),
            "owner_org": owner,
            "codigo_ibge": row.codigo_ibge,
            "ciclo": row.ciclo_id,
        },
    )


def facts(row: Plano, note: str = "") -> dict[str, Any]:
    """What the workflow asks about a plan."""
    rows = reading.entregas(row.id)
    return {
        "ciclo": adesoes.cycle_of(cycle(row)),
        "entregas": sum(one.estado != "cancelada" for one in rows),
        "entregas_abertas": sum(one.estado not in FINAL for one in rows),
        "versao": row.versao,
        "nota": note,
    }


def walk(context: Any, row: Plano, action: str, at: datetime, note: str = "") -> Actor:
    who = steps.actor(context, PLANO, action, row.codigo_ibge)
    steps.walk(row, PLANO, action, who, at, facts(row, note))
    cycle_notices.plano_step(row, action, who, at)
    return who


def for_prefeitura(context: Any, code: str) -> Actor:
    """Who writes in the prefeitura's name."""
    return steps.actor(context, PLANO, "enviar", code)
