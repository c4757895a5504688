"""Cover for absences: who acts for somebody on a day. Today is a parameter."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Absence:
    """``person`` is away from ``first`` to ``last``, both included, and ``cover`` takes the place."""

    person: str
    first: date
    last: date
    cover: str

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last


def acting_for(user: str, absences: Iterable[Absence], today: date) -> str:
    """Return who acts for ``user`` today: the end of the chain of covers, ``user`` when nobody is away.

    A cover who is away too is covered in turn. When a chain leads back to somebody in it, all of them are away: what is
    the person's stays with that person, so that nothing is sent in circles or lost. Of two absences of one person on
    the same day, the one that began last counts.
    """
    cover = _covers(absences, today)
    seen, now = {user}, user
    while now in cover:
        now = cover[now]
        if now in seen:
            return user
        seen.add(now)
    return now


def covered_by(user: str, absences: Iterable[Absence], today: date) -> frozenset[str]:
    """Return those for whom ``user`` acts today, without ``user``."""
    away = tuple(absences)
    people = {absence.person for absence in away if absence.holds(today)} - {user}
    return frozenset(person for person in people if acting_for(person, away, today) == user)


def _covers(absences: Iterable[Absence], today: date) -> dict[str, str]:
    """Cover of each person who is away today and has one."""
    held = sorted((one for one in absences if one.holds(today)), key=lambda one: (one.first, one.last, one.cover))
    return {one.person: one.cover for one in held if one.cover and one.cover != one.person}
