"""The State's own deadlines: how many days an answer may take, and how many are left today.

Day 0 is the local date of the submission; the answer is due on day N and overdue from the day after. Each new
submission starts a new count. Calendar days.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from ckanext.msativo.programme.days import PROGRAMME_ZONE, local_day
from ckanext.msativo.programme.history import Step, until


@dataclass(frozen=True)
class Count:
    """``days`` until the answer is due, and the days on which a warning goes out, ascending."""

    days: int
    warnings: tuple[int, ...] = (7, 12, 14)


ADESAO = Count(14)
EVIDENCIA = Count(15)


@dataclass(frozen=True)
class Deadline:
    """As seen on one day. ``days_left`` is 0 on the due day and negative after it.

    ``warning`` is the newest warning day that has been reached (7, 12, 14), None before the first: a job that missed
    a day still finds it; send each warning once per submission.
    """

    start: date
    due: date
    days_left: int
    overdue: bool
    warning: int | None

    @property
    def days_late(self) -> int:
        """Days past the due day, 0 in time."""
        return max(0, -self.days_left)


@dataclass(frozen=True)
class Answer:
    """One submission and what became of it: ``answered`` is the local day on which it stopped waiting, or None."""

    start: date
    due: date
    answered: date | None

    @property
    def days(self) -> int | None:
        """Days that the answer took."""
        return None if self.answered is None else (self.answered - self.start).days

    @property
    def late(self) -> bool:
        """Whether the answer came after its due day; an open one is judged by ``deadline``."""
        return self.answered is not None and self.answered > self.due


def deadline(
    submitted: datetime | date, today: date, count: Count = ADESAO, *, zone: tzinfo = PROGRAMME_ZONE
) -> Deadline:
    """The deadline of a submission, seen on ``today``; a moment is aware (UTC), a date is already local."""
    start = local_day(submitted, zone) if isinstance(submitted, datetime) else submitted
    due = start + timedelta(days=count.days)
    day = (today - start).days
    reached = [mark for mark in count.warnings if mark <= day]
    return Deadline(start, due, (due - today).days, today > due, reached[-1] if reached else None)


def answers(
    history: Iterable[Step],
    waiting: Collection[str],
    today: date,
    count: Count = ADESAO,
    *,
    zone: tzinfo = PROGRAMME_ZONE,
) -> tuple[Answer, ...]:
    """Every submission up to today, oldest first; ``waiting`` are the states in which the State owes the answer."""
    found: list[Answer] = []
    open_since: date | None = None
    for step in until(history, today, zone):
        day = local_day(step.at, zone)
        if step.target in waiting:
            open_since = open_since or day
        elif open_since is not None:
            found.append(Answer(open_since, open_since + timedelta(days=count.days), day))
            open_since = None
    if open_since is not None:
        found.append(Answer(open_since, open_since + timedelta(days=count.days), None))
    return tuple(found)


def running(
    history: Iterable[Step],
    waiting: Collection[str],
    today: date,
    count: Count = ADESAO,
    *,
    zone: tzinfo = PROGRAMME_ZONE,
) -> Deadline | None:
    """The deadline that runs on ``today``, None when the State owes no answer."""
    counted = answers(history, waiting, today, count, zone=zone)
    if not counted or counted[-1].answered is not None:
        return None
    return deadline(counted[-1].start, today, count, zone=zone)
