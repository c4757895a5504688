"""The facts of a day that the agenda's rules look at, gathered from the portal in a handful of queries.

Plans, deliveries, evidences and requests are as they stood at the end of the day, by their histories; results are those
of the newest analysis. What is not public of indicators and challenges is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from ckanext.msativo.logic import agenda_results, progressing
from ckanext.msativo.logic.progressing import Known
from ckanext.msativo.logic.territory import territory
from ckanext.msativo.model import Adesao, Ciclo, focus_reading, menu_reading, plan_reading, programme_reading
from ckanext.msativo.model import agenda_reading as reading
from ckanext.msativo.model import reading as results_reading
from ckanext.msativo.model.plan_reading import Scope
from ckanext.msativo.programme import agenda
from ckanext.msativo.programme.agenda import AgendaFacts, Ref
from ckanext.msativo.programme.agenda.facts import MONITORADO
from ckanext.msativo.programme.days import local_day
from ckanext.msativo.programme.history import until
from ckanext.msativo.programme.ownership import MUNICIPIO
from ckanext.msativo.programme.progress import Standing, standing, totals
from ckanext.msativo.programme.workflows import ADESAO, ENTREGA, EVIDENCIA, PLANO, SYSTEM, Transition

RUNNING = frozenset({"aprovado", "em_aditivo"})
COUNTED = RUNNING | {"concluido"}
"""States of a plan whose results are looked at."""
CLUSTER = "alto_alto"
"""Neighbours of high need."""
GRAVITY = focus_reading.CLASSES


@dataclass(frozen=True)
class Place:
    """What an item's object belongs to."""

    codigo: str | None = None
    ciclo: str | None = None


@dataclass(frozen=True)
class Gathered:
    """``places``: by id of a delivery, evidence, plan or request; ``ciclo``: the one that runs on the day."""

    facts: AgendaFacts
    places: Mapping[str, Place]
    ciclo: str | None

    def place(self, rule: str, object_id: str) -> Place:
        """The municipality and the cycle of an item, by what its object names."""
        named = agenda.parts(rule, object_id)
        for identifier in named.values():
            if identifier in self.places:
                return self.places[identifier]
        return Place(named.get(MUNICIPIO), self.ciclo)


def gather(day: date) -> Gathered:
    cycles = programme_reading.cycles()
    requests, plans = _Requests(day), _Plans(day, cycles)
    focus = _Focus()
    facts = AgendaFacts(
        today=day,
        coordenacao=Ref(*(reading.coordenacao() or ("", ""))),
        entregas=tuple(_entregas(plans, focus)),
        evidencias=tuple(_evidencias(plans, focus, day)),
        planos=tuple(_planos(plans, focus)),
        resultados=tuple(_resultados(plans, focus)),
        acoes=tuple(_acoes(plans)),
        focos=tuple(_focos(focus, requests.asked(cycles))),
        clusters=tuple(_clusters(focus)),
        ritmos=tuple(_ritmos(plans, focus)),
        indicadores=tuple(agenda_results.indicators(day)),
        adesoes=tuple(_adesoes(requests, focus)),
        neighbours=territory().neighbours(),
        peers=agenda_results.peers_of(territory()),
    )
    running = next((cycle.id for cycle in reversed(cycles) if cycle.inicio <= day <= cycle.fim), None)
    return Gathered(facts, {**plans.places, **requests.places}, running)


def town(code: str) -> Ref:
    place = territory().by_code.get(code)
    return Ref(code, place.nome if place else code)


def _steps(kind: str, rows: Iterable[Any], day: date) -> tuple[Transition, ...]:
    return until([Transition(kind, row[1], row[2], row[3], row[4], SYSTEM, "", row[5]) for row in rows], day)


