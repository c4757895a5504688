"""Input schemas of the menu of actions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk

from ckanext.msativo.logic import given_rows, schema
from ckanext.msativo.logic.programme_schema import note, versioned
from ckanext.msativo.logic.schema import LONGEST_TEXT, Schema, clean, paged, short
from ckanext.msativo.logic.told import refusals
from ckanext.msativo.logic.validators import organization_kind
from ckanext.msativo.programme.menu import TemplateEntrega
from ckanext.msativo.programme.ownership import SECRETARIA
from ckanext.msativo.programme.workflows import ACAO

MAX_ENTREGAS = 50
MAX_DAYS = 3660
TEMPLATE: Mapping[str, given_rows.Reader] = {
    "titulo": given_rows.text(200, needed=True),
    "dias": given_rows.whole(1, MAX_DAYS),
    "comeca": given_rows.whole(0, MAX_DAYS, 0),
    "quantidade": given_rows.number(),
    "unidade": given_rows.text(60),
    "peso": given_rows.number(1.0),
    "prova": given_rows.text(1000),
}
"""A delivery as the menu offers it: days from the plan's start to its due date and to its own start, and so on."""
LISTS = ("desafios", "indicadores", "contribuem")
DECISIONS = ("adotada", "recusada", "aberta")


@tk.validator_args
def acao_create(not_empty: Any, ignore_empty: Any, ignore_missing: Any, unicode_safe: Any) -> Schema:
    return {
        "secretaria": [not_empty, unicode_safe, clean],
        "nome": [ignore_empty, unicode_safe, clean, short(90)],
        **_flat(ignore_missing, unicode_safe),
        "titulo": [not_empty, unicode_safe, clean, short(200)],
    }


@tk.validator_args
def acao_update(ignore_missing: Any, unicode_safe: Any) -> Schema:
    return {**versioned(), **_flat(ignore_missing, unicode_safe)}


def _flat(ignore_missing: Any, unicode_safe: Any) -> Schema:
    long = [ignore_missing, unicode_safe, clean, _at_most(LONGEST_TEXT)]
    return {
        "titulo": [ignore_missing, unicode_safe, clean, short(200)],
        "resumo": long,
        "apoio": long,
        "requisitos": long,
        "vagas": [ignore_missing, _places],
        "desafios": [ignore_missing, _datasets("desafio")],
        "indicadores": [ignore_missing, _datasets("indicador")],
        "contribuem": [ignore_missing, _secretariats],
    }


def _at_most(most: int) -> Any:
    def validator(value: str) -> str:
        if len(value) > most:
            raise tk.Invalid(tk._("At most {n} characters.").format(n=most))
        return value.strip()

    return validator


def _places(value: Any) -> int | None:
    return None if value in (None, "") else given_rows.whole(1, 100_000)(value)


def _datasets(kind: str) -> Any:
    """Names or ids of public datasets of a type, kept as ids: a name can change."""

    def validator(value: Any) -> list[str]:
        found = []
        for name in given_rows.names(value or [], 100):
            package = model.Package.get(name)
            if package is None or package.type != kind or package.state != "active" or package.private:
                message = (
                    tk._("There is no challenge “{name}”.")
                    if kind == "desafio"
                    else tk._("There is no indicator “{name}”.")
                )
                raise tk.Invalid(message.format(name=name[:100]))
            found.append(package.id)
        return found

    return validator


def _secretariats(value: Any) -> list[str]:
    found = []
    for name in given_rows.names(value or [], 30):
        group = model.Group.get(name)
        if group is None or organization_kind(name) != SECRETARIA:
            raise tk.Invalid(tk._("There is no secretariat “{name}”.").format(name=name[:100]))
        found.append(group.id)
    return found


def entregas(given: Any) -> list[dict[str, Any]]:
    """The template deliveries of a call; raises `ValidationError` with every problem."""
    rows, problems = given_rows.rows(given, TEMPLATE, tk._("Delivery"), MAX_ENTREGAS)
    if problems:
        raise tk.ValidationError({"entregas": problems})
    for row in rows:
        with refusals("entregas"):
            template(row)
    return rows


def template(row: Mapping[str, Any]) -> TemplateEntrega:
    return TemplateEntrega(
        title=row["titulo"],
        days=row["dias"],
        quantity=row["quantidade"],
        unit=row["unidade"],
        weight=row["peso"],
        proof=row["prova"],
        begins=row["comeca"],
    )


def validated(data_dict: Mapping[str, Any], of: Schema, context: Any) -> dict[str, Any]:
    """The flat fields and, when they are given, the deliveries."""
    data = schema.with_rows(data_dict, of, context, "entregas", entregas)
    # An empty list takes them all away; CKAN's validation would leave it out.
    return {**{name: [] for name in LISTS if name in data_dict and not data_dict[name]}, **data}


@tk.validator_args
def acao_comment(not_empty: Any, unicode_safe: Any) -> Schema:
    return {
        "id": [not_empty, unicode_safe, clean],
        "texto": [not_empty, unicode_safe, clean, short(LONGEST_TEXT)],
    }


@tk.validator_args
def acao_step(not_empty: Any, ignore_empty: Any, unicode_safe: Any, one_of: Any) -> Schema:
    return {
        **versioned(),
        "passo": [not_empty, one_of(list(ACAO.actions))],
        "nota": note(ignore_empty, unicode_safe),
    }


@tk.validator_args
def acao_list(ignore_missing: Any, unicode_safe: Any, one_of: Any) -> Schema:
    words = [ignore_missing, unicode_safe, clean]
    return {
        **paged(),
        "desafio": words,
        "indicador": words,
        "secretaria": words,
        "q": words,
        "estado": [ignore_missing, one_of(list(ACAO.states))],
    }


@tk.validator_args
def acao_recommend(not_empty: Any, unicode_safe: Any) -> Schema:
    return {"municipio": [not_empty, unicode_safe, clean]}


@tk.validator_args
def acao_adopt(not_empty: Any, ignore_empty: Any, unicode_safe: Any, one_of: Any) -> Schema:
    return {
        "municipio": [not_empty, unicode_safe, clean],
        "acao": [not_empty, unicode_safe, clean],
        "decisao": [not_empty, one_of(list(DECISIONS))],
        "motivo": note(ignore_empty, unicode_safe),
    }
