"""Input schemas of plans and deliveries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.msativo.logic import given_rows, schema
from ckanext.msativo.logic.programme_schema import note, versioned
from ckanext.msativo.logic.schema import Schema, clean, paged, short
from ckanext.msativo.logic.told import refusals
from ckanext.msativo.programme.progress import Terms
from ckanext.msativo.programme.workflows import ENTREGA, PLANO

MAX_ENTREGAS = 300
MAX_ACOES = 30
ROW: Mapping[str, given_rows.Reader] = {
    "id": given_rows.text(60),
    "acao": given_rows.text(200, needed=True),
    "titulo": given_rows.text(200, needed=True),
    "inicio": given_rows.day(),
    "prazo": given_rows.day(),
    "meta": given_rows.number(),
    "unidade": given_rows.text(60),
    "peso": given_rows.number(1.0),
    "prova": given_rows.text(1000),
    "responsavel": given_rows.text(200),
}
"""A delivery of a plan; ``id`` of one that the plan has already."""


def entregas(given: Any) -> list[dict[str, Any]]:
    """The deliveries of a call; raises `ValidationError` with every problem."""
    rows, problems = given_rows.rows(given, ROW, tk._("Delivery"), MAX_ENTREGAS)
    for number, row in enumerate([] if problems else rows, 1):
        try:
            with refusals("entregas"):
                Terms(row["inicio"], row["prazo"], row["meta"], row["peso"])
        except tk.ValidationError as error:
            told: Any = error.error_dict["entregas"]
            problems += [f"{tk._('Delivery')} {number}, {row['titulo']}: {one}" for one in told]
    if problems:
        raise tk.ValidationError({"entregas": problems})
    return rows


def validated(data_dict: Mapping[str, Any], of: Schema, context: Any) -> dict[str, Any]:
    """The flat fields and, when they are given, the deliveries."""
    return schema.with_rows(data_dict, of, context, "entregas", entregas)


def _names(value: Any) -> list[str]:
    return list(given_rows.names(value or [], MAX_ACOES))


def _day(value: Any) -> Any:
    return given_rows.day(needed=False)(value)


@tk.validator_args
def plano_create(not_empty: Any, ignore_empty: Any, unicode_safe: Any) -> Schema:
    return {
        "municipio": [not_empty, unicode_safe, clean],
        "titulo": [ignore_empty, unicode_safe, clean, short(200)],
        "acoes": [ignore_empty, _names],
        "inicio": [ignore_empty, _day],
    }


@tk.validator_args
def plano_update(ignore_empty: Any, unicode_safe: Any) -> Schema:
    return {
        **versioned(),
        "titulo": [ignore_empty, unicode_safe, clean, short(200)],
        "acoes": [ignore_empty, _names],
    }


@tk.validator_args
def plano_decide(not_empty: Any, ignore_empty: Any, unicode_safe: Any, one_of: Any) -> Schema:
    return {
        **versioned(),
        "decisao": [not_empty, one_of(["aprovar", "devolver"])],
        "nota": note(ignore_empty, unicode_safe),
    }


@tk.validator_args
def plano_amend(ignore_empty: Any, unicode_safe: Any) -> Schema:
    return {**versioned(), "motivo": note(ignore_empty, unicode_safe)}


@tk.validator_args
def plano_decide_amendment(not_empty: Any, ignore_empty: Any, unicode_safe: Any, one_of: Any) -> Schema:
    return {
        **versioned(),
        "decisao": [not_empty, one_of(["aprovar", "recusar"])],
        "nota": note(ignore_empty, unicode_safe),
    }


@tk.validator_args
def noted(ignore_empty: Any, unicode_safe: Any) -> Schema:
    return {**versioned(), "nota": note(ignore_empty, unicode_safe)}


@tk.validator_args
def plano_list(ignore_missing: Any, unicode_safe: Any, one_of: Any) -> Schema:
    words = [ignore_missing, unicode_safe, clean]
    return {
        **paged(),
        "municipio": words,
        "ciclo": words,
        "acao": words,
        "estado": [ignore_missing, one_of(list(PLANO.states))],
    }


@tk.validator_args
def entrega_list(ignore_missing: Any, unicode_safe: Any, one_of: Any, boolean_validator: Any) -> Schema:
    words = [ignore_missing, unicode_safe, clean]
    return {
        **paged(),
        "plano": words,
        "municipio": words,
        "ciclo": words,
        "acao": words,
        "estado": [ignore_missing, one_of(list(ENTREGA.states))],
        "luz": [ignore_missing, one_of(["verde", "azul", "amarelo", "vermelho", "cinza"])],
        "atrasada": [ignore_missing, boolean_validator],
        "data": [ignore_missing, _day],
    }
