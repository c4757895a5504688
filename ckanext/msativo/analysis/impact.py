"""Did it work? Change of the units that took an action beside comparable ones that did not.

Difference in differences: each participating unit is matched, by baseline and profile, to the k
nearest units that do not take part, and its change is compared with their mean change. The interval
comes from drawing participation at random among the same units, with the matching done again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ckanext.msativo.analysis.arrays import Bools, Floats
from ckanext.msativo.analysis.flagresult import Reason
from ckanext.msativo.analysis.peer_groups import distances, nearest_columns, standardise
from ckanext.msativo.analysis.streams import generator
from ckanext.msativo.analysis.tables import as_table, per_unit
from ckanext.msativo.i18n_marker import N_

MIN_COMPARATORS = 8
MATCHES = 3
PERMUTATIONS = 999
LEVEL = 0.90


@dataclass(frozen=True)
class Impact:
    """Effect in the indicator's units: change of participants minus that of their matches.

    ``low`` and ``high`` bound it at ``LEVEL``; ``p`` two-sided. NaN and a ``reason`` when it cannot
    be assessed yet. The numbers of units are always there.
    """

    participants: int
    comparators: int
    effect: float = float("nan")
    low: float = float("nan")
    high: float = float("nan")
    p: float = float("nan")
    change_participants: float = float("nan")
    change_comparators: float = float("nan")
    reason: Reason | None = None

    @property
    def assessable(self) -> bool:
        return self.reason is None


def assess_impact(
    baseline: Any,
    after: Any,
    participates: Any,
    profile: Any = None,
    *,
    matches: int = MATCHES,
    min_comparators: int = MIN_COMPARATORS,
    permutations: int = PERMUTATIONS,
    seed: int = 0,
    name: str = "",
) -> Impact:
    """Difference in differences of one indicator and one action.

    ``baseline`` and ``after`` one value per unit (NaN = missing), ``participates`` bool per unit,
    ``profile`` units × features for the matching, beside the baseline. Units without baseline,
    later value or profile are left out. The stream depends on ``seed`` and ``name``.
    """
    before = np.asarray(baseline, dtype=float)
    later = per_unit(after, len(before), "after")
    takes_part = per_unit(participates, len(before), "participates") > 0
    features = before[:, None]
    if profile is not None:
        features = np.column_stack([features, as_table(profile)[0]])
    usable = ~np.isnan(later) & ~np.isnan(features).any(axis=1)
    treated = takes_part[usable]
    reason = _why_not(later, treated, min_comparators)
    if reason is not None:
        return Impact(int(treated.sum()), int((~treated).sum()), reason=reason)
    points = standardise(features[usable])
    matching = _Matching((later - before)[usable], distances(points, points), matches)
    own, matched = matching.changes(treated)
    null = matching.null(treated, permutations, generator(seed, name))
    effect = own - matched
    low, high = np.quantile(null, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    as_large = np.count_nonzero(np.abs(null) >= abs(effect) - 1e-12)
    return Impact(
        int(treated.sum()),
        int((~treated).sum()),
        effect,
        float(effect - high),
        float(effect - low),
        (as_large + 1) / (permutations + 1),
        own,
        matched,
    )


@dataclass(frozen=True)
class _Matching:
    """Changes of the usable units, the distances between them, and how many matches are taken."""

    change: Floats
    between: Floats
    matches: int

    def changes(self, treated: Bools) -> tuple[float, float]:
        """Mean change of the treated units, and of their matches."""
        controls = np.flatnonzero(~treated)
        near = nearest_columns(self.between[np.ix_(treated, controls)], self.matches)
        return float(self.change[treated].mean()), float(self.change[controls][near].mean())

    def null(self, treated: Bools, permutations: int, rng: np.random.Generator) -> Floats:
        """Effects when participation is drawn at random."""
        effects = np.empty(permutations)
        for draw in range(permutations):
            own, matched = self.changes(rng.permutation(treated))
            effects[draw] = own - matched
        return effects


def _why_not(later: Floats, treated: Bools, min_comparators: int) -> Reason | None:
    if np.isnan(later).all():
        text = N_("Not assessable yet: there is no observation after the baseline.")
        return Reason("sem_observacao_posterior", text, {})
    if not treated.any():
        text = N_("Not assessable yet: no participating municipality has both observations.")
        return Reason("sem_participantes", text, {})
    comparators = int((~treated).sum())
    if comparators < min_comparators:
        text = N_("Not assessable yet: {comparators} comparable municipalities, {least} needed.")
        facts = {"comparators": comparators, "least": min_comparators}
        return Reason("poucos_comparadores", text, facts)
    return None
