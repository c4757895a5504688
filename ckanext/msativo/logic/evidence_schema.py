"""Input schemas of evidences."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.msativo.logic import given_rows, links_checked
from ckanext.msativo.logic.programme_schema import note, versioned
from ckanext.msativo.logic.schema import LONGEST_TEXT, Schema, clean, paged
from ckanext.msativo.logic.told import told
from ckanext.msativo.programme.messages import Message
from ckanext.msativo.programme.workflows import EVIDENCIA

DECISIONS = ("aceitar", "aceitar_parcial", "devolver", "rejeitar")


def _link(value: Any) -> str:
    if value in (None, ""):
        return ""
    checked = links_checked.video_link(str(value))
    if isinstance(checked, Message):
        raise tk.Invalid(told(checked))
    return checked


def _fields(ignore_missing: Any, boolean_validator: Any) -> Schema:
    return {
        "descricao": [ignore_missing, given_rows.text(LONGEST_TEXT)],
        "data": [ignore_missing, given_rows.day(needed=False)],
        "lugar": [ignore_missing, given_rows.text(200)],
        "quantidade": [ignore_missing, given_rows.number()],
        "link": [ignore_missing, _link],
        "publicavel": [ignore_missing, boolean_validator],
        "upload": [ignore_missing],
    }


@tk.validator_args
def evidencia_create(not_empty: Any, unicode_safe: Any, ignore_missing: Any, boolean_validator: Any) -> Schema:
    return {"entrega": [not_empty, unicode_safe, clean], **_fields(ignore_missing, boolean_validator)}


@tk.validator_args
def evidencia_update(ignore_missing: Any, boolean_validator: Any) -> Schema:
    return {**versioned(), **_fields(ignore_missing, boolean_validator), "remover": [ignore_missing, _files]}


def _files(value: Any) -> list[str]:
    return list(given_rows.names(value or [], 100))


@tk.validator_args
def evidencia_review(
    not_empty: Any, ignore_empty: Any, unicode_safe: Any, one_of: Any, boolean_validator: Any
) -> Schema:
    return {
        **versioned(),
        "decisao": [not_empty, one_of(list(DECISIONS))],
        "quantidade_aceita": [ignore_empty, given_rows.number()],
        "nota": note(ignore_empty, unicode_safe),
        "publicar": [ignore_empty, boolean_validator],
        "publicar_arquivos": [ignore_empty, _files],
    }


@tk.validator_args
def evidencia_assign(ignore_empty: Any, unicode_safe: Any) -> Schema:
    return {**versioned(), "revisor": [ignore_empty, unicode_safe, clean]}


@tk.validator_args
def evidencia_list(ignore_missing: Any, unicode_safe: Any, one_of: Any, boolean_validator: Any) -> Schema:
    words = [ignore_missing, unicode_safe, clean]
    return {
        **paged(),
        "entrega": words,
        "plano": words,
        "municipio": words,
        "estado": [ignore_missing, one_of(list(EVIDENCIA.states))],
        "fila": [ignore_missing, boolean_validator],
        "minhas": [ignore_missing, boolean_validator],
    }
