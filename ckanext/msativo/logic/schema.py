"""Input schemas of our actions."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.msativo import vocabulary
from ckanext.msativo.logic import kept_uploads, quality

Schema = dict[str, Any]


def validated(data_dict: Mapping[str, Any], of: Schema, context: Any) -> dict[str, Any]:
    """The data as the schema reads them; raises `ValidationError`."""
    data, errors = tk.navl_validate(dict(data_dict), dict(of), context)
    if errors:
        raise tk.ValidationError(errors)
    # CKAN puts empty lists back after the validators have left them out as nothing given.
    return {name: value for name, value in data.items() if value != []}


def together(*readers: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What all of them read of a call; the problems of all are told at once as one `ValidationError`."""
    data: dict[str, Any] = {}
    errors: dict[str, Any] = {}
    for read in readers:
        try:
            data.update(read())
        except tk.ValidationError as error:
            errors.update(error.error_dict)
    if errors:
        raise tk.ValidationError(errors)
    return data


def with_rows(
    data_dict: Mapping[str, Any], of: Schema, context: Any, name: str, read: Callable[[Any], Any]
) -> dict[str, Any]:
    """The flat fields and, when it is given, the field of rows that ``read`` reads."""
    flat = {key: value for key, value in data_dict.items() if key != name}
    given = [lambda: {name: read(data_dict[name])}] if name in data_dict else []
    return together(lambda: validated(flat, of, context), *given)


MAX_ROWS = 5000
"""Most rows of one page; a download has no pages."""
MAX_RULES = 30
"""Most rules of one comparison, which is computed when it is asked for."""
MAX_OFFSET = 2**31
"""Past the end of any list, and still a number that the database takes."""


@tk.validator_args
def paged(default: Any, natural_number_validator: Any) -> Schema:
    return {
        "limit": [default(100), natural_number_validator, _at_most(MAX_ROWS)],
        "offset": [default(0), natural_number_validator, _at_most(MAX_OFFSET)],
    }


def _clean(value: Any) -> Any:
    """Refuse what a database cannot hold as text: NUL and lone surrogates."""
    try:
        broken = "\x00" in value or not value.encode()
    except UnicodeEncodeError:
        broken = True
    if broken and value:
        raise tk.Invalid(tk._("The text has characters that cannot be read."))
    return value


def _year(value: Any) -> Any:
    if isinstance(value, int) and not 0 < value < 10_000:
        raise tk.Invalid(tk._("{value} is not a year.").format(value=value))
    return value


def _at_most(bound: int) -> Any:
    def validator(value: Any) -> Any:
        # What is no number has been refused already; validation goes on to find all errors.
        return min(value, bound) if isinstance(value, int) else value

    return validator


MOST_PLACES = 100
"""Municipalities that one call may name; more are asked for by region, or all of them."""


def _places(value: Any) -> Any:
    """Codes or names of municipalities: one, several as a list, or several with commas between them."""
    texts = value if isinstance(value, list) else [value]
    parts = [part.strip() for text in texts for part in str(_clean(str(text))).split(",")]
    named = list(dict.fromkeys(filter(None, parts)))
    if len(named) > MOST_PLACES:
        raise tk.Invalid(tk._("Name up to {most} municipalities, or ask for a region.").format(most=MOST_PLACES))
    return named or tk.missing


@tk.validator_args
def criticidade_list(ignore_missing: Any, unicode_safe: Any, int_validator: Any, one_of: Any) -> Schema:
    text = [ignore_missing, unicode_safe, _clean]
    return {
        **paged(),
        "indicador": text,
        "area": [ignore_missing, one_of(list(vocabulary.AREAS))],
        "municipio": [ignore_missing, _places],
        "regiao": text,
        "q": text,
        "snapshot": text,
        "ano": [ignore_missing, int_validator, _year],
        "estado": [ignore_missing, one_of(["critico", "atencao", "adequado", "sem_dado"])],
    }


@tk.validator_args
def indicador_coverage(ignore_missing: Any, unicode_safe: Any) -> Schema:
    text = [ignore_missing, unicode_safe, _clean]
    return {**paged(), "indicador": text, "snapshot": text}


@tk.validator_args
def municipio_list(ignore_missing: Any, unicode_safe: Any) -> Schema:
    text = [ignore_missing, unicode_safe, _clean]
    return {**paged(), "regiao": text, "q": text, "snapshot": text}


@tk.validator_args
def municipio_show(not_empty: Any, unicode_safe: Any, ignore_missing: Any) -> Schema:
    return {"id": [not_empty, unicode_safe, _clean], "snapshot": [ignore_missing, unicode_safe, _clean]}


