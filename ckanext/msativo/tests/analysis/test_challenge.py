from __future__ import annotations

import json

import numpy as np
import pytest

from ckanext.msativo.analysis import (
    AnalysisError,
    ChallengeIndicator,
    ChallengeSpec,
    score_challenge,
    scores_by_normaliser,
)

NAN = float("nan")
LEARNING = ChallengeIndicator("ideb", 2, best=6, worst=2, anchor=True)
DROPOUT = ChallengeIndicator("abandono", 1, -1, best=0, worst=10)
NUTRITION = ChallengeIndicator("imc", 1, (18, 25), worst=10)
SPEC = ChallengeSpec("educacao", (LEARNING, DROPOUT, NUTRITION))
X = [[4.0, 5.0, 20.0], [6.0, 0.0, 30.0], [NAN, 5.0, 30.0], [2.0, 20.0, NAN]]


def test_scores_need_and_rank_by_hand():
    found = score_challenge(X, SPEC)
    assert found.scores[:2].tolist() == [[50.0, 50.0, 100.0], [100.0, 100.0, 50.0]]
    # (2·50 + 50 + 100)/4 and (2·100 + 100 + 50)/4; the third has half of the weight only; the last
    # has three quarters of it, all at the worst
    assert found.score[[0, 1, 3]].tolist() == [62.5, 87.5, 0.0]
    assert np.isnan(found.score[2])
    assert found.need[[0, 1, 3]].tolist() == [37.5, 12.5, 100.0]
    assert found.rank.tolist() == [2, 3, 0, 1]
    assert found.best == (6.0, 0.0, 0.0) and found.worst == (2.0, 10.0, 10.0)


def test_each_normaliser_for_challenges_scores_the_same_table():
    found = scores_by_normaliser(X, SPEC)
    assert sorted(found) == ["goalposts", "minmax", "percentile_rank"]
    # 4, 6 and 2: min 2, max 6; ranks 2, 3 and 1 of 3
    assert found["minmax"][[0, 1, 3], 0].tolist() == [50.0, 100.0, 0.0]
    assert found["percentile_rank"][[0, 1, 3], 0] == pytest.approx([200 / 3, 100, 100 / 3])


def test_warnings_name_the_indicator():
    x = [[3.0, 5.0], [4.0, 5.0]]
    pair = ChallengeSpec("a", (ChallengeIndicator("x", anchor=True), ChallengeIndicator("y")))
    warnings = score_challenge(x, pair).warnings
    assert [(warning.code, warning.column) for warning in warnings] == [("constant_column", 1)]


def test_the_description_is_json_and_its_hash_changes_with_it():
    assert json.loads(json.dumps(SPEC.as_dict()))["indicators"][0]["name"] == "ideb"
    assert SPEC.hash() == ChallengeSpec("educacao", (LEARNING, DROPOUT, NUTRITION)).hash()
    assert SPEC.hash() != ChallengeSpec("educacao", SPEC.indicators, mean="geometric").hash()


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"normaliser": "zscore"}, "normaliser_unbounded"),
        ({"normaliser": "nenhum"}, "unknown_name"),
        ({"mean": "nenhuma"}, "unknown_name"),
        ({"indicators": (DROPOUT, NUTRITION)}, "no_anchor"),
        ({"indicators": (LEARNING, DROPOUT)}, "weight_too_large"),
        ({"indicators": (ChallengeIndicator("a", 1, 7, anchor=True), DROPOUT)}, "bad_polarity"),
    ],
)
def test_a_challenge_that_cannot_work_is_refused_when_it_is_made(settings, code):
    with pytest.raises(AnalysisError) as caught:
        ChallengeSpec(**{"name": "educacao", "indicators": SPEC.indicators, **settings})
    assert caught.value.code == code


def test_values_must_have_a_column_for_each_indicator():
    with pytest.raises(AnalysisError, match="3 indicators"):
        score_challenge([[1.0, 2.0]], SPEC)
