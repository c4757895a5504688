from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.msativo.analysis import AnalysisError, Anchor, FocusRule, focus
from ckanext.msativo.analysis.excess import excess_events, smallest_covering
from ckanext.msativo.analysis.focusing import CLASS_NAMES

NAN = float("nan")


def states(*critical: int, units: int = 20) -> np.ndarray:
    found = np.ones(units, dtype=np.int8)
    found[list(critical)] = 3
    return found


def classes(result) -> list[str]:
    return [CLASS_NAMES[code] for code in result.classe]


def codes(result, unit: int) -> list[str]:
    return [reason.code for reason in result.reasons[unit]]


# needs 1…20: the worst quarter (y ≤ Q25) is 16…20, the worst tenth 19 and 20
NEED = np.arange(1.0, 21.0)
LIKELY = np.ones(20)


def test_need_in_the_worst_quarter_and_probable_is_priority_and_in_the_worst_tenth_focal():
    found = focus(NEED, LIKELY, [Anchor("a", 1, states())])
    assert classes(found) == ["monitorado"] * 15 + ["prioritario"] * 3 + ["focal"] * 2
    assert codes(found, 19) == ["need_quartile", "probable", "need_decile"]
    assert codes(found, 15) == ["need_quartile", "probable"]
    assert codes(found, 0) == ["no_need"]


def test_without_probability_nobody_is_priority():
    found = focus(NEED, np.full(20, 0.49), [Anchor("a", 1, states(19))])
    assert set(classes(found)) == {"monitorado"}
    assert codes(found, 19) == ["improbable"]
    assert found.reasons[19][0].params == {"probability": 0.49}


def test_a_critical_anchor_makes_priority_whatever_the_need():
    anchors = [Anchor("a", 1, states(0)), Anchor("b", 2, states())]
    found = focus(NEED, LIKELY, anchors)
    assert classes(found)[0] == "prioritario"
    assert codes(found, 0) == ["anchor_critical", "probable"]
    assert found.reasons[0][0].params == {"anchors": ["a"]}


def test_half_of_the_anchor_weight_critical_makes_focal():
    anchors = [Anchor("a", 1, states(0)), Anchor("b", 1, states())]
    found = focus(NEED, LIKELY, anchors)
    assert classes(found)[0] == "focal"
    assert codes(found, 0) == ["anchor_critical", "probable", "anchor_weight"]
    assert found.reasons[0][2].params == {"share": 0.5}


def test_a_critical_trend_makes_a_priority_focal_but_nobody_priority():
    anchors = [Anchor("a", 1, states(), trend=states(0, 15))]
    found = focus(NEED, LIKELY, anchors)
    assert classes(found)[0] == "monitorado"
    assert classes(found)[15] == "focal"
    assert codes(found, 15)[-1] == "anchor_trend"


def test_holding_the_excess_events_makes_a_priority_focal():
    events = np.full(20, 10.0)
    events[15], events[0] = 60.0, 30.0
    population = np.full(20, 1000.0)
    # overall 13.5 per 1,000: excess 46.5 and 16.5, so one unit holds more than half
    found = focus(NEED, LIKELY, [Anchor("a", 1, states(), events=events, population=population)])
    assert np.flatnonzero(found.criteria["excess_events"]).tolist() == [15]
    assert classes(found)[15] == "focal" and codes(found, 15)[-1] == "excess_events"


def test_a_missing_need_has_no_class():
    need = NEED.copy()
    need[19] = NAN
    found = focus(need, np.where(np.isnan(need), NAN, 1.0), [Anchor("a", 1, states(19))])
    assert classes(found)[19] == "sem_dado"
    assert codes(found, 19) == ["sem_dado"]


def test_equal_needs_put_nobody_in_the_worst_quarter():
    found = focus(np.full(20, 50.0), LIKELY, [Anchor("a", 1, states())])
    assert set(classes(found)) == {"monitorado"}


def test_the_numbers_of_the_rule_can_be_set():
    found = focus(NEED, LIKELY, [Anchor("a", 1, states())], FocusRule(focal_quantile=0.25))
    assert classes(found)[15:] == ["focal"] * 5


def test_anchors_are_needed_and_must_cover_the_units():
    with pytest.raises(AnalysisError, match="needs an anchor"):
        focus(NEED, LIKELY, [])
    with pytest.raises(AnalysisError, match="“a” must have one value for each of 20 units"):
        focus(NEED, LIKELY, [Anchor("a", 1, states(units=3))])


def test_excess_by_hand():
    # b = 40/400 = 0.1: expected 10, 10, 20
    found = excess_events([25, 5, 10, NAN], [100, 100, 200, 50])
    assert found[:3].tolist() == [15.0, 0.0, 0.0] and np.isnan(found[3])


@pytest.mark.parametrize(
    ("excess", "covering"),
    [
        ([5.0, 3.0, 2.0], [True, False, False]),
        ([4.0, 3.0, 3.0], [True, True, True]),  # 4 is under half of 10; the two 3 tie
        ([1.0, 1.0, 1.0, 1.0], [True] * 4),
        ([0.0, NAN], [False, False]),
        ([], []),
    ],
)
def test_smallest_covering_set(excess, covering):
    assert smallest_covering(np.array(excess, dtype=float)).tolist() == covering


@given(st.lists(st.integers(0, 20), min_size=1, max_size=8))
def test_no_smaller_set_covers_half(values):
    excess = np.array(values, dtype=float)
    chosen = smallest_covering(excess)
    if excess.sum() == 0:
        assert not chosen.any()
        return
    assert excess[chosen].sum() >= excess.sum() / 2
    above = excess > excess[chosen].min()
    assert excess[above].sum() < excess.sum() / 2


@given(st.lists(st.integers(0, 30), min_size=8, max_size=20), st.data())
def test_a_worse_need_never_lowers_the_class(values, data):
    need = np.array(values, dtype=float)
    units = len(need)
    anchors = [Anchor("a", 1, states(0, units=units))]
    unit = data.draw(st.integers(0, units - 1))
    worse = need.copy()
    worse[unit] += 40
    before = focus(need, np.ones(units), anchors).classe[unit]
    after = focus(worse, np.ones(units), anchors).classe[unit]
    assert after >= before
