"""``focus``: which units are focal and which are priority in a challenge, and why.

In this order: ``sem_dado`` when the need is missing; ``prioritario`` = (an anchor is critical or
the need is in the worst quartile) and P(worst K) ≥ 0.5; of these ``focal`` = need in the worst
decile, or ≥ 50 % of the anchor weight critical, or an anchor's trend critical, or in the smallest
set of units that holds ≥ 50 % of an anchor's excess events; everyone else ``monitorado``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ckanext.msativo.analysis.arrays import Bools, Floats, States
from ckanext.msativo.analysis.errors import AnalysisError
from ckanext.msativo.analysis.excess import COVERED_SHARE, excess_events, smallest_covering
from ckanext.msativo.analysis.flagging import flag
from ckanext.msativo.analysis.flagresult import Reason
from ckanext.msativo.analysis.states import CRITICO
from ckanext.msativo.analysis.tables import per_unit
from ckanext.msativo.i18n_marker import N_

SEM_CLASSE = 0  # sem_dado
MONITORADO = 1
PRIORITARIO = 2
FOCAL = 3
CLASS_NAMES = ("sem_dado", "monitorado", "prioritario", "focal")


@dataclass(frozen=True)
class FocusRule:
    """The numbers of the rule."""

    need_quantile: float = 0.25
    focal_quantile: float = 0.10
    min_probability: float = 0.5
    focal_anchor_weight: float = 0.5
    covered_share: float = COVERED_SHARE


@dataclass(frozen=True)
class Anchor:
    """What is known of an anchor indicator, one value per unit.

    ``state`` at the reference year; ``trend`` the state by the rule ``tendencia``, if judged;
    ``events`` and ``population`` for indicators of kind ``taxa_eventos``.
    """

    name: str
    weight: float
    state: States
    trend: States | None = None
    events: Floats | None = None
    population: Floats | None = None


@dataclass(frozen=True)
class Focus:
    """``classe`` = code of CLASS_NAMES per unit; ``criteria`` = which criterion holds for whom.

    Criteria: ``anchor_critical``, ``need_quartile``, ``probable``, ``need_decile``,
    ``anchor_weight``, ``anchor_trend``, ``excess_events``. ``reasons`` lists those that made the
    class, in this order.
    """

    classe: States
    criteria: Mapping[str, Bools]
    reasons: tuple[tuple[Reason, ...], ...]


def focus(need: Any, prob_worst: Any, anchors: list[Anchor], rule: FocusRule | None = None) -> Focus:
    """Classes of units from their need (more is worse, NaN = missing) and P(among the worst K)."""
    numbers = rule or FocusRule()
    needs = np.asarray(need, dtype=float)
    units = len(needs)
    probability = per_unit(prob_worst, units, "prob_worst")
    _check_anchors(anchors, units)
    by_anchor = _by_anchor(anchors, numbers)
    criteria = _criteria(needs, probability, anchors, by_anchor, numbers)
    missing = np.isnan(needs)
    priority = (criteria["anchor_critical"] | criteria["need_quartile"]) & criteria["probable"]
    grave = np.logical_or.reduce([criteria[name] for name in _FOCAL])
    classe = np.select([missing, priority & grave, priority], [SEM_CLASSE, FOCAL, PRIORITARIO], MONITORADO).astype(
        np.int8
    )
    facts = _Facts(needs, probability, anchors, by_anchor, numbers)
    reasons = tuple(_reasons(unit, int(classe[unit]), criteria, facts) for unit in range(units))
    return Focus(classe, criteria, reasons)


_PRIORITY = ("anchor_critical", "need_quartile", "probable")
_FOCAL = ("need_decile", "anchor_weight", "anchor_trend", "excess_events")


ByAnchor = Mapping[str, list[Bools]]


def _by_anchor(anchors: list[Anchor], rule: FocusRule) -> ByAnchor:
    """Criteria that one anchor is enough for: for whom each anchor holds, in their order."""
    return {
        "anchor_critical": [anchor.state == CRITICO for anchor in anchors],
        "anchor_trend": [_trend_critical(anchor) for anchor in anchors],
        "excess_events": [_in_excess(anchor, rule) for anchor in anchors],
    }


def _criteria(
    need: Floats, probability: Floats, anchors: list[Anchor], by_anchor: ByAnchor, rule: FocusRule
) -> dict[str, Bools]:
    weights = np.array([anchor.weight for anchor in anchors], dtype=float)
    share = np.asarray(weights @ np.array(by_anchor["anchor_critical"]) / weights.sum())
    any_anchor = {name: np.logical_or.reduce(holds) for name, holds in by_anchor.items()}
    return {
        "anchor_critical": any_anchor["anchor_critical"],
        "need_quartile": worst_share(need, rule.need_quantile),
        "probable": probability >= rule.min_probability,
        "need_decile": worst_share(need, rule.focal_quantile),
        "anchor_weight": share >= rule.focal_anchor_weight - 1e-9,
        "anchor_trend": any_anchor["anchor_trend"],
        "excess_events": any_anchor["excess_events"],
    }


def worst_share(need: Floats, p: float) -> Bools:
    """Units whose need is in the worst share p, by the rule ``quantil`` (ties are in)."""
    return flag(need, "quantil", polarity=-1, p=p).state == CRITICO


def _trend_critical(anchor: Anchor) -> Bools:
    if anchor.trend is None:
        return np.zeros(len(anchor.state), dtype=bool)
    return anchor.trend == CRITICO


def _in_excess(anchor: Anchor, rule: FocusRule) -> Bools:
    if anchor.events is None or anchor.population is None:
        return np.zeros(len(anchor.state), dtype=bool)
    return smallest_covering(excess_events(anchor.events, anchor.population), rule.covered_share)


@dataclass(frozen=True)
class _Facts:
    need: Floats
    probability: Floats
    anchors: list[Anchor]
    by_anchor: ByAnchor
    rule: FocusRule

    def of(self, criterion: str, unit: int) -> dict[str, Any]:
        """What the text of a criterion shows."""
        if criterion in self.by_anchor:
            held = zip(self.anchors, self.by_anchor[criterion], strict=True)
            named: dict[str, Any] = {"anchors": [anchor.name for anchor, holds in held if holds[unit]]}
            return named | ({"share": self.rule.covered_share} if criterion == "excess_events" else {})
        if criterion == "anchor_weight":
            total = sum(a.weight for a in self.anchors)
            critical = sum(a.weight for a in self.anchors if a.state[unit] == CRITICO)
            return {"share": round(critical / total, 4)}
        if criterion == "probable":
            return {"probability": float(self.probability[unit])}
        decile = criterion == "need_decile"
        share = self.rule.focal_quantile if decile else self.rule.need_quantile
        return {"need": float(self.need[unit]), "share": share}


_TEXTS = {
    "anchor_critical": N_("Critical in the anchor indicator: {anchors}."),
    "need_quartile": N_("The need {need} is in the worst share {share}."),
    "probable": N_("It is among the worst with probability {probability}."),
    "need_decile": N_("The need {need} is in the worst share {share}."),
    "anchor_weight": N_("Anchor indicators with {share} of their weight are critical."),
    "anchor_trend": N_("The anchor indicator has been getting worse: {anchors}."),
    "excess_events": N_("One of the places that hold {share} of the excess events of: {anchors}."),
    "sem_dado": N_("There is not enough data for a score in this challenge."),
    "improbable": N_("In need, but among the worst with probability {probability} only."),
    "no_need": N_("No anchor is critical and the need {need} is not in the worst share {share}."),
}


def _reasons(unit: int, classe: int, criteria: Mapping[str, Bools], facts: _Facts) -> tuple[Reason, ...]:
    """Why a unit has its class: the criteria that made it, or the one that was missing."""
    if classe == SEM_CLASSE:
        return (Reason("sem_dado", _TEXTS["sem_dado"], {}),)
    if classe == MONITORADO:
        in_need = criteria["anchor_critical"][unit] or criteria["need_quartile"][unit]
        code, shown = ("improbable", "probable") if in_need else ("no_need", "need_quartile")
        return (Reason(code, _TEXTS[code], facts.of(shown, unit)),)
    counted = _PRIORITY if classe == PRIORITARIO else _PRIORITY + _FOCAL
    return tuple(Reason(name, _TEXTS[name], facts.of(name, unit)) for name in counted if criteria[name][unit])


def _check_anchors(anchors: list[Anchor], units: int) -> None:
    if not anchors or not sum(anchor.weight for anchor in anchors) > 0:
        raise AnalysisError("no_anchor", N_("A focus needs an anchor with a weight above 0."))
    for anchor in anchors:
        arrays = (anchor.state, anchor.trend, anchor.events, anchor.population)
        for array in arrays:
            if array is not None:
                per_unit(array, units, anchor.name)
