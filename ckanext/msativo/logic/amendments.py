"""Amendments of an approved plan: what may change, how the proposal is kept, and how it comes into force."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
from ckan.model.types import make_uuid

from ckanext.msativo.logic import planos, steps
from ckanext.msativo.model import Entrega, Plano
from ckanext.msativo.model import plan_reading as reading
from ckanext.msativo.programme.workflows import ENTREGA, PLANO

Row = Mapping[str, Any]


def stored(wanted: Sequence[Row]) -> list[dict[str, Any]]:
    """As the row keeps it: dates as texts."""
    return [{k: v.isoformat() if isinstance(v, date) else v for k, v in row.items()} for row in wanted]


def read(proposal: Sequence[Row]) -> list[dict[str, Any]]:
    days = ("inicio", "prazo")
    return [{**row, **{name: date.fromisoformat(row[name]) for name in days}} for row in proposal]


def check(row: Plano, wanted: Sequence[Row]) -> None:
    """Raises `ValidationError`: what is done stays, a target stays above what was accepted, dates within the cycle."""
    known = {entrega.id: entrega for entrega in reading.entregas(row.id)}
    fixed = {entrega.id for entrega in known.values() if entrega.estado in planos.FINAL}
    accepted = planos.accepted(list(known))
    problems = []
    for one in wanted:
        entrega = known.pop(one["id"], None)
        if entrega is None:
            continue
        if entrega.id in fixed:
            if not _differs(entrega, one):
                continue
            message = tk._("“{titulo}” is closed ({state}) and stays as it is.")
            state = tk._(ENTREGA.states[entrega.estado])
            problems.append(message.format(titulo=entrega.titulo, state=state))
        elif _below(one["meta"], accepted[entrega.id]):
            message = tk._("“{titulo}”: {n} were accepted already; the target must stay above that.")
            problems.append(message.format(titulo=entrega.titulo, n=f"{accepted[entrega.id]:g}"))
    for entrega in known.values():
        # Left out: to be cancelled, which is not done to one that waits for the State.
        if entrega.estado in ENTREGA.waiting:
            message = tk._("“{titulo}” has evidence under review: it cannot be cancelled now.")
            problems.append(message.format(titulo=entrega.titulo))
    if problems:
        raise tk.ValidationError({"entregas": problems})
    planos.check_days(row, [(one["titulo"], one["prazo"]) for one in wanted if one["id"] not in fixed])


def _differs(entrega: Entrega, wanted: Row) -> bool:
    names = (*planos.TERMS, *planos.TEXTS)
    return entrega.acao_id != wanted["acao"] or any(getattr(entrega, name) != wanted[name] for name in names)


def _below(target: float | None, accepted: float) -> bool:
    """Whether a target is met by what was accepted already; without one the accepted quantity would count no more."""
    return accepted > 0 and (target is None or target <= accepted)


def apply(context: Any, row: Plano, proposal: Sequence[Row], at: datetime) -> None:
    """Bring a proposal into force, judged anew: deliveries went on meanwhile."""
    wanted = read(proposal)
    check(row, wanted)
    who = steps.actor(context, PLANO, "aprovar_aditivo")
    known = {entrega.id: entrega for entrega in reading.entregas(row.id, lock=True)}
    for position, one in enumerate(wanted):
        entrega = known.pop(one["id"], None)
        if entrega is None:
            entrega = Entrega(id=make_uuid(), plano_id=row.id, estado=ENTREGA.initial, versao=1)
            planos.put(entrega, one, position)
            model.Session.add(entrega)
            planos.begin(entrega, who, at)
        elif entrega.estado not in planos.FINAL:
            before = {name: getattr(entrega, name) for name in planos.TERMS}
            planos.put(entrega, one, position)
            if before != {name: getattr(entrega, name) for name in planos.TERMS}:
                planos.keep_terms(entrega, at)
    for entrega in known.values():
        if entrega.estado not in planos.FINAL:
            note = {"nota": tk._("Cancelled by an amendment of the plan.")}
            steps.walk(entrega, ENTREGA, "cancelar", who, at, note)
    model.Session.flush()
