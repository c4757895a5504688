"""What can be wrong with a territory, said so that its author can mend it.

A broken territory is reported whole: :class:`TerritoryError` carries every
:class:`Problem` found, not the first one. Texts are msgids with ``{named}`` places.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ckanext.msativo.i18n_marker import N_

PROBLEMS: Mapping[str, str] = {
    "file_missing": N_("{file} is missing from the territory folder {folder}: add it"),
    "yaml_invalid": N_("{file} is not valid YAML: {reason}"),
    "yaml_shape": N_("{file}: {field} must be {expected}, found {found}"),
    "key_missing": N_("{file}: {field} is missing: add it"),
    "key_unknown": N_("{file}: {field} is not a known field: remove it or mend its spelling"),
    "municipio_key_missing": N_("{file}: municipality {municipio}: {field} is missing: add it"),
    "municipio_key_unknown": N_(
        "{file}: municipality {municipio}: {field} is not a known field: remove it or mend its spelling"
    ),
    "municipio_value": N_("{file}: municipality {municipio}: {field} must be {expected}, found {found}"),
    "code_duplicate": N_("{file}: the code {codigo} is used {times} times: keep one"),
    "code_state": N_(
        "{file}: municipality {municipio}: the code {codigo} does not start with the state's code {estado}"
    ),
    "code_check_digit": N_(
        "{file}: municipality {municipio}: the code {codigo} has a wrong check digit, expected {expected}"
    ),
    "region_duplicate": N_("{file}: the region {codigo} of level {nivel} is listed twice"),
    "region_unknown": N_(
        "{file}: municipality {municipio}: the region {codigo} is not listed in "
        "regioes.{nivel}: list it there or mend the code"
    ),
    "profile_undescribed": N_("{file}: {other} is there, so {field} must say where its figures come from: add it"),
    "profile_header": N_("{file}: the columns are {found}; expected {columns}, those that perfil describes in {other}"),
    "profile_invalid": N_("{file} cannot be read as CSV: {reason}"),
    "profile_cells": N_("{file}, line {line}: there are {found} cells, expected {expected}"),
    "profile_unknown": N_(
        "{file}, line {line}: {codigo} is not the code of a municipality in {other}: mend it or remove the line"
    ),
    "profile_duplicate": N_("{file}, line {line}: the municipality {codigo} has a line already: keep one"),
    "profile_value": N_("{file}, line {line}: {field} must be {expected}, found {found}"),
    "topojson_invalid": N_("{file} is not a valid TopoJSON: {reason}"),
    "boundary_duplicate": N_("{file}: the boundary {codigo} appears more than once"),
    "boundary_without_municipio": N_(
        "{file}: the boundary {codigo} has no municipality in {other}: add it there or remove it"
    ),
    "municipio_without_boundary": N_("{file}: the municipality {codigo} ({nome}) has no boundary: add it"),
}

UNKNOWN_MUNICIPIO = N_("{codigo} is not the IBGE code (6 or 7 digits) of a municipality of {territorio}")
UNKNOWN_LEVEL = N_("{nivel} is not a level of regions: use one of {niveis}")


@dataclass(frozen=True)
class Problem:
    """One thing wrong: its ``code`` (a key of ``PROBLEMS``) and the facts of the case."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def msgid(self) -> str:
        return PROBLEMS[self.code]

    def text(self, translate: Callable[[str], str] = str) -> str:
        """Return what is wrong, translated (what was expected is itself a msgid)."""
        params = dict(self.params)
        if isinstance(params.get("expected"), str):
            params["expected"] = translate(params["expected"])
        return translate(self.msgid).format(**params)

    def __str__(self) -> str:
        return self.text()


class TerritoryError(ValueError):
    """A territory that cannot be used; ``problems`` names all it lacks."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class TerritoryLookupError(LookupError):
    """A question about something the territory does not have."""

    def __init__(self, msgid: str, params: Mapping[str, Any]) -> None:
        self.msgid = msgid
        self.params = dict(params)
        super().__init__(msgid.format(**params))


class UnknownMunicipio(TerritoryLookupError):
    """The code given names no municipality of this territory."""

    def __init__(self, codigo: object, territorio: str) -> None:
        super().__init__(UNKNOWN_MUNICIPIO, {"codigo": codigo, "territorio": territorio})


class UnknownLevel(TerritoryLookupError):
    """The level of regions asked for does not exist."""

    def __init__(self, nivel: object, niveis: Iterable[str]) -> None:
        super().__init__(UNKNOWN_LEVEL, {"nivel": nivel, "niveis": ", ".join(niveis)})
