"""Template helpers. Blanket-registered: each public function here is one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import ckan.plugins.toolkit as tk
from babel.dates import format_date
from ckan.lib.helpers import get_display_timezone
from ckan.lib.i18n import get_lang
from flask import request

from ckanext.msativo import vocabulary
from ckanext.msativo.analysis.rules.expression_text import write_text
from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.logic import challenges, notices, pages
from ckanext.msativo.logic.method import rule_choices
from ckanext.msativo.logic.numbers import number, percent
from ckanext.msativo.sources.notas import NOTAS
from ckanext.msativo.views import (
    contests,
    desafio,
    efeito,
    embed,
    home,
    indicador,
    indicadores,
    numbers,
    privacy_line,
    social,
)

__all__ = [
    "msativo_areas",
    "msativo_axis",
    "msativo_challenge_list",
    "msativo_challenge_page",
    "msativo_contest_label",
    "msativo_contested",
    "msativo_coverage",
    "msativo_date",
    "msativo_effect",
    "msativo_embed_code",
    "msativo_expression",
    "msativo_home",
    "msativo_indicator_choices",
    "msativo_indicator_kinds",
    "msativo_indicator_list",
    "msativo_indicator_page",
    "msativo_label",
    "msativo_means",
    "msativo_nav",
    "msativo_normalisers",
    "msativo_note",
    "msativo_number",
    "msativo_offered",
    "msativo_organization_kinds",
    "msativo_percent",
    "msativo_polarities",
    "msativo_privacy_notice",
    "msativo_reference_groups",
    "msativo_rules",
    "msativo_secretariats",
    "msativo_social",
    "msativo_state_contact",
    "msativo_unread",
    "msativo_yes_no",
]

FIGURES = {"indicador", "indicador_resource", "msativo_qualidade", "msativo_carga", "msativo_regras"}
PROGRESS = {"msativo_monitoramento", "msativo_planos", "msativo_entregas", "msativo_evidencias", "plano", "evidencia"}
# Label, endpoint, and the blueprints in which the link is the active one.
NAV = (
    (N_("Home"), "home.index", {"home"}),
    (N_("Municipalities"), "msativo_municipios.index", {"msativo_municipios", "msativo_quadro", "msativo_comparar"}),
    (N_("Indicators"), "indicador.search", FIGURES),
    (N_("Challenges"), "desafio.search", {"desafio", "desafio_resource", "msativo_foco", "msativo_contestacoes"}),
    (N_("Menu of actions"), "msativo_acoes.index", {"msativo_acoes", "acao", "acao_resource"}),
    (N_("Monitoring"), "msativo_monitoramento.index", PROGRESS),
    (N_("Agenda"), "msativo_agenda.index", {"msativo_agenda", "msativo_reunioes"}),
    (N_("Open data"), "msativo_dados.index", {"msativo_dados", "dataset", "dataset_resource", "organization", "group"}),
)
VOCABULARIES: Mapping[str, Callable[[], Mapping[str, str]]] = {
    "area": lambda: vocabulary.AREAS,
    "polarity": lambda: vocabulary.POLARITIES,
    "kind": lambda: vocabulary.KINDS_OF_INDICATOR,
    "group": lambda: vocabulary.REFERENCE_GROUPS,
    "rule": rule_choices,
}


def _choices(labels: Mapping[str, str]) -> list[dict[str, Any]]:
    return [{"value": value, "label": tk._(label)} for value, label in labels.items()]


def msativo_areas(field: Any = None) -> list[dict[str, Any]]:
    return _choices(vocabulary.AREAS)


def msativo_polarities(field: Any = None) -> list[dict[str, Any]]:
    return _choices(vocabulary.POLARITIES)


def msativo_indicator_kinds(field: Any = None) -> list[dict[str, Any]]:
    return _choices(vocabulary.KINDS_OF_INDICATOR)


def msativo_reference_groups(field: Any = None) -> list[dict[str, Any]]:
    return _choices(vocabulary.REFERENCE_GROUPS)


def msativo_organization_kinds(field: Any = None) -> list[dict[str, Any]]:
    return _choices(vocabulary.ORGANIZATION_KINDS)


def msativo_rules(field: Any = None) -> list[dict[str, Any]]:
    return _choices(rule_choices())


def msativo_normalisers(field: Any = None) -> list[dict[str, Any]]:
    return _choices(challenges.NORMALISERS)


def msativo_means(field: Any = None) -> list[dict[str, Any]]:
    return _choices(challenges.MEANS)


def msativo_yes_no(field: Any = None) -> list[dict[str, Any]]:
    return _choices({"false": N_("No"), "true": N_("Yes")})


def msativo_indicator_choices(field: Any = None) -> list[dict[str, Any]]:
    """The public indicators, by title."""
    return [{"value": item.name, "label": item.title} for item in pages.indicators_of(None)]


def msativo_secretariats(field: Any = None) -> list[dict[str, Any]]:
    """The State's secretariats, by name."""
    return [{"value": name, "label": title} for name, title in pages.secretariats()]


