"""What is known of an effect: the difference, its interval, the numbers of units, and the method it was made with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ckanext.msativo.analysis.errors import AnalysisError
from ckanext.msativo.analysis.notices import Notice
from ckanext.msativo.i18n_marker import N_

NAN = float("nan")
MIN_COMPARATORS = 8
COMPARATORS = 8  # of each participant, so that already one participant has the least number
PERMUTATIONS = 999
LEVEL = 0.90

MELHOR, PIOR, INCONCLUSIVO, NAO_AVALIAVEL = "melhor", "pior", "inconclusivo", "ainda_nao_avaliavel"
VERDICT_NAMES = (MELHOR, PIOR, INCONCLUSIVO, NAO_AVALIAVEL)


@dataclass(frozen=True)
class EffectMethod:
    """The numbers of the method: kept with every result."""

    comparators: int = COMPARATORS
    min_comparators: int = MIN_COMPARATORS
    permutations: int = PERMUTATIONS
    level: float = LEVEL

    def __post_init__(self) -> None:
        for name in ("comparators", "min_comparators", "permutations"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < 1:
                raise _bad_method(name, value, N_("a whole number from 1"))
        if not 0 < self.level < 1:
            raise _bad_method("level", self.level, N_("between 0 and 1"))


@dataclass(frozen=True)
class Difference:
    """A difference in differences, its interval at the method's level, and p of no effect (two-sided).

    ``did`` and ``interval`` in the indicator's unit. ``…_oriented``: positive = participants did better; for a target
    band the change of the distance to it, which ``p_value`` is of. An end may be infinite.
    """

    did: float = NAN
    did_oriented: float = NAN
    interval: tuple[float, float] = (NAN, NAN)
    interval_oriented: tuple[float, float] = (NAN, NAN)
    p_value: float = NAN


@dataclass(frozen=True)
class Effect(Difference):
    """One indicator and one set of participants; the numbers of units are always there.

    ``n_participants`` were compared, ``n_participants_left_out`` miss a value or the profile. ``n_comparators``
    different units were beside them, out of ``n_candidates`` with values that do not take part. Means in the
    indicator's unit, comparators weighted as matched: did = change_participants − change_comparators.
    ``imbalance`` = largest difference of the matched groups in baseline or profile, in standard deviations.
    ``adjusted`` None when it cannot be had. ``draws`` that were compared, ``exact`` = all there are. Without
    ``evaluable`` numbers are NaN and ``reason`` says why.
    """

    n_participants: int = 0
    n_participants_left_out: int = 0
    n_comparators: int = 0
    n_candidates: int = 0
    baseline_participants: float = NAN
    baseline_comparators: float = NAN
    change_participants: float = NAN
    change_comparators: float = NAN
    imbalance: float = NAN
    adjusted: Difference | None = None
    draws: int = 0
    exact: bool = False
    reason: Notice | None = None
    notices: tuple[Notice, ...] = ()
    method: EffectMethod = EffectMethod()
    seed: int = 0
    name: str = ""

    @property
    def evaluable(self) -> bool:
        return self.reason is None

    @property
    def verdict(self) -> str:
        """One of VERDICT_NAMES: better or worse only if the plain and the adjusted interval both say so."""
        if not self.evaluable:
            return NAO_AVALIAVEL
        found = [self.interval_oriented, *([self.adjusted.interval_oriented] if self.adjusted else [])]
        if all(low > 0 for low, _ in found):
            return MELHOR
        return PIOR if all(high < 0 for _, high in found) else INCONCLUSIVO


def _bad_method(name: str, value: Any, expects: str) -> AnalysisError:
    text = N_("The method's “{name}” is {value}; it must be {expects}.")
    return AnalysisError("bad_effect_method", text, name=name, value=repr(value), expects=expects)
