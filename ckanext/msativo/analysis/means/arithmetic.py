"""Mean ``arithmetic``: a weakness can be made up for by a strength."""

from __future__ import annotations

from ckanext.msativo.analysis.arrays import Floats
from ckanext.msativo.analysis.means.base import MEANS, Mean
from ckanext.msativo.i18n_marker import N_


class Arithmetic(Mean):
    """Σwx / Σw."""

    name = "arithmetic"
    label = N_("Arithmetic mean")

    def before(self, scores: Floats) -> Floats:
        return scores

    def after(self, mean: Floats) -> Floats:
        return mean


MEANS.register(Arithmetic.name, Arithmetic())