@tk.validator_args
def regiao_list(ignore_missing: Any, one_of: Any, unicode_safe: Any, int_validator: Any) -> Schema:
    text = [ignore_missing, unicode_safe, _clean]
    return {
        **paged(),
        "nivel": [ignore_missing, one_of(["imediata", "intermediaria", "planejamento"])],
        "indicador": text,
        "desafio": text,
        "snapshot": text,
        "ano": [ignore_missing, int_validator, _year],
    }


@tk.validator_args
def snapshot_show(ignore_missing: Any, unicode_safe: Any) -> Schema:
    return {"id": [ignore_missing, unicode_safe, _clean]}


@tk.validator_args
def indicador_load(
    ignore_missing: Any, unicode_safe: Any, boolean_validator: Any, one_of: Any, isodate: Any, int_validator: Any
) -> Schema:
    text = [ignore_missing, unicode_safe, _clean]
    return {
        "upload": [ignore_missing],
        "arquivo": [ignore_missing, unicode_safe, _sha256],
        "background": [ignore_missing, boolean_validator],
        "file_name": text,
        "decimal": [ignore_missing, one_of([",", "."])],
        "ano": [ignore_missing, int_validator, _year],
        "obtido_em": [ignore_missing, isodate],
        "dry_run": [ignore_missing, boolean_validator],
        "source": text,
        "series": [ignore_missing, _series],
        "aceitar": [ignore_missing, _findings],
    }


def _sha256(value: Any) -> Any:
    if not kept_uploads.SHA256.fullmatch(value):
        raise tk.Invalid(tk._("This is not the SHA-256 of a file."))
    return value


def _findings(value: Any) -> Any:
    """Codes of the quality report's errors that a person accepts; also as one text."""
    codes = value.replace(",", " ").split() if isinstance(value, str) else list(value)
    unknown = [code for code in codes if code not in quality.JUDGED]
    if unknown:
        message = tk._("“{code}” cannot be accepted. These can be: {known}.")
        raise tk.Invalid(message.format(code=str(unknown[0])[:60], known=", ".join(quality.JUDGED)))
    return codes


