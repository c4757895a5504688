"""Rule ``limiar``: four bands by declared cuts, in the indicator's own units.

For a target band as polarity the cuts are distances from the band, so the green one is the smaller.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from ckanext.msativo.analysis.errors import AnalysisError
from ckanext.msativo.analysis.orientation import Orientation, midpoint
from ckanext.msativo.analysis.params import REQUIRED, Param
from ckanext.msativo.analysis.reference import Reference
from ckanext.msativo.analysis.rules.base import RULES, CutRule, Cuts
from ckanext.msativo.analysis.states import ADEQUADO, ATENCAO, CRITICO
from ckanext.msativo.i18n_marker import N_


class Limiar(CutRule):
    """verde, amarelo, laranja, vermelho; a value at a cut belongs to the better band."""

    name = "limiar"
    label = N_("Declared limits")
    inclusive = False
    relative = False
    params = (
        Param("verde", float, REQUIRED, N_("Green cut: from here on the value is adequate")),
        Param("vermelho", float, REQUIRED, N_("Red cut: worse than this the value is critical")),
        Param("laranja", float, None, N_("Cut between yellow and orange; default: their midpoint")),
    )
    bands = (
        ("verde", ADEQUADO),
        ("amarelo", ATENCAO),
        ("laranja", ATENCAO),
        ("vermelho", CRITICO),
    )
    texts: ClassVar = {
        CRITICO: ("limiar_vermelho", N_("worse than the red limit {vermelho}")),
        ATENCAO: ("limiar_atencao", N_("between the red limit {vermelho} and the green limit {verde}")),
        ADEQUADO: ("limiar_verde", N_("meets the green limit {verde}")),
    }

    def check(self, params: dict[str, Any], orientation: Orientation) -> dict[str, Any]:
        middle = params["laranja"]
        if middle is None:
            params["laranja"] = middle = midpoint(params["vermelho"], params["verde"])
        if orientation.band is not None and params["verde"] < 0:
            raise AnalysisError(
                "negative_distance",
                N_("With a target band the limits are distances from it; green is {verde}."),
                verde=params["verde"],
            )
        if isinstance(orientation.sign, np.ndarray):
            raise AnalysisError(
                "mixed_polarity",
                N_("The rule “limiar” has one set of limits, so all columns need one polarity."),
            )
        red, orange, green = (orientation.cut(limit) for limit in (params["vermelho"], middle, params["verde"]))
        if not red <= orange <= green:
            raise AnalysisError(
                "limits_out_of_order",
                N_(
                    "The limits are out of order for this polarity: red {vermelho}, "
                    "orange/yellow {laranja}, green {verde}. From worst to best they must read "
                    "red, orange/yellow, green."
                ),
                **params,
            )
        return params

    def cuts(self, reference: Reference, params: Mapping[str, Any], orientation: Orientation) -> Cuts:
        columns = len(reference.y)
        named = {"critico": "vermelho", "laranja": "laranja", "atencao": "verde"}
        return Cuts(
            {name: np.full(columns, orientation.cut(params[param]), dtype=float) for name, param in named.items()}
        )


RULES.register(Limiar.name, Limiar())
