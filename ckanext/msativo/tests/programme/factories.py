"""Short ways to write histories: noon in Campo Grande (16:00 UTC) of a day, unless a moment is given."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest

from ckanext.msativo.programme.cycles import Cycle
from ckanext.msativo.programme.progress import Entrega, Evidencia, Terms
from ckanext.msativo.programme.workflows import CREATE, SYSTEM, Actor, Transition, Workflow, WorkflowError, advance

PREFEITURA = Actor("municipio", "maria")
SECRETARIA = Actor("secretaria", "joana")
COORDENACAO = Actor("coordenacao", "paulo")

CYCLE = Cycle("2026", date(2026, 2, 1), date(2026, 12, 31), date(2026, 1, 10), date(2026, 3, 31))
INSIDE = datetime(2026, 2, 10, 15, tzinfo=timezone.utc)


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 16, tzinfo=timezone.utc)


def day(number: int) -> date:
    """Day ``number`` of a plan that starts on 1 March 2026 (day 0)."""
    return date(2026, 3, 1) + timedelta(days=number)


ACTIONS = {
    "planejada": CREATE,
    "rascunho": CREATE,
    "em_execucao": "iniciar",
    "evidencia_enviada": "enviar_evidencia",
    "em_analise": "analisar",
    "aprovada": "aprovar",
    "rejeitada": "rejeitar",
    "cancelada": "cancelar",
    "enviada": "enviar",
    "aceita": "aceitar",
    "aceita_parcial": "aceitar_parcial",
    "devolvida": "devolver",
}


def steps(
    workflow: str, *path: tuple[int | datetime, str] | tuple[int | datetime, str, dict[str, Any]]
) -> list[Transition]:
    """A history by (day number or moment, state reached[, records])."""
    found: list[Transition] = []
    before: str | None = None
    for when, state, *records in path:
        at = when if isinstance(when, datetime) else noon(day(when))
        found.append(
            Transition(workflow, ACTIONS[state], before, state, at, SYSTEM, "", dict(*records))  # type: ignore[arg-type]
        )
        before = state
    return found


def evidencia(*path: Any, name: str = "e") -> Evidencia:
    return Evidencia(name, steps("evidencia", *path))


def entrega(
    *path: Any,
    start: int = 0,
    due: int = 100,
    target: float | None = 10,
    weight: float = 1.0,
    evidences: Sequence[Evidencia] = (),
    name: str = "d",
    terms: Sequence[Terms] | None = None,
    **groups: Any,
) -> Entrega:
    history = steps("entrega", *(path or ((0, "planejada"), (0, "em_execucao"))))
    named = {key: value if isinstance(value, tuple) else (value,) for key, value in groups.items()}
    return Entrega(name, terms or [Terms(day(start), day(due), target, weight)], history, evidences, named)


def go(workflow: Workflow, state: str, action: str, actor: Actor, at: datetime = INSIDE, **facts: Any) -> Any:
    return advance(workflow, state, action, actor=actor, facts=facts, at=at)


def refused(
    workflow: Workflow, state: str, action: str, actor: Actor, at: datetime = INSIDE, **facts: Any
) -> WorkflowError:
    with pytest.raises(WorkflowError) as caught:
        go(workflow, state, action, actor, at, **facts)
    return caught.value
