"""Reminders of the cycle: reviews of evidence that are due, and deliveries that fall due or are late."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from ckanext.msativo.logic import cycle_notices, notices, planos, progressing
from ckanext.msativo.logic.evidencias import Place
from ckanext.msativo.logic.progressing import Known
from ckanext.msativo.logic.reminders import Reminder, source
from ckanext.msativo.model import plan_reading as reading
from ckanext.msativo.model.plan_reading import EvidenceFilters, Scope
from ckanext.msativo.programme.access import ADMIN
from ckanext.msativo.programme.days import local_day
from ckanext.msativo.programme.deadlines import EVIDENCIA as COUNT
from ckanext.msativo.programme.deadlines import deadline
from ckanext.msativo.programme.ownership import MUNICIPIO
from ckanext.msativo.programme.progress import standing
from ckanext.msativo.programme.workflows import EVIDENCIA

BEFORE = (30, 7)
"""Days before the due date on which a prefeitura is reminded of a delivery."""


@source("evidencia")
def waiting_evidences(now: datetime) -> Iterator[Reminder]:
    """The warning days of each review that waits; an overdue one also to those who administer the reviewers."""
    today = local_day(now)
    filters = EvidenceFilters(own=None, estados=sorted(EVIDENCIA.waiting))
    for row, *of in reading.evidencias(filters, None, 0)[1]:
        where = Place(*of)
        assert row.enviada_em is not None
        seen = deadline(row.enviada_em, today, COUNT)
        key, url = f"{row.id}:{row.enviada_em.isoformat()}", f"/evidencias/{row.id}"
        facts = {**cycle_notices.evidence_facts(where), "prazo": seen.due}
        reviewers = cycle_notices.reviewers(row, where, now)
        if seen.overdue:
            admins = notices.secretaria(where.secretariat, ADMIN) | notices.coordenacao(ADMIN)
            yield Reminder(reviewers - admins, "evidencia_atrasada", key, url, facts)
            yield Reminder(admins, "evidencia_escalada", key, url, facts)
        elif seen.warning is not None:
            day = {"dia": (today - seen.start).days}
            yield Reminder(reviewers, "evidencia_aviso", f"{key}:{seen.warning}", url, {**facts, **day})


@source("entrega")
def due_deliveries(now: datetime) -> Iterator[Reminder]:
    """Deliveries that fall due in 30 and 7 days, and those that are late by the prefeitura's own delay."""
    today = local_day(now)
    editors: dict[str, set[str]] = {}
    for one in progressing.known(Scope()):
        if one.plano.estado not in planos.RUNNING:
            continue
        stands = standing(one.record, today)
        if stands is None or stands.cancelled or stands.done or stands.review is not None:
            continue
        code = one.plano.codigo_ibge
        if code not in editors:
            editors[code] = notices.editors_of_municipality(code)
        yield from _of_delivery(
            one, stands.terms.due, stands.overdue and stands.responsible == MUNICIPIO, today, editors[code]
        )


def _of_delivery(one: Known, due: date, late: bool, today: date, to: set[str]) -> Iterator[Reminder]:
    facts: dict[str, Any] = {
        "municipio": cycle_notices.place_name(one.plano.codigo_ibge),
        "entrega": one.entrega.titulo,
        "prazo": due,
    }
    # A new due date is a new matter.
    key, url = f"{one.entrega.id}:{due.isoformat()}", f"/entregas/{one.entrega.id}"
    left = (due - today).days
    if late:
        yield Reminder(to, "entrega_atrasada", key, url, facts)
    elif 0 <= left <= max(BEFORE):
        mark = min(days for days in BEFORE if left <= days)
        yield Reminder(to, "entrega_prazo", f"{key}:{mark}", url, facts)
