"""The difference in differences: by hand, when it is not assessable, its numbers of units, its texts."""

from __future__ import annotations

from string import Formatter

import numpy as np
import pytest

from ckanext.msativo.analysis import CAVEATS, VERDICT_NAMES, AnalysisError, EffectMethod, estimate_effect

NAN = float("nan")
ONE_OF_NINE = np.arange(9) == 0


def nine(level: float = 0.9):
    """One participant that changes by 10, eight that change by 0 … 7; all eight are its comparators."""
    baseline = np.arange(9.0)
    change = np.array([10.0, *range(8)])
    return estimate_effect(baseline, baseline + change, ONE_OF_NINE, method=EffectMethod(level=level))


def test_the_nearest_by_baseline_are_the_comparators_by_hand():
    # two participants at 10 and 50; their nearest are 11 and 49
    baseline = np.array([10.0, 50.0, 11.0, 49.0, *range(100, 170, 10)])
    newest = baseline + np.array([6.0, 4.0, 1.0, 3.0, *[0.0] * 7])
    method = EffectMethod(comparators=1, min_comparators=2)
    found = estimate_effect(baseline, newest, np.arange(11) < 2, method=method)
    assert (found.change_participants, found.change_comparators) == (5.0, 2.0)
    assert found.did == found.did_oriented == 3.0
    assert (found.baseline_participants, found.baseline_comparators) == (30.0, 30.0)
    assert (found.n_participants, found.n_comparators, found.n_candidates) == (2, 2, 9)
    assert found.method is method


def test_p_is_exact_by_hand():
    # each of nine could have been the one; 10 is further from the mean of the others than any other of them
    found = nine()
    assert found.did == 10 - 3.5
    assert found.p_value == pytest.approx(1 / 9)
    assert found.exact and found.draws == 9


def test_the_interval_is_the_inverted_test_by_hand():
    # p > 0.25 needs three of nine at least as large. With u = 10 − τ, j at the top is as large where u ≤ j, at the
    # bottom where u ≤ 8 − 9j/7: for two of them u ≤ 7, so τ ≥ 3; by symmetry of 0 … 7 the other end is u ≥ 0, τ ≤ 10.
    assert nine(0.75).interval == pytest.approx((3, 10))


def test_with_too_few_ways_to_choose_the_interval_is_open_and_says_so():
    found = nine()  # p cannot be under 1/9
    assert found.interval == (-np.inf, np.inf)
    assert [(notice.code, notice.params) for notice in found.notices if notice.code == "intervalo_aberto"] == [
        ("intervalo_aberto", {"draws": 9})
    ]
    assert found.verdict == "inconclusivo"


def test_equally_far_units_share_the_place_of_a_comparator():
    change = np.array([10.0, *range(8)])
    found = estimate_effect(np.full(9, 5.0), 5 + change, ONE_OF_NINE, method=EffectMethod(comparators=2))
    assert found.change_comparators == 3.5
    assert found.n_comparators == 8


def test_the_profile_takes_part_in_the_matching():
    baseline = np.full(10, 50.0)
    profile = np.array([1.0, 1.1, *range(20, 28)])
    change = np.array([5.0, 2.0, *[0.0] * 8])
    method = EffectMethod(comparators=1, min_comparators=1)
    found = estimate_effect(baseline, baseline + change, np.arange(10) == 0, profile, method=method)
    assert found.change_comparators == 2.0


def test_for_a_band_better_is_nearer_to_it():
    # from 2 to 5 is nearer to the band [6, 8] by 3, from 12 to 9 as well
    baseline = np.array([2.0, 12.0, *[2.0, 12.0] * 5])
    newest = baseline + np.array([3.0, -3.0, *[0.0] * 10])
    found = estimate_effect(baseline, newest, np.arange(12) < 2, polarity=(6.0, 8.0))
    assert found.did == 0
    assert found.did_oriented == 3
    assert found.interval_oriented[0] > 0


def test_smaller_is_better_turns_the_oriented_interval_round():
    rng = np.random.default_rng(3)
    baseline, noise = rng.normal(size=(2, 40))
    part = np.arange(40) < 12
    found = estimate_effect(baseline, baseline + noise - 5 * part, part, polarity=-1)
    low, high = found.interval
    assert found.interval_oriented == pytest.approx((-high, -low))
    assert high < 0 and found.verdict == "melhor"
    assert estimate_effect(baseline, baseline + noise - 5 * part, part).verdict == "pior"


def test_units_without_a_value_or_a_profile_are_left_out_and_counted():
    baseline = np.arange(30.0)
    newest = baseline + np.arange(30) % 4
    part = np.arange(30) < 5
    profile = np.arange(30.0) % 7
    baseline[0], newest[1], profile[2], newest[29] = NAN, NAN, NAN, NAN
    found = estimate_effect(baseline, newest, part, profile)
    assert (found.n_participants, found.n_participants_left_out, found.n_candidates) == (2, 3, 24)
    assert ("participantes_de_fora", {"participants": 3}) in [(n.code, n.params) for n in found.notices]
    kept = np.arange(3, 29)
    alone = estimate_effect(baseline[kept], newest[kept], part[kept], profile[kept])
    assert (alone.did, alone.interval, alone.p_value) == (found.did, found.interval, found.p_value)


