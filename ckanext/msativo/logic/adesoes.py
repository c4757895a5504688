"""Adesões: who sees what of them, who acts, in which cycle they fall, and how a step is kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk

from ckanext.msativo.logic import adesao_notices, clock, people, steps, terms
from ckanext.msativo.logic.told import refusals
from ckanext.msativo.model import Adesao, Ciclo, Contato
from ckanext.msativo.model import programme_reading as reading
from ckanext.msativo.programme import cycles as rules
from ckanext.msativo.programme.cycles import Cycle
from ckanext.msativo.programme.days import local_day
from ckanext.msativo.programme.deadlines import deadline
from ckanext.msativo.programme.protocol import Protocol
from ckanext.msativo.programme.workflows import ADESAO, Actor, advance

TYPE = "adesao"
EDITABLE = frozenset({"rascunho", "devolvida"})
FIELDS = ("nome", "cargo", "email", "telefone")


# -- who ---------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Reader:
    """Of which municipalities somebody sees everything; ``all``: the coordenação and the portal."""

    own: Collection[str]
    all: bool

    def sees(self, code: str) -> bool:
        return self.all or code in self.own


def reader(context: Any) -> Reader:
    """By the organisations in which the caller may read."""
    user = context.get("user") or ""
    if people.is_portal(context):
        return Reader((), True)
    if not user:
        return Reader((), False)
    return Reader(people.municipalities_of(user, "read"), people.in_coordenacao(user, "read"))


def actor(context: Any, code: str, action: str) -> Actor:
    return steps.actor(context, ADESAO, action, code)


# -- cycles ------------------------------------------------------------------------------------------------------------
def cycle_of(row: Ciclo) -> Cycle:
    return Cycle(row.nome, row.inicio, row.fim, row.adesao_inicio, row.adesao_fim)


def placed(today: date, wanted: str | None = None) -> tuple[Ciclo, rules.Placement]:
    """The cycle in which a request made today falls; another one that is asked for is refused, with the right one."""
    rows = reading.cycles()
    with refusals("ciclo"):
        placement = rules.place([cycle_of(row) for row in rows], today)
    row = next(row for row in rows if row.nome == placement.cycle.name)
    if wanted in (None, "", row.id, row.nome):
        return row, placement
    known = reading.cycle(str(wanted))
    if known is None:
        raise tk.ValidationError({"ciclo": [tk._("There is no cycle “{ciclo}”.").format(ciclo=wanted)]})
    message = tk._(
        "The window of adesão of the cycle {ciclo} is not open: the request falls in the cycle {next}, "
        "and can be sent from {dia} on."
    )
    dia = tk.h.msativo_date(placement.opens.isoformat())
    raise tk.ValidationError({"ciclo": [message.format(ciclo=known.nome, next=row.nome, dia=dia)]})


def placement(context: Any) -> dict[str, Any]:
    """Where a request made now falls, for the form: the cycle, from which day on it can be sent, what it missed."""
    today = clock.today(context)
    row, found = placed(today)
    missed = found.missed.name if found.missed else None
    opened = found.opens <= today
    return {"id": row.id, "nome": row.nome, "opens": found.opens.isoformat(), "missed": missed, "open": opened}


# -- writing -----------------------------------------------------------------------------------------------------------
def unknown(reference: str) -> tk.ObjectNotFound:
    return tk.ObjectNotFound(tk._("There is no request “{id}”.").format(id=reference))


def walk(row: Adesao, action: str, who: Actor, at: datetime, note: str = "") -> None:
    """One step of the workflow: the row's state, its deadline, and the history."""
    with refusals("estado"):
        step = advance(ADESAO, row.estado, action, actor=who, facts=facts(row, note), at=at)
    if action == "enviar":
        _submitted(row, at)
        step = replace(step, records={**step.records, "protocolo": row.protocolo})
    elif row.estado in ADESAO.waiting and step.target not in ADESAO.waiting:
        row.respondida_em = at
    row.estado = step.target
    row.versao += 1
    steps.record(row.id, step)
    adesao_notices.tell_step(row, action, who, at)


def _submitted(row: Adesao, at: datetime) -> None:
    """Each submission starts a count; the number of the first one stays."""
    row.enviada_em, row.respondida_em = at, None
    row.prazo = deadline(at, local_day(at)).due
    if row.protocolo is None:
        year = local_day(at).year
        row.protocolo = str(Protocol(year, reading.next_protocol(year)))


def facts(row: Adesao, note: str = "") -> dict[str, Any]:
    """What the workflow asks about an adesão; people by the ids of their rows, as the history is never erased."""
    contacts = reading.contacts(row.id)
    cycle = reading.cycle(row.ciclo_id)
    assert cycle is not None
    term = terms.of(row.id)
    return {
        "ciclo": cycle_of(cycle),
        "ciclo_nome": cycle.nome,
        "coordenador": next((contact.id for contact in contacts if contact.papel == "coordenador"), None),
        "pontos_focais": [contact.id for contact in contacts if contact.papel == "ponto_focal"],
        "termo": term.hash if term else None,
        "nota": note,
    }


def put_contacts(adesao_id: str, data: Mapping[str, Any]) -> list[str]:
    """Replace the people that ``data`` names; returns which of the two fields were given."""
    given = [name for name in ("coordenador", "pontos_focais") if name in data]
    kept = reading.contacts(adesao_id)
    wanted: dict[str, list[Mapping[str, Any]]] = {
        "coordenador": [plain(contact) for contact in kept if contact.papel == "coordenador"],
        "ponto_focal": [plain(contact) for contact in kept if contact.papel == "ponto_focal"],
    }
    if not given:
        return given
    if "coordenador" in data:
        wanted["coordenador"] = [data["coordenador"]] if data["coordenador"] else []
    if "pontos_focais" in data:
        wanted["ponto_focal"] = list(data["pontos_focais"] or [])
    reading.delete_contacts(adesao_id)
    rows = [(papel, person) for papel, of in wanted.items() for person in of]
    model.Session.add_all(
        Contato(adesao_id=adesao_id, papel=papel, posicao=position, **{name: person.get(name, "") for name in FIELDS})
        for position, (papel, person) in enumerate(rows)
    )
    return given


def plain(contact: Contato) -> dict[str, Any]:
    return {name: getattr(contact, name) for name in FIELDS}


# -- the term ----------------------------------------------------------------------------------------------------------
def term_content(context: Any, reference: str) -> bytes | None:
    """The signed term for who may see it: its prefeitura and the coordenação; None for others and without one."""
    row = reading.adesao(reference) if "\x00" not in reference else None
    if row is None or not reader(context).sees(row.codigo_ibge):
        return None
    term = terms.of(row.id)
    return terms.content(term.id) if term else None
