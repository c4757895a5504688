"""The section "did it make a difference?" of a challenge and of an action, in words and with its intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.logic.numbers import number, percent
from ckanext.msativo.views import links

VERDICTS: Mapping[str, tuple[str, str, str]] = {
    "melhor": ("✓", "is-adequado", N_("did better")),
    "pior": ("▲", "is-critico", N_("did worse")),
    "inconclusivo": ("○", "is-sem-dado", N_("no clear difference")),
    "ainda_nao_avaliavel": ("–", "is-sem-dado", N_("not assessable yet")),
}


@dataclass(frozen=True)
class Verdict:
    sign: str
    css: str
    label: str


@dataclass(frozen=True)
class Drawing:
    """An interval on a line of 400 that has zero on it; ends without a bound reach the edge."""

    zero: float
    low: float
    high: float
    point: float
    css: str


@dataclass(frozen=True)
class Line:
    title: str
    href: str
    verdict: Verdict
    sentence: str
    counted: str
    drawing: Drawing | None
    warnings: Sequence[str]


@dataclass(frozen=True)
class Section:
    """``answer`` says the whole in one sentence."""

    answer: str
    lines: Sequence[Line]
    participants: Sequence[str]
    caveats: Sequence[str]
    method: str


def section(**of: str) -> Section | None:
    """Of a ``desafio`` or an ``acao``; None when there is none such."""
    try:
        found = tk.get_action("msativo_efeito_show")({"user": ""}, dict(of))
    except (tk.ObjectNotFound, tk.ValidationError):
        return None
    names = [row["municipio"] for row in found["participantes"]]
    lines = [_line(row, found) for row in found["results"]]
    return Section(_answer(found, names), lines, names, found["ressalvas"], _method(found))


def _answer(found: Mapping[str, Any], names: Sequence[str]) -> str:
    cycle = found["ciclo"]["nome"] if found["ciclo"] else "–"
    if not names:
        return tk._("Not assessable yet: no municipality has an approved plan with it (cycle {cycle}).").format(
            cycle=cycle
        )
    seen = [row["veredito"] for row in found["results"]]
    text = tk.ungettext(
        "{n} municipality took it (cycle {cycle}). Of {indicators} indicators, {better} did better there than in "
        "comparable municipalities and {worse} worse; {open} cannot be assessed yet.",
        "{n} municipalities took it (cycle {cycle}). Of {indicators} indicators, {better} did better there than in "
        "comparable municipalities and {worse} worse; {open} cannot be assessed yet.",
        len(names),
    )
    return text.format(
        n=len(names),
        cycle=cycle,
        indicators=len(seen),
        better=seen.count("melhor"),
        worse=seen.count("pior"),
        open=seen.count("ainda_nao_avaliavel"),
    )


def _line(row: Mapping[str, Any], found: Mapping[str, Any]) -> Line:
    sign, css, label = VERDICTS[row["veredito"]]
    return Line(
        title=row["titulo"],
        href=links.indicator(row["indicador"]),
        verdict=Verdict(sign, css, tk._(label)),
        sentence=_sentence(row, found["metodo"]["nivel"]) if row["avaliavel"] else _why_not(row),
        counted=_counted(row) if row["avaliavel"] else "",
        drawing=_drawing(row, css) if row["avaliavel"] else None,
        warnings=row["avisos"],
    )


def _why_not(row: Mapping[str, Any]) -> str:
    if row["ano_base"] is None:
        return row["motivo"]
    return tk._("{why} The baseline is {year}.").format(why=row["motivo"], year=row["ano_base"])


def _sentence(row: Mapping[str, Any], level: float) -> str:
    def said(value: float | None) -> str:
        return _signed(value, row["casas"])

    low, high = row["intervalo"]
    text = tk._(
        "From {base} to {newest} it changed by {own} where it was taken and by {other} in comparable municipalities: a "
        "difference of {difference} {unit} ({level} interval: {low} to {high})."
    )
    return text.format(
        base=row["ano_base"],
        newest=row["ano_novo"],
        own=said(row["mudanca_participantes"]),
        other=said(row["mudanca_comparadores"]),
        difference=said(row["diferenca"]),
        unit=row["unidade"],
        level=percent(level),
        low=tk._("no lower bound") if low is None else said(low),
        high=tk._("no upper bound") if high is None else said(high),
    )


def _counted(row: Mapping[str, Any]) -> str:
    text = tk._("{n} municipalities beside {comparators} comparable ones.")
    said = text.format(n=row["participantes"], comparators=row["comparadores"])
    adjusted = row["ajustada"]
    if adjusted is None:
        return said
    more = tk._("Adjusted for what is left of their unlikeness: {difference}.")
    return f"{said} {more.format(difference=_signed(adjusted['diferenca'], row['casas']))}"


def _signed(value: float | None, decimals: int) -> str:
    shown = number(value, decimals + 1)
    return f"+{shown}" if value is not None and value > 0 else shown.replace("-", "−")


def _drawing(row: Mapping[str, Any], css: str) -> Drawing:
    """Oriented: to the right is better."""
    low, high = row["intervalo_orientado"]
    point = row["diferenca_orientada"]
    far = max(abs(value) for value in (low, high, point, 1e-12) if value is not None) * 1.1

    def x(value: float) -> float:
        return round(200 + 190 * value / far, 1)

    return Drawing(200, 0 if low is None else x(low), 400 if high is None else x(high), x(point), css)


def _method(found: Mapping[str, Any]) -> str:
    of = found["metodo"]
    text = tk._(
        "Each is set beside the {k} most similar municipalities that never took it, by the baseline and by population, "
        "income and urban share. The baseline is the last year with enough data up to the cycle's first year. The "
        "interval holds every effect that a permutation test does not reject."
    )
    return text.format(k=of["comparadores_por_participante"])
