"""The workspace of a prefeitura: what needs it today, its plan, its request, its dates, and what the State owes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint, Response, request

from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.logic import clock
from ckanext.msativo.logic.territory import code_of, territory
from ckanext.msativo.logic.validators import municipality_of
from ckanext.msativo.programme import queue as of
from ckanext.msativo.programme.days import PROGRAMME_ZONE, local_day
from ckanext.msativo.programme.deadlines import ADESAO as ANSWER
from ckanext.msativo.programme.ownership import COORDENACAO, MUNICIPIO
from ckanext.msativo.programme.queue import queue
from ckanext.msativo.programme.workflows import ADESAO, EVIDENCIA
from ckanext.msativo.views import adesao_looks, andamento, asked, entrances, looks, materias, pendencias
from ckanext.msativo.views.materias import Town
from ckanext.msativo.views.planos import Page

espaco = Blueprint("msativo_espaco", __name__)

DATES = 6
"""How many of the next dates are shown."""
OWED = ("evidencia", "adesao", "plano", "contestacao")
"""Kinds of which the State owes this municipality an answer."""
GREETINGS: Mapping[int, str] = {12: N_("Good morning."), 18: N_("Good afternoon."), 24: N_("Good evening.")}
"""Until which hour each is said."""


@espaco.get("/entrada")
def entrance() -> Response:
    """Where one lands after the login: each at the desk of his or her organisation."""
    if not tk.g.user:
        return tk.redirect_to("user.login")
    desks = materias.desks_of(tk.g.user)
    if MUNICIPIO in desks:
        return tk.redirect_to("msativo_espaco.index")
    return tk.redirect_to("msativo_fila.index" if desks else "home.index")


@espaco.get("/meu-municipio")
def index() -> Page:
    if not tk.g.user:
        return entrances.to_login()
    desks, own = materias.desks_of(tk.g.user), materias.towns_of(tk.g.user)
    wanted = asked.search_text(request.args, "municipio")
    if not own and not (COORDENACAO in desks and wanted):
        return tk.redirect_to("msativo_fila.index") if desks else entrances.nowhere()
    place = _chosen(wanted, own, everywhere=COORDENACAO in desks)
    town, today = Town.of(place.codigo_ibge), clock.today({})
    may = bool(tk.h.check_access("msativo_adesao_create", {"municipio": place.codigo_ibge}))
    matters = town.matters
    items = [pendencias.line(_told(item), may=may) for item in queue(matters, (MUNICIPIO,), today)]
    return tk.render(
        "msativo/espaco/index.html",
        {
            "place": place,
            "own": own,
            "stranger": place not in own,
            "may": may,
            "greeting": _greeting(clock.now({})),
            "items": items,
            "owed": _owed(matters, today),
            "plans": _plans(town),
            "request": _request(town),
            "dates": _dates(matters, today),
            "cycle": next((row for row in town.cycles if row["em_curso"]), None),
            "calendar": _may_subscribe(place),
        },
    )


def _chosen(wanted: str, own: Sequence[Any], *, everywhere: bool) -> Any:
    """The municipality that is asked for, else the first of the reader's own."""
    if not wanted:
        return own[0]
    code = code_of(wanted)
    if code is None:
        asked.refuse(404, tk._("There is no municipality “{name}” in this state.").format(name=wanted[:60]))
    place = territory().by_code[code]
    if not everywhere and place not in own:
        text = tk._("The workspace of {name} is seen by its prefeitura and the coordenação.")
        asked.refuse(403, text.format(name=place.nome))
    return place


def _greeting(now: datetime) -> str:
    hour = now.astimezone(PROGRAMME_ZONE).hour
    return tk._(next(text for until, text in GREETINGS.items() if hour < until))


def _told(item: of.Item) -> of.Item:
    """Of an evidence that came back also what the State asks for."""
    if not item.returned or item.matter.kind != "evidencia":
        return item
    steps = tk.get_action("msativo_evidencia_history")({}, {"id": item.matter.id})["results"]
    said = next((step.get("nota") for step in reversed(steps) if step["acao"] == "devolver"), "")
    matter = of.Matter(**{**vars(item.matter), "row": {**item.matter.row, "pedido": said}})
    return of.Item(matter, item.verb, item.level, item.days, item.returned)


