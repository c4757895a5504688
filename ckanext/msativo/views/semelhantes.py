"""Municipalities around one: the most similar ones, with the figures that make them so, and the neighbours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import ckan.plugins.toolkit as tk

from ckanext.msativo.analysis import peers
from ckanext.msativo.logic.numbers import number, percent
from ckanext.msativo.logic.territory import territory
from ckanext.msativo.territory import Municipio, Perfil, Territory
from ckanext.msativo.territory.groups import profile_table
from ckanext.msativo.text import fold
from ckanext.msativo.views import links

States = Mapping[str, Mapping[str, int]]
"""Per municipality, how many indicators are in which state."""
_KEY = "views.semelhantes"


@dataclass(frozen=True)
class Neighbour:
    nome: str
    href: str
    criticos: int


@dataclass(frozen=True)
class Similar:
    """A municipality with the figures by which it is compared; ``own`` is the one that the page is about."""

    nome: str
    href: str
    own: bool
    populacao: str
    renda: str
    urbano: str
    criticos: int | None


def peers_of(municipio: Municipio) -> list[Municipio]:
    """The most similar municipalities by population, income and urban share, the nearest first."""
    place = territory()
    if _KEY not in place.memo:
        place.memo[_KEY] = _nearest(place)
    return [place.by_code[code] for code in place.memo[_KEY].get(municipio.codigo_ibge, ())]


def _nearest(place: Territory) -> dict[str, tuple[str, ...]]:
    codes = [municipio.codigo_ibge for municipio in place.municipios]
    found = peers(profile_table(place)).unit
    return {code: tuple(codes[unit] for unit in row if unit >= 0) for code, row in zip(codes, found, strict=True)}


def similar(municipio: Municipio, states: States) -> list[Similar]:
    """The municipality itself, then its most similar ones; empty when its figures are not known."""
    found = peers_of(municipio)
    return [_similar(one, one == municipio, states) for one in (municipio, *found)] if found else []


def _similar(municipio: Municipio, own: bool, states: States) -> Similar:
    figures = territory().perfil.get(municipio.codigo_ibge, Perfil())
    return Similar(
        nome=municipio.nome,
        href=links.municipality(municipio.slug),
        own=own,
        populacao=number(figures.populacao, 0),
        renda=number(figures.renda, 0),
        urbano=percent(figures.urbano),
        criticos=states[municipio.codigo_ibge].get("critico", 0) if municipio.codigo_ibge in states else None,
    )


def neighbours(municipio: Municipio, states: States) -> list[Neighbour]:
    """Those that share a border, by name."""
    found = [territory().by_code[code] for code in territory().neighbours()[municipio.codigo_ibge]]
    return [
        Neighbour(other.nome, links.municipality(other.slug), states.get(other.codigo_ibge, {}).get("critico", 0))
        for other in sorted(found, key=lambda other: fold(other.nome))
    ]


def sources() -> Sequence[str]:
    """What the figures are, of which year and by whom, one sentence each."""
    return [
        tk._("{what}, {year} ({agency})").format(
            what=of["dado"], year=of["ano"], agency=of.get("agencia") or of["fonte"]
        )
        for of in territory().perfil_fontes.values()
    ]


def people(municipio: Municipio) -> str:
    """Its inhabitants as a number; "" when the territory does not say."""
    known = getattr(territory().perfil.get(municipio.codigo_ibge), "populacao", None)
    return "" if known is None else number(known, 0)


def population_source() -> str:
    """Whose figure the population is and of which year: "IBGE, 2024"."""
    source = territory().perfil_fontes.get("populacao") or {}
    return ", ".join(str(source[key]) for key in ("agencia", "ano") if source.get(key))


def population(municipio: Municipio) -> str:
    """ "8,409 inhabitants (IBGE, 2024)"; "" when the territory does not say."""
    known = people(municipio)
    if not known:
        return ""
    figures = territory().perfil[municipio.codigo_ibge]
    text = tk.ungettext("{n} inhabitant", "{n} inhabitants", round(figures.populacao or 0)).format(n=known)
    source = population_source()
    return f"{text} ({source})" if source else text
