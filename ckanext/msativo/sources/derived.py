"""Indicators computed from other series: a numerator, a denominator, a factor, and a window of years.

Each is declared as data and evaluated over whole columns. What cannot be computed is missing with
its reason; a cycle, or a series that is not there, stops everything before anything is computed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from typing import Any

from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.sources.derived_operations import OPERATIONS, Operands
from ckanext.msativo.sources.observations import Observations
from ckanext.msativo.sources.provenance import Provenance

PROBLEMS: Mapping[str, str] = {
    "operation_unknown": N_("{name}: there is no operation {found}. Choose one of: {known}."),
    "denominator_needed": N_("{name}: the operation {operation} needs a denominator. Name its series."),
    "denominator_unused": N_("{name}: the operation {operation} has no denominator. Remove it."),
    "factor_invalid": N_("{name}: the factor {found} must be a number other than zero."),
    "years_invalid": N_("{name}: the number of years {found} must be a whole number from 1 to 100."),
    "name_twice": N_("{name} is declared twice, or is also a loaded series. Give it another name."),
    "series_missing": N_("{name}: the series {found} is neither loaded nor declared. Load it first, or mend its name."),
    "cycle": N_("These indicators are computed from each other: {path}. Break the circle."),
}


@dataclass(frozen=True)
class Derived:
    """One computed indicator; names are of series loaded or of other computed ones.

    `operacao` is a key of `OPERATIONS`; `fator` 100000 gives a rate per 100,000, 100 a percentage,
    1 a figure per head; `anos` is the window of the operations over years.
    """

    name: str
    operacao: str
    numerador: str
    denominador: str | None = None
    fator: float = 1
    anos: int = 1
    unidade: str = ""

    @property
    def operands(self) -> tuple[str, ...]:
        """The series that it is computed from."""
        return (self.numerador,) if self.denominador is None else (self.numerador, self.denominador)


@dataclass(frozen=True)
class DerivedProblem:
    """One thing wrong in the declarations."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def msgid(self) -> str:
        return PROBLEMS[self.code]

    def text(self, translate: Callable[[str], str] = str) -> str:
        """What is wrong and what to do, translated by `translate`."""
        return translate(self.msgid).format(**self.params)

    def __str__(self) -> str:
        return self.text()


class DerivedError(ValueError):
    """Declarations that cannot be evaluated; `problems` names everything wrong."""

    def __init__(self, problems: Sequence[DerivedProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, problems)))


@dataclass(frozen=True)
class Computed:
    """The computed series by name, each with the provenance of all that went into it."""

    series: Mapping[str, Observations]
    provenance: Mapping[str, Provenance]


def evaluate(
    declared: Sequence[Derived],
    series: Mapping[str, Observations],
    provenance: Mapping[str, Provenance] | None = None,
) -> Computed:
    """Compute all declared indicators, in the order that they need each other.

    Raises `DerivedError` with every problem of the declarations.
    """
    by_name = {one.name: one for one in declared}
    problems = [problem for one in declared for problem in _problems(one, by_name, series)]
    names = [one.name for one in declared]
    problems += [
        DerivedProblem("name_twice", {"name": name}) for name in by_name if names.count(name) > 1 or name in series
    ]
    order = _order(by_name, problems)
    if problems:
        raise DerivedError(problems)
    known, origins = dict(series), dict(provenance or {})
    for name in order:
        one = by_name[name]
        known[name] = _compute(one, known)
        origins[name] = _origin(one, origins)
    return Computed({name: known[name] for name in names}, {name: origins[name] for name in names})


def _problems(one: Derived, by_name: Mapping[str, Derived], series: Mapping[str, Observations]) -> list[DerivedProblem]:
    def problem(code: str, **params: Any) -> DerivedProblem:
        return DerivedProblem(code, {"name": one.name, **params})

    found: list[DerivedProblem] = []
    operation = OPERATIONS.get(one.operacao)
    if operation is None:
        found.append(problem("operation_unknown", found=one.operacao, known=", ".join(OPERATIONS)))
    elif operation.denominator != (one.denominador is not None):
        code = "denominator_needed" if operation.denominator else "denominator_unused"
        found.append(problem(code, operation=one.operacao))
    if not math.isfinite(one.fator) or one.fator == 0:
        found.append(problem("factor_invalid", found=one.fator))
    if type(one.anos) is not int or not 1 <= one.anos <= 100:
        found.append(problem("years_invalid", found=one.anos))
    missing = [operand for operand in one.operands if operand not in series and operand not in by_name]
    return found + [problem("series_missing", found=operand) for operand in missing]


def _order(by_name: Mapping[str, Derived], problems: list[DerivedProblem]) -> list[str]:
    """Names so that each comes after what it needs; a circle is a problem."""
    needs = {name: [operand for operand in one.operands if operand in by_name] for name, one in by_name.items()}
    try:
        return list(TopologicalSorter(needs).static_order())
    except CycleError as error:
        problems.append(DerivedProblem("cycle", {"path": " → ".join(reversed(error.args[1]))}))
        return []


def _compute(one: Derived, known: Mapping[str, Observations]) -> Observations:
    denominator = known[one.denominador] if one.denominador is not None else None
    return OPERATIONS[one.operacao].apply(Operands(known[one.numerador], denominator, one.fator, one.anos))


def _origin(one: Derived, origins: Mapping[str, Provenance]) -> Provenance:
    """Both operands' sources and notes, and the steps that led here."""
    parts = [(name, origins.get(name, Provenance())) for name in one.operands]
    window = f", {one.anos}" if one.anos > 1 else ""
    step = f"{one.name} = {one.operacao}({' / '.join(one.operands)} × {one.fator:g}{window})"
    sources = [
        f"{name}: {origin.variavel or name}" + (f" ({origin.fonte})" if origin.fonte else "") for name, origin in parts
    ]

    def joined(texts: Sequence[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(text for text in texts if text))

    return Provenance(
        variavel=one.name,
        unidade=one.unidade,
        tabela="; ".join(joined([origin.tabela for _, origin in parts])),
        fonte="; ".join(joined([origin.fonte for _, origin in parts])),
        notas=joined([note for _, origin in parts for note in origin.notas]),
        etapas=joined([*(s for _, origin in parts for s in origin.etapas), *sources, step]),
    )
