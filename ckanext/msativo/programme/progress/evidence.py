"""The evidences of a delivery as they stood on a day: what was sent, accepted, returned, and what waits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from ckanext.msativo.programme.days import local_day
from ckanext.msativo.programme.deadlines import EVIDENCIA as REVIEW
from ckanext.msativo.programme.deadlines import Count, Deadline, deadline
from ckanext.msativo.programme.history import until
from ckanext.msativo.programme.progress.formulas import total
from ckanext.msativo.programme.progress.records import Evidencia
from ckanext.msativo.programme.workflows.base import Transition
from ckanext.msativo.programme.workflows.evidencia import CREDITED, EVIDENCIA
from ckanext.msativo.programme.workflows.needs import is_amount

ACCEPTED = "aceita"
RETURNED = "devolvida"


@dataclass(frozen=True)
class Evidence:
    """Quantities in the delivery's unit. ``waiting``: local days of the submissions that wait for the State.

    ``sent`` and ``accepted`` are whole when at least one evidence of a delivery without a quantity was sent, or
    accepted whole. ``returned``: what happened last is that an evidence came back.
    """

    sent_quantity: float
    accepted_quantity: float
    sent: bool
    accepted: bool
    returned: bool
    waiting: tuple[date, ...]
    last: datetime | None

    def review(self, today: date, count: Count = REVIEW) -> Deadline | None:
        """The State's deadline: of the submission that waits longest."""
        return deadline(min(self.waiting), today, count) if self.waiting else None

    def in_time(self, due: date) -> date | None:
        """The oldest waiting submission when it was sent by the due day."""
        return min((day for day in self.waiting if day <= due), default=None)


def evidence_at(evidences: Iterable[Evidencia], day: date, zone: tzinfo) -> Evidence:
    """Read the histories of the evidences up to the end of a day."""
    histories = [steps for steps in (until(one.history, day, zone) for one in evidences) if steps]
    accepted = [steps for steps in histories if steps[-1].target in CREDITED]
    waiting = [steps for steps in histories if steps[-1].target in EVIDENCIA.waiting]
    accepted_quantity = total([_accepted(steps) for steps in accepted])
    sent = [steps[-1] for steps in histories if steps[-1].target != EVIDENCIA.initial]
    return Evidence(
        sent_quantity=total([_declared(steps) for steps in waiting]) + accepted_quantity,
        accepted_quantity=accepted_quantity,
        sent=bool(waiting) or bool(accepted),
        accepted=any(steps[-1].target == ACCEPTED for steps in accepted),
        returned=bool(sent) and max(sent, key=lambda step: step.at).target == RETURNED,
        waiting=tuple(local_day(_sending(steps).at, zone) for steps in waiting),
        last=max((steps[-1].at for steps in histories), default=None),
    )


def _sending(steps: tuple[Transition, ...]) -> Transition:
    """The newest submission: each starts a new count."""
    return next(step for step in reversed(steps) if step.action == "enviar")


def _declared(steps: tuple[Transition, ...]) -> float:
    return _number(_sending(steps).records.get("quantidade"))


def _accepted(steps: tuple[Transition, ...]) -> float:
    """The accepted quantity; a whole acceptance that names none accepts what was declared."""
    named = steps[-1].records.get("quantidade_aceita")
    if named is None and steps[-1].target == ACCEPTED:
        return _declared(steps)
    return _number(named)


def _number(value: object) -> float:
    return float(value) if is_amount(value) else 0.0  # type: ignore[arg-type]


def review_due(sent: date, count: Count = REVIEW) -> date:
    """The day on which the review of a submission is due."""
    return sent + timedelta(days=count.days)
