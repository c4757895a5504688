from __future__ import annotations

import hashlib
import json
import pickle

import pytest

from ckanext.msativo.analysis import AnalysisError, IndicatorMethod


def test_defaults_are_part_of_the_description():
    method = IndicatorMethod()
    assert method.as_dict()["params"] == {"p": 0.25}
    assert list(method.as_dict()) == sorted(method.as_dict())
    assert json.loads(json.dumps(method.as_dict())) == method.as_dict()


def test_the_hash_is_that_of_the_canonical_json():
    method = IndicatorMethod(polarity=-1)
    text = json.dumps(method.as_dict(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert method.hash() == hashlib.sha256(text.encode()).hexdigest()


def test_naming_a_default_changes_nothing_and_changing_it_changes_the_hash():
    assert IndicatorMethod(params={"p": 0.25}).hash() == IndicatorMethod().hash()
    assert IndicatorMethod(params={"p": 0.2}).hash() != IndicatorMethod().hash()
    assert IndicatorMethod(polarity=(1, 2)).hash() == IndicatorMethod(polarity=[1.0, 2.0]).hash()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "method",
    [
        IndicatorMethod(polarity=(1, 2), tolerance=0),
        IndicatorMethod("limiar", {"verde": 1, "vermelho": 2}, -1, reference_group="regiao"),
    ],
)
def test_a_method_survives_json_and_pickle(method):
    again = IndicatorMethod.from_dict(json.loads(json.dumps(method.as_dict())))
    assert again == method
    assert again.hash() == method.hash()
    assert pickle.loads(pickle.dumps(method)) == method


@pytest.mark.parametrize(
    "settings",
    [
        {"rule": "nenhuma"},
        {"polarity": 3},
        {"min_coverage": 1.2},
        {"tolerance": -1},
        {"min_group": 0},
        {"kind": "taxa"},
        {"factor": 0},
        {"pool_years": 0},
        {"params": {"p": 2}},
        {"years": 3},
    ],
)
def test_a_wrong_setting_is_refused_when_the_method_is_made(settings):
    with pytest.raises(AnalysisError):
        IndicatorMethod.from_dict(settings)
