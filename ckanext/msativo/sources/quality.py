"""The quality report of a load: what the figures of one indicator say against themselves.

Nothing is changed. An error is something that cannot be (a negative rate); a warning is something
that someone should look at. Findings are data: a code, its facts, and where.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import numpy as np

from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.sources.observations import Observations
from ckanext.msativo.sources.quality_statistics import Grid, jumps, lonely_zeros, outlying_changes, outlying_levels

Severity = Literal["error", "warning"]

FINDINGS: Mapping[str, tuple[Severity, str]] = {
    "low_coverage": (
        "warning",
        N_("{ano}: {com_valor} of {instalados} municipalities have a figure ({percent} %); {minimo} % are demanded."),
    ),
    "no_figures": ("warning", N_("{ano}: no municipality has a figure.")),
    "missing_without_reason": ("warning", N_("{count} figures are missing without a note that says why.")),
    "below_minimum": ("error", N_("{valor} is below {minimo}, which cannot be. Correct it at the source.")),
    "above_maximum": ("error", N_("{valor} is above {maximo}, which cannot be. Correct it at the source.")),
    "more_events_than_base": ("error", N_("The numerator {numerador} is larger than the denominator {denominador}.")),
    "bad_denominator": ("error", N_("The denominator {denominador} is not a positive number.")),
    "value_differs": (
        "error",
        N_("The value {valor} is not the numerator over the denominator times the factor, which gives {calculado}."),
    ),
    "sum_differs": (
        "error",
        N_("{ano}: the figures add up to {soma}, but the total of the state is {total} ({percent} % apart)."),
    ),
    "sum_incomplete": (
        "warning",
        N_("{ano}: the figures add up to {soma} of the state's total {total}; {faltam} municipalities have none."),
    ),
    "year_of_zeros": ("warning", N_("{ano}: all figures are zero. Check that the source had published the year.")),
    "suspicious_zero": (
        "warning",
        N_("A zero without a note among figures that are never near zero (median {mediana})."),
    ),
    "outlying_level": ("warning", N_("{valor} is far from the other municipalities of the year (robust z {z}).")),
    "outlying_change": (
        "warning",
        N_("From {antes} to {valor} is a change unlike the other municipalities' (robust z {z})."),
    ),
    "unit_jump": ("warning", N_("From {antes} to {valor} is about ×{vezes}: check the unit.")),
    "unit_jump_of_all": (
        "error",
        N_("{ano}: the figures are about ×{vezes} those of {ano_antes}: the unit has changed. Convert the year."),
    ),
}


class InstalledTerritory(Protocol):
    """What the report needs of a territory."""

    def installed(self, ano: int, /) -> Iterable[str]:
        """The 7-digit codes of the municipalities that existed in that year."""
        ...


@dataclass(frozen=True)
class Expectations:
    """What an indicator's figures may be; None = not judged.

    `factor` is that of value = numerator / denominator × factor. `totals` gives the state's total by
    year, to be met within `total_tolerance` (a share). `z` is the robust z beyond which a level or a
    change is called outlying (3.5: Iglewicz and Hoaglin, 1993).
    """

    minimum: float | None = None
    maximum: float | None = None
    part_of_base: bool = False
    factor: float | None = None
    totals: Mapping[int, float] = field(default_factory=dict)
    total_tolerance: float = 0.005
    coverage: float = 0.8
    z: float = 3.5
    max_findings: int = 200

    @classmethod
    def of_indicator(cls, tipo: str, unidade: str = "", fator: float | None = None, **changes: Any) -> Expectations:
        """By the indicator's type: rates and shares are not negative, percentages not above 100."""
        minimum = 0.0 if tipo in ("taxa_eventos", "proporcao", "nivel") else None
        percent = tipo == "proporcao" and unidade.strip().startswith("%")
        found = {"minimum": minimum, "maximum": 100.0 if percent else None, "part_of_base": tipo == "proporcao"}
        return cls(**{**found, "factor": fator, **changes})


