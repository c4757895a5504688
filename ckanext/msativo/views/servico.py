"""The service "Solicitar adesão": who may ask, what it takes, how long it takes, and where the programme stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint

from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.logic import clock, pages, people
from ckanext.msativo.logic.numbers import number, percent
from ckanext.msativo.logic.territory import territory
from ckanext.msativo.programme.days import local_day
from ckanext.msativo.views import adesao_looks, links

servico = Blueprint("msativo_servico", __name__)

ALL = 5000


def _read(action: str, **data: Any) -> dict[str, Any]:
    """What everyone may read: the page says the same to all of them."""
    return tk.get_action(f"msativo_{action}")({"user": ""}, data)


@dataclass(frozen=True)
class Step:
    """A step of the programme: ``now`` tells where it stands, in numbers."""

    title: str
    text: str
    now: str
    href: str


def _indicators() -> str:
    snapshot = pages.snapshot()
    known = len(pages.indicators_of(snapshot.id if snapshot else None))
    text = tk.ungettext("{n} open indicator", "{n} open indicators", known).format(n=known)
    if snapshot is None:
        return text
    analysis = tk._("Analysis no. {n}, {date}").format(n=snapshot.numero, date=tk.h.msativo_date(snapshot.criado_em))
    return f"{text} · {analysis}"


def _critical() -> str:
    snapshot = pages.snapshot()
    known = pages.indicators_of(snapshot.id) if snapshot else []
    pairs, observed = sum(item.criticos for item in known), sum(item.com_valor for item in known)
    if not observed:
        return tk._("no analysis yet")
    text = tk._("{n} of {total} situations are critical ({share})")
    return text.format(n=number(pairs, 0), total=number(observed, 0), share=percent(pairs / observed))


def _challenges() -> str:
    known = pages.challenges_of()
    counts = pages.challenge_counts()
    focal = sum(of.get("focal", 0) for of in counts.values())
    text = tk.ungettext("{n} challenge", "{n} challenges", len(known)).format(n=len(known))
    each = tk._("on average {n} focal municipalities in each").format(n=number(focal / len(known), 0)) if focal else ""
    return f"{text} · {each}" if each else text


def _menu() -> str:
    found = _read("acao_list", limit=1)["count"]
    plans = _read("plano_list", limit=1)["count"]
    text = tk.ungettext("{n} action in the menu", "{n} actions in the menu", found).format(n=found)
    return text + " · " + tk.ungettext("{n} approved plan", "{n} approved plans", plans).format(n=plans)


def _deliveries() -> str:
    total = _read("monitoramento_show")["total"]
    if not total["entregas"]:
        return tk._("no delivery yet")
    text = tk.ungettext("{done} of {n} delivery done", "{done} of {n} deliveries done", total["entregas"])
    shares = tk._("{share} of the plans validated").format(share=percent(total["validado"]))
    return text.format(done=total["concluidas"], n=total["entregas"]) + " · " + shares


def _agenda() -> str:
    found = _read("agenda_list", aberta=True, limit=1)["count"]
    return tk.ungettext("{n} open item", "{n} open items", found).format(n=found)


STEPS: Sequence[tuple[str, str, Callable[[], str], str]] = (
    (
        N_("Indicators"),
        N_("Open indicators of all municipalities are collected and analysed, whether a municipality joins or not."),
        _indicators,
        "indicador.search",
    ),
    (
        N_("Critical situations"),
        N_("Each indicator shows which municipalities are in a critical situation, and why."),
        _critical,
        "msativo_municipios.index",
    ),
    (
        N_("Challenges"),
        N_("Each challenge is focused on the municipalities that need it most: the focal and the priority ones."),
        _challenges,
        "desafio.search",
    ),
    (
        N_("Menu of actions"),
        N_("The secretariats offer actions; who joined chooses freely which ones it takes into its plan."),
        _menu,
        "msativo_acoes.index",
    ),
    (
        N_("Deliveries and evidence"),
        N_("The prefeitura proves each delivery with evidence, and the State answers it within 15 days."),
        _deliveries,
        "msativo_monitoramento.index",
    ),
    (
        N_("Agenda of improvement"),
        N_("What the monitoring shows becomes an agenda, with an owner and a date for each item."),
        _agenda,
        "msativo_agenda.index",
    ),
)
"""Title, what happens in it, where it stands, and the page that tells the rest."""


@dataclass(frozen=True)
class Window:
    """The cycle in which a request made today falls: open now, or from ``opens`` on."""

    nome: str
    until: str
    open: bool
    opens: str


def _window() -> Window | None:
    today = clock.today({}).isoformat()
    cycles = sorted(_read("ciclo_list", limit=ALL)["results"], key=lambda row: row["adesao_inicio"])
    found = [row for row in cycles if row["adesao_fim"] >= today]
    if not found:
        return None
    row = next((row for row in found if row["adesao_aberta"]), found[0])
    return Window(row["nome"], row["adesao_fim"], row["adesao_aberta"], row["adesao_inicio"])


@dataclass(frozen=True)
class Answers:
    """How the State kept its word so far."""

    joined: int
    municipios: int
    answered: int
    days: str
    overdue: int


def _answers() -> Answers:
    rows = _read("adesao_list", limit=ALL)["results"]
    joined = {row["codigo_ibge"] for row in rows if row["estado"] in ("aprovada", "encerrada")}
    days = [_days(row) for row in rows if row["respondida_em"]]
    return Answers(
        joined=len(joined),
        municipios=len(territory().municipios),
        answered=len(days),
        days=number(median(days), 0) if days else "",
        overdue=sum(row["atrasada"] for row in rows),
    )


def _days(row: dict[str, Any]) -> int:
    """Days from the sending to the answer, as the deadline counts them."""
    sent, answered = (local_day(datetime.fromisoformat(row[name])) for name in ("enviada_em", "respondida_em"))
    return (answered - sent).days


def _own() -> list[dict[str, Any]]:
    """The reader's municipalities, each with its newest request, if it has one."""
    user = tk.g.user or ""
    codes = people.municipalities_of(user) if user and not people.in_coordenacao(user) else set()
    found = []
    for place in territory().municipios:
        if place.codigo_ibge in codes:
            rows = tk.get_action("msativo_adesao_list")({}, {"municipio": place.codigo_ibge})["results"]
            row = max(rows, key=lambda row: (row["ciclo"], row["enviada_em"] or ""), default=None)
            ref = row and (row["protocolo"] or row.get("id"))
            found.append({"nome": place.nome, "row": row, "ref": ref, "look": row and adesao_looks.state(row)})
    return found


def _button(own: Sequence[dict[str, Any]]) -> tuple[str, str] | None:
    """(label, address) of what the reader may do; None for who cannot ask in the name of a prefeitura, or has asked."""
    new = links.prefix("msativo_adesoes.new")
    if own and all(place["row"] for place in own):
        return None
    if not tk.g.user:
        return tk._("Log in and ask to join"), links.Address(tk.url_for("user.login"), {"came_from": new}, {})()
    if tk.h.check_access("msativo_adesao_create"):
        return tk._("Ask to join"), new
    return None


@servico.get("/adesao")
def index() -> str:
    own = _own()
    return tk.render(
        "msativo/servico.html",
        {
            "steps": [Step(tk._(title), tk._(text), now(), tk.url_for(to)) for title, text, now, to in STEPS],
            "window": _window(),
            "answers": _answers(),
            "own": own,
            "button": _button(own),
            "contact": tk.config.get("email_to") or "",
            "state": territory().nome,
        },
    )
