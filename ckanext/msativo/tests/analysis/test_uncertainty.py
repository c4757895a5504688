from __future__ import annotations

import numpy as np
import pytest
import scipy.stats

from ckanext.msativo.analysis import (
    AnalysisError,
    ChallengeIndicator,
    ChallengeSpec,
    rank_uncertainty,
    score_challenge,
    scores_by_normaliser,
)
from ckanext.msativo.analysis.uncertainty import DRAWN_MEANS, _choose

NAN = float("nan")


def spec(indicators: int = 4, name: str = "saude", **settings) -> ChallengeSpec:
    items = [ChallengeIndicator(f"i{i}", anchor=i == 0) for i in range(indicators)]
    return ChallengeSpec(name, tuple(items), **settings)


def table(units: int, indicators: int, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).normal(50, 15, size=(units, indicators))


def test_the_worst_in_everything_is_the_worst_in_every_draw():
    x = table(20, 4)
    x[7] = x.min(axis=0) - 1
    x[3] = x.max(axis=0) + 1
    found = rank_uncertainty(x, spec(), draws=500, seed=1)
    assert (found.median[7], found.p05[7], found.p95[7], found.prob_worst[7]) == (1, 1, 1, 1)
    assert (found.p05[3], found.p95[3], found.prob_worst[3]) == (20, 20, 0)


def test_probability_by_hand():
    # A is worse unless its worse indicator is the one left out: 2 of 3 equally likely cases
    same = np.array([[40.0, 55.0], [60.0, 50.0]])
    scores = {"goalposts": same, "minmax": same}
    found = rank_uncertainty(scores, spec(2), draws=5000, seed=3)
    assert found.worst_k == 1
    assert found.prob_worst == pytest.approx([2 / 3, 1 / 3], abs=0.03)
    assert found.median.tolist() == [1.0, 2.0]
    assert found.p05.tolist() == [1.0, 1.0] and found.p95.tolist() == [2.0, 2.0]


def test_a_plain_computation_of_every_draw_gives_the_same():
    x = table(9, 4)
    x[0, 1] = x[5, 3] = NAN
    challenge, draws = spec(), 60
    by_name = scores_by_normaliser(x, challenge)
    choices = _choose(challenge, len(by_name), draws, 5)
    ranks = np.empty((draws, 9))
    for draw in range(draws):
        which, mean = divmod(int(choices.variant[draw]), len(DRAWN_MEANS))
        scores, weights = by_name[sorted(by_name)[which]], choices.weights[draw]
        totals = []
        for row in scores:
            there = ~np.isnan(row) & (weights > 0)
            if mean == DRAWN_MEANS.index("arithmetic"):
                totals.append(np.average(row[there], weights=weights[there]))
            else:
                lifted = np.maximum(row[there], 1)
                totals.append(scipy.stats.gmean(lifted, weights=weights[there]))
        ranks[draw] = scipy.stats.rankdata(np.round(totals, 10), "min")
    found = rank_uncertainty(x, challenge, draws=draws, seed=5)
    assert found.median.tolist() == np.median(ranks, axis=0).tolist()
    low, high = np.quantile(ranks, [0.05, 0.95], axis=0, method="inverted_cdf")
    assert found.p05.tolist() == low.tolist() and found.p95.tolist() == high.tolist()
    assert found.prob_worst == pytest.approx((ranks <= 3).mean(axis=0))


def test_draws_follow_the_method():
    choices = _choose(spec(4), 3, 6000, 0)
    ratio = choices.complete / 0.25
    assert 0.75 <= ratio.min() < 0.76 and 1.24 < ratio.max() <= 1.25
    left_out = (choices.weights == 0).sum(axis=1)
    assert set(left_out) == {0, 1}
    assert (left_out == 0).mean() == pytest.approx(1 / 5, abs=0.02)
    shares = np.bincount(choices.variant, minlength=6) / 6000
    assert shares == pytest.approx([1 / 6] * 6, abs=0.02)


def test_the_stream_depends_on_seed_and_challenge_only():
    x = table(15, 4)
    first = rank_uncertainty(x, spec(), draws=200, seed=1)
    again = rank_uncertainty(x, spec(), draws=200, seed=1)
    other_seed = rank_uncertainty(x, spec(), draws=200, seed=2)
    other_name = rank_uncertainty(x, spec(name="educacao"), draws=200, seed=1)
    assert np.array_equal(first.prob_worst, again.prob_worst)
    assert not np.array_equal(first.prob_worst, other_seed.prob_worst)
    assert not np.array_equal(first.prob_worst, other_name.prob_worst)


def test_coverage_is_judged_once_before_the_draws():
    x = table(12, 3)
    x[0, 0] = x[1, :2] = NAN  # the first keeps two thirds of the weight, the second does not
    found = rank_uncertainty(x, spec(3), draws=100, seed=1)
    assert not np.isnan(found.median[0]) and np.isnan(found.median[1])
    assert found.n == 11 and found.worst_k == 3
    assert np.isnan(found.prob_worst[1])


def test_when_all_that_a_unit_has_would_be_left_out_it_is_kept():
    x = table(8, 2)
    x[0, 1] = NAN
    found = rank_uncertainty(x, spec(2, min_weight=0.5), draws=200, seed=1)
    assert not np.isnan(found.median).any()


def test_equal_units_share_everything():
    x = table(10, 4)
    x[9] = x[2]
    found = rank_uncertainty(x, spec(), draws=300, seed=1)
    for values in (found.median, found.p05, found.p95, found.prob_worst):
        assert values[9] == values[2]


def test_blocks_change_nothing(monkeypatch):
    x = table(10, 4)
    whole = rank_uncertainty(x, spec(), draws=300, seed=1)
    monkeypatch.setattr("ckanext.msativo.analysis.uncertainty.BLOCK_VALUES", 70)
    parts = rank_uncertainty(x, spec(), draws=300, seed=1)
    assert np.array_equal(whole.prob_worst, parts.prob_worst)


def test_no_unit_with_enough_data():
    found = rank_uncertainty(np.full((3, 4), NAN), spec(), draws=10, seed=0)
    assert found.n == found.worst_k == 0 and np.isnan(found.median).all()


@pytest.mark.parametrize("seed", [-1, 1.5, True, None])
def test_a_seed_is_a_whole_number(seed):
    with pytest.raises(AnalysisError, match="seed"):
        rank_uncertainty(table(4, 4), spec(), draws=10, seed=seed)


def test_the_most_frequent_rank_agrees_with_the_score_when_little_is_in_doubt():
    x = np.outer(np.arange(12.0), np.ones(4))
    scores = score_challenge(x, spec())
    assert scores.rank.tolist() == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10, 10]
    found = rank_uncertainty(x, spec(), draws=200, seed=1)
    # the three best lie beyond the best goalpost, the mean of the five best, and tie
    assert found.median[2:7].tolist() == [3, 4, 5, 6, 7]
