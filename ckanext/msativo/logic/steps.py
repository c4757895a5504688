"""A step of a workflow: who does it, what it makes of the row, and its place in the history."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, Protocol

import ckan.model as model
import ckan.plugins.toolkit as tk

from ckanext.msativo.logic import people
from ckanext.msativo.logic.told import refusals
from ckanext.msativo.model import Transicao
from ckanext.msativo.programme.agenda import plain
from ckanext.msativo.programme.ownership import COORDENACAO, MUNICIPIO, SECRETARIA
from ckanext.msativo.programme.workflows import SYSTEM, Actor, Transition, Workflow, advance, create, possible


class Stated(Protocol):
    """A row with a state and a version; ``id`` is the object's in the history."""

    id: Any
    estado: Any
    versao: Any


# -- who ---------------------------------------------------------------------------------------------------------------
def author_of(context: Any) -> str:
    """Id of the caller; the system's for the portal itself."""
    user = model.User.get(context.get("user"))
    return user.id if user else SYSTEM.id


def actor(context: Any, workflow: Workflow, action: str, code: str = "", secretariats: Collection[str] = ()) -> Actor:
    """Who does a step: the prefeitura of ``code`` or one of the secretariats as such, else the coordenação.

    What is a prefeitura's alone the coordenação does in its name, and that is recorded. Whoever has no part in the step
    is what he or she is, and the workflow refuses it.
    """
    author, who = author_of(context), {kind for step in workflow.steps if step.action == action for kind in step.who}
    held = _held_kinds(context, code, secretariats)
    kind = next((one for one in held if one in who), None)
    if kind is not None:
        return Actor(kind, author)
    if COORDENACAO in held and MUNICIPIO in who and code:
        return Actor(COORDENACAO, author, em_nome_de=code)
    return Actor(next(iter(held), SECRETARIA), author)


def _held_kinds(context: Any, code: str, secretariats: Collection[str]) -> list[str]:
    """What the caller may act as here, his or her own organisation first."""
    if people.is_portal(context):
        return [COORDENACAO]
    user = context.get("user") or ""
    kinds = [
        (MUNICIPIO, code in people.municipalities_of(user)),
        (SECRETARIA, bool(people.secretariats_of(user).intersection(secretariats))),
        (COORDENACAO, people.in_coordenacao(user)),
    ]
    return [kind for kind, is_one in kinds if is_one]


def possible_for(
    context: Any, workflow: Workflow, state: str, code: str = "", secretariats: Collection[str] = ()
) -> list[str]:
    """Steps that the caller may do now, their needs aside."""
    held = _held_kinds(context, code, secretariats)
    # The coordenação may also act in a prefeitura's name.
    kinds = {*held, *([MUNICIPIO] if COORDENACAO in held and code else [])}
    found = {step for kind in kinds for step in possible(workflow, state, Actor(kind))}
    return [action for action in workflow.actions if action in found]


# -- what --------------------------------------------------------------------------------------------------------------
def walk(
    row: Stated, workflow: Workflow, action: str, who: Actor, at: datetime, facts: Mapping[str, Any]
) -> Transition:
    """One step: the row's state and version, and the history; refused as a `ValidationError`."""
    with refusals("estado"):
        step = advance(workflow, row.estado, action, actor=who, facts=facts, at=at)
    row.estado = step.target
    row.versao += 1
    record(row.id, step)
    return step


def created(row: Stated, workflow: Workflow, who: Actor, at: datetime, **records: Any) -> None:
    record(row.id, create(workflow, actor=who, at=at, records=records))


def edited(row: Stated, workflow: Workflow, who: Actor, at: datetime, fields: Iterable[str]) -> None:
    """An edit changes no state, and is kept in the history all the same."""
    row.versao += 1
    fatos = {"campos": sorted(fields)}
    record(row.id, Transition(workflow.name, "editar", row.estado, row.estado, at, who, "", fatos))


def record(identifier: str, step: Transition) -> None:
    """Add a step to the history."""
    model.Session.add(
        Transicao(
            objeto_tipo=step.workflow,
            objeto_id=identifier,
            acao=step.action,
            de=step.source,
            para=step.target,
            papel=step.actor.kind,
            autor=step.actor.id,
            em_nome_de=step.actor.em_nome_de,
            em=step.at,
            nota=step.note,
            fatos=plain(step.records),
        )
    )


def held(row: Any, data: Mapping[str, Any], missing: Callable[[str], Exception], now: Callable[[Any], Any]) -> Any:
    """The locked row of a call; a caller who saw an older version gets a conflict with what ``now`` shows of it."""
    if row is None:
        raise missing(str(data["id"]))
    if data["versao"] != row.versao:
        message = tk._("This was changed meanwhile (version {now}, you saw {seen}): look at both before you write.")
        shown = now(row)
        model.Session.rollback()
        raise tk.ValidationError(
            {"versao": [message.format(now=shown["versao"], seen=data["versao"])], "atual": [shown]}
        )
    return row
