"""A challenge's result: need, rank and its uncertainty, class with reasons, spatial cluster – per municipality."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from ckanext.msativo.analysis import (
    CLASS_NAMES,
    COLOUR_NAMES,
    CRITICO,
    QUADRANT_NAMES,
    Anchor,
    ChallengeIndicator,
    ChallengeScores,
    ChallengeSpec,
    FocusRule,
    Influence,
    Notice,
    band_position,
    focus,
    influence,
    local_moran,
    rank_uncertainty,
    score_challenge,
    state_code,
    two_worst_colour,
)
from ckanext.msativo.analysis.arrays import Bools, Floats, States
from ckanext.msativo.analysis.method import canonical_hash
from ckanext.msativo.analysis.rules.tendencia import reaches
from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.snapshots.indicator import Columns
from ckanext.msativo.snapshots.units import Units

ALGORITHM = 2
"""Raised when the same inputs give another result than before."""

COLUMNS = (
    "codigo_ibge",
    "pontuacao",
    "necessidade",
    "posicao",
    "percentil",
    "posicao_mediana",
    "posicao_p05",
    "posicao_p95",
    "prob_pior_k",
    "peso_disponivel",
    "cor",
    "classe",
    "motivos",
    "notas",
    "moran_i",
    "moran_vizinhos",
    "moran_p",
    "moran_p_ajustado",
    "agrupamento",
    "agrupamento_significativo",
)
LOW_COVERAGE = N_("“{indicador}” has too few municipalities with a value in {ano}; it is shown, not used.")
NO_RESULT = N_("“{indicador}” has not been analysed; it is shown, not used.")
NO_EFFECT = N_("“{indicador}” hardly moves the score: its correlation with it is {correlacao}.")
AGAINST = N_("“{indicador}” works against the score: its correlation with it is {correlacao}.")
DOUBLE = N_("“{indicador}” and “{outro}” say the same: their correlation is {correlacao}.")


@dataclass(frozen=True)
class Weighted:
    """An indicator in a challenge. ``melhor`` and ``pior`` are ends of the scale in its unit, None = from the values.

    ``cortes`` green, orange (may be None) and red cut, for the colour of the two worst; ``tendencia_minima`` the
    smallest yearly change by which an anchor's adverse trend counts, None = its trend is not judged.
    """

    indicador: str
    peso: float = 1.0
    ancora: bool = False
    polaridade: int | tuple[float, float] = 1
    melhor: float | None = None
    pior: float | None = None
    cortes: tuple[float, float | None, float] | None = None
    tendencia_minima: float | None = None


@dataclass(frozen=True)
class ChallengeMethod:
    """All that decides the result of a challenge, its data apart. Checked when made; raises AnalysisError."""

    desafio: str
    indicadores: tuple[Weighted, ...]
    normalizacao: str = "goalposts"
    agregacao: str = "arithmetic"
    peso_minimo: float = 2 / 3
    k_piores: int | None = None
    """How many are "the worst"; None = a quarter of those with a score, rounded up."""
    foco: FocusRule = field(default_factory=FocusRule)
    sorteios: int = 5000
    permutacoes: int = 9999
    fdr: float = 0.05
    semente: int = 0

    def __post_init__(self) -> None:
        self.spec()

    def spec(self, ends: Mapping[str, tuple[float | None, float | None]] | None = None) -> ChallengeSpec:
        """The challenge as the analysis knows it; ``ends`` (best, worst) replaces those that are not declared."""
        known = ends or {}
        return ChallengeSpec(
            self.desafio,
            tuple(_weighted(item, known.get(item.indicador, (None, None))) for item in self.indicadores),
            self.normalizacao,
            self.agregacao,
            self.peso_minimo,
            self.k_piores,
        )

    def as_dict(self) -> dict[str, Any]:
        """All settings, ready for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> ChallengeMethod:
        """The method of ``as_dict``, also after a way through JSON."""
        items = tuple(Weighted(**{key: _tuple(value) for key, value in item.items()}) for item in stored["indicadores"])
        return cls(**{**stored, "indicadores": items, "foco": FocusRule(**stored["foco"])})


@dataclass(frozen=True)
class IndicatorFacts:
    """An indicator at its default year, as a challenge needs it: columns of one entry per unit, in their order."""

    ano: int | None
    suficiente: bool
    columns: Columns


@dataclass(frozen=True)
class ChallengeResult:
    """``facts``: n, k, per indicator year, ends, weights and correlations, and notices; ``rows`` has `COLUMNS`."""

    facts: Mapping[str, Any]
    rows: Columns