# -- plans and deliveries ----------------------------------------------------------------------------------------------
class _Plans:
    """The approved plans of a day, with their deliveries and where these stand."""

    def __init__(self, day: date, cycles: Sequence[Ciclo]) -> None:
        self.day = day
        rows = reading.plans()
        histories = plan_reading.histories(PLANO.name, [row.id for row in rows])
        self.steps = {row.id: _steps(PLANO.name, histories.get(row.id, ()), day) for row in rows}
        self.begins = {cycle.id: cycle.inicio.year for cycle in cycles}
        ended = {cycle.id for cycle in cycles if cycle.fim < day}
        self.rows = [
            row
            for row in rows
            if self.steps[row.id] and self.steps[row.id][-1].target in COUNTED and row.ciclo_id not in ended
        ]
        found = progressing.known(Scope(planos=[row.id for row in self.rows]))
        standings = [(one, standing(one.record, day)) for one in found]
        self.known: list[tuple[Known, Standing]] = [(one, stands) for one, stands in standings if stands is not None]

    def is_running(self, plano_id: str) -> bool:
        return self.steps[plano_id][-1].target in RUNNING

    @property
    def running(self) -> list[tuple[Known, Standing]]:
        """Deliveries of the plans that go on, without the cancelled."""
        return [(one, stands) for one, stands in self.known if self.is_running(one.plano.id) and not stands.cancelled]

    @property
    def open(self) -> list[tuple[Known, Standing]]:
        return [(one, stands) for one, stands in self.running if stands.state not in ENTREGA.final]

    @cached_property
    def by_plan(self) -> dict[str, list[tuple[Known, Standing]]]:
        found: dict[str, list[tuple[Known, Standing]]] = {row.id: [] for row in self.rows}
        for one, stands in self.known:
            found[one.plano.id].append((one, stands))
        return found

    @cached_property
    def secretariats(self) -> dict[str, Ref]:
        """By id of an action."""
        actions = {one.acao.id: one.acao.secretaria_id for one, _ in self.known}
        titles = menu_reading.organizations(set(actions.values()))
        return {acao: Ref(org, titles.get(org, {}).get("title", org)) for acao, org in actions.items()}

    @cached_property
    def places(self) -> dict[str, Place]:
        found = {row.id: Place(row.codigo_ibge, row.ciclo_id) for row in self.rows}
        for one, _ in self.known:
            found[one.entrega.id] = found[one.plano.id]
            found |= {evidence.id: found[one.plano.id] for evidence in one.record.evidences}
        return found


def _acao(one: Known) -> Ref:
    return Ref(one.acao.id, one.titulo_acao)


def _entregas(plans: _Plans, focus: _Focus) -> Iterable[agenda.EntregaFact]:
    for one, stands in plans.open:
        yield agenda.EntregaFact(
            entrega=Ref(one.entrega.id, one.entrega.titulo),
            municipio=town(one.plano.codigo_ibge),
            acao=_acao(one),
            due=stands.terms.due,
            days_late=stands.days_late if stands.responsible == MUNICIPIO else 0,
            validated=stands.validated,
            waiting=stands.review is not None,
            classe=focus.of(one),
        )


def _evidencias(plans: _Plans, focus: _Focus, day: date) -> Iterable[agenda.EvidenciaFact]:
    for one, _stands in plans.open:
        for evidence in one.record.evidences:
            steps = until(evidence.history, day)
            if not steps or steps[-1].target in EVIDENCIA.final:
                continue
            returns = [local_day(step.at) for step in steps if step.action == "devolver"]
            sent = [local_day(step.at) for step in steps if step.action == "enviar"]
            yield agenda.EvidenciaFact(
                evidencia=evidence.id,
                entrega=Ref(one.entrega.id, one.entrega.titulo),
                municipio=town(one.plano.codigo_ibge),
                secretaria=plans.secretariats[one.acao.id],
                returned=len(returns),
                returned_on=returns[-1] if returns else None,
                submitted=sent[-1] if steps[-1].target in EVIDENCIA.waiting else None,
                classe=focus.of(one),
            )


def _planos(plans: _Plans, focus: _Focus) -> Iterable[agenda.PlanoFact]:
    """What happens to evidence that was sent is also a step of its delivery; a draft is no update."""
    for row in plans.rows:
        if not plans.is_running(row.id):
            continue
        mine = plans.by_plan[row.id]
        moments = [plans.steps[row.id][-1].at]
        moments += [steps[-1].at for one, _ in mine if (steps := until(one.record.history, plans.day))]
        yield agenda.PlanoFact(
            plano=Ref(row.id, row.titulo),
            municipio=town(row.codigo_ibge),
            updated=local_day(max(moments)),
            classe=focus.gravest(focus.of(one) for one, _ in mine),
        )


def _acoes(plans: _Plans) -> Iterable[agenda.AcaoFact]:
    participants: dict[Ref, set[str]] = {}
    late: dict[Ref, set[str]] = {}
    newest = {one.acao.id: _acao(one) for one, _ in plans.running}
    for one, stands in plans.running:
        acao = newest[one.acao.id]
        participants.setdefault(acao, set()).add(one.plano.codigo_ibge)
        if stands.overdue and stands.responsible == MUNICIPIO:
            late.setdefault(acao, set()).add(one.plano.codigo_ibge)
    for acao, codes in participants.items():
        yield agenda.AcaoFact(acao, plans.secretariats[acao.id], len(codes), len(late.get(acao, ())))


def _ritmos(plans: _Plans, focus: _Focus) -> Iterable[agenda.PaceFact]:
    groups: dict[tuple[str, str], list[tuple[Known, Standing]]] = {}
    for one, stands in plans.running:
        groups.setdefault((one.acao.id, one.plano.codigo_ibge), []).append((one, stands))
    for (_acao_id, code), of in groups.items():
        counted = totals(stands for _, stands in of)
        first = of[0][0]
        yield agenda.PaceFact(town(code), _acao(first), counted.spi, counted.validated or 0.0, focus.of(first))


