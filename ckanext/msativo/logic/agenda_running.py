"""Runs the agenda's rules: what they want today against what stands, in one transaction and one run at a time.

Run twice, the second one changes nothing. What a person wrote is not touched.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
from flask import has_request_context
from flask_babel import force_locale

from ckanext.msativo import config
from ckanext.msativo.logic import agenda_facts, agenda_texts, clock, mails, notices, steps
from ckanext.msativo.logic.agenda_facts import Gathered
from ckanext.msativo.logic.told import refusals
from ckanext.msativo.logic.transactions import transaction
from ckanext.msativo.logic.validators import organization_kind
from ckanext.msativo.model import AgendaItem
from ckanext.msativo.model import agenda_reading as reading
from ckanext.msativo.programme import agenda
from ckanext.msativo.programme.agenda import Changes, Existing, Owner, Update, Wanted
from ckanext.msativo.programme.days import local_day
from ckanext.msativo.programme.ownership import COORDENACAO, MUNICIPIO, SECRETARIA
from ckanext.msativo.programme.workflows import AGENDA, SYSTEM


@dataclass(frozen=True)
class Planned:
    """What a run changes: ``rows`` are the open items by id, ``method`` the settings of the rules."""

    changes: Changes
    gathered: Gathered
    rows: Mapping[str, AgendaItem]
    method: Mapping[str, Mapping[str, Any]]


def run(context: Any) -> dict[str, Any]:
    """Bring the agenda to what the rules want today."""
    at = clock.now(context)
    with language(), transaction():
        reading.lock_run()
        planned = plan(clock.today(context))
        opened = [_open(wanted, planned, at) for wanted in planned.changes.open]
        for update in planned.changes.update:
            _update(planned.rows[update.id], update, planned, at)
        for close in planned.changes.close:
            _close(planned.rows[close.id], close.note.msgid, at)
        return outcome(planned, clock.today(context), [row.numero for row in opened])


def simulate(day: date) -> dict[str, Any]:
    """What a run on that day would change; nothing is written."""
    with language():
        try:
            return {**outcome(plan(day), day, []), "simulado": True}
        finally:
            model.Session.rollback()


def plan(day: date) -> Planned:
    gathered = agenda_facts.gather(day)
    with refusals(config.AGENDA_RULES):
        rules = agenda.configured(settings())
    kinds: dict[str, str] = {}
    wanted = [_owned(item, kinds) for item in agenda.wanted_items(gathered.facts, rules)]
    standing = reading.open_of_rules()
    existing = [as_existing(row) for row in (*reading.newest_closed(), *standing)]
    changes = agenda.reconcile(existing, wanted, day)
    return Planned(changes, gathered, {row.id: row for row in standing}, agenda.method(rules))


def settings() -> dict[str, Any]:
    """The settings that the portal's configuration gives; raises `ValidationError`."""
    text = config.agenda_rules().strip()
    try:
        given = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict) or not all(isinstance(of, dict) for of in given.values()):
        message = tk._("The setting must be a JSON object: rule, setting, number.")
        raise tk.ValidationError({config.AGENDA_RULES: [message]})
    return given


def _owned(wanted: Wanted, kinds: dict[str, str]) -> Wanted:
    """An action may be led by the coordenação itself, which then owns the item as what it is."""
    if wanted.owner.kind != SECRETARIA:
        return wanted
    if wanted.owner.id not in kinds:
        kinds[wanted.owner.id] = organization_kind(wanted.owner.id) or SECRETARIA
    return replace(wanted, owner=Owner(kinds[wanted.owner.id], wanted.owner.id))


def as_existing(row: AgendaItem) -> Existing:
    return Existing(
        id=row.id,
        rule=row.regra,
        object=row.objeto,
        state=row.estado,
        fingerprint=row.impressao,
        facts=row.fatos,
        owner=Owner(row.dono_tipo, row.dono_id),
        due=row.prazo,
        priority=row.prioridade,
        closed_on=local_day(row.encerrada_em) if row.encerrada_em else None,
        by_rule=row.por_regra,
    )


