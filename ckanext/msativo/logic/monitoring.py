"""The progress of approved plans by any grouping as of a day, with the State's own times: for everyone."""

from __future__ import annotations

import calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from ckanext.msativo.logic import plano_rows, progressing
from ckanext.msativo.logic.groupings import ESTADO, GROUPINGS
from ckanext.msativo.logic.progressing import Known
from ckanext.msativo.logic.territory import territory
from ckanext.msativo.model import programme_reading
from ckanext.msativo.model.monitoring_reading import version
from ckanext.msativo.model.plan_reading import Scope
from ckanext.msativo.programme import progress
from ckanext.msativo.programme.deadlines import Answer
from ckanext.msativo.programme.progress import Reviews, Standing
from ckanext.msativo.text import fold

__all__ = ["Monitoring", "Query", "Seen", "month_ends", "reviews_row", "version"]


@dataclass(frozen=True)
class Query:
    """``within``: grouping → the key that deliveries must have to be counted."""

    grupo: str
    dia: date
    ciclo: str | None
    within: Mapping[str, str]

    @property
    def scope(self) -> Scope:
        """What of it the database narrows down."""
        plan = self.within.get("plano")
        return Scope(
            planos=None if plan is None else [plan],
            codigo=self.within.get("municipio"),
            acao=self.within.get("acao"),
            ciclo=self.ciclo,
        )

    def counts(self, one: Known) -> bool:
        groups = one.record.groups
        return all(key in groups.get(name, (ESTADO,)) for name, key in self.within.items())


@dataclass(frozen=True)
class Seen:
    """A delivery as it stood on the day; ``answers``: the submissions of its evidences up to then."""

    known: Known
    standing: Standing
    answers: Sequence[Answer]

    def keys(self, grouping: str) -> tuple[str, ...]:
        return (ESTADO,) if grouping == ESTADO else self.standing.groups.get(grouping, ())


@dataclass(frozen=True)
class Monitoring:
    """What a query found: all deliveries in its scope, and those that existed on its day."""

    query: Query
    known: Sequence[Known]
    seen: Sequence[Seen]

    @classmethod
    def of(cls, query: Query) -> Monitoring:
        found = [one for one in progressing.known(query.scope) if query.counts(one)]
        seen = []
        for one in found:
            standing = progress.standing(one.record, query.dia)
            if standing is not None:
                seen.append(Seen(one, standing, progress.submissions(one.record, standing, query.dia)))
        return cls(query, found, seen)

    # -- totals ------------------------------------------------------------------------------------------------------
    def total(self) -> dict[str, Any]:
        return self._totals(self.seen)

    def _totals(self, of: Sequence[Seen]) -> dict[str, Any]:
        shown = plano_rows.totals_row(progress.totals(one.standing for one in of))
        answers = [answer for one in of for answer in one.answers]
        return {**shown, "analises": reviews_row(progress.reviews(answers, self.query.dia))}

    def rows(self) -> list[dict[str, Any]]:
        """One row for each key of the grouping, by name; the key that was asked for also without any delivery."""
        grupo = self.query.grupo
        members: dict[str, list[Seen]] = {}
        wanted = self.query.within.get(grupo)
        if wanted is not None or grupo == ESTADO:
            members[wanted or ESTADO] = []
        for one in self.seen:
            for key in dict.fromkeys(one.keys(grupo)):
                if wanted in (None, key):
                    members.setdefault(key, []).append(one)
        names = GROUPINGS[grupo].names(members, self.known)
        shown = [
            {"grupo": grupo, "id": names[key][0], "nome": names[key][1], **_place(grupo, of), **self._totals(of)}
            for key, of in members.items()
            if key in names
        ]
        return sorted(shown, key=lambda row: (fold(row["nome"]), row["id"]))

    # -- evolution ---------------------------------------------------------------------------------------------------
    def series(self) -> list[dict[str, Any]]:
        """From the cycle's first to its last day: past days as they were, days to come as they are planned now."""
        cycles = [row for row in programme_reading.cycles() if row.id in self._cycles()]
        if not cycles:
            return []
        days = month_ends(min(row.inicio for row in cycles), max(row.fim for row in cycles), self.query.dia)
        past = progress.curve([one.record for one in self.known], [day for day in days if day <= self.query.dia])
        standings = [one.standing for one in self.seen]
        future = progress.ahead(standings, [day for day in days if day > self.query.dia])
        return [
            {
                "data": point.day.isoformat(),
                "previsto": point.planned,
                "declarado": point.declared,
                "validado": point.validated,
            }
            for point in (*past, *future)
        ]

    def _cycles(self) -> set[str]:
        return {self.query.ciclo} if self.query.ciclo else {one.plano.ciclo_id for one in self.known}

    # -- deliveries --------------------------------------------------------------------------------------------------
    def deliveries(self) -> list[dict[str, Any]]:
        """All that existed on the day, as rows of ``msativo_entrega_list`` for everyone."""
        return [_delivery(one) for one in self.seen]

    # -- what is open ------------------------------------------------------------------------------------------------
    def pending(self) -> dict[str, list[dict[str, Any]]]:
        """What is overdue, the latest first, and what waits for the State, the longest waiting first."""
        late = sorted((one for one in self.seen if one.standing.overdue), key=lambda one: -one.standing.days_late)
        waiting = [(one.standing.review.due, one) for one in self.seen if one.standing.review is not None]
        waiting.sort(key=lambda pair: pair[0])
        return {
            "atrasadas": [_delivery(one) for one in late],
            "com_estado": [_delivery(one) for _due, one in waiting],
        }


def _place(grupo: str, of: Sequence[Seen]) -> dict[str, Any]:
    """Of a plan also whose it is."""
    if grupo != "plano" or not of:
        return {}
    code = of[0].known.plano.codigo_ibge
    return {"codigo_ibge": code, "municipio": _municipality(code)}


def _municipality(code: str) -> str:
    by_code = territory().by_code
    return by_code[code].nome if code in by_code else code


def _delivery(one: Seen) -> dict[str, Any]:
    shown = plano_rows.known_row(one.known, one.standing, whole=False)
    return {
        **shown,
        "municipio": _municipality(one.known.plano.codigo_ibge),
        "plano_titulo": one.known.plano.titulo,
    }


def reviews_row(of: Reviews) -> dict[str, Any]:
    """The State's times, as the API names them."""
    return {
        "feitas": of.done,
        "no_prazo": of.in_time,
        "dias_mediana": of.days_median,
        "esperando": of.waiting,
        "atrasadas": of.overdue,
    }


def month_ends(start: date, end: date, day: date) -> list[date]:
    """First and last day of a cycle, the last day of each month between, and ``day`` when it is in the cycle."""
    days = {start, end} | ({day} if start <= day <= end else set())
    month = start
    while month <= end:
        last = month.replace(day=calendar.monthrange(month.year, month.month)[1])
        if last < end:
            days.add(last)
        month = last + timedelta(days=1)
    return sorted(days)
