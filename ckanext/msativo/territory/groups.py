"""Reference groups: with whom a municipality may be compared instead of with the whole state.

A group is registered here under the name that an indicator declares as ``grupo_referencia``; its name is then valid in
forms, API and catalogue.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ckanext.msativo.analysis.peer_groups import NO_PEER, peers
from ckanext.msativo.analysis.registry import Registry
from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.territory.model import Perfil, Territory
from ckanext.msativo.territory.schema import PROFILE_FIGURES

NEAREST = 15
"""Municipalities that ``semelhantes`` compares one with: about a fifth of a state of 79, and well over the 8 needed."""


@dataclass(frozen=True)
class Members:
    """Entries in the territory's order.

    ``groups``: a label of each municipality's group ("" = none), or municipalities × k positions of those it is
    compared with (−1 = none); ``names``: what people call its group, a proper name or a msgid, None = it has none.
    """

    groups: Sequence[str] | NDArray[np.intp]
    names: tuple[str | None, ...]


@dataclass(frozen=True)
class ReferenceGroup:
    """``label`` says with whom one is compared (a msgid); ``members`` finds them in a territory."""

    label: str
    members: Callable[[Territory], Members]


GROUPS: Registry[ReferenceGroup] = Registry(N_("reference group"))

# Upper bounds, included, and what the band up to there is called (IBGE's classes of size of municipalities).
BANDS: Sequence[tuple[float, str]] = (
    (5_000, N_("up to 5 thousand inhabitants")),
    (10_000, N_("over 5 to 10 thousand inhabitants")),
    (20_000, N_("over 10 to 20 thousand inhabitants")),
    (50_000, N_("over 20 to 50 thousand inhabitants")),
    (100_000, N_("over 50 to 100 thousand inhabitants")),
    (float("inf"), N_("over 100 thousand inhabitants")),
)
ALIKE = N_("the nearest by population, income and urban share")


def profile_table(territory: Territory) -> NDArray[np.float64]:
    """Municipalities × (population, income, urban share), NaN = not known: the profile that `peers` takes."""
    profiles = [territory.perfil.get(municipio.codigo_ibge, Perfil()) for municipio in territory.municipios]
    return np.array([[getattr(profile, name) for name in PROFILE_FIGURES] for profile in profiles], dtype=float)


def members(name: str, territory: Territory) -> Members:
    """The members of the group of that name, worked out once for a territory; AnalysisError for an unknown name."""
    group = GROUPS.get(name)
    if group not in territory.memo:
        territory.memo[group] = group.members(territory)
    return territory.memo[group]


def _region(level: str, territory: Territory) -> Members:
    regions = [municipio.region(level) for municipio in territory.municipios]
    return Members(
        [region.codigo if region else "" for region in regions],
        tuple(region.nome if region else None for region in regions),
    )


def _population_band(territory: Territory) -> Members:
    bounds = [bound for bound, _name in BANDS]
    people = profile_table(territory)[:, 0]
    bands = [None if np.isnan(number) else bisect_left(bounds, number) for number in people]
    return Members(
        ["" if band is None else str(band) for band in bands],
        tuple(None if band is None else BANDS[band][1] for band in bands),
    )


def _alike(territory: Territory) -> Members:
    nearest: NDArray[Any] = peers(profile_table(territory), NEAREST).unit
    return Members(nearest, tuple(ALIKE if known else None for known in (nearest != NO_PEER).any(axis=1)))


GROUPS.register(
    "regiao_imediata", ReferenceGroup(N_("Municipalities of the same immediate region"), partial(_region, "imediata"))
)
GROUPS.register(
    "regiao_intermediaria",
    ReferenceGroup(N_("Municipalities of the same intermediate region"), partial(_region, "intermediaria")),
)
GROUPS.register(
    "regiao_planejamento",
    ReferenceGroup(N_("Municipalities of the same planning region"), partial(_region, "planejamento")),
)
GROUPS.register("faixa_populacao", ReferenceGroup(N_("Municipalities of similar population"), _population_band))
GROUPS.register("semelhantes", ReferenceGroup(N_("The most similar municipalities"), _alike))
