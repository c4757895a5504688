"""How a request to join is shown: its state, the light of its deadline, its steps in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.programme.workflows import ADESAO
from ckanext.msativo.views import looks
from ckanext.msativo.views.looks import Look

DONE: Mapping[str, str] = {**looks.DONE, "criar": N_("Draft started"), "analisar": N_("Analysis started")}
"""What a step of the history did."""
_WARNED = 12
"""From this warning day on the light is amber."""


def state(row: Mapping[str, Any]) -> Look:
    return looks.state(ADESAO.name, row["estado"])


def light(row: Mapping[str, Any]) -> Look | None:
    """The deadline of a request that waits for the State; None when none runs."""
    if row["estado"] not in ADESAO.waiting:
        return None
    if row["atrasada"]:
        return Look("▲", "is-critico", N_("overdue"))
    if (row.get("aviso") or 0) >= _WARNED:
        return Look("●", "is-atencao", N_("due soon"))
    return Look("✓", "is-adequado", N_("in time"))


def left(row: Mapping[str, Any]) -> str:
    """How many days the State has, or is late; only for those who see that much."""
    return looks.days_left(row.get("dias_restantes"))


def step(row: Mapping[str, Any]) -> dict[str, Any]:
    """A step of the history in words."""
    return looks.step(row, DONE)
