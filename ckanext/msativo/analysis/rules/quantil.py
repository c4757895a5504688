"""Rule ``quantil``: the worst share p of the units is critical, the worse half needs attention."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from ckanext.msativo.analysis.orientation import Orientation
from ckanext.msativo.analysis.params import SHARE, Param
from ckanext.msativo.analysis.reference import Reference
from ckanext.msativo.analysis.rules.base import RULES, CutRule, Cuts
from ckanext.msativo.analysis.states import ADEQUADO, ATENCAO, CRITICO
from ckanext.msativo.i18n_marker import N_


class Quantil(CutRule):
    """critico: y ≤ Q_p; atencao: y ≤ median; ties included; all values equal: nobody."""

    name = "quantil"
    label = N_("Worst share of the municipalities")
    inclusive = True
    params = (
        Param(
            "p",
            float,
            0.25,
            N_("Share of municipalities that is critical"),
            N_("a number greater than 0 and less than 1"),
            lambda p: 0.0 < p < 1.0,
            SHARE,
        ),
    )
    texts: ClassVar = {
        CRITICO: (
            "quantil_critico",
            N_("at or beyond {limite_critico}, the cut of the worst {p} of {n} municipalities with data"),
        ),
        ATENCAO: (
            "quantil_atencao",
            N_(
                "in the worse half of {n} municipalities with data, whose median is {limite_atencao}, but short of the "
                "critical cut {limite_critico}"
            ),
        ),
        ADEQUADO: (
            "quantil_adequado",
            N_("in the better half of {n} municipalities with data, whose median is {limite_atencao}"),
        ),
    }

    def cuts(self, reference: Reference, params: Mapping[str, Any], orientation: Orientation) -> Cuts:
        return Cuts(
            {"critico": reference.quantile(params["p"]), "atencao": reference.median},
            no_variation=reference.constant,
        )


RULES.register(Quantil.name, Quantil())
