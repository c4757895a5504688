"""The improvement agenda: its rules run, items by hand, steps, comments, and the addresses of calendars."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
from ckan.model.types import make_uuid

from ckanext.msativo.logic import (
    agenda_feed,
    agenda_items,
    agenda_running,
    agenda_schema,
    clock,
    jobs_queue,
    people,
    schema,
    steps,
)
from ckanext.msativo.logic.called import caller, shown
from ckanext.msativo.logic.transactions import transaction
from ckanext.msativo.model import AgendaItem, Comentario, programme_reading
from ckanext.msativo.model import agenda_reading as reading
from ckanext.msativo.programme.agenda import Priority
from ckanext.msativo.programme.workflows import AGENDA

__all__ = [
    "msativo_agenda_comment",
    "msativo_agenda_create",
    "msativo_agenda_feed_create",
    "msativo_agenda_feed_revoke",
    "msativo_agenda_run",
    "msativo_agenda_update",
]

TEXTS = ("titulo", "texto", "prazo", "publica")
FIELDS = (*TEXTS, "dono", "municipio", "prioridade")
OWN_WEIGHT = 1.0


def msativo_agenda_run(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Run the rules of the agenda: open what they want, bring what stands up to date, close what no longer holds.

    A second run on the same day changes nothing.

    :param simular: only say what would change
    :param data: the day to look at (default: today); another one only with ``simular``
    :param background: leave it to the worker; answers ``{"job"}``

    :returns: ``{"dia", "simulado", "abertos": [{"numero", "regra", "objeto", "titulo", "porque", "dono", "prazo",
        "prioridade"}], "atualizados": [numero], "encerrados": [{"numero", "regra", "titulo"}], "metodo"}``; ``metodo``
        are the settings of the rules
    """
    tk.check_access("msativo_agenda_run", context, data_dict)
    data = schema.validated(data_dict, agenda_schema.agenda_run(), context)
    today = clock.today(context)
    day: date = data.get("data") or today
    if data.get("simular"):
        return agenda_running.simulate(day)
    if day != today:
        message = tk._("The agenda is written as of today; look at another day by a dry run.")
        raise tk.ValidationError({"data": [message]})
    if data.get("background"):
        return {"job": jobs_queue.enqueue_agenda()}
    return agenda_running.run(context)


