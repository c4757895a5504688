"""Agenda items: who sees them, whose they are, and how a person moves them on."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.msativo.logic import people, steps
from ckanext.msativo.logic.territory import code_of, find_municipality
from ckanext.msativo.logic.validators import municipality_of, organization_kind
from ckanext.msativo.model import AgendaItem, people_reading
from ckanext.msativo.model import agenda_reading as reading
from ckanext.msativo.programme import agenda
from ckanext.msativo.programme.agenda import Owner
from ckanext.msativo.programme.ownership import COORDENACAO, KINDS, MUNICIPIO, SECRETARIA
from ckanext.msativo.programme.workflows import AGENDA, Actor

TYPE = AGENDA.name
PRIORITIES = {"baixa": 1.0, "media": 3.0, "alta": 6.0}
"""Severity of an item by hand; its class weight is 1."""


# -- who ---------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Reader:
    """Whose items somebody sees whole; ``all``: the coordenação and the portal."""

    codes: Collection[str] = ()
    organizations: Collection[str] = ()
    all: bool = False
    state: bool = False
    """Whether the caller is of the coordenação."""

    @property
    def own(self) -> tuple[Collection[str], Collection[str], bool]:
        """The municipalities, the secretariats, and whether the coordenação: whose the caller's own items are."""
        return self.codes, self.organizations, self.state

    def is_of(self, row: AgendaItem) -> bool:
        """The owner, the municipality that it concerns, and the secretariat that made it."""
        if self.all:
            return True
        if row.dono_tipo == MUNICIPIO and row.dono_id in self.codes:
            return True
        return row.codigo_ibge in self.codes or bool({row.dono_id, row.autoria_id}.intersection(self.organizations))

    def sees(self, row: AgendaItem) -> bool:
        return row.publica or agenda.about(row.regra).public or self.is_of(row)


def reader(context: Any) -> Reader:
    """By the organisations in which the caller may read."""
    user = context.get("user") or ""
    if people.is_portal(context):
        return Reader(all=True)
    if not user:
        return Reader()
    roles = people.roles(user)
    state = any(role.kind == COORDENACAO for role in roles)
    return Reader(
        codes={role.owner for role in roles if role.kind == MUNICIPIO},
        organizations={role.owner for role in roles if role.kind == SECRETARIA},
        all=state,
        state=state,
    )


def owners_of(reference: str) -> set[str | None]:
    """For the table of access: who moves an item on: its owner, and the secretariat that made it."""
    row = reading.item(reference)
    return {row.dono_id, row.autoria_id} if row else set()


def concerned_by(reference: str) -> set[str | None]:
    """For the table of access: who speaks about an item: those who see it whole."""
    row = reading.item(reference)
    return {row.dono_id, row.autoria_id, row.codigo_ibge} if row else set()


def unknown(reference: str) -> tk.ObjectNotFound:
    return tk.ObjectNotFound(tk._("There is no agenda item “{id}”.").format(id=reference))


def actor(context: Any, row: AgendaItem, step: str) -> Actor:
    return steps.actor(context, AGENDA, step, *_part(row))


def possible(context: Any, row: AgendaItem) -> list[str]:
    return steps.possible_for(context, AGENDA, row.estado, *_part(row))


def _part(row: AgendaItem) -> tuple[str, set[str]]:
    """The prefeitura and the secretariats that have a part in an item."""
    secretariats = {one for one in (row.autoria_id, row.dono_id if row.dono_tipo == SECRETARIA else None) if one}
    return (row.dono_id if row.dono_tipo == MUNICIPIO else ""), secretariats


def editable(context: Any, row: AgendaItem) -> bool:
    """By hand and open: by the coordenação and the secretariat that made it."""
    if row.regra is not None or row.estado not in agenda.OPEN:
        return False
    user = context.get("user") or ""
    if people.is_portal(context) or people.in_coordenacao(user):
        return True
    return bool(row.autoria_id) and row.autoria_id in people.secretariats_of(user)


# -- whose -------------------------------------------------------------------------------------------------------------
def owner(reference: str) -> Owner:
    """An owner by its organisation (id or name) or its municipality (code or name); raises `ValidationError`."""
    kind, identifier = organization_kind(reference), people.organization_id(reference)
    if kind in KINDS and identifier:
        return Owner(kind, municipality_of(reference) or identifier)
    code = code_of(reference)
    if code is None:
        message = tk._("There is neither an organization of the programme nor a municipality “{name}”.")
        raise tk.ValidationError({"dono": [message.format(name=reference)]})
    return Owner(MUNICIPIO, code)


def municipality(reference: str | None) -> str | None:
    """Code of the municipality that an item concerns; raises `ValidationError`."""
    if not reference:
        return None
    try:
        return find_municipality(reference).codigo_ibge
    except tk.ObjectNotFound as error:
        raise tk.ValidationError({"municipio": [str(error)]}) from error


def state_organizations() -> list[tuple[str, str]]:
    """Id and title of the State's organisations in the programme, the coordenação first."""
    rows = people_reading.organizations(None)
    return [(row.id, row.title or row.name) for row in rows if organization_kind(row.id) != MUNICIPIO]
