"""The clauses that a sentence about a unit needs beyond what its row says anyway: for all units, ready for JSON.

A row has its state, limits, number of values compared with, and its method. What else a rule's text names (a trend's
slope) and which parts of a combination asked for the state are kept beside it as ``{"codigo", "fatos"}``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from string import Formatter
from typing import Any

import numpy as np

from ckanext.msativo.analysis.arrays import Array, Bools
from ckanext.msativo.analysis.flagresult import FlagResult
from ckanext.msativo.analysis.rules.base import RULES
from ckanext.msativo.analysis.rules.combinada import MEETS, MISSES
from ckanext.msativo.analysis.states import ATENCAO, CRITICO

Clause = dict[str, Any]
"""``codigo`` names a text of a rule, ``fatos`` fills its places."""


def clauses(flags: FlagResult) -> list[list[Clause] | None]:
    """Clauses of every unit and column, columns one after the other; None where the row alone says it all.

    A combination has one for each of its rules that is critical, or in a row that is not critical, watched; and one for
    the target where that decided. Another rule has its own where its text names an extra of the rule.
    """
    found: list[list[Clause] | None] = [None] * flags.state.size
    if flags.operands:
        state = _flat(flags.state, flags)
        for leaf in _leaves(flags):
            leaf_state = _flat(leaf.state, flags)
            asked = np.where(state == CRITICO, leaf_state == CRITICO, leaf_state >= ATENCAO) & (state >= ATENCAO)
            _tell(leaf, asked, found)
        _tell_target(flags, found)
    elif any(set(places(text)) & set(flags.extras) for _code, text in flags.texts.values()):
        _tell(flags, ~_flat(flags.sem_variacao, flags), found)
    return found


def places(text: str) -> list[str]:
    """Names of the places of a msgid: ``"{n} of {k}"`` has n and k."""
    return [name for _before, name, _spec, _conversion in Formatter().parse(text) if name]


def texts_by_code() -> dict[str, tuple[str, str]]:
    """Code → (rule, msgid) of every clause of every registered rule."""
    found = {code: (rule.name, text) for rule in RULES for code, text in rule.texts.values()}
    return found | {code: (rule.name, text) for rule in RULES for code, text in rule.further_texts.items()}


def _leaves(flags: FlagResult) -> Iterator[FlagResult]:
    """The rules of a combination, those of combinations within it too."""
    for operand in flags.operands:
        if operand.operands:
            yield from _leaves(operand)
        else:
            yield operand


def _tell(leaf: FlagResult, where: Bools, found: list[list[Clause] | None]) -> None:
    """Add the rule's clause to each row that ``where`` names."""
    states = _flat(leaf.state, leaf)
    for state, (code, text) in leaf.texts.items():
        rows = np.flatnonzero(where & (states == state))
        _add(rows, code, {name: _fact(leaf, name, rows) for name in places(text)}, found)


def _tell_target(flags: FlagResult, found: list[list[Clause] | None]) -> None:
    """Add the target where missing it made the state critical, or meeting it kept it from that."""
    if "meta_cumprida" not in flags.extras:
        return
    met, state = _flat(flags.extras["meta_cumprida"], flags), _flat(flags.state, flags)
    critical = np.zeros(len(state), dtype=bool)
    for leaf in _leaves(flags):
        critical |= _flat(leaf.state, flags) == CRITICO
    for code, where in ((MISSES, ~met & (state == CRITICO)), (MEETS, met & (state == ATENCAO) & critical)):
        rows = np.flatnonzero(where)
        _add(rows, code, {"meta": _fact(flags, "meta", rows)}, found)


def _add(rows: Array, code: str, facts: Mapping[str, list[Any]], found: list[list[Clause] | None]) -> None:
    for place, row in enumerate(rows.tolist()):
        clause = {"codigo": code, "fatos": {name: values[place] for name, values in facts.items()}}
        found[row] = [*(found[row] or ()), clause]


def _fact(flags: FlagResult, name: str, rows: Array) -> list[Any]:
    """A fact of some rows, None where there is no such number."""
    arrays = {"n": flags.n, **{f"limite_{limit}": array for limit, array in flags.limits.items()}, **flags.extras}
    if name not in arrays:
        return [flags.params.get(name)] * len(rows)
    values = _flat(arrays[name], flags)[rows].tolist()
    return [None if value != value else value for value in values]


def _flat(array: Array, flags: FlagResult) -> Array:
    return np.broadcast_to(array, flags.state.shape).ravel(order="F")
