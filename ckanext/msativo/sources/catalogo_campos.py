"""The fields of a catalogue entry: what each accepts, and the rules that tie them together."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ckanext.msativo.analysis.errors import AnalysisError
from ckanext.msativo.analysis.orientation import read_polarity
from ckanext.msativo.analysis.params import Param
from ckanext.msativo.analysis.rules import RULES
from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.sources.catalogo_regra import EXPRESSION, RULE_FIELDS, field_of, params_of_field, rule_params
from ckanext.msativo.territory.groups import GROUPS


@dataclass(frozen=True)
class Vocabulary:
    """The words an installation allows; pass another to use other areas, rules or licences."""

    area: tuple[str, ...] = (
        "educacao",
        "saude",
        "assistencia-social",
        "infraestrutura",
        "ambiente-de-negocios",
        "seguranca",
    )
    polaridade: tuple[str, ...] = ("maior_melhor", "menor_melhor")
    tipo: tuple[str, ...] = ("taxa_eventos", "proporcao", "media", "razao", "nivel", "indice")
    regra: tuple[str, ...] = RULES.names()
    grupo_referencia: tuple[str, ...] = ("estado", *GROUPS.names())
    periodicidade: tuple[str, ...] = ("mensal", "anual", "bienal", "decenal", "irregular")
    license_id: tuple[str, ...] = (
        "cc-by",
        "cc-by-sa",
        "cc-zero",
        "odc-by",
        "odc-odbl",
        "odc-pddl",
        "other-at",
        "other-open",
        "other-pd",
        "notspecified",
    )


DEFAULT_VOCABULARY = Vocabulary()

Accepts = Callable[[Any], bool]


@dataclass(frozen=True)
class FieldSpec:
    """What a field accepts (``choice`` names a list of the vocabulary) and how to say so."""

    accepts: Accepts = lambda value: True
    expected: str = ""
    required: bool = True
    choice: str = ""

    def fault(self, value: object, vocabulary: Vocabulary) -> str | None:
        """Return what was expected, or None when ``value`` is fine."""
        if self.choice:
            allowed: tuple[str, ...] = getattr(vocabulary, self.choice)
            return None if value in allowed else ", ".join(allowed)
        return None if self.accepts(value) else self.expected


def _matches(pattern: str) -> Accepts:
    return lambda v: isinstance(v, str) and re.fullmatch(pattern, v) is not None


def _number(low: float = -math.inf, high: float = math.inf) -> Accepts:
    return lambda v: isinstance(v, int | float) and not isinstance(v, bool) and math.isfinite(v) and low <= v <= high


def _whole(low: int, high: int) -> Accepts:
    return lambda v: type(v) is int and low <= v <= high


def _is_date(value: object) -> bool:
    try:
        datetime.date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        return False
    return True


_TEXT = FieldSpec(_matches(r"(?s).*\S.*"), N_("a text"))
_OPTIONAL_TEXT = FieldSpec(_TEXT.accepts, _TEXT.expected, required=False)


def _accepted_by(params: list[Param]) -> Accepts:
    def accepts(value: Any) -> bool:
        try:
            for param in params:
                param.read(value, param.name)
        except AnalysisError:
            return False
        return value is not None

    return accepts


def _rule_field(field: str) -> FieldSpec:
    """A field for a rule's number, as the rules that have it declare it."""
    if field == EXPRESSION:
        return _OPTIONAL_TEXT
    params = params_of_field(field)
    return FieldSpec(_accepted_by(params), params[0].expects, required=False)


FIELDS: Mapping[str, FieldSpec] = {
    "name": FieldSpec(_matches(r"[a-z0-9][a-z0-9-]{1,99}"), N_("lower-case letters, digits and hyphens")),
    "title": _TEXT,
    "notes": _TEXT,
    "area": FieldSpec(choice="area"),
    "unidade": _TEXT,
    "casas": FieldSpec(_whole(0, 6), N_("a number of decimals, 0 to 6")),
    "polaridade": FieldSpec(choice="polaridade"),
    "tipo": FieldSpec(choice="tipo"),
    "fator": FieldSpec(_number(1e-9), N_("a positive number"), required=False),
    "periodicidade": FieldSpec(choice="periodicidade"),
    "regra": FieldSpec(choice="regra"),
    **{field: _rule_field(field) for field in RULE_FIELDS},
    "quantil_p": FieldSpec(_number(0.01, 0.5), N_("a share, 0.01 to 0.5"), required=False),
    "grupo_referencia": FieldSpec(choice="grupo_referencia"),
    "regra_justificativa": _TEXT,
    "cobertura_minima": FieldSpec(_number(0, 1), N_("a share, 0 to 1"), required=False),
    "tolerancia": FieldSpec(_whole(0, 20), N_("a number of years, 0 to 20"), required=False),
    "meta_base_legal": _OPTIONAL_TEXT,
    "agencia": _TEXT,
    "fonte_nome": _TEXT,
    "fonte_url": FieldSpec(_matches(r"https?://[^\s/]+\S*"), N_("an address starting with http:// or https://")),
    "busca_url": FieldSpec(_matches(r"https://[^\s/]+\S*"), N_("an address starting with https://"), required=False),
    "busca_serie": _OPTIONAL_TEXT,
    "verificado": FieldSpec(lambda v: isinstance(v, bool), N_("true or false")),
    "obtido_em": FieldSpec(_is_date, N_("a date, YYYY-MM-DD")),
    "fonte_nota": _OPTIONAL_TEXT,
    "license_id": FieldSpec(choice="license_id"),
    "arquivo": FieldSpec(_matches(r"[a-z0-9-]+\.csv"), N_("the name of a CSV file"), False),
}


def broken_rules(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield (key, problem code) for each tie between fields that does not hold."""
    green, red = values.get("corte_verde"), values.get("corte_vermelho")
    if values["regra"] == "limiar" and (green is None or red is None):
        yield "regra", "limiar_without_cuts"
    elif (green is None) != (red is None):
        yield "corte_verde", "cuts_apart"
    if green is not None and red is not None:
        sign = -1 if values["polaridade"] == "menor_melhor" else 1
        if sign * green <= sign * red:
            yield "corte_verde", "cuts_order"
    if ("meta" in values) != ("meta_base_legal" in values):
        yield "meta", "goal_apart"
    if values["tipo"] == "taxa_eventos" and "fator" not in values:
        yield "tipo", "events_without_factor"


def refused(values: Mapping[str, Any]) -> tuple[str, AnalysisError] | None:
    """The key to mend and why, when the rule refuses what the fields say; None when it takes them."""
    params: Mapping[str, Any] = {}
    try:
        params = rule_params(values["regra"], values.get)
        RULES.get(values["regra"]).resolve(params, read_polarity(-1 if values["polaridade"] == "menor_melhor" else 1))
    except AnalysisError as error:
        return field_of(error, params), error
    return None
