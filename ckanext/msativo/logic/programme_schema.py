"""Input schemas of the programme's actions, and the people that they name."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, cast

import ckan.plugins.toolkit as tk

from ckanext.msativo.logic import given_rows, schema, terms
from ckanext.msativo.logic.schema import LONGEST_TEXT, Schema, clean, paged, short
from ckanext.msativo.programme.workflows import ADESAO

MAX_FOCAL_POINTS = 20
LONGEST = 200
PEOPLE = ("coordenador", "pontos_focais")
FIELDS = ("nome", "cargo", "email", "telefone")
DECISIONS = ("aprovar", "devolver", "recusar")
MAX_VERSION = 2**31


@tk.validator_args
def ciclo_create(not_empty: Any, unicode_safe: Any, isodate: Any) -> Schema:
    day = [not_empty, isodate]
    return {
        "id": [not_empty, unicode_safe, clean, _slug],
        "nome": [not_empty, unicode_safe, clean, short(60)],
        "inicio": day,
        "fim": day,
        "adesao_inicio": day,
        "adesao_fim": day,
    }


@tk.validator_args
def ciclo_update(not_empty: Any, ignore_empty: Any, unicode_safe: Any, isodate: Any) -> Schema:
    day = [ignore_empty, isodate]
    return {
        "id": [not_empty, unicode_safe, clean],
        "nome": [ignore_empty, unicode_safe, clean, short(60)],
        "inicio": day,
        "fim": day,
        "adesao_inicio": day,
        "adesao_fim": day,
    }


@tk.validator_args
def ciclo_close(not_empty: Any, ignore_empty: Any, unicode_safe: Any, boolean_validator: Any) -> Schema:
    return {
        "id": [not_empty, unicode_safe, clean],
        "para": [ignore_empty, unicode_safe, clean],
        "levar": [ignore_empty, _plans],
        "simular": [ignore_empty, boolean_validator],
    }


def _plans(value: Any) -> list[str]:
    return list(given_rows.names(value or [], 1000))


def _slug(value: str) -> str:
    plain = value.replace("-", "")
    if not (plain.isascii() and plain.isalnum() and value == value.lower() and len(value) <= LONGEST_SLUG):
        raise tk.Invalid(tk._("Use up to {n} small letters, digits and hyphens.").format(n=LONGEST_SLUG))
    return value


LONGEST_SLUG = 40


@tk.validator_args
def adesao_create(not_empty: Any, ignore_empty: Any, ignore_missing: Any, unicode_safe: Any) -> Schema:
    return {
        "municipio": [not_empty, unicode_safe, clean],
        "ciclo": [ignore_empty, unicode_safe, clean],
        "upload": [ignore_missing],
    }


@tk.validator_args
def adesao_update(ignore_empty: Any, ignore_missing: Any, unicode_safe: Any) -> Schema:
    return {**versioned(), "ciclo": [ignore_empty, unicode_safe, clean], "upload": [ignore_missing]}


@tk.validator_args
def versioned(not_empty: Any, unicode_safe: Any, natural_number_validator: Any) -> Schema:
    """Which adesão, and the version of it that the caller has seen."""
    return {
        "id": [not_empty, unicode_safe, clean],
        "versao": [not_empty, natural_number_validator],
    }


@tk.validator_args
def adesao_decide(not_empty: Any, ignore_empty: Any, unicode_safe: Any, one_of: Any) -> Schema:
    return {**versioned(), "decisao": [not_empty, one_of(list(DECISIONS))], "nota": note(ignore_empty, unicode_safe)}


@tk.validator_args
def adesao_withdraw(ignore_empty: Any, unicode_safe: Any) -> Schema:
    return {**versioned(), "nota": note(ignore_empty, unicode_safe)}


def note(ignore_empty: Any, unicode_safe: Any) -> list[Any]:
    # A blank reason is none: whether one is needed, the workflow says.
    return [ignore_empty, unicode_safe, clean, _stripped]


def _stripped(value: str) -> str:
    if len(value) > LONGEST_TEXT:
        raise tk.Invalid(tk._("At most {n} characters.").format(n=LONGEST_TEXT))
    return value.strip()


@tk.validator_args
def adesao_list(ignore_missing: Any, unicode_safe: Any, one_of: Any, boolean_validator: Any) -> Schema:
    text = [ignore_missing, unicode_safe, clean]
    return {
        **paged(),
        "municipio": text,
        "ciclo": text,
        "estado": [ignore_missing, one_of(list(ADESAO.states))],
        "aberta": [ignore_missing, boolean_validator],
        "atrasada": [ignore_missing, boolean_validator],
    }


# -- people ------------------------------------------------------------------------------------------------------------
def people_of(data_dict: Mapping[str, Any]) -> dict[str, Any]:
    """The people that the call names, checked; raises `ValidationError` at the field and position of each problem.

    ``coordenador``: ``{"nome", "cargo", "email", "telefone"}`` or empty; ``pontos_focais``: a list of such. Both also
    as JSON text, as a form with a file sends them. A field that is not given is left out of the answer.
    """
    found: dict[str, Any] = {}
    errors: dict[str, Any] = {}
    for name in PEOPLE:
        if name not in data_dict:
            continue
        rows, problems = _people(data_dict[name], single=name == "coordenador")
        if problems:
            errors[name] = problems
        found[name] = (rows or [None])[0] if name == "coordenador" else rows
    if errors:
        raise tk.ValidationError(errors)
    return found


def without_people(data_dict: Mapping[str, Any]) -> dict[str, Any]:
    """What is left for the flat schema."""
    return {name: value for name, value in data_dict.items() if name not in PEOPLE}


def _people(given: Any, *, single: bool) -> tuple[list[dict[str, str]], list[str]]:
    if isinstance(given, str) and given.strip():
        try:
            given = json.loads(given)
        except (ValueError, RecursionError):
            return [], [tk._("This is not JSON.")]
    if not given:
        return [], []
    rows = [given] if isinstance(given, dict) and single else given
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows) or (single and len(rows) > 1):
        return [], [tk._("Give a person as “nome”, “cargo”, “email” and “telefone”.")]
    if len(rows) > MAX_FOCAL_POINTS:
        return [], [tk._("At most {n} people can be named.").format(n=MAX_FOCAL_POINTS)]
    people = [person for row in rows if any((person := _texts(row)).values())]
    problems = [problem for i, person in enumerate(people, 1) for problem in _problems(i, person)]
    return people, problems


def _texts(row: Mapping[str, Any]) -> dict[str, str]:
    return {name: "" if row.get(name) is None else str(row[name]).strip() for name in FIELDS}


def _problems(position: int, person: Mapping[str, str]) -> list[str]:
    problems = []
    if not person["nome"]:
        problems.append(tk._("Person {n}: the name is missing.").format(n=position))
    for name, value in person.items():
        try:
            clean(value)
            if len(value) > LONGEST:
                raise tk.Invalid(tk._("At most {n} characters.").format(n=LONGEST))
            if name == "email" and value:
                cast(Any, tk.get_validator("email_validator"))(value, {})
        except tk.Invalid as error:
            problems.append(tk._("Person {n}, {field}: {problem}").format(n=position, field=name, problem=error.error))
    return problems


def validated(data_dict: Mapping[str, Any], of: Schema, context: Any) -> dict[str, Any]:
    """The flat fields and the people; with a field ``upload`` in the schema also ``termo``, its content or None."""
    sent = [lambda: {"termo": terms.read(data_dict.get("upload"))}] if "upload" in of else []
    return schema.together(
        lambda: schema.validated(without_people(data_dict), of, context), lambda: people_of(data_dict), *sent
    )
