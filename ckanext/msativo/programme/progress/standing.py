"""Where a delivery stands on a day.

Lateness: a delivery is overdue from the day after its due date. Evidence that was sent in time and waits for the
State counts against the State's deadline instead: past the due date the delivery is overdue only when the review is,
and the delay is the State's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from ckanext.msativo.programme.days import PROGRAMME_ZONE, local_day
from ckanext.msativo.programme.deadlines import Deadline
from ckanext.msativo.programme.history import until
from ckanext.msativo.programme.messages import Message
from ckanext.msativo.programme.ownership import MUNICIPIO
from ckanext.msativo.programme.progress.evidence import Evidence, evidence_at, review_due
from ckanext.msativo.programme.progress.formulas import credit, planned_value
from ckanext.msativo.programme.progress.lights import CANCELLED, DONE, Situation, light_of
from ckanext.msativo.programme.progress.records import Entrega, Terms

ESTADO = "estado"


@dataclass(frozen=True)
class Standing:
    """``declared``, ``validated`` (the credit c) and ``planned`` (PV) are shares from 0 to 1.

    ``obligation`` is the day that lateness is counted from and ``responsible`` whose it is (``municipio`` or
    ``estado``); ``days_late`` 0 in time, when done and when cancelled. ``light`` is a colour, ``reason`` its text with
    the name of the light as code. ``review``: the State's deadline while evidence waits. ``updated``: local day of
    the last step of the delivery or of an evidence.
    """

    id: str
    groups: Mapping[str, tuple[str, ...]]
    state: str
    terms: Terms
    declared: float
    validated: float
    planned: float
    obligation: date
    responsible: str
    days_late: int
    light: str
    reason: Message
    review: Deadline | None
    updated: date

    @property
    def cancelled(self) -> bool:
        return self.state == CANCELLED

    @property
    def done(self) -> bool:
        return self.state == DONE

    @property
    def overdue(self) -> bool:
        return self.days_late > 0


def standing(entrega: Entrega, today: date, *, zone: tzinfo = PROGRAMME_ZONE) -> Standing | None:
    """The delivery at the end of a local day (today or any past one); None when it did not exist yet."""
    steps = until(entrega.history, today, zone)
    if not steps:
        return None
    terms = entrega.terms_at(today, zone)
    evidence = evidence_at(entrega.evidences, today, zone)
    state = steps[-1].target
    validated = credit(evidence.accepted_quantity, terms.target, evidence.accepted)
    obligation, responsible = _obligation(evidence, terms)
    late = 0 if state in (CANCELLED, DONE) else max(0, (today - obligation).days)
    review = None if state in (CANCELLED, DONE) else evidence.review(today)
    planned = planned_value(terms.start, terms.due, today, with_quantity=terms.target is not None)
    situation = Situation(
        today,
        state,
        terms.start,
        terms.due,
        validated,
        planned,
        late,
        responsible,
        evidence.sent,
        evidence.returned,
        review,
    )
    light, reason = light_of(situation)
    return Standing(
        id=entrega.id,
        groups=entrega.groups,
        state=state,
        terms=terms,
        declared=credit(evidence.sent_quantity, terms.target, evidence.sent),
        validated=validated,
        planned=planned,
        obligation=obligation,
        responsible=responsible,
        days_late=late,
        light=light,
        reason=reason,
        review=review,
        updated=local_day(_newest(steps[-1].at, evidence.last), zone),
    )


def standings(entregas: Iterable[Entrega], today: date, *, zone: tzinfo = PROGRAMME_ZONE) -> list[Standing]:
    """Those that existed on that day, in their order."""
    found = (standing(entrega, today, zone=zone) for entrega in entregas)
    return [one for one in found if one is not None]


def _obligation(evidence: Evidence, terms: Terms) -> tuple[date, str]:
    sent = evidence.in_time(terms.due)
    return (terms.due, MUNICIPIO) if sent is None else (max(terms.due, review_due(sent)), ESTADO)


def _newest(step: datetime, evidence: datetime | None) -> datetime:
    return step if evidence is None else max(step, evidence)
