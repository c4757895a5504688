"""The configured territory, read once per process and setting, and what people call its parts."""

from __future__ import annotations

from functools import lru_cache

import ckan.plugins.toolkit as tk

from ckanext.msativo import config
from ckanext.msativo.territory import LEVELS, Municipio, Territory, UnknownMunicipio, load_territory
from ckanext.msativo.text import fold


def territory() -> Territory:
    """Return the territory of ``msativo.territory``; raises `TerritoryError` naming what a broken one lacks."""
    return _load(config.territory())


@lru_cache(maxsize=4)
def _load(where: str) -> Territory:
    return load_territory(where)


def find_municipality(text: str) -> Municipio:
    """Find a municipality by code, slug or name (case and accents ignored); raises `ObjectNotFound`."""
    try:
        return territory().resolve(text)
    except UnknownMunicipio:
        pass
    wanted = fold(text)
    for municipio in territory().municipios:
        if wanted in (fold(municipio.nome), municipio.slug):
            return municipio
    raise tk.ObjectNotFound(tk._("There is no municipality “{name}” in this state.").format(name=text))


def find_region(text: str) -> tuple[str, ...]:
    """Codes of the municipalities of a region, by its code or name; raises `ObjectNotFound`."""
    for level in LEVELS:
        for region in territory().regions(level):
            if text == region.codigo or fold(text) == fold(region.nome):
                return region.municipios
    raise tk.ObjectNotFound(tk._("There is no region “{name}” in this state.").format(name=text))


def code_of(text: str) -> str | None:
    """IBGE code of the municipality that is meant; None when there is none."""
    try:
        return find_municipality(text).codigo_ibge
    except tk.ObjectNotFound:
        return None
