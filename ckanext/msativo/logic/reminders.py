"""Reminders of what is due: a registry of sources, which the daily ``ckan msativo notices`` walks.

A source looks at what waits at a moment and yields whom to remind of what. It may yield the same each day: the key of a
notice keeps the second one away. It should yield the newest mark that was reached, so that a missed day is made up for.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

import ckan.model as model

from ckanext.msativo.logic import adesao_notices, notices
from ckanext.msativo.model import programme_reading as reading
from ckanext.msativo.programme.access import ADMIN
from ckanext.msativo.programme.days import local_day
from ckanext.msativo.programme.deadlines import ADESAO as COUNT
from ckanext.msativo.programme.deadlines import deadline
from ckanext.msativo.programme.workflows import ADESAO

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Reminder:
    """The arguments of `notices.tell`."""

    to: Iterable[str]
    kind: str
    key: str
    url: str
    facts: Mapping[str, Any] = field(default_factory=dict)


Source = Callable[[datetime], Iterable[Reminder]]
SOURCES: dict[str, Source] = {}


def source(name: str) -> Callable[[Source], Source]:
    """Register a source under a name, by which the outcome and the log call it."""

    def register(function: Source) -> Source:
        SOURCES[name] = function
        return function

    return register


def remind(now: datetime | None = None) -> dict[str, Any]:
    """Tell what is due at ``now``; each source in a transaction of its own, one that fails does not stop the others.

    Returns ``{"lembretes": {source: how many were told}, "falhas": {source: why}}``.
    """
    moment = now or datetime.now(timezone.utc)
    told: dict[str, int] = {}
    failed: dict[str, str] = {}
    for name, function in SOURCES.items():
        try:
            told[name] = sum(_tell(reminder, moment) for reminder in function(moment))
            model.Session.commit()
        except Exception as error:
            model.Session.rollback()
            log.exception("The reminders of %s failed", name)
            told[name], failed[name] = 0, str(error) or type(error).__name__
    return {"lembretes": told, "falhas": failed}


def _tell(reminder: Reminder, at: datetime) -> int:
    return notices.tell(reminder.to, reminder.kind, reminder.key, reminder.url, at=at, **reminder.facts)


# -- requests to join --------------------------------------------------------------------------------------------------
@source("adesao")
def waiting_adesoes(now: datetime) -> Iterator[Reminder]:
    """Days 7, 12 and 14 of each request that waits for the State; overdue ones also to the administrators."""
    today = local_day(now)
    editors, admins = notices.coordenacao(), notices.coordenacao(ADMIN)
    everything = reading.AdesaoFilters(own=None, estados=ADESAO.waiting)
    for row, _cycle in reading.adesoes(everything, ADESAO.waiting, today, None, 0)[1]:
        seen = deadline(row.enviada_em, today, COUNT)
        key, url = f"{row.id}:{row.enviada_em.isoformat()}", adesao_notices.url(row)
        facts = {**adesao_notices.common(row), "prazo": seen.due}
        if seen.overdue:
            yield Reminder(editors - admins, "adesao_atrasada", key, url, facts)
            yield Reminder(admins, "adesao_escalada", key, url, facts)
        elif seen.warning is not None:
            day = {"dia": (today - seen.start).days}
            yield Reminder(editors, "adesao_aviso", f"{key}:{seen.warning}", url, {**facts, **day})