# -- the public pages: what templates that CKAN itself renders ask for -------------------------------------------------
def msativo_home() -> home.Home:
    """What the first page shows."""
    return home.home()


def msativo_indicator_page(pkg: Mapping[str, Any]) -> indicador.IndicatorPage:
    """What the page of an indicator's dataset shows, as its address asks."""
    return indicador.indicator_page(pkg, request.args)


def msativo_indicator_list() -> indicadores.IndicatorList:
    """All indicators by area, narrowed by ``q`` of the address."""
    return indicadores.indicator_list(request.args)


def msativo_challenge_page(pkg: Mapping[str, Any]) -> desafio.ChallengePage:
    """What the page of a challenge's dataset shows, as its address asks."""
    return desafio.challenge_page(pkg, request.args)


def msativo_challenge_list() -> list[desafio.Item]:
    """All challenges, with how many municipalities are in which class."""
    return desafio.challenge_list()


def msativo_contest_label(decisao: str | None) -> str:
    """What became of a contest, in words."""
    return contests.verdict(decisao)


def msativo_contested(row: Mapping[str, Any]) -> str:
    """The contested value or class as it was shown."""
    return contests.contested(row)


def msativo_offered(desafio: str) -> list[dict[str, Any]]:
    """The actions of the menu that serve a challenge."""
    return tk.get_action("msativo_acao_list")({"user": ""}, {"desafio": desafio, "limit": 1000})["results"]


def msativo_effect(**of: str) -> efeito.Section | None:
    """Whether a ``desafio`` or an ``acao`` made a difference; None when there is none such."""
    return efeito.section(**of)


def msativo_expression(value: Any) -> str:
    """A rule's parameter as text; a combination as people write it."""
    return write_text(value) if isinstance(value, Mapping) else str(value)


def msativo_coverage(name: str) -> dict[str, Any]:
    """Coverage of an indicator: the row of ``msativo_indicador_coverage``, empty before the first analysis."""
    found = tk.get_action("msativo_indicador_coverage")({}, {"indicador": name})["results"]
    return found[0] if found else {}


def msativo_nav() -> list[dict[str, Any]]:
    """The links of the header; ``active`` is where the reader is."""
    return [
        {"label": tk._(label), "href": tk.url_for(endpoint), "active": request.blueprint in blueprints}
        for label, endpoint, blueprints in NAV
    ]


def msativo_number(value: float | None, decimals: int = 0) -> str:
    """A number as the reader's language writes it."""
    return number(value, decimals)


def msativo_axis(value: float) -> str:
    """A number of an axis or of a method: with the decimals it needs and no more."""
    return numbers.plain(value)


def msativo_percent(share: float | None) -> str:
    return percent(share)


def msativo_date(value: datetime | str | None) -> str:
    """A date as "28 nov 2026", in the portal's time zone."""
    if not value:
        return ""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return str(value)
    if value.tzinfo is not None:
        value = value.astimezone(get_display_timezone())
    return format_date(value, "d MMM y", locale=str(get_lang() or "pt_BR")).replace(".", "")


def msativo_note(code: str | None) -> str:
    """The sentence of an observation's note, "" when there is none."""
    note = NOTAS.get(code or "")
    return tk._(note) if note else ""


def msativo_label(of: str, value: str | None) -> str:
    """Label of a value of a vocabulary: ``area``, ``polarity``, ``kind``, ``group`` or ``rule``."""
    label = VOCABULARIES[of]().get(value or "")
    return tk._(label) if label else str(value or "")


def msativo_unread() -> int:
    """How many notices the reader has not read."""
    return notices.unread(tk.g.userobj.id) if tk.g.get("userobj") else 0


# -- what other sites show ---------------------------------------------------------------------------------------------
def msativo_social(pkg: Any = None) -> social.Social | None:
    """What the page says of itself to those that link to it; None for a page that nobody links to."""
    return social.social(pkg)


def msativo_embed_code(kind: str, name: str, title: str, **chosen: Any) -> embed.Code:
    """The code that embeds a page of ``kind`` in another site, with what is ``chosen`` on it."""
    return embed.code(kind, name, title, **chosen)


# -- people ------------------------------------------------------------------------------------------------------------
def msativo_privacy_notice() -> dict[str, Any] | None:
    """The privacy notice while the reader has not confirmed to have read it; None for everyone else."""
    return privacy_line.pending()


def msativo_state_contact(**of: str) -> dict[str, Any] | None:
    """Who in the State answers for a ``municipio`` or an ``acao``; None when nobody is named."""
    found = tk.get_action("msativo_contato_estado_list")({}, {**of, "limit": 1})["results"]
    return found[0] if found else None
