"""Machine names of series, made from the source's own words so that they are the same in every file."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ckanext.msativo.sources.header import normalise

_UNIT = re.compile(r"(?P<name>.*\S)\s*[(\[](?P<unit>[^()\[\]]+)[)\]]\s*")
TOTAL = frozenset({"total", "geral", "total_geral"})


def split_unit(label: str) -> tuple[str, str]:
    """`Área plantada (Hectares)` is ("Área plantada", "Hectares"); without a unit, ("…", "")."""
    match = _UNIT.fullmatch(label.strip())
    return (match["name"], match["unit"].strip()) if match else (label.strip(), "")


def series_name(variable: str, categories: Mapping[str, str] | None = None) -> str:
    """`populacao_residente__sexo_homens`; a category that is the total adds nothing."""
    parts = [normalise(variable) or "valor"]
    for dimension, category in (categories or {}).items():
        if normalise(category) not in TOTAL:
            parts.append(normalise(f"{dimension} {category}"))
    return "__".join(part for part in parts if part)