# -- beside the list ---------------------------------------------------------------------------------------------------
def _owed(matters: Sequence[of.Matter], today: date) -> list[dict[str, Any]]:
    """What waits for the State, by the very table of the State's own queue."""
    items = queue([matter for matter in matters if matter.kind in OWED], of.STATE, today)
    return [pendencias.line(item, may=False, promise=_promise(item)) for item in items]


def _promise(item: of.Item) -> str:
    if item.matter.due is None or item.days is None:
        return tk._("The State has it; no day is set for this answer.")
    day = tk.h.msativo_date(item.matter.due.isoformat())
    if item.days < 0:
        return tk._("The State should have answered by {day}: {late}.").format(day=day, late=looks.days_left(item.days))
    return tk._("The State answers by {day}: {left}.").format(day=day, left=looks.days_left(item.days))


def _plans(town: Town) -> list[dict[str, Any]]:
    """The plans that run, each as one bar."""
    return [
        {**row, "progress": andamento.Progress(row["progresso"]), "look": looks.state("plano", row["estado"])}
        for row in town.plans
        if row["progresso"]
    ]


def _request(town: Town) -> dict[str, Any] | None:
    """The newest request that stands, with its steps since it was last sent and the day of each."""
    if not town.requests:
        return None
    row = max(town.requests, key=lambda one: (one["criada_em"], one["id"]))
    shown = tk.get_action("msativo_adesao_show")({}, {"id": row["id"]})
    steps = tk.get_action("msativo_adesao_history")({}, {"id": row["id"]})["results"]
    sent = max((n for n, step in enumerate(steps) if step["acao"] == "enviar"), default=None)
    told = [] if sent is None else [step for step in steps[sent:] if step["acao"] != "editar"]
    waits = row["estado"] in ADESAO.waiting
    return {
        **row,
        "ref": row["protocolo"] or row["id"],
        "look": adesao_looks.state(row),
        "left": adesao_looks.left(row) if waits else "",
        "late": row["atrasada"],
        "waits": waits,
        "coordinator": (shown["coordenador"] or {}).get("nome", ""),
        "steps": [{**adesao_looks.step(step), "day": _day_of(step, told[0])} for step in told],
        "days": ANSWER.days,
    }


def _day_of(step: Mapping[str, Any], sent: Mapping[str, Any]) -> int:
    """How many days after the request was sent a step was made."""
    first, then = (local_day(datetime.fromisoformat(one["em"])) for one in (sent, step))
    return (then - first).days


def _dates(matters: Sequence[of.Matter], today: date) -> list[dict[str, Any]]:
    """The next days that are known: of deliveries, agenda and meetings, and of the State's answers."""
    done = ("aprovada", "cancelada", "rejeitada")
    waits = {matter.about for matter in matters if matter.kind == "evidencia" and matter.state in EVIDENCIA.waiting}
    kept = [
        matter
        for matter in matters
        if matter.due and matter.due >= today and matter.state not in done and matter.id not in waits
        if matter.kind != "evidencia" or matter.state in EVIDENCIA.waiting
        if matter.kind != "adesao" or matter.state in ADESAO.waiting
    ]
    kept.sort(key=lambda matter: (matter.due, matter.kind, matter.title, matter.id))
    return [_date(matter) for matter in kept[:DATES]]


def _date(matter: of.Matter) -> dict[str, Any]:
    assert matter.due is not None
    item = of.Item(matter, "abrir", of.DATE, None, False)
    shown = pendencias.line(item, may=False)
    state = matter.kind in ("evidencia", "adesao")
    text = tk._("The State answers: {name}").format(name=shown["title"]) if state else shown["title"]
    return {"day": matter.due.isoformat(), "text": text, "href": shown["href"]}


def _may_subscribe(place: Any) -> bool:
    """Whether the reader makes the address of the prefeitura's calendar."""
    own = tk.get_action("organization_list_for_user")({}, {"permission": "admin"})
    return any(
        tk.h.check_access("msativo_agenda_feed_show", {"organizacao": org["id"]})
        for org in own
        if municipality_of(org["id"]) == place.codigo_ibge
    )
