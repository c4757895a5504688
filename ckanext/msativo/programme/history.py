"""Reading a history of transitions: what was the state on a past day, since when, how often.

A history is the rows of the append-only table in the order they were written; rows of one moment (one database
transaction) keep that order. A ``date`` means the end of that local day, a ``datetime`` that moment.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, tzinfo
from operator import attrgetter
from typing import Protocol, TypeVar

from ckanext.msativo.programme.days import PROGRAMME_ZONE, end_of, local_day


class Step(Protocol):
    """What a row of a history must tell; ``Transition`` is one."""

    @property
    def at(self) -> datetime: ...

    @property
    def action(self) -> str: ...

    @property
    def source(self) -> str | None: ...

    @property
    def target(self) -> str: ...


S = TypeVar("S", bound=Step)


def until(history: Iterable[S], day: date | datetime, zone: tzinfo = PROGRAMME_ZONE) -> tuple[S, ...]:
    """The transitions up to and with that day, oldest first."""
    end = end_of(day, zone)
    return tuple(sorted([step for step in history if step.at < end], key=attrgetter("at")))


def state_at(history: Iterable[Step], day: date | datetime, zone: tzinfo = PROGRAMME_ZONE) -> str | None:
    """The state at the end of a day; None when it did not exist yet."""
    steps = until(history, day, zone)
    return steps[-1].target if steps else None


def since(history: Iterable[Step], day: date | datetime, zone: tzinfo = PROGRAMME_ZONE) -> date | None:
    """The local day on which the state of that day began; None when it did not exist yet."""
    steps = until(history, day, zone)
    begun: datetime | None = None
    for position, step in enumerate(steps):
        if not position or step.target != steps[position - 1].target:
            begun = step.at
    return None if begun is None else local_day(begun, zone)


def times(history: Iterable[Step], action: str, day: date | datetime, zone: tzinfo = PROGRAMME_ZONE) -> int:
    """How often an action was done up to that day."""
    return sum(step.action == action for step in until(history, day, zone))


def last(history: Iterable[S], action: str, day: date | datetime, zone: tzinfo = PROGRAMME_ZONE) -> S | None:
    """The newest transition by that action up to that day."""
    return next((step for step in reversed(until(history, day, zone)) if step.action == action), None)


def broken_at(history: Sequence[Step]) -> int | None:
    """Position of the first transition that does not start where the one before it ended; None if the chain holds."""
    before: str | None = None
    for position, step in enumerate(history):
        if step.source != before:
            return position
        before = step.target
    return None
