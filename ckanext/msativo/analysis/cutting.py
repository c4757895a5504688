"""Applies a cut rule to units × columns in blocks of contiguous columns: the analysis's hot path.

A block is small enough for the processor's cache, so a table of any width needs little memory
beside its own and its int8 states.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from ckanext.msativo.analysis.arrays import Array, Bools, Floats, Ints, States
from ckanext.msativo.analysis.errors import AnalysisError
from ckanext.msativo.analysis.flagresult import FlagResult
from ckanext.msativo.analysis.grouping import Grouping
from ckanext.msativo.analysis.orientation import Orientation
from ckanext.msativo.analysis.reference import Reference
from ckanext.msativo.analysis.tables import BLOCK_VALUES, column_blocks, contiguous_columns
from ckanext.msativo.i18n_marker import N_

if TYPE_CHECKING:
    from ckanext.msativo.analysis.rules.base import CutRule, Cuts, RuleInput


@dataclass
class _Judged:
    """One block, columns × units; facts have one value per column, or per column and unit."""

    code: States
    facts: dict[str, Array]


@dataclass
class _Bounds:
    """Cuts and facts of a reference, as plain named arrays of one value per column."""

    cuts: dict[str, Floats]
    n: Ints
    no_variation: Bools
    applicable: Bools
    extras: dict[str, Floats] = field(default_factory=dict)


def judge_by_cuts(rule: CutRule, data: RuleInput, params: Mapping[str, Any]) -> FlagResult:
    """States of every unit and column for a cut rule (see ``FlagResult`` for the shapes)."""
    units, columns = data.x.shape
    code = np.zeros((columns, units), dtype=np.int8)
    facts: list[dict[str, Array]] = []
    for block in column_blocks(units, columns, BLOCK_VALUES):
        judged = _judge_block(rule, data, params, block)
        code[block] = judged.code
        facts.append(judged.facts)
    merged = {name: np.concatenate([part[name] for part in facts]).T for name in facts[0]}
    return _result(rule, data.orientation, params, code.T, merged)


def _judge_block(rule: CutRule, data: RuleInput, params: Mapping[str, Any], block: slice) -> _Judged:
    orientation = data.orientation.block(block)
    x = contiguous_columns(data.x[:, block])
    _refuse_infinite(x, block.start)
    y = orientation.orient_columns(x)
    reference = Reference(y)
    everyone = _bounds(rule, reference, params, orientation)
    if data.grouping is None or not rule.relative:
        bounds, fallback = everyone, np.zeros(len(y), dtype=bool)
    else:

        def bounds_of(values: Floats) -> _Bounds:
            return _bounds(rule, Reference(values), params, orientation)

        bounds, fallback = _bounds_by_group(y, data.grouping, everyone, bounds_of)
    return _Judged(_classify(rule, reference, bounds), _facts(bounds, fallback))


def _refuse_infinite(x: Floats, first_column: int) -> None:
    infinite = np.isinf(x)
    if infinite.any():
        column, unit = (int(i) for i in np.argwhere(infinite)[0])
        raise AnalysisError(
            "infinite_value",
            N_("Row {row}, column {column} holds an infinite value; use NaN for a missing one."),
            row=unit,
            column=first_column + column,
        )


def _bounds(rule: CutRule, reference: Reference, params: Mapping[str, Any], orientation: Orientation) -> _Bounds:
    cuts: Cuts = rule.cuts(reference, params, orientation)
    columns = len(reference.y)
    nowhere, everywhere = np.zeros(columns, dtype=bool), np.ones(columns, dtype=bool)
    return _Bounds(
        dict(cuts.values),
        reference.n,
        nowhere if cuts.no_variation is None else cuts.no_variation,
        everywhere if cuts.applicable is None else cuts.applicable,
        dict(cuts.extras),
    )


def _bounds_by_group(
    y: Floats, grouping: Grouping, everyone: _Bounds, bounds_of: Callable[[Floats], _Bounds]
) -> tuple[_Bounds, Bools]:
    """Bounds per column and unit, and where the group had too few values and everyone was used."""
    found = [everyone]
    # the extra last row answers for units without a group (index −1)
    large = np.zeros((len(grouping.references) + 1, len(y)), dtype=bool)
    for group, reference in enumerate(grouping.references):
        values = y[:, reference]
        large[group] = np.count_nonzero(~np.isnan(values), axis=1) >= grouping.min_size
        found.append(bounds_of(values) if large[group].any() else everyone)
    used = np.where(large[grouping.own], grouping.own[:, None] + 1, 0).T
    columns = np.arange(len(y))[:, None]

    def spread(arrays: list[Array]) -> Array:
        return np.stack(arrays)[used, columns]

    return _gather(spread, found), used == 0


def _gather(spread: Callable[[list[Array]], Array], found: list[_Bounds]) -> _Bounds:
    first = found[0]
    return _Bounds(
        {name: spread([bounds.cuts[name] for bounds in found]) for name in first.cuts},
        spread([bounds.n for bounds in found]),
        spread([bounds.no_variation for bounds in found]),
        spread([bounds.applicable for bounds in found]),
        {name: spread([bounds.extras[name] for bounds in found]) for name in first.extras},
    )


def _classify(rule: CutRule, reference: Reference, bounds: _Bounds) -> States:
    """Band codes: 0 without a value, 1 = best band, one more for each cut that y does not clear."""
    y = reference.y
    code = reference.present.astype(np.int8)
    under = np.less_equal if rule.inclusive else np.less
    for cut in bounds.cuts.values():
        effective = np.where(bounds.no_variation, -np.inf, cut)
        code += under(y, _per_unit(effective)).view(np.int8)
    if not bounds.applicable.all():
        code *= _per_unit(bounds.applicable)
    return code


def _per_unit(array: Array) -> Array:
    """One value per column, made to broadcast against columns × units."""
    return array[:, None] if array.ndim == 1 else array


def _facts(bounds: _Bounds, fallback: Bools) -> dict[str, Array]:
    named = {f"cut {name}": cut for name, cut in bounds.cuts.items()}
    named |= {f"extra {name}": extra for name, extra in bounds.extras.items()}
    # Without any value nothing is "not applicable": it is missing.
    not_applicable = ~bounds.applicable & (bounds.n > 0)
    return named | {
        "n": bounds.n,
        "no_variation": bounds.no_variation,
        "not_applicable": not_applicable,
        "fallback": fallback,
    }


def _result(
    rule: CutRule,
    orientation: Orientation,
    params: Mapping[str, Any],
    code: States,
    facts: Mapping[str, Array],
) -> FlagResult:
    states = [0, *(state for _, state in rule.bands)]
    plain = states == list(range(len(states)))
    return FlagResult(
        rule=rule.name,
        params=dict(params),
        state=code if plain else np.array(states, dtype=np.int8)[code],
        limits=_named(facts, "cut ", orientation),
        n=facts["n"],
        sem_variacao=facts["no_variation"],
        nao_aplicavel=facts["not_applicable"],
        fallback=facts["fallback"],
        band=None if plain else code,
        band_names=() if plain else ("", *(name for name, _ in rule.bands)),
        extras=_named(facts, "extra ", None),
        texts=rule.texts,
    )


def _named(facts: Mapping[str, Array], prefix: str, orientation: Orientation | None) -> dict[str, Array]:
    found = {k.removeprefix(prefix): v for k, v in facts.items() if k.startswith(prefix)}
    if orientation is None:
        return found
    return {name: orientation.limit(cut) for name, cut in found.items()}
