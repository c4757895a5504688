"""The portal of the page tests: three indicators whose every rank and class can be counted by hand.

``alfa`` (lower is better): in 2020 the i-th municipality of the territory has the value i, in 2019 the value 80 − i.
Of the values 1 … 79 the 75 % quantile is 1 + 0.75·78 = 59.5, the median 40: 20 critical, 20 in attention, 39 adequate.
``beta`` (higher is better): everyone has 50, one has no value: nobody stands out. Its title looks like a formula.
``gama``: described, but without data.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ckan.tests import helpers

from ckanext.msativo.tests import factories
from ckanext.msativo.tests.factories import CODES, TERRITORY, load, load_values, tidy

WORST, BEST = TERRITORY.municipios[-1], TERRITORY.municipios[0]
MISSING = TERRITORY.by_code["5006275"]
"""Paraíso das Águas: without a value in ``beta``."""


@dataclass(frozen=True)
class World:
    coordenacao: dict[str, Any]
    alfa: dict[str, Any]
    beta: dict[str, Any]
    gama: dict[str, Any]
    snapshot: str


def build() -> World:
    coordenacao = factories.Coordenacao()
    alfa = factories.Indicador(owner_org=coordenacao["id"], name="alfa", title="Taxa alfa")
    beta = factories.Indicador(
        owner_org=coordenacao["id"],
        name="beta",
        title="=2+2 beta",
        area="educacao",
        polaridade="maior_melhor",
        unidade="%",
    )
    gama = factories.Indicador(owner_org=coordenacao["id"], name="gama", title="Índice gama")
    rows = [("alfa", code, 2020, i) for i, code in enumerate(CODES, 1)]
    rows += [("alfa", code, 2019, 80 - i) for i, code in enumerate(CODES, 1)]
    load(tidy(rows), decimal=".")
    load_values(beta, dict.fromkeys((code for code in CODES if code != MISSING.codigo_ibge), 50.0))
    helpers.call_action("msativo_analysis_run")
    snapshot = helpers.call_action("msativo_snapshot_list")["snapshot"]
    return World(coordenacao, alfa, beta, gama, snapshot)
