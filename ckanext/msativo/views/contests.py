"""Contests in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.logic.focus_reasons import CLASSES
from ckanext.msativo.views.numbers import plain

VERDICTS: Mapping[str | None, str] = {
    None: N_("waiting for the answer"),
    "procedente": N_("accepted"),
    "parcial": N_("accepted in part"),
    "improcedente": N_("not accepted"),
}


def verdict(decisao: str | None) -> str:
    """What became of a contest."""
    return tk._(VERDICTS[decisao])


def contested(row: Mapping[str, Any]) -> str:
    """The contested class or value as it was shown."""
    shown = str(row["contestado"])
    return tk._(CLASSES[shown]) if row["tipo"] == "desafio" else plain(float(shown))
