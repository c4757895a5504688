"""Input schemas of monitoring and effect."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.msativo.logic import given_rows
from ckanext.msativo.logic.groupings import ESTADO, GROUPINGS
from ckanext.msativo.logic.schema import Schema, clean, paged

EVERY = "todos"
"""Value of ``ciclo`` for all cycles together; the same as none."""


def _day(value: Any) -> Any:
    return given_rows.day(needed=False)(value)


@tk.validator_args
def monitoramento_show(
    default: Any, ignore_missing: Any, unicode_safe: Any, one_of: Any, boolean_validator: Any
) -> Schema:
    words = [ignore_missing, unicode_safe, clean]
    return {
        **paged(),
        **dict.fromkeys((name for name in GROUPINGS if name != ESTADO), words),
        "grupo": [default(ESTADO), one_of(list(GROUPINGS))],
        "id": words,
        "ciclo": words,
        "data": [ignore_missing, _day],
        "serie": [default(False), boolean_validator],
        "pendencias": [default(False), boolean_validator],
    }


@tk.validator_args
def efeito_show(ignore_missing: Any, unicode_safe: Any) -> Schema:
    words = [ignore_missing, unicode_safe, clean]
    return dict.fromkeys(("desafio", "acao", "indicador", "ciclo", "snapshot"), words)
