"""What a step of an evidence means for its delivery."""

from __future__ import annotations

from collections.abc import Mapping

from ckanext.msativo.programme.workflows.entrega import reaches

_SAME: Mapping[str, str] = {
    "enviar": "enviar_evidencia",
    "analisar": "analisar",
    "devolver": "devolver",
    "rejeitar": "rejeitar",
}


def entrega_action(evidencia_action: str, *, accepted: float | None, target: float | None) -> str:
    """The action of the delivery that goes with an action of its evidence.

    ``accepted`` is the quantity accepted in all, this review included. A whole acceptance that meets the target, or of
    a delivery without a quantity, approves it; otherwise the delivery stays open.
    """
    if evidencia_action in _SAME:
        return _SAME[evidencia_action]
    partial = evidencia_action == "aceitar_parcial" and target is None
    return "aprovar" if reaches(accepted, target) and not partial else "aceitar_parcial"
