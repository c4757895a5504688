"""A challenge (``desafio``): weighted indicators, and the score and need of each unit in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from ckanext.msativo.analysis.aggregation import (
    MIN_WEIGHT,
    aggregate,
    challenge_need,
    read_weights,
)
from ckanext.msativo.analysis.arrays import Floats, Ints
from ckanext.msativo.analysis.errors import AnalysisError, listed
from ckanext.msativo.analysis.means import MEANS
from ckanext.msativo.analysis.method import canonical_hash
from ckanext.msativo.analysis.normalisation import normalise
from ckanext.msativo.analysis.normalisers import NORMALISERS
from ckanext.msativo.analysis.notices import Notice
from ckanext.msativo.analysis.orientation import Polarity, read_polarity
from ckanext.msativo.analysis.ranks import percentile_of, rank_worst_first
from ckanext.msativo.analysis.tables import as_table
from ckanext.msativo.i18n_marker import N_

# What rank_uncertainty draws from. A constant, so that another registered normaliser changes no
# published result.
DRAWN_NORMALISERS = ("goalposts", "minmax", "percentile_rank")


@dataclass(frozen=True)
class ChallengeIndicator:
    """One indicator of a challenge; ``best`` and ``worst`` in its units, None = from the values."""

    name: str
    weight: float = 1.0
    polarity: int | tuple[float, float] = 1
    best: float | None = None
    worst: float | None = None
    anchor: bool = False


@dataclass(frozen=True)
class ChallengeSpec:
    """What decides the result of a challenge. Checked when made; raises AnalysisError."""

    name: str
    indicators: tuple[ChallengeIndicator, ...]
    normaliser: str = "goalposts"
    mean: str = "arithmetic"
    min_weight: float = MIN_WEIGHT
    worst_k: int | None = None
    """How many are "the worst" of whom the probability is told; None = a quarter, rounded up."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "indicators", tuple(self.indicators))
        read_weights([item.weight for item in self.indicators], len(self.indicators), self.names)
        for item in self.indicators:
            read_polarity(item.polarity)
        MEANS.get(self.mean)
        if not NORMALISERS.get(self.normaliser).bounded:
            raise AnalysisError(
                "normaliser_unbounded",
                N_("“{name}” does not score from 0 to 100; a challenge needs one of {known}."),
                name=self.normaliser,
                known=listed(bounded_normalisers()),
            )
        if not 0 < self.min_weight <= 1:
            raise AnalysisError(
                "bad_min_weight",
                N_("The least weight with data is {given}; it must be a share above 0 and up to 1."),
                given=self.min_weight,
            )
        if self.worst_k is not None and self.worst_k < 1:
            raise AnalysisError(
                "bad_worst_k", N_("The number of the worst is {given}; it must be 1 or more."), given=self.worst_k
            )
        if not any(item.anchor for item in self.indicators):
            raise AnalysisError(
                "no_anchor",
                N_("The challenge “{name}” needs at least one anchor indicator."),
                name=self.name,
            )

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(item.name for item in self.indicators)

    @property
    def shares(self) -> Floats:
        """Weights that sum to 1."""
        return read_weights([item.weight for item in self.indicators], len(self.indicators))

    @property
    def anchors(self) -> Ints:
        """Positions of the anchor indicators."""
        return np.flatnonzero([item.anchor for item in self.indicators])

    def as_dict(self) -> dict[str, Any]:
        """All settings, ready for JSON."""
        return asdict(self)

    def hash(self) -> str:
        """sha256 of the canonical JSON of ``as_dict``."""
        return canonical_hash(self.as_dict())


@dataclass(frozen=True)
class ChallengeScores:
    """``scores`` units × indicators (0–100), and per unit ``score``, ``need``, ``rank`` (1 = worst,
    0 = none), ``percentile``; ``best`` and ``worst`` per indicator are the ends of its scale."""

    scores: Floats
    score: Floats
    need: Floats
    rank: Ints
    percentile: Floats
    best: tuple[float | None, ...]
    worst: tuple[float | None, ...]
    warnings: tuple[Notice, ...]


