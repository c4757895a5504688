"""Input schemas of the agenda."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.msativo.logic import given_rows
from ckanext.msativo.logic.agenda_items import PRIORITIES
from ckanext.msativo.logic.programme_schema import note, versioned
from ckanext.msativo.logic.schema import LONGEST_TEXT, Schema, clean, paged, short
from ckanext.msativo.model.agenda_reading import ORDERS
from ckanext.msativo.programme.workflows import AGENDA

STEPS = ("iniciar", "concluir", "descartar")
"""What a person does; its rule alone closes an item by ``encerrar``."""


def _day(value: Any) -> Any:
    return given_rows.day(needed=False)(value)


@tk.validator_args
def agenda_list(
    ignore_empty: Any, ignore_missing: Any, unicode_safe: Any, one_of: Any, boolean_validator: Any
) -> Schema:
    text = [ignore_empty, unicode_safe, clean]
    return {
        **paged(),
        "dono": text,
        "municipio": text,
        "regra": text,
        "ciclo": text,
        "estado": [ignore_empty, one_of(list(AGENDA.states))],
        "aberta": [ignore_missing, boolean_validator],
        "vencida": [ignore_missing, boolean_validator],
        "meus": [ignore_missing, boolean_validator],
        "ordenar": [ignore_empty, one_of(list(ORDERS))],
    }


@tk.validator_args
def agenda_run(ignore_empty: Any, ignore_missing: Any, boolean_validator: Any) -> Schema:
    return {
        "simular": [ignore_missing, boolean_validator],
        "data": [ignore_empty, _day],
        "background": [ignore_missing, boolean_validator],
    }


@tk.validator_args
def agenda_create(not_empty: Any, ignore_empty: Any, unicode_safe: Any) -> Schema:
    return {
        **_fields(),
        "titulo": [not_empty, unicode_safe, clean, short(200)],
        "dono": [not_empty, unicode_safe, clean],
        "prazo": [not_empty, _day],
    }


@tk.validator_args
def _fields(ignore_empty: Any, ignore_missing: Any, unicode_safe: Any, one_of: Any, boolean_validator: Any) -> Schema:
    return {
        "titulo": [ignore_empty, unicode_safe, clean, short(200)],
        "texto": [ignore_missing, unicode_safe, clean, _at_most],
        "dono": [ignore_empty, unicode_safe, clean],
        "prazo": [ignore_empty, _day],
        "municipio": [ignore_missing, unicode_safe, clean],
        "prioridade": [ignore_empty, one_of(list(PRIORITIES))],
        "publica": [ignore_missing, boolean_validator],
    }


def _at_most(value: str) -> str:
    if len(value) > LONGEST_TEXT:
        raise tk.Invalid(tk._("At most {n} characters.").format(n=LONGEST_TEXT))
    return value.strip()


@tk.validator_args
def agenda_update(ignore_empty: Any, unicode_safe: Any, one_of: Any) -> Schema:
    return {
        **versioned(),
        **_fields(),
        "passo": [ignore_empty, one_of(list(STEPS))],
        "nota": note(ignore_empty, unicode_safe),
    }


@tk.validator_args
def agenda_comment(not_empty: Any, unicode_safe: Any) -> Schema:
    return {
        "id": [not_empty, unicode_safe, clean],
        "texto": [not_empty, unicode_safe, clean, short(LONGEST_TEXT)],
    }


@tk.validator_args
def agenda_feed(not_empty: Any, unicode_safe: Any) -> Schema:
    return {"organizacao": [not_empty, unicode_safe, clean]}