@pytest.mark.parametrize(
    ("baseline", "newest", "part", "code", "params"),
    [
        ([1.0] * 9, [2.0] * 9, [False] * 9, "sem_participantes", {}),
        ([NAN] * 9, [2.0] * 9, ONE_OF_NINE, "sem_linha_de_base", {}),
        ([1.0] * 9, [NAN] * 9, ONE_OF_NINE, "sem_observacao_posterior", {}),
        ([1.0] * 9, [NAN, *[2.0] * 8], ONE_OF_NINE, "participantes_sem_valor", {"participants": 1}),
        ([1.0] * 9, [*[2.0] * 8, NAN], ONE_OF_NINE, "poucos_comparadores", {"comparators": 7, "least": 8}),
        ([], [], [], "sem_participantes", {}),
    ],
)
def test_what_is_not_assessable_yet_says_why(baseline, newest, part, code, params):
    found = estimate_effect(baseline, newest, part)
    assert not found.evaluable
    assert found.reason is not None and (found.reason.code, found.reason.params) == (code, params)
    assert str(found.reason).startswith("Not assessable yet: ")
    assert np.isnan([found.did, found.did_oriented, *found.interval, found.p_value]).all()
    assert found.verdict == "ainda_nao_avaliavel"


def test_the_least_number_is_of_the_comparators_that_are_used():
    baseline = np.arange(30.0)
    found = estimate_effect(baseline, baseline, np.arange(30) < 2, method=EffectMethod(comparators=3))
    assert found.reason is not None and found.reason.params == {"comparators": 3, "least": 8}
    assert (found.n_participants, found.n_comparators, found.n_candidates) == (2, 3, 28)


def test_the_adjusted_difference_is_of_residuals_by_hand():
    # change = 3 · baseline + 2 · part: matching leaves a slope over the gap in baseline, the adjustment does not
    baseline = np.array([0.0, 1, 2, *range(3, 20)])
    part = np.arange(20) < 3
    found = estimate_effect(baseline, baseline + 3 * baseline + 2 * part, part)
    assert found.did < 0
    assert found.adjusted is not None and found.adjusted.did == pytest.approx(2)
    assert found.imbalance > 0.25
    assert "desequilibrio" in [notice.code for notice in found.notices]


def test_a_profile_that_tells_who_takes_part_leaves_no_adjusted_difference():
    baseline = np.random.default_rng(1).normal(size=20)
    part = np.arange(20) < 4
    found = estimate_effect(baseline, baseline, part, part.astype(float))
    assert found.adjusted is None
    assert "sem_ajuste" in [notice.code for notice in found.notices]


def test_the_verdict_needs_the_plain_and_the_adjusted_interval():
    # the worst quarter takes part and improves by itself: the plain interval alone would mostly call it a success
    plain, verdicts = [], []
    for run in range(100):
        rng = np.random.default_rng([12, run])
        baseline = rng.normal(size=79)
        part = baseline < np.sort(baseline)[20]
        newest = baseline - 0.8 * baseline + rng.normal(0, 0.7, 79)
        found = estimate_effect(baseline, newest, part, method=EffectMethod(permutations=199))
        plain.append(found.interval_oriented[0] > 0)
        verdicts.append(found.verdict)
    assert np.mean(plain) > 0.5
    assert verdicts.count("melhor") <= 11  # 5 of 100, and three standard errors
    assert set(verdicts) <= set(VERDICT_NAMES)


def test_the_stream_depends_on_seed_and_name():
    baseline, noise = np.random.default_rng(1).normal(size=(2, 40))
    part = np.arange(40) < 9

    def found(seed: int, name: str):
        return estimate_effect(baseline, baseline + noise, part, seed=seed, name=name)

    assert found(1, "a") == found(1, "a")
    for other in (found(2, "a"), found(1, "b")):
        assert other.did == found(1, "a").did
        assert other.interval != found(1, "a").interval
    assert not found(1, "a").exact and found(1, "a").draws == 1000


@pytest.mark.parametrize(
    "bad", [{"comparators": 0}, {"permutations": 1.5}, {"min_comparators": True}, {"level": 1.0}, {"level": NAN}]
)
def test_a_method_that_cannot_be_is_refused(bad):
    with pytest.raises(AnalysisError, match=next(iter(bad))):
        EffectMethod(**bad)


def test_inputs_of_other_lengths_are_refused():
    with pytest.raises(AnalysisError, match="newest"):
        estimate_effect([1.0, 2.0], [1.0], [True, False])
    with pytest.raises(AnalysisError, match="profile"):
        estimate_effect([1.0, 2.0], [1.0, 2.0], [True, False], [[1.0]])
    with pytest.raises(AnalysisError, match="polarity"):
        estimate_effect([1.0], [1.0], [True], polarity=0)


def test_caveats_are_plain_texts_with_codes_of_their_own():
    assert len({caveat.code for caveat in CAVEATS}) == len(CAVEATS)
    codes = {caveat.code for caveat in CAVEATS}
    assert {"nao_sorteado", "regressao_a_media", "poucos_municipios", "transbordamento", "outros_programas"} <= codes
    for caveat in CAVEATS:
        assert [name for _, name, _, _ in Formatter().parse(caveat.msgid) if name] == []
