"""Did it work? Change of the municipalities that took part beside comparable ones that did not (METHOD, section 9).

Difference in differences: each participant is matched by baseline and profile to the k most similar units that do not
take part, and its change since the baseline is compared with their mean change. Beside it stands the same difference
adjusted for what is left of their unlikeness, without which regression to the mean alone can look like an effect. How
test and interval are made is in ``effect_permutations``, what to tell people in ``effect_texts``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ckanext.msativo.analysis import effect_texts as texts
from ckanext.msativo.analysis.arrays import Bools, Floats
from ckanext.msativo.analysis.effect_permutations import assignments, inverted_test, straightened
from ckanext.msativo.analysis.effect_result import Difference, Effect, EffectMethod
from ckanext.msativo.analysis.errors import AnalysisError
from ckanext.msativo.analysis.matching import contrasts, neighbourhood
from ckanext.msativo.analysis.notices import Notice
from ckanext.msativo.analysis.orientation import Polarity, read_polarity
from ckanext.msativo.analysis.peer_groups import standardise
from ckanext.msativo.analysis.streams import generator
from ckanext.msativo.analysis.tables import as_table, per_unit
from ckanext.msativo.i18n_marker import N_

UNLIKE = 0.25  # standard deviations between the matched groups from which matching alone does not do (Stuart 2010)


def estimate_effect(
    baseline: Any,
    newest: Any,
    takes_part: Any,
    profile: Any = None,
    *,
    polarity: Polarity = 1,
    method: EffectMethod | None = None,
    seed: int = 0,
    name: str = "",
) -> Effect:
    """The effect in one indicator of taking part.

    ``baseline`` and ``newest`` one value per unit, NaN = missing; ``newest`` only from after the baseline, and of the
    same year for all, else units with more time are compared with others with less. ``takes_part`` bool per unit,
    ``profile`` units × features. Features count alike, as z-scores over the compared units, and the oriented baseline
    is one of them. The random stream depends on ``seed`` and ``name``, nothing on the order of units.
    Raises AnalysisError.
    """
    how = method or EffectMethod()
    orientation = read_polarity(polarity)
    orientation.check_columns(1)
    before = np.asarray(baseline, dtype=float)
    if before.ndim != 1:
        raise AnalysisError("bad_baseline", N_("The baseline must be one value per unit."))
    after = per_unit(newest, len(before), "newest")
    part = per_unit(takes_part, len(before), "takes_part") > 0
    features = np.empty((len(before), 0)) if profile is None else as_table(profile)[0]
    if len(features) != len(before):
        per_unit(features[:, :1].ravel(), len(before), "profile")
    usable: Bools = np.asarray(np.isfinite(np.column_stack([before, after, features])).all(axis=1))
    counted = {
        "n_participants": int((part & usable).sum()),
        "n_participants_left_out": int((part & ~usable).sum()),
        "n_candidates": int((~part & usable).sum()),
        "method": how,
        "seed": int(seed),
        "name": name,
    }
    reason = _why_not(before, after, part, usable, how)
    if reason is not None:
        return Effect(reason=reason, **counted)
    units = _in_order(before, after, features, part, usable)
    case = _Case(
        before[units],
        after[units] - before[units],
        orientation.orient(after[units]) - orientation.orient(before[units]),
        part[units],
        standardise(np.column_stack([orientation.orient(before[units]), features[units]])),
    )
    return _compared(case, how, generator(seed, name), counted)


@dataclass(frozen=True)
class _Case:
    """The units that are compared; ``points`` = standardised features, the oriented baseline first."""

    before: Floats
    change: Floats
    oriented: Floats
    part: Bools
    points: Floats


def _compared(case: _Case, how: EffectMethod, rng: np.random.Generator, counted: dict[str, Any]) -> Effect:
    participants = int(case.part.sum())
    k = min(how.comparators, len(case.part) - participants)
    near = neighbourhood(case.points, k + participants - 1)
    own = contrasts(near, case.part[None], k)[0]
    comparators = _comparators(own)
    if comparators < how.min_comparators:
        reason = texts.few_comparators(int(comparators), how.min_comparators)
        return Effect(reason=reason, n_comparators=int(comparators), **counted)
    rows, exact = assignments(case.part, how.permutations, rng)
    drawn = contrasts(near, rows, k)
    drawn = drawn[_comparators(drawn) >= how.min_comparators]  # those that would have been compared, as this one is
    plain = _difference(own, drawn, case, how.level)
    assert plain is not None  # a contrast of participants holds who takes part
    adjusted = _difference(straightened(own, case.points), straightened(drawn, case.points), case, how.level)
    gaps = np.abs(own @ case.points)
    matched = np.maximum(-own, 0.0)
    return Effect(
        **vars(plain),
        **counted,
        n_comparators=int(comparators),
        baseline_participants=float(case.before[case.part].mean()),
        baseline_comparators=float(matched @ case.before),
        change_participants=float(case.change[case.part].mean()),
        change_comparators=float(matched @ case.change),
        imbalance=float(gaps.max()),
        adjusted=adjusted,
        draws=len(drawn),
        exact=exact,
        notices=_notices(counted["n_participants_left_out"], gaps, plain, adjusted, len(drawn)),
    )


def _difference(own: Floats, drawn: Floats, case: _Case, level: float) -> Difference | None:
    raw = inverted_test(own, drawn, case.change, case.part, level)
    oriented = inverted_test(own, drawn, case.oriented, case.part, level)
    if raw is None or oriented is None:
        return None
    return Difference(raw[0], oriented[0], raw[1:3], oriented[1:3], oriented[3])


def _comparators(contrast: Floats) -> Any:
    """How many different comparators a contrast has, or each of many."""
    return (contrast < 0).sum(axis=-1)


def _in_order(before: Floats, after: Floats, features: Floats, part: Bools, usable: Bools) -> Any:
    """Positions of the usable units in an order that is their values' own, so that draws do not depend on another."""
    units = np.flatnonzero(usable)
    return units[np.lexsort([part[units], after[units], *features[units].T[::-1], before[units]])]


def _why_not(before: Floats, after: Floats, part: Bools, usable: Bools, how: EffectMethod) -> Notice | None:
    if not part.any():
        return texts.no_participants()
    if not np.isfinite(before).any():
        return texts.no_baseline()
    if not np.isfinite(after).any():
        return texts.nothing_after()
    if not (part & usable).any():
        return texts.no_complete_participant(int(part.sum()))
    candidates = int((~part & usable).sum())
    return texts.few_comparators(candidates, how.min_comparators) if candidates < how.min_comparators else None


def _notices(
    left_out: int, gaps: Floats, plain: Difference, adjusted: Difference | None, draws: int
) -> tuple[Notice, ...]:
    found = [texts.left_out(left_out)] if left_out else []
    if gaps.max() > UNLIKE:
        found.append(texts.unlike(float(gaps.max()), UNLIKE, int(gaps.argmax())))
    if not np.isfinite(plain.interval_oriented).all():
        found.append(texts.open_interval(draws))
    if adjusted is None:
        found.append(texts.not_adjusted())
    return tuple(found)
