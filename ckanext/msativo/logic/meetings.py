"""Meetings: who sees which, and what of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.msativo.logic import people
from ckanext.msativo.logic.territory import find_municipality, territory
from ckanext.msativo.model import Ciclo, Reuniao
from ckanext.msativo.model import programme_reading as reading
from ckanext.msativo.territory import LEVELS, Region
from ckanext.msativo.text import fold


@dataclass(frozen=True)
class Reader:
    """Of whose meetings somebody sees everything; ``all``: the coordenação and the portal."""

    codes: Collection[str]
    regions: Collection[str]
    all: bool

    def is_of(self, row: Reuniao) -> bool:
        return self.all or row.codigo_ibge in self.codes or row.regiao in self.regions


def reader(context: Any) -> Reader:
    user = context.get("user") or ""
    if people.is_portal(context):
        return Reader((), (), True)
    if not user:
        return Reader((), (), False)
    codes = people.municipalities_of(user, "read")
    regions = {region.codigo for region in all_regions() if codes.intersection(region.municipios)}
    return Reader(codes, regions, people.in_coordenacao(user, "read"))


def all_regions() -> list[Region]:
    return [region for level in LEVELS for region in territory().regions(level)]


def region_of(reference: str) -> Region:
    """A region by code or name; raises `ObjectNotFound`."""
    for region in all_regions():
        if reference == region.codigo or fold(reference) == fold(region.nome):
            return region
    raise tk.ObjectNotFound(tk._("There is no region “{name}” in this state.").format(name=reference))


def about(data: dict[str, Any]) -> dict[str, Any]:
    """The columns that say what a meeting is about, of the fields that were given; raises `ValidationError`."""
    found: dict[str, Any] = {}
    for field, column, code in (
        ("municipio", "codigo_ibge", lambda text: find_municipality(text).codigo_ibge),
        ("regiao", "regiao", lambda text: region_of(text).codigo),
        ("ciclo", "ciclo", _cycle),
    ):
        if field not in data:
            continue
        try:
            found[column] = code(data[field]) if data[field] else None
        except tk.ObjectNotFound as error:
            raise tk.ValidationError({field: [str(error)]}) from error
    return found


def _cycle(identifier: str) -> str:
    row = reading.cycle(identifier)
    if row is None:
        raise tk.ObjectNotFound(tk._("There is no cycle “{ciclo}”.").format(ciclo=identifier))
    return row.id


def check_place(row: Reuniao) -> None:
    """Of a municipality or of a region."""
    if row.codigo_ibge and row.regiao:
        raise tk.ValidationError({"regiao": [tk._("Say either a municipality or a region.")]})


def missing(_reference: str) -> tk.ObjectNotFound:
    return tk.ObjectNotFound(tk._("There is no such meeting."))


# -- as it is shown ----------------------------------------------------------------------------------------------------
def shown(row: Reuniao, sees: Reader) -> dict[str, Any]:
    """To everyone what a public meeting decided, and no name; the rest to whom it concerns."""
    cycle: Ciclo | None = reading.cycle(row.ciclo) if row.ciclo else None
    place = territory().by_code.get(row.codigo_ibge or "")
    region = next((region.nome for region in all_regions() if region.codigo == row.regiao), None)
    public = {
        "id": row.id,
        "titulo": row.titulo,
        "data": row.data.isoformat(),
        "hora": row.hora.strftime("%H:%M") if row.hora else None,
        "lugar": row.lugar,
        "ciclo": row.ciclo,
        "ciclo_nome": cycle.nome if cycle else None,
        "codigo_ibge": row.codigo_ibge,
        "municipio": place.nome if place else None,
        "regiao": row.regiao,
        "regiao_nome": region,
        "decisoes": row.decisoes,
        "cancelada": row.cancelada,
    }
    if not sees.is_of(row):
        return public
    whole = {
        **public,
        "pauta": row.pauta,
        "participantes": row.participantes.splitlines(),
        "publica": row.publica,
        "versao": row.versao,
    }
    if not sees.all:
        return whole
    names = reading.user_names({row.autor})
    return {**whole, "autor": names.get(row.autor, ""), "criado_em": row.criado_em.isoformat()}
