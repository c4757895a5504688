"""Input schemas of the actions on people and meetings."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, time
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.msativo.logic.programme_schema import LONGEST
from ckanext.msativo.logic.schema import LONGEST_TEXT, Schema, clean, paged
from ckanext.msativo.programme.access import CAPACITIES

LONGEST_EMAIL = 254
LONGEST_NOTE = 2000
MAX_PARTICIPANTS = 200
LAST_HOUR, LAST_MINUTE = 23, 59


# -- members -----------------------------------------------------------------------------------------------------------
@tk.validator_args
def pessoa_invite(not_empty: Any, ignore_empty: Any, unicode_safe: Any, email_validator: Any, one_of: Any) -> Schema:
    return {
        "organizacao": [not_empty, unicode_safe, clean],
        "email": [not_empty, unicode_safe, clean, _line(LONGEST_EMAIL, needed=True), email_validator],
        "nome": [ignore_empty, unicode_safe, clean, _line(LONGEST)],
        "papel": [not_empty, one_of(list(CAPACITIES))],
    }


@tk.validator_args
def pessoa_list(ignore_empty: Any, unicode_safe: Any) -> Schema:
    return {**paged(), "organizacao": [ignore_empty, unicode_safe, clean]}


@tk.validator_args
def pessoa_update(not_empty: Any, unicode_safe: Any, one_of: Any) -> Schema:
    return {**pessoa_remove(), "papel": [not_empty, one_of(list(CAPACITIES))]}


@tk.validator_args
def pessoa_remove(not_empty: Any, unicode_safe: Any) -> Schema:
    needed = [not_empty, unicode_safe, clean]
    return {"organizacao": needed, "usuario": needed}


@tk.validator_args
def prefeitura_handover(not_empty: Any, ignore_empty: Any, unicode_safe: Any, email_validator: Any) -> Schema:
    return {
        "municipio": [not_empty, unicode_safe, clean],
        "email": [not_empty, unicode_safe, clean, _line(LONGEST_EMAIL, needed=True), email_validator],
        "nome": [not_empty, unicode_safe, clean, _line(LONGEST, needed=True)],
        "nota": [ignore_empty, unicode_safe, clean, _text(LONGEST_NOTE)],
    }


@tk.validator_args
def passagem_list(ignore_empty: Any, unicode_safe: Any) -> Schema:
    return {**paged(), "municipio": [ignore_empty, unicode_safe, clean]}


# -- the State's contacts, absences, the notice ------------------------------------------------------------------------
@tk.validator_args
def contato_set(not_empty: Any, ignore_empty: Any, unicode_safe: Any) -> Schema:
    return {"objeto": [not_empty, unicode_safe, clean], "usuario": [ignore_empty, unicode_safe, clean]}


@tk.validator_args
def contato_list(ignore_empty: Any, unicode_safe: Any) -> Schema:
    text = [ignore_empty, unicode_safe, clean]
    return {**paged(), "municipio": text, "acao": text}


@tk.validator_args
def ausencia_create(not_empty: Any, ignore_empty: Any, unicode_safe: Any, isodate: Any) -> Schema:
    return {
        "usuario": [ignore_empty, unicode_safe, clean],
        "substituto": [not_empty, unicode_safe, clean],
        "inicio": [not_empty, isodate, _day],
        "fim": [not_empty, isodate, _day],
        "motivo": [ignore_empty, unicode_safe, clean, _text(LONGEST)],
    }


@tk.validator_args
def ausencia_list(ignore_empty: Any, boolean_validator: Any) -> Schema:
    return {**paged(), "passadas": [ignore_empty, boolean_validator]}


@tk.validator_args
def privacidade_accept(not_empty: Any, unicode_safe: Any) -> Schema:
    return {"versao": [not_empty, unicode_safe, clean]}


# -- meetings ----------------------------------------------------------------------------------------------------------
@tk.validator_args
def reuniao_create(not_empty: Any, unicode_safe: Any, isodate: Any) -> Schema:
    return {
        **_reuniao(),
        "titulo": [not_empty, unicode_safe, clean, _line(LONGEST, needed=True)],
        "data": [not_empty, isodate, _day],
    }


@tk.validator_args
def reuniao_update(
    not_empty: Any, ignore_empty: Any, unicode_safe: Any, isodate: Any, natural_number_validator: Any
) -> Schema:
    return {
        **_reuniao(),
        "id": [not_empty, unicode_safe, clean],
        "versao": [not_empty, natural_number_validator],
        "titulo": [ignore_empty, unicode_safe, clean, _line(LONGEST, needed=True)],
        "data": [ignore_empty, isodate, _day],
    }


@tk.validator_args
def _reuniao(ignore_missing: Any, unicode_safe: Any, boolean_validator: Any) -> Schema:
    """What may be left out; an empty text takes away what was there."""
    short = [ignore_missing, unicode_safe, clean, _line(LONGEST)]
    long = [ignore_missing, unicode_safe, clean, _text(LONGEST_TEXT)]
    flag = [ignore_missing, boolean_validator]
    return {
        "hora": [ignore_missing, unicode_safe, _hour],
        "lugar": short,
        "ciclo": short,
        "municipio": short,
        "regiao": short,
        "participantes": [ignore_missing, _participants],
        "pauta": long,
        "decisoes": long,
        "publica": flag,
        "cancelada": flag,
    }


@tk.validator_args
def reuniao_list(ignore_empty: Any, unicode_safe: Any, one_of: Any) -> Schema:
    text = [ignore_empty, unicode_safe, clean]
    return {**paged(), "municipio": text, "ciclo": text, "quando": [ignore_empty, one_of(["proximas", "passadas"])]}


# -- parts -------------------------------------------------------------------------------------------------------------
def _line(most: int, *, needed: bool = False) -> Any:
    """A text of one line: what is no letter, sign or space could forge a header of a letter."""

    def validator(value: str) -> str:
        value = value.strip()
        if needed and not value:
            raise tk.Invalid(tk._("Missing value"))
        if len(value) > most:
            raise tk.Invalid(tk._("At most {n} characters.").format(n=most))
        if any(unicodedata.category(letter) in ("Cc", "Cf", "Zl", "Zp") for letter in value):
            raise tk.Invalid(tk._("Write it on one line, without control characters."))
        return value

    return validator


def _text(most: int) -> Any:
    def validator(value: str) -> str:
        value = value.replace("\r\n", "\n").strip()
        if len(value) > most:
            raise tk.Invalid(tk._("At most {n} characters.").format(n=most))
        return value

    return validator


def _day(value: Any) -> Any:
    return value.date() if isinstance(value, datetime) else value


def _hour(value: str) -> time | None:
    """``14:30``; empty for none."""
    found = re.fullmatch(r"(\d{1,2}):(\d\d)(?::\d\d)?", value.strip(), re.ASCII)
    if not value.strip():
        return None
    if found is None or int(found[1]) > LAST_HOUR or int(found[2]) > LAST_MINUTE:
        raise tk.Invalid(tk._("Write the hour as 14:30."))
    return time(int(found[1]), int(found[2]))


def _participants(value: Any) -> str:
    """One person per line; also as a list of names."""
    lines = value if isinstance(value, list) else str(value).splitlines()
    names = [str(line).strip() for line in lines]
    names = [_line(LONGEST)(clean(name)) for name in names if name]
    if len(names) > MAX_PARTICIPANTS:
        raise tk.Invalid(tk._("At most {n} people can be named.").format(n=MAX_PARTICIPANTS))
    return "\n".join(names)