# -- by hand -----------------------------------------------------------------------------------------------------------
def msativo_agenda_create(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Add an item by hand.

    :param titulo: what is to be done
    :param texto: more of it (optional)
    :param dono: whose it is: id or name of an organisation of the programme, or a municipality
    :param prazo: last day
    :param municipio: the municipality that it concerns (optional; of a prefeitura's item its own)
    :param prioridade: ``baixa``, ``media`` (default) or ``alta``
    :param publica: whether everyone sees it (default: the owner, the municipality and the coordenação)

    :returns: as of ``msativo_agenda_show``
    """
    tk.check_access("msativo_agenda_create", context, data_dict)
    data = schema.validated(data_dict, agenda_schema.agenda_create(), context)
    at = clock.now(context)
    row = AgendaItem(
        id=make_uuid(),
        objeto="",
        estado=AGENDA.initial,
        versao=1,
        impressao="",
        fatos={},
        base=[],
        metodo={},
        texto="",
        publica=False,
        dias_atraso=0,
        por_regra=False,
        criada_em=at,
        autoria_id=_author(context),
        ciclo_id=_cycle(clock.today(context)),
    )
    _put(row, {"prioridade": "media", **data})
    row.alterada_em = at
    who = steps.actor(context, AGENDA, "descartar", secretariats={row.autoria_id} if row.autoria_id else set())
    with transaction():
        model.Session.add(row)
        model.Session.flush()
        steps.created(row, AGENDA, who, at)
        agenda_running.tell(row, at, but=who.id)
        identifier = row.id
    return shown("msativo_agenda_show", context, identifier)


def _author(context: Any) -> str | None:
    """The secretariat for which somebody writes; None for the coordenação."""
    user = context.get("user") or ""
    if people.is_portal(context) or people.in_coordenacao(user):
        return None
    return next(iter(sorted(people.secretariats_of(user))), None)


def _cycle(day: date) -> str | None:
    return next((row.id for row in reversed(programme_reading.cycles()) if row.inicio <= day <= row.fim), None)


def _put(row: AgendaItem, data: Mapping[str, Any]) -> list[str]:
    """Write the fields that were given; returns their names."""
    for name in TEXTS:
        if name in data:
            setattr(row, name, data[name])
    if "dono" in data:
        owner = agenda_items.owner(data["dono"])
        row.dono_tipo, row.dono_id = owner.kind, owner.id
    if "municipio" in data or "dono" in data:
        code = agenda_items.municipality(data["municipio"]) if "municipio" in data else row.codigo_ibge
        row.codigo_ibge = code or (row.dono_id if row.dono_tipo == agenda_items.MUNICIPIO else None)
    if "prioridade" in data:
        priority = Priority(OWN_WEIGHT, agenda_items.PRIORITIES[data["prioridade"]])
        row.prioridade, row.peso_classe, row.gravidade = priority.value, priority.class_weight, priority.severity
    return [name for name in FIELDS if name in data]


# -- steps -------------------------------------------------------------------------------------------------------------
def msativo_agenda_update(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Move an item on, or change one that was made by hand.

    :param id: id or number
    :param versao: the version that the caller has seen; an older one is refused, with the item as it is now
    :param passo: ``iniciar``, ``concluir``, or ``descartar`` (the State); a discarded item of a rule stays
        away until its facts change
    :param nota: what was done, or why it is discarded; needed to discard
    :param titulo, texto, dono, prazo, municipio, prioridade, publica: of an open item by hand, as of
        ``msativo_agenda_create``; by the coordenação and the secretariat that made it

    :returns: as of ``msativo_agenda_show``
    """
    tk.check_access("msativo_agenda_update", context, data_dict)
    data = schema.validated(data_dict, agenda_schema.agenda_update(), context)
    at = clock.now(context)
    given = {name: data[name] for name in FIELDS if name in data}
    if not given and not data.get("passo"):
        raise tk.ValidationError({"passo": [tk._("Say what to do with the item, or what to change of it.")]})
    with transaction():
        row = steps.held(
            reading.item(data["id"], lock=True),
            data,
            agenda_items.unknown,
            lambda now: shown("msativo_agenda_show", context, now.id),
        )
        if given:
            _edit(context, row, given, at)
        if data.get("passo"):
            _step(context, row, data["passo"], data.get("nota") or "", at)
        row.alterada_em = at
        identifier = row.id
    return shown("msativo_agenda_show", context, identifier)


def _edit(context: Any, row: AgendaItem, given: Mapping[str, Any], at: Any) -> None:
    if row.regra is not None:
        message = tk._("An item of a rule says what the rule found; only items by hand can be changed.")
        raise tk.ValidationError({next(iter(given)): [message]})
    if row.estado in AGENDA.final:
        raise tk.ValidationError({"estado": [tk._("A closed item cannot be changed.")]})
    if not agenda_items.editable(context, row):
        raise tk.NotAuthorized(tk._("The coordenação and the secretariat that made an item may change it."))
    before = (row.dono_tipo, row.dono_id)
    who = agenda_items.actor(context, row, "descartar")
    steps.edited(row, AGENDA, who, at, _put(row, given))
    if (row.dono_tipo, row.dono_id) != before:
        agenda_running.tell(row, at, but=who.id)


def _step(context: Any, row: AgendaItem, step: str, note: str, at: Any) -> None:
    who = agenda_items.actor(context, row, step)
    steps.walk(row, AGENDA, step, who, at, {"nota": note, "impressao": row.impressao})
    if row.estado in AGENDA.final:
        row.encerrada_em = at


def msativo_agenda_comment(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Comment on an item; those who see it whole read it, never the public.

    :param id: id or number
    :param texto: the comment

    :returns: as of ``msativo_agenda_show``
    """
    tk.check_access("msativo_agenda_comment", context, data_dict)
    data = schema.validated(data_dict, agenda_schema.agenda_comment(), context)
    row = reading.item(data["id"])
    if row is None:
        raise agenda_items.unknown(data["id"])
    author, at = steps.author_of(context), clock.now(context)
    with transaction():
        said = {"objeto_tipo": agenda_items.TYPE, "objeto_id": row.id, "autor": author, "texto": data["texto"]}
        model.Session.add(Comentario(**said, em=at))
        identifier = row.id
    return shown("msativo_agenda_show", context, identifier)


# -- calendars ---------------------------------------------------------------------------------------------------------
def msativo_agenda_feed_create(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Make the secret address of an organisation's calendar; the one that it had no longer works.

    :param organizacao: id or name

    :returns: as of ``msativo_agenda_feed_show``, with ``endereco``, which is told this once
    """
    tk.check_access("msativo_agenda_feed_create", context, data_dict)
    data = schema.validated(data_dict, agenda_schema.agenda_feed(), context)
    organization = agenda_feed.organization(data["organizacao"])
    with transaction():
        secret = agenda_feed.renew(organization, steps.author_of(context), clock.now(context))
    address = tk.h.url_for("msativo_agenda.feed", token=secret, qualified=True, locale="default")
    return {**shown_feed(context, organization), "endereco": address}


def msativo_agenda_feed_revoke(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Revoke the secret address of an organisation's calendar.

    :param organizacao: id or name

    :returns: as of ``msativo_agenda_feed_show``
    """
    tk.check_access("msativo_agenda_feed_revoke", context, data_dict)
    data = schema.validated(data_dict, agenda_schema.agenda_feed(), context)
    organization = agenda_feed.organization(data["organizacao"])
    with transaction():
        agenda_feed.revoke(organization, clock.now(context))
    return shown_feed(context, organization)


def shown_feed(context: Any, organization: str) -> dict[str, Any]:
    return tk.get_action("msativo_agenda_feed_show")(caller(context), {"organizacao": organization})
