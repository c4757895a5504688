"""The configured state: municipalities, regions, boundaries and neighbours. No CKAN here.

``load_territory("ms")`` reads the bundled Mato Grosso do Sul; a folder with the same files
makes the software run for any other Brazilian state.
"""

from __future__ import annotations

from ckanext.msativo.territory.errors import (
    Problem,
    TerritoryError,
    TerritoryLookupError,
    UnknownLevel,
    UnknownMunicipio,
)
from ckanext.msativo.territory.model import LEVELS, Municipio, Perfil, Region, RegionRef, Territory
from ckanext.msativo.territory.reader import bundled_names, load_territory
from ckanext.msativo.territory.topology import Boundaries

__all__ = [
    "LEVELS",
    "Boundaries",
    "Municipio",
    "Perfil",
    "Problem",
    "Region",
    "RegionRef",
    "Territory",
    "TerritoryError",
    "TerritoryLookupError",
    "UnknownLevel",
    "UnknownMunicipio",
    "bundled_names",
    "load_territory",
]
