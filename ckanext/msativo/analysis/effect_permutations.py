"""The permutation test of a matched difference, and the interval that it does not reject.

Hypothesis τ: taking part changed the indicator by τ in every participant, so that ``change − τ·takes_part`` is what
would have happened anyway; and given that, which units take part is as good as drawn. Each draw of as many
participants is matched anew and gives a contrast c; its statistic is |c·(change − τ·takes_part)| / ‖c‖. Dividing by
the contrast's own length keeps draws comparable that lean on few comparators and that lean on many (in the spirit of
studentised permutation tests: Chung and Romano 2013, Ann. Statist. 41, 484–507). p(τ) is the share of draws, the one
that happened among them, whose statistic is at least the observed. The interval is the set of τ with p(τ) > 1 − level:
a permutation test inverted (Ernst 2004, Statistical Science 19, 676–685; Rosenbaum 2002, Statistical Science 17,
286–327), not the spread of the null moved to the estimate. Since the statistic is linear in τ it needs no search.
"""

from __future__ import annotations

from itertools import combinations
from math import comb, floor

import numpy as np

from ckanext.msativo.analysis.arrays import Bools, Floats

NEARLY = 1e-9
SLACK = 1e-10  # share of the largest change within which two statistics are as large


def assignments(takes_part: Bools, permutations: int, rng: np.random.Generator) -> tuple[Bools, bool]:
    """Draws × units with as many participants in each, and whether they are all there are.

    All of them when they are at most ``permutations``; else what happened and ``permutations`` at random, which makes
    p = (1 + those as large)/(permutations + 1) (Phipson and Smyth 2010).
    """
    units, participants = len(takes_part), int(takes_part.sum())
    total = comb(units, participants)
    if total > permutations:
        drawn = rng.permuted(np.tile(takes_part, (permutations, 1)), axis=1)
        return np.vstack([takes_part[None], drawn]), False
    every = np.zeros((total, units), dtype=bool)
    for row, chosen in enumerate(combinations(range(units), participants)):
        every[row, list(chosen)] = True
    return every, True


def inverted_test(
    own: Floats, drawn: Floats, change: Floats, takes_part: Bools, level: float
) -> tuple[float, float, float, float] | None:
    """Estimate, low, high, and p of no effect.

    ``own`` the contrast that happened, ``drawn`` draws × units (that one among them). An end is infinite when too few
    draws exist to rule anything out. None when ``own`` holds nothing of who takes part (see ``straightened``).
    """
    held = float(own @ takes_part)
    length = float(np.sqrt(own @ own))
    if held < NEARLY or length == 0:
        return None
    estimate = float(own @ change) / held
    lengths = np.sqrt(np.einsum("ij,ij->i", drawn, drawn))
    empty = lengths <= NEARLY * length
    size = length / np.where(empty, 1.0, lengths) / held
    moved = np.where(empty, np.inf, (drawn @ change) * size)  # a draw that tells nothing rules nothing out
    share = np.where(empty, 0.0, (drawn @ takes_part) * size)
    slack = SLACK * float(np.abs(change).max(initial=0.0))
    p = float(np.count_nonzero(np.abs(moved) >= abs(estimate) - slack)) / len(drawn)
    low, high = _not_rejected(moved, share, estimate, level)
    return estimate, low, high, p


def _not_rejected(moved: Floats, share: Floats, estimate: float, level: float) -> tuple[float, float]:
    """Ends of {τ : p(τ) > 1 − level}.

    A draw is at least as large as observed where |moved − τ·share| ≥ |estimate − τ|: for |share| < 1 between two
    roots, with the estimate among them, so that p(τ) falls from the estimate to both sides and each end is an order
    statistic of the roots. A draw with |share| ≥ 1, as the one that happened, is taken as large everywhere, which can
    only make the interval longer.
    """
    inner = np.abs(share) < 1 - NEARLY
    part = np.where(inner, share, 0.0)
    one, other = (estimate - moved) / (1 - part), (estimate + moved) / (1 + part)
    lows = np.where(inner, np.minimum(one, other), -np.inf)
    highs = np.where(inner, np.maximum(one, other), np.inf)
    needed = floor((1 - level) * len(moved) + NEARLY)  # this many as large is still rejected
    return float(np.sort(lows)[needed]), float(np.sort(highs)[::-1][needed])


def straightened(contrast: Floats, points: Floats) -> Floats:
    """A contrast, or draws × units of them, without what a straight line in the features explains.

    Its product with the change is that with the residuals of the change regressed on ``points`` (units × features)
    over all units: Rosenbaum's covariance adjustment. It balances the features exactly, where the matching left a gap.
    """
    design = np.column_stack([np.ones(len(points)), points])
    left, sizes, _ = np.linalg.svd(design, full_matrices=False)
    basis = left[:, sizes > NEARLY * sizes.max(initial=0.0)]
    return contrast - (contrast @ basis) @ basis.T
