"""The analysis of the programme's indicators: numpy in, numpy out; no CKAN, no I/O, no clock.

Arrays are units (municipalities) × columns (indicators or years), NaN = missing. Whatever depends
on chance takes a seed. The method and its sources are described in the project's method document.
"""

from __future__ import annotations

from ckanext.msativo.analysis.coverage import (
    LatestValues,
    ReferenceYear,
    coverage,
    latest_within,
    reference_year,
)
from ckanext.msativo.analysis.criticality import evaluate
from ckanext.msativo.analysis.errors import AnalysisError
from ckanext.msativo.analysis.evaluation import Evaluation
from ckanext.msativo.analysis.flagging import flag
from ckanext.msativo.analysis.flagresult import FlagResult, Reason
from ckanext.msativo.analysis.method import IndicatorMethod
from ckanext.msativo.analysis.normalisation import Normalised, normalise
from ckanext.msativo.analysis.normalisers import NORMALISERS
from ckanext.msativo.analysis.notices import Notice
from ckanext.msativo.analysis.outliers import TREATMENTS, Treated, treat_outliers
from ckanext.msativo.analysis.persistence import critical_since
from ckanext.msativo.analysis.ranks import percentile_rank, rank_worst_first
from ckanext.msativo.analysis.rules import RULES
from ckanext.msativo.analysis.series import Series
from ckanext.msativo.analysis.small_numbers import CONFIDENCE_NAMES, PooledRates
from ckanext.msativo.analysis.smoothing import SmoothedRates, smooth_rates
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

__all__ = [
    "ADEQUADO",
    "ATENCAO",
    "CONFIDENCE_NAMES",
    "CRITICO",
    "NORMALISERS",
    "PACE_NAMES",
    "RULES",
    "SEM_DADO",
    "STATE_NAMES",
    "TREATMENTS",
    "AnalysisError",
    "Evaluation",
    "FlagResult",
    "IndicatorMethod",
    "LatestValues",
    "Normalised",
    "Notice",
    "Pace",
    "PooledRates",
    "Reason",
    "ReferenceYear",
    "Series",
    "SmoothedRates",
    "Treated",
    "Trend",
    "coverage",
    "critical_since",
    "evaluate",
    "flag",
    "latest_within",
    "normalise",
    "percentile_rank",
    "rank_worst_first",
    "reference_year",
    "smooth_rates",
    "state_code",
    "state_name",
    "state_names",
    "target_pace",
    "theil_sen",
    "treat_outliers",
]
