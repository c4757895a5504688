"""What a criticality rule is, and the registry of rules.

A rule is one file in this folder that registers one object. Most rules are *cut rules*: they derive
cuts on the oriented value y from a reference distribution, and what lies under a cut is worse.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from ckanext.msativo.analysis.arrays import Bools, Floats
from ckanext.msativo.analysis.cutting import judge_by_cuts
from ckanext.msativo.analysis.flagresult import FlagResult
from ckanext.msativo.analysis.grouping import Grouping
from ckanext.msativo.analysis.orientation import Orientation
from ckanext.msativo.analysis.params import Param, resolve
from ckanext.msativo.analysis.reference import Reference
from ckanext.msativo.analysis.registry import Registry
from ckanext.msativo.analysis.series import Series
from ckanext.msativo.analysis.states import ADEQUADO, ATENCAO, CRITICO
from ckanext.msativo.i18n_marker import N_

RULES: Registry[Rule] = Registry(N_("rule"))


@dataclass(frozen=True)
class RuleInput:
    """What a rule may look at: the values of units × columns and, for some rules, their history."""

    x: Floats
    orientation: Orientation
    grouping: Grouping | None = None
    series: Series | None = None


class Rule(ABC):
    """A named way to tell which units are critical."""

    name: ClassVar[str]
    label: ClassVar[str]
    params: ClassVar[tuple[Param, ...]] = ()
    needs: ClassVar[Literal["x", "series"]] = "x"
    # state → (code, msgid) of the reason: a clause without capital and full stop, told after the value and in lists of
    # several. Its places are filled by FlagResult.facts: n, limite_critico, limite_atencao, parameters, extras.
    texts: ClassVar[Mapping[int, tuple[str, str]]] = {}
    # the clause for values that it cannot judge; "" = a general one
    not_applicable: ClassVar[str] = ""
    # code → msgid of further clauses of its reasons
    further_texts: ClassVar[Mapping[str, str]] = {}

    def resolve(self, given: Mapping[str, Any], orientation: Orientation) -> dict[str, Any]:
        """All parameters, checked one by one and together; raises AnalysisError."""
        params = resolve(self.params, given, self.name)
        return self.check(params, orientation)

    def needs_series(self, params: Mapping[str, Any]) -> bool:
        """Whether the rule, with these resolved parameters, looks at the history."""
        return self.needs == "series"

    def compares(self, params: Mapping[str, Any]) -> bool:
        """Whether units are judged against others, so that the reference group matters."""
        return False

    def check(self, params: dict[str, Any], orientation: Orientation) -> dict[str, Any]:
        """Check parameters against each other and fill derived defaults."""
        return params

    @abstractmethod
    def judge(self, data: RuleInput, params: Mapping[str, Any]) -> FlagResult:
        """States of every unit and column; ``params`` come from ``resolve``."""


@dataclass(frozen=True)
class Cuts:
    """Cuts on y per column, worst first, in ascending order. Arrays have one value per column."""

    values: Mapping[str, Floats]
    no_variation: Bools | None = None
    applicable: Bools | None = None
    extras: Mapping[str, Floats] = field(default_factory=dict)


class CutRule(Rule):
    """A rule made of cuts. ``inclusive``: a value at a cut belongs to the worse side."""

    inclusive: ClassVar[bool]
    # whether the cuts depend on the reference, so that groups matter
    relative: ClassVar[bool] = True
    # from best to worst: name and state; one more than there are cuts
    bands: ClassVar[tuple[tuple[str, int], ...]] = (
        ("adequado", ADEQUADO),
        ("atencao", ATENCAO),
        ("critico", CRITICO),
    )

    def compares(self, params: Mapping[str, Any]) -> bool:
        return self.relative

    @abstractmethod
    def cuts(self, reference: Reference, params: Mapping[str, Any], orientation: Orientation) -> Cuts:
        """Cuts for each column of a reference distribution."""

    def judge(self, data: RuleInput, params: Mapping[str, Any]) -> FlagResult:
        return judge_by_cuts(self, data, params)