def challenge_key(method: ChallengeMethod, ends: Any, indicators: Sequence[str | None], units: Units) -> str:
    """Identify a result by all that it depends on: ``indicators`` are the keys of their results."""
    return canonical_hash([ALGORITHM, method.as_dict(), ends, list(indicators), units.map_key])


def compute_challenge(
    method: ChallengeMethod,
    facts: Mapping[str, IndicatorFacts | None],
    units: Units,
    ends: Mapping[str, tuple[float | None, float | None]] | None = None,
) -> ChallengeResult:
    """Score, rank and class of every municipality.

    ``facts`` by indicator, None = no result; ``ends`` (best, worst) frozen for the cycle. Raises AnalysisError.
    """
    used = {name: found if found and found.suficiente else None for name, found in facts.items()}
    spec = method.spec(ends)
    table = np.column_stack([values_of(used[item.indicador], len(units)) for item in method.indicadores])
    scored = score_challenge(table, spec)
    ranks = rank_uncertainty(table, spec, method.sorteios, method.semente)
    anchors = [_anchor(item, used[item.indicador], len(units)) for item in method.indicadores if item.ancora]
    classes = focus(scored.need, ranks.prob_worst, anchors, method.foco)
    moran = local_moran(
        scored.need, units.vizinhos, method.permutacoes, method.semente, name=method.desafio, fdr=method.fdr
    )
    effect = influence(scored.scores, spec.shares, method.agregacao, method.peso_minimo, names=spec.names)
    rows = {
        "codigo_ibge": list(units.codigos),
        "pontuacao": _plain(scored.score),
        "necessidade": _plain(scored.need),
        "posicao": [rank or None for rank in scored.rank.tolist()],
        "percentil": _plain(scored.percentile),
        "posicao_mediana": _plain(ranks.median),
        "posicao_p05": _whole(ranks.p05),
        "posicao_p95": _whole(ranks.p95),
        "prob_pior_k": _plain(ranks.prob_worst),
        "peso_disponivel": np.round(~np.isnan(scored.scores) @ spec.shares, 10).tolist(),
        "cor": _colours(method, table, scored),
        "classe": [CLASS_NAMES[code] for code in classes.classe],
        "motivos": [[{"codigo": r.code, "fatos": _json(r.params)} for r in reasons] for reasons in classes.reasons],
        "notas": [_marks(method, row) for row in scored.scores],
        "moran_i": _plain(moran.i),
        "moran_vizinhos": _plain(moran.lag),
        "moran_p": _plain(moran.p),
        "moran_p_ajustado": _plain(moran.p_adjusted),
        "agrupamento": [QUADRANT_NAMES[code] or None for code in moran.quadrant],
        "agrupamento_significativo": [bool(found) for found in moran.significant],
    }
    described = {
        "n": ranks.n,
        "k": ranks.worst_k,
        "permutacoes_bastam": moran.enough,
        "indicadores": _described(method, facts, scored, effect),
        "correlacoes": [_plain(row) for row in effect.correlations],
        "avisos": [*_coverage_notices(facts), *_scale_notices(method, scored), *_effect_notices(method, effect)],
    }
    return ChallengeResult(described, rows)


def _weighted(item: Weighted, frozen: tuple[float | None, float | None]) -> ChallengeIndicator:
    best = frozen[0] if item.melhor is None else item.melhor
    worst = frozen[1] if item.pior is None else item.pior
    return ChallengeIndicator(item.indicador, item.peso, item.polaridade, best, worst, item.ancora)


def values_of(found: IndicatorFacts | None, units: int) -> Floats:
    """The values by which the municipalities are judged: the smoothed one where there is one."""
    if found is None:
        return np.full(units, np.nan)
    smoothed, raw = (_floats(found.columns[name]) for name in ("valor_suavizado", "valor"))
    return np.where(np.isnan(smoothed), raw, smoothed)


def _anchor(item: Weighted, found: IndicatorFacts | None, units: int) -> Anchor:
    if found is None:
        return Anchor(item.indicador, item.peso, np.zeros(units, np.int8))
    states = np.array([state_code(name) for name in found.columns["estado"]], np.int8)
    events, people = (_floats(found.columns[name]) for name in ("eventos", "populacao"))
    counted = not np.isnan(events).all()
    return Anchor(
        item.indicador,
        item.peso,
        states,
        _trend_states(item, found.columns),
        events if counted and item.polaridade == -1 else None,
        people if counted and item.polaridade == -1 else None,
    )


