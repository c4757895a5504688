"""The evolution of many deliveries over many days: planned, declared, validated (the S-curve).

The same shares as ``totals`` of each day, made with less: what the evidences say is read again only after a step.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from ckanext.msativo.programme.days import PROGRAMME_ZONE, end_of
from ckanext.msativo.programme.progress.evidence import evidence_at
from ckanext.msativo.programme.progress.formulas import credit, planned_value, ratio, total
from ckanext.msativo.programme.progress.lights import CANCELLED
from ckanext.msativo.programme.progress.records import Entrega
from ckanext.msativo.programme.progress.standing import Standing


@dataclass(frozen=True)
class Point:
    """Weighted shares from 0 to 1 at the end of a local day; None when nothing is counted, or not known yet."""

    day: date
    planned: float | None
    declared: float | None
    validated: float | None


def curve(entregas: Iterable[Entrega], days: Iterable[date], *, zone: tzinfo = PROGRAMME_ZONE) -> list[Point]:
    """The shares as of each of some days, today or past ones, in their order."""
    records, wanted = list(entregas), list(days)
    ends = [end_of(day, zone) for day in wanted]
    sums = [_Sums() for _ in wanted]
    for entrega in records:
        _add(entrega, wanted, ends, sums, zone)
    return [
        Point(
            day,
            ratio(total(of.planned), weight := total(of.weights)),
            ratio(total(of.declared), weight),
            ratio(total(of.validated), weight),
        )
        for day, of in zip(wanted, sums, strict=True)
    ]


def ahead(found: Iterable[Standing], days: Iterable[date]) -> list[Point]:
    """What is planned for days to come, of deliveries as they stand now."""
    terms = [one.terms for one in found if not one.cancelled]
    weight = total([of.weight for of in terms])
    points = []
    for day in days:
        due = [of.weight * planned_value(of.start, of.due, day, with_quantity=of.target is not None) for of in terms]
        points.append(Point(day, ratio(total(due), weight), None, None))
    return points


class _Sums:
    """Terms of the sums of one day."""

    def __init__(self) -> None:
        self.weights: list[float] = []
        self.planned: list[float] = []
        self.declared: list[float] = []
        self.validated: list[float] = []


def _add(entrega: Entrega, days: Sequence[date], ends: Sequence[datetime], sums: Sequence[_Sums], zone: tzinfo) -> None:
    """Count a delivery in each day on which it existed and was not cancelled."""
    own = sorted(entrega.history, key=lambda step: step.at)
    own_moments = [step.at for step in own]
    moments = sorted(step.at for one in entrega.evidences for step in one.history)
    evidence, seen = evidence_at((), date.min, zone), 0
    for day, end, of in zip(days, ends, sums, strict=True):
        reached = bisect_left(own_moments, end)
        if not reached or own[reached - 1].target == CANCELLED:
            continue
        steps = bisect_left(moments, end)
        if steps != seen:
            evidence, seen = evidence_at(entrega.evidences, day, zone), steps
        terms = entrega.terms_at(day, zone)
        of.weights.append(terms.weight)
        due = planned_value(terms.start, terms.due, day, with_quantity=terms.target is not None)
        of.planned.append(terms.weight * due)
        of.declared.append(terms.weight * credit(evidence.sent_quantity, terms.target, evidence.sent))
        of.validated.append(terms.weight * credit(evidence.accepted_quantity, terms.target, evidence.accepted))
