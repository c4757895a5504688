"""Rule ``jenks``: the worst of k natural classes is critical, the second worst needs attention."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from ckanext.msativo.analysis.natural_breaks import natural_breaks
from ckanext.msativo.analysis.orientation import Orientation
from ckanext.msativo.analysis.params import Param
from ckanext.msativo.analysis.reference import Reference
from ckanext.msativo.analysis.rules.base import RULES, CutRule, Cuts
from ckanext.msativo.analysis.states import ADEQUADO, ATENCAO, CRITICO
from ckanext.msativo.i18n_marker import N_


class Jenks(CutRule):
    """Exact Fisher–Jenks classes; not applicable with fewer than k distinct values."""

    name = "jenks"
    label = N_("Natural classes")
    inclusive = True
    params = (Param("k", int, 5, N_("Number of classes"), N_("a whole number, 3 or more"), lambda k: k >= 3),)
    not_applicable = N_("there are fewer different values than the {k} natural classes need")
    texts: ClassVar = {
        CRITICO: (
            "jenks_critico",
            N_("in the worst of the {k} natural classes of {n} municipalities with data, ending at {limite_critico}"),
        ),
        ATENCAO: (
            "jenks_atencao",
            N_(
                "in the second worst of the {k} natural classes of {n} municipalities with data, ending at "
                "{limite_atencao}"
            ),
        ),
        ADEQUADO: (
            "jenks_adequado",
            N_("in one of the better of the {k} natural classes of {n} municipalities with data"),
        ),
    }

    def cuts(self, reference: Reference, params: Mapping[str, Any], orientation: Orientation) -> Cuts:
        bounds = np.full((2, len(reference.y)), np.nan)
        for column, (values, n) in enumerate(zip(reference.ordered, reference.n, strict=True)):
            breaks = natural_breaks(values[:n], params["k"])
            if breaks is not None:
                bounds[:, column] = breaks[:2]
        return Cuts(
            {"critico": bounds[0], "atencao": bounds[1]},
            no_variation=reference.constant,
            applicable=reference.constant | ~np.isnan(bounds[0]),
        )


RULES.register(Jenks.name, Jenks())