def score_challenge(x: Any, spec: ChallengeSpec) -> ChallengeScores:
    """Score raw values (units × indicators, NaN = missing) by the challenge's own method."""
    scores, best, worst, warnings = _normalised(_values(x, spec), spec, spec.normaliser)
    shares = spec.shares
    score = aggregate(scores, shares, spec.mean, spec.min_weight)
    rank = rank_worst_first(score)
    return ChallengeScores(scores, score, challenge_need(score), rank, percentile_of(rank), best, worst, warnings)


def scores_by_normaliser(x: Any, spec: ChallengeSpec) -> dict[str, Floats]:
    """Scores of raw values under the drawn normalisers and the challenge's own."""
    table = _values(x, spec)
    names = dict.fromkeys((*DRAWN_NORMALISERS, spec.normaliser))
    return {name: _normalised(table, spec, name)[0] for name in names}


def read_scores(values: Any, spec: ChallengeSpec) -> dict[str, Floats]:
    """Scores by normaliser, from raw values or from such a mapping with the spec's own in it."""
    if not isinstance(values, Mapping):
        return scores_by_normaliser(values, spec)
    if spec.normaliser not in values:
        raise AnalysisError(
            "scores_missing",
            N_("The scores by “{name}”, the challenge's own normaliser, are missing."),
            name=spec.normaliser,
        )
    return {name: _values(scores, spec) for name, scores in values.items()}


def bounded_normalisers() -> tuple[str, ...]:
    """Names of the normalisers that score from 0 to 100."""
    return tuple(item.name for item in NORMALISERS if item.bounded)


def _values(x: Any, spec: ChallengeSpec) -> Floats:
    table, vector = as_table(x)
    if vector or table.shape[1] != len(spec.indicators):
        raise AnalysisError(
            "indicators_mismatch",
            N_("“{name}” has {expected} indicators; the values have shape {shape}."),
            name=spec.name,
            expected=len(spec.indicators),
            shape=np.shape(x),
        )
    return table


Ends = tuple[float | None, ...]


def _normalised(table: Floats, spec: ChallengeSpec, method: str) -> tuple[Floats, Ends, Ends, tuple[Notice, ...]]:
    """Scores, ends of the scales and notices: all signed indicators at once, target bands singly."""
    scores = np.empty(table.shape)
    ends: dict[str, list[float | None]] = {"best": [None] * table.shape[1], "worst": [None] * table.shape[1]}
    warnings: list[Notice] = []
    for columns, polarity in _by_polarity(spec):
        goals = {}
        if NORMALISERS.get(method).uses_goals:
            goals = {name: [_or_nan(getattr(spec.indicators[i], name)) for i in columns] for name in ends}
        found = normalise(table[:, columns], method, polarity=polarity, **goals)
        scores[:, columns] = found.scores
        for name, values in (("best", found.best), ("worst", found.worst)):
            for i, value in zip(columns, values if values is not None else (), strict=False):
                ends[name][i] = float(value)
        warnings += [Notice(w.code, w.msgid, w.params, columns[w.column]) for w in found.warnings]
    warnings.sort(key=lambda warning: warning.column)
    return scores, tuple(ends["best"]), tuple(ends["worst"]), tuple(warnings)


def _by_polarity(spec: ChallengeSpec) -> list[tuple[list[int], Polarity]]:
    """Columns that can be normalised together, and their polarity."""
    oriented = [read_polarity(item.polarity) for item in spec.indicators]
    signed = [i for i, orientation in enumerate(oriented) if orientation.band is None]
    bands: list[tuple[list[int], Polarity]] = [
        ([i], orientation.band) for i, orientation in enumerate(oriented) if orientation.band is not None
    ]
    signs = np.array([oriented[i].sign for i in signed])
    return [(signed, signs), *bands] if signed else bands


def _or_nan(end: float | None) -> float:
    return float("nan") if end is None else end
