"""Progress of many deliveries: a plan, a municipality, an action, a challenge, a region, a secretariat, the state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, tzinfo

from ckanext.msativo.programme.days import PROGRAMME_ZONE
from ckanext.msativo.programme.ownership import MUNICIPIO
from ckanext.msativo.programme.progress.formulas import ratio, total
from ckanext.msativo.programme.progress.lights import COLOURS
from ckanext.msativo.programme.progress.records import Entrega
from ckanext.msativo.programme.progress.standing import Standing, standings

ESTADO_TODO = "estado"
# Names that the portal groups by; any key of ``Entrega.groups`` works.
GROUPINGS = ("plano", "municipio", "acao", "desafio", "regiao", "secretaria", ESTADO_TODO)


@dataclass(frozen=True)
class Totals:
    """Counts are deliveries; ``entregas`` counts those that are not cancelled, and so does all but ``canceladas``.

    ``weight`` = Σw, ``due_weight`` = Σw·PV. ``declared``, ``validated``, ``planned`` are weighted shares from 0 to 1,
    None when nothing is counted; ``spi`` = Σw·c/Σw·PV, None while nothing was planned. ``overdue`` is the prefeituras'
    delay, ``overdue_state`` the State's. ``lights``: colour → deliveries, the cancelled included (grey).
    """

    entregas: int
    canceladas: int
    concluidas: int
    waiting: int
    overdue: int
    overdue_state: int
    weight: float
    due_weight: float
    declared: float | None
    validated: float | None
    planned: float | None
    spi: float | None
    lights: Mapping[str, int]


def totals(found: Iterable[Standing]) -> Totals:
    """The totals of some deliveries, each counted once."""
    everything = list(found)
    counted = [one for one in everything if not one.cancelled]
    late = [one for one in counted if one.overdue]
    weight = total([one.terms.weight for one in counted])
    done = total([one.terms.weight * one.validated for one in counted])
    declared = total([one.terms.weight * one.declared for one in counted])
    planned = total([one.terms.weight * one.planned for one in counted])
    return Totals(
        entregas=len(counted),
        canceladas=len(everything) - len(counted),
        concluidas=sum(one.done for one in counted),
        waiting=sum(one.review is not None for one in counted),
        overdue=sum(one.responsible == MUNICIPIO for one in late),
        overdue_state=sum(one.responsible != MUNICIPIO for one in late),
        weight=weight,
        due_weight=planned,
        declared=ratio(declared, weight),
        validated=ratio(done, weight),
        planned=ratio(planned, weight),
        spi=ratio(done, planned),
        lights={colour: sum(one.light == colour for one in everything) for colour in COLOURS},
    )


def grouped(found: Iterable[Standing], grouping: str) -> dict[str, Totals]:
    """Totals per key of a grouping, sorted by key; ``estado`` without a key of its own is everything together.

    A delivery that belongs to several keys counts in each; one without a key in none.
    """
    members: dict[str, list[Standing]] = {}
    for one in found:
        default = (ESTADO_TODO,) if grouping == ESTADO_TODO else ()
        for key in dict.fromkeys(one.groups.get(grouping, default)):
            members.setdefault(key, []).append(one)
    return {key: totals(members[key]) for key in sorted(members)}


def series(
    entregas: Iterable[Entrega], days: Iterable[date], *, zone: tzinfo = PROGRAMME_ZONE
) -> list[tuple[date, Totals]]:
    """The totals as of each of some days: the evolution of a plan."""
    records = list(entregas)
    return [(day, totals(standings(records, day, zone=zone))) for day in days]
