"""What ``territorio.yaml`` must hold, as tables of fields, and the check that walks them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.territory.codes import check_digit, has_valid_check_digit
from ckanext.msativo.territory.errors import Problem
from ckanext.msativo.territory.model import LEVELS

TERRITORIO = "territorio.yaml"


class Field(NamedTuple):
    """A field of the file: what it accepts, said also in words, and whether it must be there."""

    accepts: Callable[[Any], bool]
    expected: str
    required: bool = True


def _number_within(low: float, high: float) -> Callable[[Any], bool]:
    return lambda v: isinstance(v, int | float) and not isinstance(v, bool) and low <= v <= high


def _text(pattern: str) -> Callable[[Any], bool]:
    return lambda v: isinstance(v, str) and re.fullmatch(pattern, v) is not None


_FILLED = _text(r"(?s).*\S.*")
_REGION = Field(lambda v: v is None or _FILLED(v), N_("the code of a region or null"))
_LIST = Field(lambda v: isinstance(v, list) and bool(v), N_("a list"))
_MAPPING = Field(lambda v: isinstance(v, dict) and bool(v), N_("a mapping of columns of figures"))

STATE_FIELDS: Mapping[str, Field] = {
    "sigla": Field(_text(r"[A-Z]{2}"), N_("two capital letters")),
    "nome": Field(_FILLED, N_("a text")),
    "codigo": Field(_text(r"[1-9][0-9]"), N_("two digits in quotes")),
    "fontes": _LIST._replace(required=False),
    "perfil": _MAPPING._replace(required=False),
    "regioes": Field(lambda v: isinstance(v, dict), N_("a mapping of levels of regions")),
    "municipios": _LIST,
}
REGION_FIELDS: Mapping[str, Field] = {
    "codigo": Field(_FILLED, N_("a text")),
    "nome": Field(_FILLED, N_("a text")),
}
# Columns of ``perfil.csv``; a cell may be empty.
PROFILE_FIGURES: Mapping[str, Field] = {
    "populacao": Field(lambda v: v > 0, N_("a number of inhabitants greater than 0")),
    "renda": Field(lambda v: v >= 0, N_("an income per inhabitant, 0 or more")),
    "urbano": Field(lambda v: 0 <= v <= 1, N_("a share from 0 to 1")),
}
PROFILE_FIELDS: Mapping[str, Field] = {
    "dado": Field(_FILLED, N_("a text")),
    "ano": Field(lambda v: type(v) is int and 1500 <= v <= 2200, N_("a year")),
    "fonte": Field(_FILLED, N_("a text")),
    "agencia": Field(_FILLED, N_("a text")),
    "url": Field(_FILLED, N_("a text"), required=False),
    "licenca": Field(_FILLED, N_("a text")),
}
MUNICIPIO_FIELDS: Mapping[str, Field] = {
    "codigo_ibge": Field(_text(r"[0-9]{7}"), N_("7 digits in quotes")),
    "nome": Field(_FILLED, N_("a text")),
    "instalacao": Field(
        lambda v: v is None or (type(v) is int and 1500 <= v <= 2200),
        N_("a year or null"),
        required=False,
    ),
    "latitude": Field(_number_within(-34, 6), N_("degrees within Brazil (-34 to 6)")),
    "longitude": Field(_number_within(-75, -28), N_("degrees within Brazil (-75 to -28)")),
    "capital": Field(lambda v: isinstance(v, bool), N_("true or false"), required=False),
    "imediata": _REGION,
    "intermediaria": _REGION,
    "planejamento": _REGION._replace(required=False),
}


def check_document(document: Mapping[str, Any]) -> list[Problem]:
    """Return every problem of a parsed ``territorio.yaml``."""
    problems = list(_check_fields(document, STATE_FIELDS, prefix=""))
    known = _check_regions(document.get("regioes"), problems)
    problems += _check_profile(document.get("perfil"))
    rows = document.get("municipios")
    codes: Counter[str] = Counter()
    for position, row in enumerate(rows if isinstance(rows, list) else [], start=1):
        problems += _check_municipio(position, row, document.get("codigo"), known)
        if isinstance(row, dict) and isinstance(row.get("codigo_ibge"), str):
            codes[row["codigo_ibge"]] += 1
    problems += [
        Problem("code_duplicate", {"file": TERRITORIO, "codigo": code, "times": times})
        for code, times in codes.items()
        if times > 1
    ]
    return problems


def _check_fields(mapping: Mapping[Any, Any], fields: Mapping[str, Field], prefix: str) -> Iterator[Problem]:
    where = {"file": TERRITORIO}
    for name, field in fields.items():
        if name not in mapping:
            if field.required:
                yield Problem("key_missing", where | {"field": prefix + name})
        elif not field.accepts(mapping[name]):
            facts = {"field": prefix + name, "expected": field.expected, "found": mapping[name]}
            yield Problem("yaml_shape", where | facts)
    for name in mapping:
        if name not in fields:
            yield Problem("key_unknown", where | {"field": f"{prefix}{name}"})


def _check_regions(regions: object, problems: list[Problem]) -> dict[str, set[str]]:
    """Check the tables of regions and return the codes known at each level."""
    known: dict[str, set[str]] = {level: set() for level in LEVELS}
    if not isinstance(regions, dict):
        return known
    for level, rows in regions.items():
        where = f"regioes.{level}"
        if level not in LEVELS:
            problems.append(Problem("key_unknown", {"file": TERRITORIO, "field": where}))
        elif not isinstance(rows, list):
            facts = {"field": where, "expected": _LIST.expected, "found": rows}
            problems.append(Problem("yaml_shape", {"file": TERRITORIO} | facts))
        else:
            known[level] = _check_region_rows(level, rows, problems)
    return known


def _check_region_rows(level: str, rows: list[Any], problems: list[Problem]) -> set[str]:
    codes: set[str] = set()
    for position, found in enumerate(rows):
        row = found if isinstance(found, dict) else {}
        problems += _check_fields(row, REGION_FIELDS, prefix=f"regioes.{level}[{position}].")
        code = str(row.get("codigo"))
        if code in codes:
            facts = {"file": TERRITORIO, "codigo": code, "nivel": level}
            problems.append(Problem("region_duplicate", facts))
        codes.add(code)
    return codes


def _check_profile(described: object) -> Iterator[Problem]:
    """Check what is said of each column of ``perfil.csv``."""
    for name, found in described.items() if isinstance(described, dict) else ():
        if name not in PROFILE_FIGURES:
            yield Problem("key_unknown", {"file": TERRITORIO, "field": f"perfil.{name}"})
        else:
            yield from _check_fields(found if isinstance(found, dict) else {}, PROFILE_FIELDS, f"perfil.{name}.")


def _check_municipio(position: int, row: object, state: object, known: Mapping[str, set[str]]) -> Iterator[Problem]:
    row = row if isinstance(row, dict) else {}
    named = row.get("codigo_ibge") or row.get("nome") or f"#{position}"
    where = {"file": TERRITORIO, "municipio": named}
    for name, field in MUNICIPIO_FIELDS.items():
        if name not in row:
            if field.required:
                yield Problem("municipio_key_missing", where | {"field": name})
        elif not field.accepts(row[name]):
            facts = {"field": name, "expected": field.expected, "found": row[name]}
            yield Problem("municipio_value", where | facts)
        elif name in LEVELS and row[name] is not None and row[name] not in known[name]:
            yield Problem("region_unknown", where | {"codigo": row[name], "nivel": name})
    for name in row:
        if name not in MUNICIPIO_FIELDS:
            yield Problem("municipio_key_unknown", where | {"field": name})
    yield from _check_code(row.get("codigo_ibge"), state, where)


def _check_code(code: object, state: object, where: Mapping[str, Any]) -> Iterator[Problem]:
    if not isinstance(code, str) or not MUNICIPIO_FIELDS["codigo_ibge"].accepts(code):
        return
    facts = {**where, "codigo": code}
    if isinstance(state, str) and not code.startswith(state):
        yield Problem("code_state", facts | {"estado": state})
    if not has_valid_check_digit(code):
        yield Problem("code_check_digit", facts | {"expected": check_digit(code[:6])})
