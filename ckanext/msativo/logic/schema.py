"""Input schemas of our actions."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk

Schema = dict[str, Any]
MAX_ROWS = 5000
"""Most rows of one page; a download has no pages."""
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


@tk.validator_args
def criticidade_list(ignore_missing: Any, unicode_safe: Any, int_validator: Any, one_of: Any) -> Schema:
    text = [ignore_missing, unicode_safe, _clean]
    return {
        **paged(),
        "indicador": text,
        "municipio": text,
        "regiao": text,
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
def regiao_list(ignore_missing: Any, one_of: Any) -> Schema:
    return {**paged(), "nivel": [ignore_missing, one_of(["imediata", "intermediaria", "planejamento"])]}


@tk.validator_args
def snapshot_show(ignore_missing: Any, unicode_safe: Any) -> Schema:
    return {"id": [ignore_missing, unicode_safe, _clean]}


@tk.validator_args
def indicador_load(
    not_missing: Any, ignore_missing: Any, unicode_safe: Any, boolean_validator: Any, one_of: Any, isodate: Any
) -> Schema:
    text = [ignore_missing, unicode_safe, _clean]
    return {
        "upload": [not_missing],
        "file_name": text,
        "decimal": [ignore_missing, one_of([",", "."])],
        "obtido_em": [ignore_missing, isodate],
        "dry_run": [ignore_missing, boolean_validator],
        "source": text,
    }
