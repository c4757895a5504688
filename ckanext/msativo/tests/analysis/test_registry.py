from __future__ import annotations

import pytest

from ckanext.msativo.analysis.errors import AnalysisError
from ckanext.msativo.analysis.registry import Registry
from ckanext.msativo.analysis.rules import RULES


def test_a_registered_object_is_found_by_its_name():
    registry: Registry[int] = Registry("mean")
    registry.register("b", 2)
    registry.register("a", 1)
    assert registry.get("b") == 2
    assert registry.names() == ("a", "b")
    assert list(registry) == [1, 2]
    assert "a" in registry and "c" not in registry and len(registry) == 2


def test_an_unknown_name_lists_the_known_ones():
    registry: Registry[int] = Registry("mean")
    registry.register("arithmetic", 1)
    with pytest.raises(AnalysisError, match=r"no mean named “median”. Known: arithmetic"):
        registry.get("median")


def test_a_name_cannot_be_taken_twice():
    registry: Registry[int] = Registry("mean")
    registry.register("a", 1)
    with pytest.raises(AnalysisError, match="already a mean named “a”"):
        registry.register("a", 2)
    assert registry.get("a") == 1


def test_the_decorator_form_registers_a_function():
    registry: Registry[object] = Registry("mean")

    @registry.named("f")
    def f() -> None: ...

    assert registry.get("f") is f


def test_every_rule_file_is_discovered_and_registered_under_its_own_name():
    assert {"quantil", "limiar"} <= set(RULES.names())
    assert all(RULES.get(name).name == name for name in RULES.names())