def _trend_states(item: Weighted, columns: Columns) -> States | None:
    """critico where the whole interval is adverse and the slope reaches the declared minimum."""
    if item.tendencia_minima is None or not isinstance(item.polaridade, int):
        return None
    slope, low, high = (_floats(columns[f"tendencia_{name}"]) for name in ("inclinacao", "inferior", "superior"))
    adverse: Bools = high < 0 if item.polaridade > 0 else low > 0
    grave = adverse & reaches(-item.polaridade * slope, item.tendencia_minima)
    return np.where(grave, CRITICO, 0).astype(np.int8)


def _colours(method: ChallengeMethod, table: Floats, scored: ChallengeScores) -> list[str | None]:
    """Colour of the two worst among the indicators that have cuts; None where none has."""
    places = []
    for column, item in enumerate(method.indicadores):
        best, worst = scored.best[column], scored.worst[column]
        if item.cortes is None or best is None or worst is None:
            continue
        green, orange, red = item.cortes
        ends = {"worst": worst, "red": red, "orange": orange, "green": green, "best": best}
        places.append(band_position(table[:, column], polarity=item.polaridade, **ends))
    if not places:
        return [None] * len(table)
    return [COLOUR_NAMES[code] if code else None for code in two_worst_colour(np.column_stack(places))]


def _marks(method: ChallengeMethod, row: Floats) -> dict[str, float | None]:
    return dict(zip((item.indicador for item in method.indicadores), _plain(np.round(row, 10)), strict=True))


def _described(
    method: ChallengeMethod, facts: Mapping[str, IndicatorFacts | None], scored: ChallengeScores, effect: Influence
) -> list[dict[str, Any]]:
    """Per indicator: year, whether it is used, ends of its scale, weight on paper and in effect."""
    rows = []
    for i, item in enumerate(method.indicadores):
        found = facts[item.indicador]
        rows.append(
            {
                "indicador": item.indicador,
                "ano": found.ano if found else None,
                "usado": bool(found and found.suficiente),
                "ancora": item.ancora,
                "melhor": _number(scored.best[i]),
                "pior": _number(scored.worst[i]),
                "peso": _number(effect.declared[i]),
                "peso_efetivo": _number(effect.effective[i]),
                "correlacao": _number(effect.with_score[i]),
            }
        )
    return rows


def _coverage_notices(facts: Mapping[str, IndicatorFacts | None]) -> list[dict[str, Any]]:
    notices = []
    for name, found in facts.items():
        if found is None:
            notices.append(_notice(Notice("sem_resultado", NO_RESULT, {"indicador": name})))
        elif not found.suficiente:
            notices.append(_notice(Notice("cobertura", LOW_COVERAGE, {"indicador": name, "ano": found.ano})))
    return notices


def _scale_notices(method: ChallengeMethod, scored: ChallengeScores) -> list[dict[str, Any]]:
    return [
        {**_notice(notice), "indicador": method.indicadores[notice.column].indicador if notice.column >= 0 else None}
        for notice in scored.warnings
    ]


def _effect_notices(method: ChallengeMethod, effect: Influence) -> list[dict[str, Any]]:
    names = [item.indicador for item in method.indicadores]

    def facts(i: int) -> dict[str, Any]:
        return {"indicador": names[i], "correlacao": round(float(effect.with_score[i]), 2)}

    known = ~np.isnan(effect.with_score)
    quiet = [Notice("sem_efeito", NO_EFFECT, facts(int(i))) for i in np.flatnonzero(effect.no_effect & known)]
    against = [Notice("contra", AGAINST, facts(int(i))) for i in np.flatnonzero(effect.against)]
    doubles = [
        Notice("repetidos", DOUBLE, {"indicador": names[i], "outro": names[j], "correlacao": round(value, 2)})
        for i, j, value in effect.doubles
    ]
    return [_notice(notice) for notice in (*quiet, *against, *doubles)]


def _notice(notice: Notice) -> dict[str, Any]:
    return {"codigo": notice.code, "texto": notice.msgid, "fatos": _json(notice.params)}


def _json(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.item() if isinstance(value, np.generic) else value for name, value in facts.items()}


def _floats(values: Sequence[Any]) -> Floats:
    return np.array([np.nan if value is None else value for value in values], float)


def _plain(values: Floats) -> list[float | None]:
    return [None if value != value else value for value in values.tolist()]


def _whole(values: Floats) -> list[int | None]:
    return [None if value != value else int(value) for value in values.tolist()]


def _number(value: Any) -> float | None:
    return None if value is None or value != value else float(value)


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
