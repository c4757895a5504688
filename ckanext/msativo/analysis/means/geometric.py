"""Mean ``geometric``: a weakness weighs more than a strength."""

from __future__ import annotations

import numpy as np

from ckanext.msativo.analysis.arrays import Floats
from ckanext.msativo.analysis.means.base import MEANS, Mean, lifted
from ckanext.msativo.i18n_marker import N_


class Geometric(Mean):
    """exp(Σw·ln max(x, 1) / Σw)."""

    name = "geometric"
    label = N_("Geometric mean")

    def before(self, scores: Floats) -> Floats:
        return np.log(lifted(scores))

    def after(self, mean: Floats) -> Floats:
        return np.exp(mean)


MEANS.register(Geometric.name, Geometric())
