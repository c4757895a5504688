"""By what the progress of plans is grouped: how each kind of key is found, and what people call it.

To add a grouping: an entry in `GROUPINGS`, and its keys in `progressing.known`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import ckan.plugins.toolkit as tk

from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.logic import acoes, planos
from ckanext.msativo.logic.progressing import Known
from ckanext.msativo.logic.territory import find_municipality, territory
from ckanext.msativo.model import menu_reading, monitoring_reading, plan_reading, reading
from ckanext.msativo.text import fold

ESTADO = "estado"
Named = Mapping[str, tuple[str, str]]
"""Key → (what it is asked for by, what people call it)."""


@dataclass(frozen=True)
class Grouping:
    """``find``: the key that is meant, raises `ObjectNotFound`. ``names``: of some keys of some deliveries; what may
    not be named in public is left out."""

    label: str
    find: Callable[[str], str]
    names: Callable[[Collection[str], Sequence[Known]], Named]


# -- places ------------------------------------------------------------------------------------------------------------
def _state(text: str) -> str:
    own = territory()
    if fold(text) in {ESTADO, fold(own.sigla), fold(own.nome), own.codigo}:
        return ESTADO
    raise tk.ObjectNotFound(tk._("This portal is of {name} alone.").format(name=own.nome))


def _state_name(_keys: Collection[str], _found: Sequence[Known]) -> Named:
    return {ESTADO: (territory().sigla, territory().nome)}


def _region(text: str) -> str:
    for region in territory().regions("imediata"):
        if text == region.codigo or fold(text) == fold(region.nome):
            return region.codigo
    raise tk.ObjectNotFound(tk._("There is no region “{name}” in this state.").format(name=text))


def _region_names(_keys: Collection[str], _found: Sequence[Known]) -> Named:
    return {region.codigo: (region.codigo, region.nome) for region in territory().regions("imediata")}


def _municipality(text: str) -> str:
    return find_municipality(text).codigo_ibge


def _municipality_names(keys: Collection[str], _found: Sequence[Known]) -> Named:
    by_code = territory().by_code
    return {code: (code, by_code[code].nome if code in by_code else code) for code in keys}


# -- plans and actions -------------------------------------------------------------------------------------------------
def _plan(text: str) -> str:
    row = plan_reading.plano(text)
    if row is None or row.aprovada_em is None:
        raise planos.unknown(text)
    return row.id


def _plan_names(keys: Collection[str], found: Sequence[Known]) -> Named:
    named = {one.plano.id: (one.plano.id, one.plano.titulo) for one in found}
    for key in set(keys) - set(named):
        row = plan_reading.plano(key)
        if row is not None:
            named[key] = (row.id, row.titulo)
    return named


def _action(text: str) -> str:
    row = menu_reading.acao(text)
    if row is None or not menu_reading.versions(row.id):
        raise acoes.unknown(text)
    return row.id


def _action_names(keys: Collection[str], found: Sequence[Known]) -> Named:
    """As the newest plan that took it calls it."""
    named = {one.acao.id: (one.acao.nome, one.titulo_acao) for one in found}
    for row in menu_reading.acoes(set(keys) - set(named)):
        versions = menu_reading.versions(row.id)
        named[row.id] = (row.nome, versions[0].conteudo["titulo"] if versions else row.nome)
    return named


# -- datasets and organisations ----------------------------------------------------------------------------------------
def _challenge(text: str) -> str:
    found = reading.visible_id("desafio", text)
    if found is None:
        raise tk.ObjectNotFound(tk._("There is no challenge “{name}”.").format(name=text))
    return found


def _challenge_names(keys: Collection[str], _found: Sequence[Known]) -> Named:
    return {key: (row["name"], row["title"]) for key, row in menu_reading.datasets(keys).items()}


def _secretariat(text: str) -> str:
    found = monitoring_reading.secretariat(text)
    if found is None:
        raise tk.ObjectNotFound(tk._("There is no secretariat “{name}”.").format(name=text))
    return found


def _secretariat_names(keys: Collection[str], _found: Sequence[Known]) -> Named:
    return {key: (row["name"], row["title"]) for key, row in menu_reading.organizations(keys).items()}


GROUPINGS: Mapping[str, Grouping] = {
    ESTADO: Grouping(N_("State"), _state, _state_name),
    "regiao": Grouping(N_("Immediate region"), _region, _region_names),
    "municipio": Grouping(N_("Municipality"), _municipality, _municipality_names),
    "plano": Grouping(N_("Plan"), _plan, _plan_names),
    "acao": Grouping(N_("Action of the menu"), _action, _action_names),
    "desafio": Grouping(N_("Challenge"), _challenge, _challenge_names),
    "secretaria": Grouping(N_("Secretariat"), _secretariat, _secretariat_names),
}
