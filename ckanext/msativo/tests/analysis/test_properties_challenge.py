"""What means, challenges, their uncertainty and the focus must hold to."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ckanext.msativo.analysis import (
    MEANS,
    Anchor,
    ChallengeIndicator,
    ChallengeSpec,
    aggregate,
    focus,
    rank_uncertainty,
    score_challenge,
)
from ckanext.msativo.analysis.challenge import bounded_normalisers

NAN = float("nan")
few = settings(max_examples=30, deadline=None)
every_mean = pytest.mark.parametrize("mean", MEANS.names())
every_method = pytest.mark.parametrize("method", bounded_normalisers())

scores = st.one_of(st.integers(0, 800).map(lambda i: i / 8), st.just(NAN))
INDICATORS = 4
INVENTORY = (
    ChallengeIndicator("a", 2, anchor=True),
    ChallengeIndicator("b", 1, -1),
    ChallengeIndicator("c", 1, (20.0, 60.0)),
    ChallengeIndicator("d", 1),
)


def tables(cell: st.SearchStrategy[float], least: int = 1, most: int = 15) -> st.SearchStrategy[np.ndarray]:
    """Units × 4 indicators with gaps and ties."""
    row = st.lists(cell, min_size=INDICATORS, max_size=INDICATORS)
    return st.lists(row, min_size=least, max_size=most).map(np.array)


def spec(method: str, mean: str = "arithmetic") -> ChallengeSpec:
    return ChallengeSpec("saude", INVENTORY, method, mean)


def same(one, other) -> None:
    assert np.asarray(one, float) == pytest.approx(np.asarray(other, float), nan_ok=True, abs=1e-9)


# means


@every_mean
@few
@given(table=tables(scores), weights=st.permutations([1, 2, 2, 3]))
def test_a_mean_lies_between_its_values_and_ignores_the_order_of_indicators(mean, table, weights):
    found = aggregate(table, weights, mean)
    there = ~np.isnan(found)
    lifted = np.maximum(table, 1) if mean != "arithmetic" else table
    for unit in np.flatnonzero(there):
        assert np.nanmin(lifted[unit]) - 1e-9 <= found[unit] <= np.nanmax(lifted[unit]) + 1e-9
    order = [2, 0, 3, 1]
    same(aggregate(table[:, order], np.array(weights)[order], mean), found)


@every_mean
@few
@given(table=tables(scores))
def test_what_is_missing_is_left_out_and_not_guessed(mean, table):
    found = aggregate(table, [1] * INDICATORS, mean)
    enough = (~np.isnan(table)).mean(axis=1) >= 2 / 3
    assert (np.isnan(found) == ~enough).all()
    for unit in np.flatnonzero(enough):
        known = table[unit][~np.isnan(table[unit])]
        same(found[unit], aggregate([known], [1] * len(known), mean)[0])


@few
@given(table=tables(scores))
def test_the_more_a_mean_minds_weakness_the_lower_it_is(table):
    lifted = np.maximum(table, 1)
    arithmetic, geometric, harmonic = (aggregate(lifted, [1] * INDICATORS, name) for name in MEANS.names())
    there = ~np.isnan(arithmetic)
    assert (arithmetic >= geometric - 1e-9)[there].all() and (geometric >= harmonic - 1e-9)[there].all()


@every_mean
@pytest.mark.parametrize("value", [0.0, 1.0, 37.5, 100.0])
def test_equal_scores_have_themselves_as_mean(mean, value):
    expected = value if mean == "arithmetic" else max(value, 1.0)
    assert aggregate([[value] * 4], [1, 2, 2, 3], mean) == pytest.approx([expected], abs=1e-9)


# challenges


@every_mean
@every_method
@few
@given(x=tables(scores), random=st.randoms())
def test_the_order_of_units_does_not_matter_to_a_challenge(mean, method, x, random):
    order = list(range(len(x)))
    random.shuffle(order)
    here, there = score_challenge(x, spec(method, mean)), score_challenge(x[order], spec(method, mean))
    same(here.score[order], there.score)
    assert here.rank[order].tolist() == there.rank.tolist()


@every_method
@few
@given(x=tables(scores))
def test_a_unit_without_values_changes_no_other_in_a_challenge(method, x):
    longer = score_challenge(np.vstack([x, np.full(INDICATORS, NAN)]), spec(method))
    plain = score_challenge(x, spec(method))
    assert np.isnan(longer.score[-1]) and np.isnan(longer.need[-1]) and longer.rank[-1] == 0
    same(longer.score[:-1], plain.score)
    assert longer.rank[:-1].tolist() == plain.rank.tolist()


@every_method
@few
@given(x=tables(scores))
def test_need_rank_and_score_tell_the_same(method, x):
    found = score_challenge(x, spec(method))
    there = ~np.isnan(found.score)
    same(found.need[there], 100 - found.score[there])
    # rank 1 is the worst, equal scores share the lowest rank
    for unit in np.flatnonzero(there):
        assert found.rank[unit] == 1 + (found.score[there] < found.score[unit]).sum()
    assert (found.rank[~there] == 0).all()


@pytest.mark.parametrize(
    "x", [[[1.0] * 4], [[1.0] * 4] * 2, [[1.0, 2, 3, 4], [2, 3, 4, 5.0], [5, 4, 3, 2.0]], [[NAN] * 4] * 3]
)
@every_method
def test_few_units_or_none_with_values(method, x):
    found = score_challenge(x, spec(method))
    doubt = rank_uncertainty(x, spec(method), draws=20, seed=1)
    assert (np.isnan(found.score) == np.isnan(doubt.median)).all()
    assert doubt.n == (~np.isnan(found.score)).sum() and doubt.worst_k == -(-doubt.n // 4)


# uncertainty


@every_method
@few
@given(x=tables(scores, least=2), random=st.randoms())
def test_neither_order_nor_units_without_values_matter_to_the_uncertainty(method, x, random):
    order = list(range(len(x)))
    random.shuffle(order)
    plain = rank_uncertainty(x, spec(method), draws=40, seed=3)
    longer = np.vstack([x[order], np.full(INDICATORS, NAN)])
    other = rank_uncertainty(longer, spec(method), draws=40, seed=3)
    for name in ("median", "p05", "p95", "prob_worst"):
        same(getattr(plain, name)[order], getattr(other, name)[:-1])


@every_method
@few
@given(x=tables(scores, least=2))
def test_ranks_and_probabilities_are_in_their_order(method, x):
    found = rank_uncertainty(x, spec(method), draws=40, seed=3)
    there = ~np.isnan(found.median)
    assert ((found.p05 <= found.median) & (found.median <= found.p95))[there].all()
    assert ((found.p05 >= 1) & (found.p95 <= found.n))[there].all()
    assert ((found.prob_worst >= 0) & (found.prob_worst <= 1))[there].all()
    if found.n:
        # in every draw at least K are among the worst K, more when they tie
        assert found.prob_worst[there].sum() >= found.worst_k - 1e-9


# focus


@few
@given(
    rows=st.lists(
        st.tuples(
            st.one_of(st.integers(0, 100).map(float), st.just(NAN)),
            st.integers(0, 4).map(lambda i: i / 4),
            st.integers(0, 3),
            st.integers(0, 3),
            st.integers(0, 40),
        ),
        min_size=1,
        max_size=20,
    ),
    random=st.randoms(),
)
def test_the_order_of_units_does_not_matter_to_the_focus_and_each_has_a_reason(rows, random):
    def classified(table: np.ndarray):
        anchors = [
            Anchor("a", 2, table[:, 2].astype(np.int8)),
            Anchor(
                "b", 1, table[:, 3].astype(np.int8), table[:, 2].astype(np.int8), table[:, 4], np.full(len(table), 9e3)
            ),
        ]
        return focus(table[:, 0], np.where(np.isnan(table[:, 0]), NAN, table[:, 1]), anchors)

    table = np.array(rows, dtype=float)
    order = list(range(len(table)))
    random.shuffle(order)
    found, other = classified(table), classified(table[order])
    assert found.classe[order].tolist() == other.classe.tolist()
    assert all(found.reasons)
    for unit, code in enumerate(found.classe):
        criteria = {name for name, holds in found.criteria.items() if holds[unit]}
        if np.isnan(table[unit, 0]):
            assert code == 0
        elif "probable" in criteria and criteria & {"anchor_critical", "need_quartile"}:
            grave = criteria & {"need_decile", "anchor_weight", "anchor_trend", "excess_events"}
            assert code == (3 if grave else 2)
        else:
            assert code == 1
