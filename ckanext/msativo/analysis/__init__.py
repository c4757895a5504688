"""The analysis of the programme's indicators: numpy in, numpy out; no CKAN, no I/O, no clock.

Arrays are units (municipalities) × columns (indicators or years), NaN = missing. Whatever depends
on chance takes a seed. The method and its sources are described in the project's method document.
"""

from __future__ import annotations

from ckanext.msativo.analysis.aggregation import aggregate, challenge_need
from ckanext.msativo.analysis.challenge import (
    ChallengeIndicator,
    ChallengeScores,
    ChallengeSpec,
    score_challenge,
    scores_by_normaliser,
)
from ckanext.msativo.analysis.colours import COLOUR_NAMES, band_position, two_worst_colour
from ckanext.msativo.analysis.comparison import RuleComparison, compare_rules
from ckanext.msativo.analysis.coverages import (
    LatestValues,
    ReferenceYear,
    coverage,
    latest_within,
    reference_year,
)
from ckanext.msativo.analysis.criticality import evaluate
from ckanext.msativo.analysis.effect import estimate_effect
from ckanext.msativo.analysis.effect_result import VERDICT_NAMES, Difference, Effect, EffectMethod
from ckanext.msativo.analysis.effect_texts import CAVEATS
from ckanext.msativo.analysis.errors import AnalysisError
from ckanext.msativo.analysis.evaluation import Evaluation
from ckanext.msativo.analysis.flagging import flag
from ckanext.msativo.analysis.flagresult import FlagResult, Reason
from ckanext.msativo.analysis.focusing import (
    CLASS_NAMES,
    FOCAL,
    MONITORADO,
    PRIORITARIO,
    SEM_CLASSE,
    Anchor,
    Focus,
    FocusRule,
    focus,
)
from ckanext.msativo.analysis.influences import Influence, influence
from ckanext.msativo.analysis.means import MEANS
from ckanext.msativo.analysis.method import IndicatorMethod
from ckanext.msativo.analysis.normalisation import Normalised, normalise
from ckanext.msativo.analysis.normalisers import NORMALISERS
from ckanext.msativo.analysis.notices import Notice
from ckanext.msativo.analysis.outliers import TREATMENTS, Treated, treat_outliers
from ckanext.msativo.analysis.peer_groups import Peers, peers
from ckanext.msativo.analysis.persistence import critical_since
from ckanext.msativo.analysis.ranks import percentile_rank, rank_worst_first
from ckanext.msativo.analysis.regional import RegionSummary, regional_summary
from ckanext.msativo.analysis.rules import RULES
from ckanext.msativo.analysis.series import Series
from ckanext.msativo.analysis.small_numbers import CONFIDENCE_NAMES, PooledRates
from ckanext.msativo.analysis.smoothing import SmoothedRates, smooth_rates
from ckanext.msativo.analysis.spatial import QUADRANT_NAMES, LocalMoran, local_moran
from ckanext.msativo.analysis.states import (
    ADEQUADO,
    ATENCAO,
    CRITICO,
    SEM_DADO,
    STATE_NAMES,
    state_code,
    state_name,
    state_names,
)
from ckanext.msativo.analysis.trend import PACE_NAMES, Pace, Trend, target_pace, theil_sen
from ckanext.msativo.analysis.uncertainty import RankUncertainty, rank_uncertainty

__all__ = [
    "ADEQUADO",
    "ATENCAO",
    "CAVEATS",
    "CLASS_NAMES",
    "COLOUR_NAMES",
    "CONFIDENCE_NAMES",
    "CRITICO",
    "FOCAL",
    "MEANS",
    "MONITORADO",
    "NORMALISERS",
    "PACE_NAMES",
    "PRIORITARIO",
    "QUADRANT_NAMES",
    "RULES",
    "SEM_CLASSE",
    "SEM_DADO",
    "STATE_NAMES",
    "TREATMENTS",
    "VERDICT_NAMES",
    "AnalysisError",
    "Anchor",
    "ChallengeIndicator",
    "ChallengeScores",
    "ChallengeSpec",
    "Difference",
    "Effect",
    "EffectMethod",
    "Evaluation",
    "FlagResult",
    "Focus",
    "FocusRule",
    "IndicatorMethod",
    "Influence",
    "LatestValues",
    "LocalMoran",
    "Normalised",
    "Notice",
    "Pace",
    "Peers",
    "PooledRates",
    "RankUncertainty",
    "Reason",
    "ReferenceYear",
    "RegionSummary",
    "RuleComparison",
    "Series",
    "SmoothedRates",
    "Treated",
    "Trend",
    "aggregate",
    "band_position",
    "challenge_need",
    "compare_rules",
    "coverage",
    "critical_since",
    "estimate_effect",
    "evaluate",
    "flag",
    "focus",
    "influence",
    "latest_within",
    "local_moran",
    "normalise",
    "peers",
    "percentile_rank",
    "rank_uncertainty",
    "rank_worst_first",
    "reference_year",
    "regional_summary",
    "score_challenge",
    "scores_by_normaliser",
    "smooth_rates",
    "state_code",
    "state_name",
    "state_names",
    "target_pace",
    "theil_sen",
    "treat_outliers",
    "two_worst_colour",
]
