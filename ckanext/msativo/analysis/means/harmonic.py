"""Mean ``harmonic``: a weakness weighs much more than a strength."""

from __future__ import annotations

from ckanext.msativo.analysis.arrays import Floats
from ckanext.msativo.analysis.means.base import MEANS, Mean, lifted
from ckanext.msativo.i18n_marker import N_


class Harmonic(Mean):
    """Σw / Σ(w / max(x, 1))."""

    name = "harmonic"
    label = N_("Harmonic mean")

    def before(self, scores: Floats) -> Floats:
        return 1.0 / lifted(scores)

    def after(self, mean: Floats) -> Floats:
        return 1.0 / mean


MEANS.register(Harmonic.name, Harmonic())
