"""Topic ``monitoring``: the progress of a whole programme as of a day, and its evolution month by month.

5,000 deliveries of 500 plans with 20,000 evidences. The yardstick of the totals is the least that must be done of them:
read every history up to that day; that of the evolution is the same totals made anew for each day.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta, timezone
from typing import NamedTuple

from bench.registry import bench
from bench.rows import Goal, Row
from bench.timing import COST, Peer, compare
from ckanext.msativo.programme.history import until
from ckanext.msativo.programme.progress import (
    Entrega,
    Evidencia,
    Point,
    Terms,
    Totals,
    curve,
    grouped,
    series,
    standings,
)
from ckanext.msativo.programme.workflows import CREATE, SYSTEM, Transition

PLANS, DELIVERIES, EVIDENCES = 500, 10, 4
START, TODAY = date(2025, 1, 1), date(2026, 11, 24)
MONTHS = tuple(date(2025 + month // 12, month % 12 + 1, 1) for month in range(1, 23))
ENDS: tuple[tuple[str, str], ...] = (
    ("aceitar", "aceita"),
    ("aceitar_parcial", "aceita_parcial"),
    ("devolver", "devolvida"),
    ("rejeitar", "rejeitada"),
)


class World(NamedTuple):
    """The deliveries, and the day and the months that are asked for."""

    entregas: list[Entrega]
    today: date = TODAY
    months: tuple[date, ...] = MONTHS


def world(plans: int = PLANS) -> World:
    """Made up: dates, targets and what became of each evidence are drawn with one seed."""
    rng = random.Random(6)
    return World([_delivery(rng, plan, number) for plan in range(plans) for number in range(DELIVERIES)])


def _delivery(rng: random.Random, plan: int, number: int) -> Entrega:
    name = f"{plan}-{number}"
    start = START + timedelta(days=rng.randrange(200))
    due = start + timedelta(days=rng.randrange(30, 500))
    target = float(rng.randrange(5, 100)) if rng.random() < 0.7 else None
    at = _moment(start)
    history = [
        Transition("entrega", CREATE, None, "planejada", at, SYSTEM),
        Transition("entrega", "iniciar", "planejada", "em_execucao", at + timedelta(days=5), SYSTEM),
    ]
    if rng.random() < 0.05:
        end = at + timedelta(days=rng.randrange(30, 400))
        history.append(Transition("entrega", "cancelar", "em_execucao", "cancelada", end, SYSTEM))
    evidences = tuple(_evidence(rng, f"{name}-{k}", start, target) for k in range(EVIDENCES))
    groups = {"plano": (str(plan),), "municipio": (str(plan % 79),), "acao": (str(plan % 60),)}
    return Entrega(name, [Terms(start, due, target, rng.choice([1.0, 2.0]), at)], history, evidences, groups)


def _evidence(rng: random.Random, name: str, start: date, target: float | None) -> Evidencia:
    at = _moment(start + timedelta(days=rng.randrange(10, 500)))
    facts = {} if target is None else {"quantidade": round(target * rng.uniform(0.1, 0.5), 1)}
    steps = [
        Transition("evidencia", CREATE, None, "rascunho", at, SYSTEM),
        Transition("evidencia", "enviar", "rascunho", "enviada", at + timedelta(days=1), SYSTEM, "", facts),
    ]
    if rng.random() < 0.9:
        action, state = rng.choices(ENDS, (6, 2, 1, 1))[0]
        accepted = {} if target is None else {"quantidade_aceita": facts["quantidade"] / (1 + (action != "aceitar"))}
        seen, done = at + timedelta(days=2), at + timedelta(days=rng.randrange(3, 30))
        steps.append(Transition("evidencia", "analisar", "enviada", "em_analise", seen, SYSTEM))
        steps.append(Transition("evidencia", action, "em_analise", state, done, SYSTEM, "", accepted))
    return Evidencia(name, steps)


def _moment(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 16, tzinfo=timezone.utc)


# -- the ways to the answer --------------------------------------------------------------------------------------------
def by_plan(given: World) -> dict[str, Totals]:
    return grouped(standings(given.entregas, given.today), "plano")


def read(given: World) -> int:
    """Steps up to that day."""
    histories = [one.history for of in given.entregas for one in (of, *of.evidences)]
    return sum(len(until(history, given.today)) for history in histories)


def evolution(given: World) -> list[Point]:
    return curve(given.entregas, given.months)


def anew(given: World) -> list[Point]:
    return [
        Point(day, made.planned, made.declared, made.validated) for day, made in series(given.entregas, given.months)
    ]


@bench("monitoring")
def monitoring() -> Iterator[Row]:
    given = world()
    scale = f"{PLANS * DELIVERIES:,} deliveries, {PLANS * DELIVERIES * EVIDENCES:,} evidences"
    least = Peer(
        "reading all histories", read, _always, "not the same: a yardstick", goal=Goal(at_most=8), reading=COST
    )
    yield from compare("totals of 500 plans", scale, by_plan, [least], [given] * 5)
    each = Peer("the totals of each day", anew, _equal, "equal", goal=Goal(at_least=4))
    yield from compare("evolution", f"{scale}, {len(MONTHS)} months", evolution, [each], [given] * 3, warm=False)


_always: Callable[[object, object], bool] = lambda _ours, _theirs: True  # noqa: E731


def _equal(ours: list[Point], theirs: list[Point]) -> bool:
    return ours == theirs