def _series(value: Any) -> Any:
    """Series of a file → indicator, each named once; also as JSON text."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError as error:
            raise tk.Invalid(tk._("This is not JSON.")) from error
    named = isinstance(value, dict) and all(isinstance(name, str) and name for pair in value.items() for name in pair)
    if not named or len(set(value.values())) != len(value):
        raise tk.Invalid(tk._("Say for each series which indicator it is, each indicator once."))
    return value or tk.missing


@tk.validator_args
def indicador_revisions(not_empty: Any, ignore_missing: Any, unicode_safe: Any, int_validator: Any) -> Schema:
    return {
        "indicador": [not_empty, unicode_safe, _clean],
        "municipio": [ignore_missing, unicode_safe, _clean],
        "ano": [ignore_missing, int_validator, _year],
        **paged(),
    }


@tk.validator_args
def indicador_quality(not_empty: Any, unicode_safe: Any) -> Schema:
    return {"indicador": [not_empty, unicode_safe, _clean]}


@tk.validator_args
def analysis_run(ignore_empty: Any, boolean_validator: Any, natural_number_validator: Any) -> Schema:
    return {
        "background": [ignore_empty, boolean_validator],
        "semente": [ignore_empty, natural_number_validator, _at_most(MAX_OFFSET - 1)],
    }


@tk.validator_args
def analysis_status(not_empty: Any, unicode_safe: Any) -> Schema:
    return {"job": [not_empty, unicode_safe, _clean]}


@tk.validator_args
def snapshot_freeze(not_empty: Any, unicode_safe: Any, ignore_missing: Any) -> Schema:
    text = [ignore_missing, unicode_safe, _clean]
    needed = [not_empty, unicode_safe, _clean]
    return {
        "id": needed,
        "ciclo": [*needed, _text(60)],
        "corrige": text,
        "errata": [ignore_missing, unicode_safe, _clean, _text(LONGEST_TEXT)],
    }


@tk.validator_args
def by_id(not_empty: Any, unicode_safe: Any) -> Schema:
    return {"id": [not_empty, unicode_safe, _clean]}


@tk.validator_args
def foco_list(ignore_missing: Any, unicode_safe: Any, one_of: Any, boolean_validator: Any) -> Schema:
    text = [ignore_missing, unicode_safe, _clean]
    return {
        **paged(),
        "desafio": text,
        "municipio": [ignore_missing, _places],
        "regiao": text,
        "snapshot": text,
        "classe": [ignore_missing, one_of(["focal", "prioritario", "monitorado", "sem_dado"])],
        "exato": [ignore_missing, boolean_validator],
    }


@tk.validator_args
def cluster_list(ignore_missing: Any, unicode_safe: Any, int_validator: Any, boolean_validator: Any) -> Schema:
    text = [ignore_missing, unicode_safe, _clean]
    return {
        **paged(),
        "desafio": text,
        "indicador": text,
        "municipio": text,
        "regiao": text,
        "snapshot": text,
        "ano": [ignore_missing, int_validator, _year],
        "significativo": [ignore_missing, boolean_validator],
    }


@tk.validator_args
def decisao_list(ignore_missing: Any, unicode_safe: Any) -> Schema:
    text = [ignore_missing, unicode_safe, _clean]
    return {**paged(), "desafio": text, "municipio": text}


@tk.validator_args
def rule_compare(not_empty: Any, ignore_missing: Any, unicode_safe: Any, int_validator: Any) -> Schema:
    text = [ignore_missing, unicode_safe, _clean]
    return {
        "indicador": [not_empty, unicode_safe, _clean],
        "snapshot": text,
        "ano": [ignore_missing, int_validator, _year],
        "regras": [ignore_missing, _rules],
    }


def _rules(value: Any) -> Any:
    """A list of names, or label → rule and parameters; also as the text of one."""
    if isinstance(value, str):
        try:
            value = json.loads(value) if value.lstrip()[:1] in ("[", "{") else value.split(",")
        except (ValueError, RecursionError) as error:
            raise tk.Invalid(tk._("This is not JSON.")) from error
    named = isinstance(value, dict) and all(
        isinstance(rule, dict)
        and set(rule) <= {"rule", "params"}
        and isinstance(rule.get("rule"), str)
        and isinstance(rule.get("params", {}), dict)
        for rule in value.values()
    )
    listed = isinstance(value, list) and all(isinstance(name, str) for name in value)
    if not value or not (named or listed):
        raise tk.Invalid(tk._("Give names of rules, or a label with “rule” and “params” for each."))
    # Those within a combination count as well: each is computed.
    if len(value) > MAX_RULES or json.dumps(value).count('"rule"') > MAX_RULES:
        raise tk.Invalid(tk._("At most {n} rules can be compared.").format(n=MAX_RULES))
    return value if named else [name.strip() for name in value]


def _text(most: int) -> Any:
    def validator(value: Any) -> Any:
        if len(value) > most:
            raise tk.Invalid(tk._("At most {n} characters.").format(n=most))
        if not value.strip():
            raise tk.Invalid(tk._("Missing value"))
        return value.strip()

    return validator


LONGEST_TEXT = 10_000


@tk.validator_args
def foco_decide(not_empty: Any, ignore_missing: Any, unicode_safe: Any, one_of: Any) -> Schema:
    needed = [not_empty, unicode_safe, _clean]
    return {
        "desafio": needed,
        "municipio": needed,
        "classe": [ignore_missing, one_of(["focal", "prioritario", "monitorado"])],
        "motivo": [not_empty, unicode_safe, _clean, _text(LONGEST_TEXT)],
    }


@tk.validator_args
def contestacao_create(not_empty: Any, ignore_missing: Any, unicode_safe: Any, int_validator: Any) -> Schema:
    text = [ignore_missing, unicode_safe, _clean]
    return {
        "municipio": [not_empty, unicode_safe, _clean],
        "indicador": text,
        "desafio": text,
        "ano": [ignore_missing, int_validator, _year],
        "texto": [not_empty, unicode_safe, _clean, _text(LONGEST_TEXT)],
        "upload": [ignore_missing],
    }


@tk.validator_args
def contestacao_answer(not_empty: Any, unicode_safe: Any, one_of: Any) -> Schema:
    return {
        "id": [not_empty, unicode_safe, _clean],
        "decisao": [not_empty, one_of(["procedente", "parcial", "improcedente"])],
        "resposta": [not_empty, unicode_safe, _clean, _text(LONGEST_TEXT)],
    }


@tk.validator_args
def contestacao_list(ignore_missing: Any, unicode_safe: Any, boolean_validator: Any) -> Schema:
    text = [ignore_missing, unicode_safe, _clean]
    return {
        **paged(),
        "municipio": text,
        "indicador": text,
        "desafio": text,
        "aberta": [ignore_missing, boolean_validator],
    }


# What the schemas of other modules share.
clean = _clean
short = _text
