from __future__ import annotations

import numpy as np

from ckanext.msativo.analysis import assess_impact

NAN = float("nan")


def test_effect_by_hand():
    # two participants at 10 and 50; their nearest are 11 and 49
    baseline = np.array([10.0, 50.0, 11.0, 49.0, *range(100, 170, 10)])
    after = baseline + np.array([6.0, 4.0, 1.0, 3.0, *[0.0] * 7])
    participates = np.array([True, True] + [False] * 9)
    found = assess_impact(baseline, after, participates, matches=1, permutations=99)
    assert found.change_participants == 5.0
    assert found.change_comparators == 2.0
    assert found.effect == 3.0
    assert (found.participants, found.comparators) == (2, 9)
    assert found.assessable


def test_the_profile_takes_part_in_the_matching():
    baseline = np.full(10, 50.0)
    profile = np.array([1.0, 1.1, *range(20, 28)])
    change = np.array([5.0, 2.0, *[0.0] * 8])
    participates = np.arange(10) == 0
    found = assess_impact(baseline, baseline + change, participates, profile, matches=1)
    assert found.change_comparators == 2.0


def test_a_clear_effect_has_an_interval_without_zero_and_none_has_one_with_it():
    rng = np.random.default_rng(5)
    baseline = rng.normal(50, 10, size=60)
    noise = rng.normal(0, 1, size=60)
    participates = np.arange(60) < 20
    clear = assess_impact(baseline, baseline + noise + 5 * participates, participates, seed=1)
    assert clear.low > 0 and clear.p < 0.01
    assert clear.low < 5 < clear.high
    nothing = assess_impact(baseline, baseline + noise, participates, seed=1)
    assert nothing.low < 0 < nothing.high


def test_p_is_even_when_there_is_no_effect():
    rng = np.random.default_rng(7)
    p = []
    for study in range(60):
        baseline, noise = rng.normal(size=(2, 30))
        found = assess_impact(baseline, baseline + noise, np.arange(30) < 10, permutations=99, name=str(study))
        p.append(found.p)
    assert 0.3 < np.mean(p) < 0.7


def test_without_a_later_observation_it_is_not_assessable():
    found = assess_impact([1.0, 2.0], [NAN, NAN], [True, False])
    assert found.reason is not None and found.reason.code == "sem_observacao_posterior"
    assert np.isnan(found.effect) and not found.assessable


def test_without_participants_it_is_not_assessable():
    found = assess_impact([1.0] * 9, [2.0] * 9, [False] * 9)
    assert found.reason is not None and found.reason.code == "sem_participantes"
    assert found.comparators == 9


def test_with_fewer_than_eight_comparators_it_is_not_assessable_and_says_how_many():
    baseline = np.arange(9.0)
    after = baseline + 1
    after[8] = NAN
    found = assess_impact(baseline, after, np.arange(9) == 0)
    assert found.reason is not None and found.reason.code == "poucos_comparadores"
    assert found.reason.params == {"comparators": 7, "least": 8}
    assert (found.participants, found.comparators) == (1, 7)


def test_the_stream_depends_on_seed_and_name():
    baseline = np.random.default_rng(1).normal(size=30)
    after = baseline + np.random.default_rng(2).normal(size=30)
    takes_part = np.arange(30) < 9
    first = assess_impact(baseline, after, takes_part, seed=1, name="a", permutations=99)
    assert first == assess_impact(baseline, after, takes_part, seed=1, name="a", permutations=99)
    other = assess_impact(baseline, after, takes_part, seed=1, name="b", permutations=99)
    assert other.effect == first.effect and other.low != first.low
