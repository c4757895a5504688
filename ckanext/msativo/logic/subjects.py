"""Whose the object of a call is: what the table of access needs to know of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ckanext.msativo.logic import acoes, agenda_items, people, state_contacts, teams
from ckanext.msativo.logic.territory import code_of
from ckanext.msativo.logic.validators import municipality_of
from ckanext.msativo.model import menu_reading, plan_reading
from ckanext.msativo.model import programme_reading as reading
from ckanext.msativo.programme.access import Access, Subject
from ckanext.msativo.text import readable

NOBODY = Subject()
ANY = Subject(unnamed=True)


def of(access: Access, data_dict: Any) -> Subject:
    """An object that there is not is nobody's: the same refusal as of another's."""
    if not access.subject:
        return ANY
    reference = (data_dict or {}).get(access.by)
    if reference in (None, ""):
        return ANY
    if not isinstance(reference, str | int) or not readable(str(reference)):
        return NOBODY
    return Subject(frozenset(filter(None, SUBJECTS[access.subject](str(reference)))))


def _municipality(reference: str) -> set[str | None]:
    return {code_of(reference)}


def _organization(reference: str) -> set[str | None]:
    """By its id, and by the municipality of a prefeitura."""
    return {people.organization_id(reference), municipality_of(reference)}


def _adesao(reference: str) -> set[str | None]:
    row = reading.adesao(reference)
    return {row.codigo_ibge if row else None}


def _team(reference: str) -> set[str | None]:
    """Whose administrators look after the people of an organisation: its own, and the coordenação's."""
    return {*teams.open_to(people.organization_id(reference)), municipality_of(reference)}


def _action(reference: str) -> set[str | None]:
    """Those that write it: the secretariat that leads and those that contribute."""
    row = menu_reading.acao(reference)
    return set(acoes.writers(row)) if row else set()


def _action_leader(reference: str) -> set[str | None]:
    row = menu_reading.acao(reference)
    return {row.secretaria_id if row else None}


def _plan(reference: str) -> set[str | None]:
    row = plan_reading.plano(reference)
    return {row.codigo_ibge if row else None}


def _delivery(reference: str) -> set[str | None]:
    found = plan_reading.place_of(reference)
    return {found[1].codigo_ibge if found else None}


def _evidence(reference: str) -> set[str | None]:
    row = plan_reading.evidencia(reference)
    return _delivery(row.entrega_id) if row else set()


def _review(reference: str) -> set[str | None]:
    """The secretariat that leads the evidence's action."""
    row = plan_reading.evidencia(reference)
    found = plan_reading.place_of(row.entrega_id) if row else None
    return {found[2].secretaria_id if found else None}


SUBJECTS: Mapping[str, Callable[[str], set[str | None]]] = {
    "municipio": _municipality,
    "organizacao": _organization,
    "adesao": _adesao,
    "acao": _action,
    "acao_lider": _action_leader,
    "plano": _plan,
    "entrega": _delivery,
    "evidencia": _evidence,
    "revisao": _review,
    "equipe": _team,
    "contato": state_contacts.owners,
    "agenda": agenda_items.owners_of,
    "agenda_conversa": agenda_items.concerned_by,
}
