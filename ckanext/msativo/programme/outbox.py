"""When the e-mail of a notice goes out: at once, with the day's digest, again after a failure, or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from typing import Generic, Protocol, TypeVar

from ckanext.msativo.programme import notices
from ckanext.msativo.programme.days import PROGRAMME_ZONE, aware, local_day

BACKOFF: tuple[timedelta, ...] = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=12),
    timedelta(days=1),
    timedelta(days=1),
)
"""Pause after the first, second … failed attempt; the one after the last pause is the last: 3 days 14 hours in all."""
LEASE = timedelta(minutes=15)
"""How long a sender keeps a mail; longer than sending one can take."""


class Waiting(Protocol):
    """A notice that waits for its e-mail."""

    @property
    def tipo(self) -> str: ...
    @property
    def criado_em(self) -> datetime: ...
    @property
    def proxima_em(self) -> datetime: ...


Row = TypeVar("Row", bound=Waiting)


@dataclass(frozen=True)
class Plan(Generic[Row]):
    """What is done with a person's waiting notices now: one ``mail`` at most, the ``later`` ones with their moment."""

    mail: Sequence[Row] = ()
    digest: bool = False
    later: Sequence[tuple[Row, datetime]] = ()
    never: Sequence[Row] = ()


def plan(rows: Sequence[Row], preference: str, now: datetime, hour: int, *, zone: tzinfo = PROGRAMME_ZONE) -> Plan[Row]:
    """Sort a person's waiting notices, oldest first. ``hour``: local hour of the digest.

    A digest holds what was told before its hour, so a second attempt on the same day holds the same.
    """
    if preference == "nenhum":
        return Plan(never=rows)
    due = [row for row in rows if row.proxima_em <= now]
    if preference != "resumo":
        return Plan(mail=due[:1])
    alone = [row for row in due if not notices.kind(row.tipo).digest]
    if alone:
        return Plan(mail=alone[:1])
    slots = {id(row): digest_at(row.criado_em, hour, zone) for row in due}
    ripe = [row for row in due if slots[id(row)] <= now]
    return Plan(ripe, digest=True, later=[(row, slots[id(row)]) for row in due if slots[id(row)] > now])


def digest_at(told: datetime, hour: int, zone: tzinfo = PROGRAMME_ZONE) -> datetime:
    """The first digest after something was told (UTC)."""
    day = local_day(told, zone)
    slot = _at(day, hour, zone)
    return slot if slot > aware(told) else _at(day + timedelta(days=1), hour, zone)


def _at(day: date, hour: int, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(hour), zone).astimezone(timezone.utc)


def retry(attempts: Sequence[int], now: datetime) -> tuple[datetime | None, ...]:
    """When each of the notices of a mail that failed is tried again, by its attempts so far; None: it is given up.

    Those that go on go on together, else a digest would fall apart.
    """
    going_on = [count for count in attempts if count <= len(BACKOFF)]
    again = now + BACKOFF[max(going_on) - 1] if going_on else None
    return tuple(again if count <= len(BACKOFF) else None for count in attempts)