@dataclass(frozen=True)
class Finding:
    """One thing found; `codigo_ibge`, `ano` and `row` say where, as far as it has a place."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)
    codigo_ibge: str | None = None
    ano: int | None = None
    row: int | None = None

    @property
    def severity(self) -> Severity:
        return FINDINGS[self.code][0]

    @property
    def msgid(self) -> str:
        return FINDINGS[self.code][1]

    def text(self, translate: Callable[[str], str] = str) -> str:
        """What was found, translated by `translate`."""
        return translate(self.msgid).format(**self.params)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        where = {"codigo_ibge": self.codigo_ibge, "ano": self.ano, "linha": self.row}
        return {"code": self.code, "severity": self.severity, "msgid": self.msgid, "params": dict(self.params), **where}


@dataclass(frozen=True)
class Coverage:
    """How many of the municipalities of a year have a figure."""

    ano: int
    instalados: int
    com_valor: int

    @property
    def share(self) -> float:
        return self.com_valor / self.instalados if self.instalados else 0.0


@dataclass(frozen=True)
class QualityReport:
    """Coverage by year and all findings, errors first; `unlisted` counts those beyond the limit."""

    coverage: tuple[Coverage, ...]
    findings: tuple[Finding, ...]
    unlisted: int = 0

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.severity == "error")

    @property
    def warnings(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.severity == "warning")

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        years = [{"ano": c.ano, "instalados": c.instalados, "com_valor": c.com_valor} for c in self.coverage]
        findings = [finding.as_dict() for finding in self.findings]
        return {"cobertura": years, "achados": findings, "nao_listados": self.unlisted}


def quality_report(
    rows: Observations, territory: InstalledTerritory, expected: Expectations | None = None
) -> QualityReport:
    """Judge the figures of one indicator; `expected` is what they may be."""
    expected = expected or Expectations()
    coverage = tuple(_coverage(rows, territory))
    found = [
        *_impossible(rows, expected),
        *_sums(rows, coverage, expected),
        *_unlikely(Grid.of(rows), rows, expected),
        *_gaps(rows, coverage, expected),
    ]
    found.sort(key=lambda finding: finding.severity != "error")  # stable: else as found
    listed = found[: expected.max_findings]
    return QualityReport(coverage, tuple(listed), len(found) - len(listed))


def _coverage(rows: Observations, territory: InstalledTerritory) -> Iterator[Coverage]:
    for ano in np.unique(rows.ano).tolist():
        installed = set(territory.installed(ano))
        filled = rows.codigo_ibge[(rows.ano == ano) & ~np.isnan(rows.valor)]
        yield Coverage(ano, len(installed), len(installed & set(filled)))


def _gaps(rows: Observations, coverage: Iterable[Coverage], expected: Expectations) -> Iterator[Finding]:
    for year in coverage:
        if not year.com_valor:
            yield Finding("no_figures", {"ano": year.ano}, ano=year.ano)
        elif year.share < expected.coverage:
            share, least = round(100 * year.share, 1), round(100 * expected.coverage, 1)
            counts = {"com_valor": year.com_valor, "instalados": year.instalados}
            yield Finding("low_coverage", {"ano": year.ano, **counts, "percent": share, "minimo": least}, ano=year.ano)
    unexplained = int((np.isnan(rows.valor) & np.array([nota is None for nota in rows.nota], bool)).sum())
    if unexplained:
        yield Finding("missing_without_reason", {"count": unexplained})


def _at(code: str, rows: Observations, at: int, **params: Any) -> Finding:
    params = {"valor": float(rows.valor[at]), **params}
    return Finding(code, params, str(rows.codigo_ibge[at]), int(rows.ano[at]), int(rows.row[at]) or None)


def _impossible(rows: Observations, expected: Expectations) -> Iterator[Finding]:
    value, top, base = rows.valor, rows.numerador, rows.denominador
    if expected.minimum is not None:
        for at in np.flatnonzero(value < expected.minimum).tolist():
            yield _at("below_minimum", rows, at, minimo=expected.minimum)
    if expected.maximum is not None:
        for at in np.flatnonzero(value > expected.maximum).tolist():
            yield _at("above_maximum", rows, at, maximo=expected.maximum)
    for at in np.flatnonzero(base <= 0).tolist():
        yield _at("bad_denominator", rows, at, denominador=float(base[at]))
    if expected.part_of_base:
        for at in np.flatnonzero((top > base) & (base > 0)).tolist():
            yield _at("more_events_than_base", rows, at, numerador=float(top[at]), denominador=float(base[at]))
    if expected.factor is not None:
        computed = np.divide(top, base, out=np.full(len(rows), np.nan), where=base > 0) * expected.factor
        apart = np.abs(computed - value) > np.maximum(0.01 * np.abs(computed), 0.051)  # rounded to one decimal
        for at in np.flatnonzero(apart).tolist():
            yield _at("value_differs", rows, at, calculado=float(computed[at]))


def _sums(rows: Observations, coverage: Iterable[Coverage], expected: Expectations) -> Iterator[Finding]:
    for year in coverage:
        total = expected.totals.get(year.ano)
        if total is None or not year.com_valor:
            continue
        found = float(np.nansum(rows.valor[rows.ano == year.ano]))
        facts = {"ano": year.ano, "soma": found, "total": total}
        lacking = year.instalados - year.com_valor
        if lacking and found <= total:
            yield Finding("sum_incomplete", {**facts, "faltam": lacking}, ano=year.ano)
        elif abs(found - total) > expected.total_tolerance * abs(total):
            percent = round(100 * abs(found - total) / abs(total), 2) if total else 100.0
            yield Finding("sum_differs", {**facts, "percent": percent}, ano=year.ano)


def _unlikely(grid: Grid, rows: Observations, expected: Expectations) -> Iterator[Finding]:
    for ano in grid.zero_years():
        yield Finding("year_of_zeros", {"ano": ano}, ano=ano)
    of_all, single = jumps(grid, expected.z)
    for ano, before, times in of_all:
        yield Finding("unit_jump_of_all", {"ano": ano, "ano_antes": before, "vezes": times}, ano=ano)
    for at, earlier, times in single:
        yield _at("unit_jump", rows, at, antes=float(rows.valor[earlier]), vezes=times)
    told = {at for at, _, _ in single}
    for at, z in outlying_levels(grid, expected.z):
        yield _at("outlying_level", rows, at, z=z)
    for at, earlier, z in outlying_changes(grid, expected.z):
        if at not in told and int(rows.ano[at]) not in {ano for ano, _, _ in of_all}:
            yield _at("outlying_change", rows, at, antes=float(rows.valor[earlier]), z=z)
    for at, median in lonely_zeros(grid, rows):
        yield _at("suspicious_zero", rows, at, mediana=median)