def _resultados(plans: _Plans, focus: _Focus) -> Iterable[agenda.ResultFact]:
    """Of plans in which something was validated; what changed is looked up for all of them at once."""
    done = {row.id: totals(stands for _, stands in plans.by_plan[row.id]).validated or 0.0 for row in plans.rows}
    rows = [row for row in plans.rows if done[row.id] > 0]
    actions = plan_reading.actions_of([row.id for row in rows])
    serves = {
        (row.id, acao.id): version.conteudo["indicadores"]
        for row in rows
        for _, acao, version in actions.get(row.id, ())
    }
    changes = agenda_results.Changes({one for of in serves.values() for one in of}, {row.codigo_ibge for row in rows})
    for row in rows:
        for one in {one.acao.id: one for one, _ in plans.by_plan[row.id]}.values():
            found = (
                changes.of(indicador, row.codigo_ibge, plans.begins[row.ciclo_id])
                for indicador in serves.get((row.id, one.acao.id), ())
            )
            yield agenda.ResultFact(
                plano=Ref(row.id, row.titulo),
                municipio=town(row.codigo_ibge),
                acao=_acao(one),
                secretaria=plans.secretariats[one.acao.id],
                validated=done[row.id],
                changes=tuple(change for change in found if change is not None),
                classe=focus.of(one),
            )


# -- focus -------------------------------------------------------------------------------------------------------------
class _Focus:
    """The classes of the newest analysis; nothing before the first one."""

    def __init__(self) -> None:
        snapshot = results_reading.snapshot()
        visible = results_reading.visible("desafio") if snapshot else []
        titles = menu_reading.datasets(visible)
        filters = focus_reading.Filters(visible)
        self.rows = focus_reading.focus(snapshot, filters, None, 0)[1] if snapshot else []
        self.titles = {row.desafio: Ref(row.desafio, titles[row.desafio]["title"]) for row in self.rows}
        self.classes = {(row.desafio, row.codigo_ibge): row.valida for row in self.rows}

    def gravest(self, classes: Iterable[str]) -> str:
        """A class of which nothing is known counts as none."""
        known = [one for one in classes if one in GRAVITY[:-1]]
        return min(known, key=GRAVITY.index, default=MONITORADO)

    def of(self, one: Known) -> str:
        """The municipality's class in the challenges of the action."""
        code = one.plano.codigo_ibge
        return self.gravest(self.classes.get((name, code), "") for name in one.record.groups["desafio"])

    def anywhere(self, code: str) -> str:
        return self.gravest(row.valida for row in self.rows if row.codigo_ibge == code)


def _focos(focus: _Focus, asked: set[str] | None) -> Iterable[agenda.FocoFact]:
    """None while no cycle takes requests."""
    for row in focus.rows if asked is not None else ():
        yield agenda.FocoFact(
            town(row.codigo_ibge), focus.titles[row.desafio], row.valida, row.codigo_ibge in (asked or ())
        )


def _clusters(focus: _Focus) -> Iterable[agenda.ClusterFact]:
    members: dict[Ref, list[Ref]] = {}
    for row in focus.rows:
        if row.agrupamento_significativo and row.agrupamento == CLUSTER and row.valida == "focal":
            members.setdefault(focus.titles[row.desafio], []).append(town(row.codigo_ibge))
    for desafio, focal in members.items():
        yield agenda.ClusterFact(desafio, tuple(focal))


# -- requests to join --------------------------------------------------------------------------------------------------
class _Requests:
    """The requests that were sent by a day."""

    def __init__(self, day: date) -> None:
        self.day = day
        rows = reading.adesoes()
        histories = plan_reading.histories(ADESAO.name, [row.id for row in rows])
        known = [(row, _steps(ADESAO.name, histories.get(row.id, ()), day)) for row in rows]
        self.sent: list[tuple[Adesao, tuple[Transition, ...]]] = [
            (row, steps) for row, steps in known if any(step.action == "enviar" for step in steps)
        ]

    def asked(self, cycles: Iterable[Ciclo]) -> set[str] | None:
        """Codes with a request that stands in a cycle that runs or takes requests; None without such a cycle."""
        current = {one.id for one in cycles if min(one.inicio, one.adesao_inicio) <= self.day <= one.fim}
        if not current:
            return None
        return {
            row.codigo_ibge
            for row, steps in self.sent
            if row.ciclo_id in current and steps[-1].target not in ADESAO.final | {"rascunho"}
        }

    @property
    def places(self) -> dict[str, Place]:
        return {row.id: Place(row.codigo_ibge, row.ciclo_id) for row, _ in self.sent}


def _adesoes(requests: _Requests, focus: _Focus) -> Iterable[agenda.AdesaoFact]:
    for row, steps in requests.sent:
        if steps[-1].target not in ADESAO.waiting:
            continue
        submitted = next(step.at for step in reversed(steps) if step.action == "enviar")
        yield agenda.AdesaoFact(
            row.id, town(row.codigo_ibge), row.protocolo or "", submitted, focus.anywhere(row.codigo_ibge)
        )
