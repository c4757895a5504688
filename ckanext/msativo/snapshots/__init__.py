"""A whole analysis as a pure computation: the same inputs give the same bytes, in the portal and outside of it.

The portal gathers the inputs and stores the columns; an exported folder holds both, and can be computed again by
anyone (`python -m ckanext.msativo.snapshots FOLDER`). No CKAN, no clock.
"""

from __future__ import annotations

from ckanext.msativo.snapshots.challenge import (
    ChallengeMethod,
    ChallengeResult,
    IndicatorFacts,
    Weighted,
    challenge_key,
    compute_challenge,
)
from ckanext.msativo.snapshots.indicator import IndicatorResult, compute_indicator, indicator_key
from ckanext.msativo.snapshots.units import Units

__all__ = [
    "ChallengeMethod",
    "ChallengeResult",
    "IndicatorFacts",
    "IndicatorResult",
    "Units",
    "Weighted",
    "challenge_key",
    "compute_challenge",
    "compute_indicator",
    "indicator_key",
]
