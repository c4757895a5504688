"""What a municipality does in the programme: whether it joined, its deliveries and what its agenda asks for next.

The public pages show what everyone may see, whoever looks: actions are called as nobody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.msativo.logic import clock
from ckanext.msativo.logic.monitoring import Monitoring, Query
from ckanext.msativo.views import agenda_looks, andamento, links, luzes

DELIVERIES, ITEMS = 6, 4
"""How many deliveries and items of the agenda are shown; the rest is linked."""
WAITING = ("enviada", "em_analise", "devolvida")


@dataclass(frozen=True)
class Membership:
    """Whether a municipality takes part in the present cycle, in a word and what there is to add."""

    state: str
    """``joined``, ``waiting``, ``closed`` or ``out``."""
    label: str
    detail: str


def cycle() -> Mapping[str, Any] | None:
    """The newest cycle that has begun; None before any."""
    today = clock.today({}).isoformat()
    rows = tk.get_action("msativo_ciclo_list")({"user": ""}, {})["results"]
    return max((row for row in rows if row["inicio"] <= today), key=lambda row: row["inicio"], default=None)


def membership(code: str, present: Mapping[str, Any] | None) -> Membership:
    """Whether the municipality joined the cycle ``present``."""
    if present is None:
        return Membership("out", tk._("Not yet"), tk._("no cycle of the programme has begun"))
    rows = tk.get_action("msativo_adesao_list")({"user": ""}, {"municipio": code, "limit": 100})["results"]
    return of_requests(rows, present)


def of_requests(rows: list[Mapping[str, Any]], present: Mapping[str, Any]) -> Membership:
    """The same, of rows of ``msativo_adesao_list``."""
    of_cycle = {row["estado"] for row in rows if row["ciclo"] == present["id"]}
    named = tk._("cycle {name}").format(name=present["nome"])
    if "aprovada" in of_cycle:
        return Membership("joined", tk._("Joined the programme"), named)
    if "devolvida" in of_cycle:
        detail = tk._("{cycle}; returned for correction").format(cycle=named)
        return Membership("waiting", tk._("Request under analysis"), detail)
    if of_cycle & set(WAITING):
        return Membership("waiting", tk._("Request under analysis"), named)
    if "encerrada" in of_cycle:
        return Membership("closed", tk._("Request closed"), tk._("with the end of the {cycle}").format(cycle=named))
    earlier = sorted({row["ciclo_nome"] for row in rows if row["estado"] == "aprovada"})
    if earlier:
        named = tk._("{cycle}; it joined {earlier}").format(cycle=named, earlier=earlier[-1])
    return Membership("out", tk._("Did not join"), named)


@dataclass(frozen=True)
class Execution:
    """How the approved plans of a municipality go; all of it of one reading."""

    progress: andamento.Progress
    href: str
    """Where it is told whole."""
    plans: Sequence[tuple[str, str, str]]
    """(id, title, cycle)."""
    deliveries: Sequence[dict[str, Any]]
    """Those that need most attention, by light and due day."""
    count: int


def execution(code: str) -> Execution | None:
    """What the monitoring knows of a municipality today; None before its first approved plan."""
    found = Monitoring.of(Query("municipio", clock.today({}), None, {"municipio": code}))
    if not found.seen:
        return None
    gravity = list(luzes.LOOKS)
    rows = sorted(found.deliveries(), key=lambda row: (gravity.index(row["luz"]), row["prazo"]))
    address = links.Address(links.prefix("msativo_monitoramento.index"), {"municipio": code, "ciclo": "todos"}, {})
    return Execution(
        progress=andamento.Progress(found.total()),
        href=address(),
        plans=sorted({(row["plano"], row["plano_titulo"], row["ciclo"]) for row in rows}, key=lambda plan: plan[1:]),
        deliveries=[andamento.delivery(row) for row in rows[:DELIVERIES]],
        count=len(rows),
    )


def agenda(code: str) -> tuple[list[dict[str, Any]], int]:
    """What the agenda asks for here, the next due day first, and how much there is in all."""
    asked = {"municipio": code, "aberta": True, "ordenar": "prazo", "limit": ITEMS}
    found = tk.get_action("msativo_agenda_list")({"user": ""}, asked)
    return [agenda_looks.line(row) for row in found["results"]], found["count"]