# -- writing -----------------------------------------------------------------------------------------------------------
def _open(wanted: Wanted, planned: Planned, at: datetime) -> AgendaItem:
    place = planned.gathered.place(wanted.rule, wanted.object)
    row = AgendaItem(
        regra=wanted.rule,
        objeto=wanted.object,
        estado=AGENDA.initial,
        versao=1,
        codigo_ibge=place.codigo,
        ciclo_id=place.ciclo,
        criada_em=at,
        titulo="",
        texto="",
        publica=False,
        por_regra=False,
    )
    _put(row, wanted, wanted.due, planned, at)
    model.Session.add(row)
    model.Session.flush()
    steps.created(row, AGENDA, SYSTEM, at, regra=wanted.rule, impressao=wanted.fingerprint)
    tell(row, at)
    return row


def _put(row: AgendaItem, wanted: Wanted, due: date, planned: Planned, at: datetime) -> None:
    row.fatos, row.base, row.impressao = dict(wanted.facts), list(wanted.basis), wanted.fingerprint
    row.dono_tipo, row.dono_id, row.prazo = wanted.owner.kind, wanted.owner.id, due
    row.prioridade = wanted.priority.value
    row.peso_classe, row.gravidade = wanted.priority.class_weight, wanted.priority.severity
    row.dias_atraso = wanted.priority.days_late
    row.metodo, row.alterada_em = dict(planned.method[wanted.rule]), at


def _update(row: AgendaItem, update: Update, planned: Planned, at: datetime) -> None:
    """Days that pass by themselves are written down quietly; a new matter or owner is a step of the history."""
    changed = {
        "fatos": row.impressao != update.wanted.fingerprint,
        "prazo": row.prazo != update.due,
        "dono": (row.dono_tipo, row.dono_id) != (update.wanted.owner.kind, update.wanted.owner.id),
    }
    _put(row, update.wanted, update.due, planned, at)
    fields = [name for name, is_new in changed.items() if is_new]
    if fields:
        steps.edited(row, AGENDA, SYSTEM, at, fields)
    if changed["dono"]:
        tell(row, at)


def _close(row: AgendaItem, note: str, at: datetime) -> None:
    """The note is kept as it stands in the rules and translated where it is read."""
    steps.walk(row, AGENDA, "encerrar", SYSTEM, at, {"nota": note})
    row.encerrada_em, row.alterada_em, row.por_regra = at, at, True


# -- telling -----------------------------------------------------------------------------------------------------------
OWNERS = {
    MUNICIPIO: notices.editors_of_municipality,
    SECRETARIA: notices.secretaria,
    COORDENACAO: lambda _identifier: notices.coordenacao(),
}


def tell(row: AgendaItem, at: datetime, but: str | None = None) -> None:
    """Tell its owner of an item, once."""
    to: Iterable[str] = OWNERS[row.dono_tipo](row.dono_id)
    title, _why = agenda_texts.of(row)
    notices.tell(to, "agenda_item", row.id, f"/agenda/{row.numero}", but=but, at=at, item=title)


@contextmanager
def language() -> Iterator[None]:
    """The portal's own language for what is kept as text, wherever we are."""
    if has_request_context():
        with force_locale(tk.config["ckan.locale_default"]):
            yield
    else:
        with mails.portal_language():
            yield


def outcome(planned: Planned, day: date, numbers: list[int]) -> dict[str, Any]:
    """The outcome of a run."""
    changes = planned.changes
    opened = [_told_wanted(wanted) for wanted in changes.open]
    for shown, number in zip(opened, numbers, strict=False):
        shown["numero"] = number
    return {
        "dia": day.isoformat(),
        "simulado": False,
        "abertos": opened,
        "atualizados": [planned.rows[update.id].numero for update in changes.update],
        "encerrados": [_told_row(planned.rows[close.id]) for close in changes.close],
        "metodo": {name: dict(of) for name, of in planned.method.items()},
    }


def _told_wanted(wanted: Wanted) -> dict[str, Any]:
    title, why = agenda_texts.of_wanted(wanted)
    return {
        "numero": None,
        "regra": wanted.rule,
        "objeto": wanted.object,
        "titulo": title,
        "porque": why,
        "dono": {"tipo": wanted.owner.kind, "id": wanted.owner.id},
        "prazo": wanted.due.isoformat(),
        "prioridade": wanted.priority.value,
    }


def _told_row(row: AgendaItem) -> dict[str, Any]:
    return {"numero": row.numero, "regra": row.regra, "titulo": agenda_texts.of(row)[0]}
