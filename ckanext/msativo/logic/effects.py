"""Did it work? An indicator's change where an action was taken beside comparable municipalities (METHOD, section 9).

The baseline is the last year at or before the cycle's first year in which the indicator was observed in enough
municipalities (its own least coverage), the newer year the last such one after it. Only values of these very years
count, unsmoothed, as the analysis that is asked for has them. Municipalities that took the action in another cycle are
neither participants nor comparators.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

import ckan.plugins.toolkit as tk
import numpy as np

from ckanext.msativo.analysis import CAVEATS, Difference, Effect, EffectMethod, Notice, estimate_effect
from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.logic import acoes, challenges, indicators
from ckanext.msativo.logic.territory import territory
from ckanext.msativo.model import (
    Ciclo,
    Resultado,
    Snapshot,
    menu_reading,
    monitoring_reading,
    programme_reading,
    reading,
)
from ckanext.msativo.territory.groups import profile_table

METHOD = EffectMethod()
NO_CYCLE = N_("Not assessable yet: there is no cycle of the programme.")
NOT_ANALYSED = N_("Not assessable yet: the indicator was not analysed.")
NO_PROFILE = N_("Not assessable yet: the territory has no profile of its municipalities to compare them by.")


# -- what is asked -----------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Study:
    """``indicators``: ids of the datasets that are looked at; ``cycle`` None before there is any."""

    kind: str
    name: str
    title: str
    indicators: Sequence[str]
    cycle: Ciclo | None
    participants: frozenset[str]
    others: frozenset[str]
    """Municipalities that took it in another cycle."""


def of_challenge(reference: str, cycle: str | None, today: date) -> Study:
    """Of the indicators of a challenge and the actions that serve it; raises `ObjectNotFound`."""
    identifier = reading.visible_id("desafio", reference)
    if identifier is None:
        raise tk.ObjectNotFound(tk._("There is no challenge “{name}”.").format(name=reference))
    name, title = indicators.names_and_titles([identifier])[identifier]
    names = [row.get("indicador") for row in challenges.items(monitoring_reading.extras_of(identifier), "indicadores")]
    visible = [reading.visible_id("indicador", str(one)) for one in names if one]
    found = monitoring_reading.taken_by(desafio=identifier)
    return _study("desafio", name, title, [one for one in visible if one], found, cycle, today)


def of_action(reference: str, cycle: str | None, today: date) -> Study:
    """Of the indicators that an action names, else those of its challenges; raises `ObjectNotFound`."""
    row = menu_reading.acao(reference)
    versions = menu_reading.versions(row.id) if row else []
    if row is None or not versions:
        raise acoes.unknown(reference)
    content = versions[0].conteudo
    named: list[str] = [*content["indicadores"]]
    if not named:
        for challenge in content["desafios"]:
            rows = challenges.items(monitoring_reading.extras_of(challenge), "indicadores")
            named += [str(one.get("indicador")) for one in rows]
    visible = [reading.visible_id("indicador", one) for one in dict.fromkeys(named)]
    found = monitoring_reading.taken_by(acao=row.id)
    return _study("acao", row.nome, content["titulo"], [one for one in visible if one], found, cycle, today)


def _study(
    kind: str,
    name: str,
    title: str,
    visible: Sequence[str],
    taken: Collection[tuple[str, str]],
    wanted: str | None,
    today: date,
) -> Study:
    cycle = _cycle(wanted, {of for _code, of in taken}, today)
    own = frozenset(code for code, of in taken if cycle is not None and of == cycle.id)
    return Study(kind, name, title, visible, cycle, own, frozenset(code for code, _of in taken) - own)


def _cycle(wanted: str | None, taken: Collection[str], today: date) -> Ciclo | None:
    """The cycle asked for; else the newest in which it was taken, else the newest that has begun."""
    if wanted:
        found = programme_reading.cycle(wanted)
        if found is None:
            raise tk.ObjectNotFound(tk._("There is no cycle “{ciclo}”.").format(ciclo=wanted))
        return found
    rows = sorted(programme_reading.cycles(), key=lambda row: row.inicio)
    took = [row for row in rows if row.id in taken]
    begun = [row for row in rows if row.inicio <= today]
    return next(iter([*took[-1:], *begun[-1:], *rows[:1]]), None)


def narrowed(study: Study, identifier: str) -> Study:
    """The study of one of its indicators alone."""
    return replace(study, indicators=[identifier])


# -- the answer --------------------------------------------------------------------------------------------------------
def rows(study: Study, snapshot: Snapshot | None) -> list[dict[str, Any]]:
    """One row for each indicator of the study, in its order."""
    found = {row.indicador: row for row, _name in reading.results_of(snapshot.id, study.indicators)} if snapshot else {}
    years = reading.years_of([row.id for row in found.values()])
    names = indicators.names_and_titles(study.indicators)
    units = indicators.presentations(study.indicators)
    shown = []
    for identifier in study.indicators:
        name, title = names[identifier]
        about = {"indicador": name, "titulo": title, "unidade": units[identifier][0], "casas": units[identifier][1]}
        shown.append({**about, **_row(study, snapshot, found.get(identifier), years, name)})
    return shown


def _row(
    study: Study, snapshot: Snapshot | None, result: Resultado | None, years: Mapping[int, Sequence[Any]], name: str
) -> dict[str, Any]:
    if study.cycle is None:
        return effect_row(Effect(reason=Notice("sem_ciclo", NO_CYCLE)), None, None, 1)
    if result is None or snapshot is None:
        return effect_row(Effect(reason=Notice("sem_analise", NOT_ANALYSED)), None, None, 1)
    base, newest = _years(years.get(result.id, ()), result.metodo.get("min_coverage", 0.8), study.cycle.inicio.year)
    polarity = result.metodo.get("polarity", 1)
    sign = polarity if isinstance(polarity, int) else tuple(polarity)
    found = _effect(
        result.chave, result.id, base, newest, study.participants, study.others, sign, snapshot.semente, name, _where()
    )
    return effect_row(found, base, newest, sign)


def _years(of: Sequence[Any], least: float, start: int) -> tuple[int | None, int | None]:
    """Baseline and newest year; None where there is none."""
    covered = [row.ano for row in of if row.observado and row.cobertura >= least]
    base = max((year for year in covered if year <= start), default=None)
    return base, max((year for year in covered if year > start), default=None)


def _where() -> str:
    """What results by municipality depend on besides: part of the memory's key."""
    return territory().sigla


