"""Rules ``zscore`` and ``robust_z``: how far a value lies on the bad side of the centre.

``zscore`` counts sample standard deviations (n − 1) from the mean; ``robust_z`` counts scaled
median absolute deviations from the median, and cannot be applied when that deviation is 0, as when
more than half of the values are equal.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from ckanext.msativo.analysis.arrays import Floats
from ckanext.msativo.analysis.errors import AnalysisError
from ckanext.msativo.analysis.orientation import Orientation
from ckanext.msativo.analysis.params import SIZE, Param
from ckanext.msativo.analysis.reference import Reference
from ckanext.msativo.analysis.rules.base import RULES, CutRule, Cuts
from ckanext.msativo.analysis.states import ADEQUADO, ATENCAO, CRITICO
from ckanext.msativo.i18n_marker import N_

# makes the median absolute deviation of a normal distribution its standard deviation
MAD_SCALE = 1.4826

# share of a deviation within which a value is at the cut: three values one step apart have z = −1 exactly on paper
_AT_CUT = 1e-9


def _params(critical: float, attention: float) -> tuple[Param, ...]:
    return (
        Param("critico", float, critical, N_("Critical under this many deviations"), measure=SIZE),
        Param("atencao", float, attention, N_("Attention under this many deviations"), measure=SIZE),
    )


class _Deviations(CutRule):
    """A rule whose cuts lie a number of deviations from a centre."""

    inclusive = False

    def check(self, params: dict[str, Any], orientation: Orientation) -> dict[str, Any]:
        if not params["critico"] <= params["atencao"]:
            raise AnalysisError(
                "limits_out_of_order",
                N_("“{rule}”: critico {critico} must not exceed atencao {atencao}."),
                rule=self.name,
                **params,
            )
        return params


def _snapped(reference: Reference, cut: Floats, spread: Floats) -> Floats:
    """The cuts, each moved to the lowest value that differs from it by rounding only."""
    at_cut = np.abs(reference.y - cut[:, None]) <= _AT_CUT * spread[:, None]
    lowest = np.where(at_cut, reference.y, np.inf).min(axis=1, initial=np.inf)
    return np.where(np.isinf(lowest), cut, lowest)


class ZScore(_Deviations):
    """critico: z < −1; atencao: z < −0.5."""

    name = "zscore"
    label = N_("Standard deviations from the mean")
    params = _params(-1.0, -0.5)
    texts: ClassVar = {
        CRITICO: (
            "zscore_critico",
            N_(
                "worse than {limite_critico}, which is {critico} standard deviation(s) from the mean of {n} "
                "municipalities with data"
            ),
        ),
        ATENCAO: (
            "zscore_atencao",
            N_(
                "worse than {limite_atencao}, which is {atencao} standard deviation(s) from the mean of {n} "
                "municipalities with data, but short of the critical cut {limite_critico}"
            ),
        ),
        ADEQUADO: (
            "zscore_adequado",
            N_("near the mean of {n} municipalities with data or on its good side, not worse than {limite_atencao}"),
        ),
    }

    def cuts(self, reference: Reference, params: Mapping[str, Any], orientation: Orientation) -> Cuts:
        mean, sd = reference.mean, reference.sd
        return Cuts(
            {name: _snapped(reference, mean + params[name] * sd, sd) for name in ("critico", "atencao")},
            no_variation=reference.constant,
            extras={"media": orientation.limit(mean), "desvio": sd},
        )


class RobustZ(_Deviations):
    """critico: (y − median) / (1.4826 · MAD) < −1.5; atencao: < −0.75."""

    name = "robust_z"
    label = N_("Robust deviations from the median")
    params = _params(-1.5, -0.75)
    not_applicable = N_("more than half of the {n} values are equal, so robust deviations cannot be counted")
    texts: ClassVar = {
        CRITICO: (
            "robust_z_critico",
            N_(
                "worse than {limite_critico}, which is {critico} robust deviation(s) from the median of {n} "
                "municipalities with data"
            ),
        ),
        ATENCAO: (
            "robust_z_atencao",
            N_(
                "worse than {limite_atencao}, which is {atencao} robust deviation(s) from the median of {n} "
                "municipalities with data, but short of the critical cut {limite_critico}"
            ),
        ),
        ADEQUADO: (
            "robust_z_adequado",
            N_("near the median of {n} municipalities with data or on its good side, not worse than {limite_atencao}"),
        ),
    }

    def cuts(self, reference: Reference, params: Mapping[str, Any], orientation: Orientation) -> Cuts:
        median = reference.median
        mad = Reference(np.abs(reference.y - median[:, None])).median
        spread = MAD_SCALE * mad
        return Cuts(
            {name: _snapped(reference, median + params[name] * spread, spread) for name in ("critico", "atencao")},
            applicable=mad > 0,
            extras={"mediana": orientation.limit(median), "mad": mad},
        )


for _rule in (ZScore(), RobustZ()):
    RULES.register(_rule.name, _rule)
