"""What a rule says about a table of values: states, limits, bands and the facts behind them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

import numpy as np

from ckanext.msativo.analysis.arrays import Array, States
from ckanext.msativo.analysis.states import ADEQUADO, ATENCAO, CRITICO, SEM_DADO
from ckanext.msativo.i18n_marker import N_


@dataclass(frozen=True)
class Reason:
    """Why a unit has its state: a stable code, a text to translate, and its facts."""

    code: str
    msgid: str
    params: Mapping[str, Any]


@dataclass(frozen=True)
class FlagResult:
    """States of units × columns (or units, for a vector) and what they rest on.

    Every other array broadcasts against ``state``: one value per column when all units share a
    reference, one per unit and column otherwise.

    ``limits``  in the indicator's own units (for a target band: distance from it); ``critico`` and
                ``atencao``, and what else the rule has
    ``n``       number of values in the reference that was used
    ``sem_variacao``   the reference has one value only, so nobody stands out
    ``nao_aplicavel``  the rule cannot judge here; the state is ``sem_dado``
    ``fallback``       the unit's own group was too small, the whole state was used instead
    ``band``    codes 1 (best) … m (worst) into ``band_names``, 0 without a value; None if the rule
                has no bands of its own
    ``extras``  further facts of the rule, e.g. mean and standard deviation
    """

    rule: str
    params: Mapping[str, Any]
    state: States
    limits: Mapping[str, Array]
    n: Array
    sem_variacao: Array
    nao_aplicavel: Array
    fallback: Array
    band: States | None = None
    band_names: tuple[str, ...] = ()
    extras: Mapping[str, Array] = field(default_factory=dict)
    operands: tuple[FlagResult, ...] = ()
    texts: Mapping[int, tuple[str, str]] = field(default_factory=dict)

    def at(self, array: Array, unit: int, column: int = 0) -> Any:
        """One value of an array that broadcasts against ``state``, as a Python scalar."""
        index = (unit, column) if self.state.ndim == 2 else (unit,)
        return np.broadcast_to(array, self.state.shape)[index].item()

    def facts(self, unit: int, column: int = 0) -> dict[str, Any]:
        """The rule's parameters, limits and extras that apply to one unit, ready for JSON."""
        limits = {f"limite_{name}": limit for name, limit in self.limits.items()}
        arrays = {**limits, **self.extras}
        facts = {name: self.at(array, unit, column) for name, array in arrays.items()}
        shown = {name: value for name, value in self.params.items() if value is not None}
        if self.operands:
            parts = [operand.reason(unit, column) for operand in self.operands]
            facts["parts"] = [asdict(part) for part in parts]
        return shown | facts | {"rule": self.rule, "n": self.at(self.n, unit, column)}

    def reason(self, unit: int, column: int = 0) -> Reason:
        """Why one unit has its state in one column."""
        state = self.at(self.state, unit, column)
        facts = self.facts(unit, column)
        if self.at(self.nao_aplicavel, unit, column):
            code, msgid = "nao_aplicavel", N_("The rule {rule} cannot be applied to these values.")
        elif state == SEM_DADO:
            code, msgid = "sem_dado", N_("There is no value within the accepted years.")
        elif self.at(self.sem_variacao, unit, column):
            code, msgid = "sem_variacao", N_("All {n} values are equal: nobody stands out.")
        else:
            code, msgid = self.texts.get(state, _GENERIC[state])
        return Reason(code, msgid, facts)

    def column(self) -> FlagResult:
        """The result for a vector, from a result whose table has one column."""

        def drop(array: Array) -> Array:
            return array[..., 0]

        changes: dict[str, Any] = {}
        for item in fields(self):
            value = getattr(self, item.name)
            if isinstance(value, np.ndarray):
                changes[item.name] = drop(value)
            elif item.name in ("limits", "extras"):
                changes[item.name] = {name: drop(array) for name, array in value.items()}
        return replace(self, operands=tuple(op.column() for op in self.operands), **changes)


_GENERIC = {
    ADEQUADO: ("adequado", N_("The value is not in the range that the rule {rule} watches.")),
    ATENCAO: ("atencao", N_("The value is in the attention range of the rule {rule}.")),
    CRITICO: ("critico", N_("The value is in the critical range of the rule {rule}.")),
}