@lru_cache(maxsize=512)
def _effect(
    _chave: str,
    resultado: int,
    base: int | None,
    newest: int | None,
    participants: frozenset[str],
    others: frozenset[str],
    polarity: Any,
    seed: int,
    name: str,
    _where: str,
) -> Effect:
    """A result of that key never changes, so neither does this."""
    place = territory()
    if participants and not place.perfil:
        return Effect(reason=Notice("sem_perfil", NO_PROFILE))
    codes = [municipio.codigo_ibge for municipio in place.municipios]
    values = monitoring_reading.observed(resultado, [year for year in (base, newest) if year is not None])

    def column(year: int | None) -> Any:
        of = values.get(year, {}) if year is not None else {}
        return np.array([np.nan if code in others else of.get(code, np.nan) for code in codes])

    part = np.array([code in participants for code in codes])
    profile = profile_table(place)
    return estimate_effect(
        column(base), column(newest), part, profile, polarity=polarity, method=METHOD, seed=seed, name=name
    )


def effect_row(of: Effect, base: int | None, newest: int | None, polarity: Any) -> dict[str, Any]:
    """An effect as the API names it; what is not a number is null, an end of an interval without bound too."""
    return {
        "polaridade": polarity if isinstance(polarity, int) else list(polarity),
        "ano_base": base,
        "ano_novo": newest,
        "veredito": of.verdict,
        "avaliavel": of.evaluable,
        "motivo": said(of.reason) if of.reason else None,
        "motivo_codigo": of.reason.code if of.reason else None,
        "participantes": of.n_participants,
        "participantes_fora": of.n_participants_left_out,
        "comparadores": of.n_comparators,
        "candidatos": of.n_candidates,
        "base_participantes": finite(of.baseline_participants),
        "base_comparadores": finite(of.baseline_comparators),
        "mudanca_participantes": finite(of.change_participants),
        "mudanca_comparadores": finite(of.change_comparators),
        **_difference(of),
        "ajustada": _difference(of.adjusted) if of.adjusted else None,
        "desequilibrio": finite(of.imbalance),
        "sorteios": of.draws,
        "exato": of.exact,
        "avisos": [said(notice) for notice in of.notices],
    }


def _difference(of: Difference) -> dict[str, Any]:
    return {
        "diferenca": finite(of.did),
        "intervalo": [finite(end) for end in of.interval],
        "diferenca_orientada": finite(of.did_oriented),
        "intervalo_orientado": [finite(end) for end in of.interval_oriented],
        "p": finite(of.p_value),
    }


def finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def said(notice: Notice) -> str:
    text = notice.msgid
    return tk._(text).format(**notice.params)


def caveats() -> list[str]:
    return [said(notice) for notice in CAVEATS]


def method_row() -> dict[str, Any]:
    return {
        "comparadores_por_participante": METHOD.comparators,
        "minimo_comparadores": METHOD.min_comparators,
        "permutacoes": METHOD.permutations,
        "nivel": METHOD.level,
    }
