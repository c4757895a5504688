"""The State's own time: how many reviews it did, how many of them within its deadline, what waits for it.

Each submission of an evidence is one review and has its own count of days. What waited for a delivery that was
cancelled is nobody's to answer any more.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, tzinfo
from statistics import median

from ckanext.msativo.programme.days import PROGRAMME_ZONE
from ckanext.msativo.programme.deadlines import EVIDENCIA as REVIEW
from ckanext.msativo.programme.deadlines import Answer, answers
from ckanext.msativo.programme.progress.records import Entrega
from ckanext.msativo.programme.progress.standing import Standing
from ckanext.msativo.programme.workflows.evidencia import EVIDENCIA


@dataclass(frozen=True)
class Reviews:
    """``done`` submissions were answered, ``in_time`` of them by the due day, in ``days_median`` days (None: none was).

    ``waiting`` are not answered, ``overdue`` of them past the due day.
    """

    done: int = 0
    in_time: int = 0
    days_median: float | None = None
    waiting: int = 0
    overdue: int = 0


def submissions(entrega: Entrega, standing: Standing, today: date, *, zone: tzinfo = PROGRAMME_ZONE) -> list[Answer]:
    """Every submission of a delivery's evidences up to the end of a day; ``standing`` is the delivery's on that day."""
    found = [
        answer
        for one in entrega.evidences
        for answer in answers(one.history, EVIDENCIA.waiting, today, REVIEW, zone=zone)
    ]
    return [answer for answer in found if answer.answered is not None or not (standing.cancelled or standing.done)]


def reviews(found: Iterable[Answer], today: date) -> Reviews:
    """The numbers of some submissions as of that day."""
    everything = list(found)
    days = [answer.days for answer in everything if answer.days is not None]
    waiting = [answer for answer in everything if answer.answered is None]
    return Reviews(
        done=len(days),
        in_time=sum(answer.answered is not None and not answer.late for answer in everything),
        days_median=float(median(days)) if days else None,
        waiting=len(waiting),
        overdue=sum(today > answer.due for answer in waiting),
    )
