"""The history of an object as the API shows it: to everyone what happened, to those concerned the words too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ckanext.msativo.model import Transicao
from ckanext.msativo.model import programme_reading as reading

PRIVATE = frozenset({"editar"})
"""Actions that the public does not see."""


def history_rows(
    kind: str, identifier: str, *, whole: bool, with_names: bool, public_from: str = ""
) -> list[dict[str, Any]]:
    """The steps, oldest first. ``whole``: with the notes; ``with_names``: with who did it.

    Without ``whole`` only those from the first step ``public_from`` on, without words and people.
    """
    steps = reading.history(kind, identifier)
    if not whole:
        first = next((i for i, step in enumerate(steps) if step.acao == public_from), len(steps)) if public_from else 0
        return [_step(step) for step in steps[first:] if step.acao not in PRIVATE]
    names = reading.user_names({step.autor for step in steps}) if with_names else None
    return [_own_step(step, names) for step in steps]


def _step(step: Transicao) -> dict[str, Any]:
    return {"em": step.em.isoformat(), "acao": step.acao, "de": step.de, "para": step.para}


def _own_step(step: Transicao, names: Mapping[str, str] | None) -> dict[str, Any]:
    shown = {**_step(step), "papel": step.papel, "em_nome_de": step.em_nome_de, "nota": step.nota}
    return shown if names is None else {**shown, "autor": names.get(step.autor, step.autor)}
