"""The workspace of the secretariats and the coordenação: what waits for them, and the same step for several at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint, request

from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.logic.territory import territory
from ckanext.msativo.programme import queue as of
from ckanext.msativo.programme.access import ADMIN, EDITOR
from ckanext.msativo.programme.ownership import COORDENACAO, MUNICIPIO
from ckanext.msativo.programme.queue import Item
from ckanext.msativo.text import fold
from ckanext.msativo.views import asked, entrances, forms, links, materias, pendencias, waiting
from ckanext.msativo.views.planos import Page
from ckanext.msativo.views.waiting import TYPES, WHOSE, Asked

fila = Blueprint("msativo_fila", __name__)

PAGE = 50
ANSWERS: Mapping[str, str] = {kind: f"msativo_{kind}_{verb}" for kind, verb in (
    ("evidencia", "review"), ("adesao", "decide"), ("plano", "decide"), ("contestacao", "answer"),
    ("acao", "step"), ("agenda", "update"),
)}  # fmt: skip
"""Action by which an item of each kind is worked on: who may not gets its page to read."""


@dataclass(frozen=True)
class Bulk:
    """A button for several items of one kind: the action, what it takes from the form, and what is said of each."""

    kind: str
    action: str
    fields: tuple[str, ...]
    label: str
    done: str


BULK: Mapping[str, Bulk] = {
    "designar": Bulk("evidencia", "msativo_evidencia_assign", ("revisor",), N_("Give the review"), N_("given")),
    "receber": Bulk(
        "evidencia", "msativo_evidencia_start_review", (), N_("Say that the review has begun"), N_("review begun")
    ),
    "analisar": Bulk("adesao", "msativo_adesao_start_analysis", (), N_("Start the analysis"), N_("analysis begun")),
}
"""Nothing that needs a look or a reason: those are decided one by one."""


# -- who ---------------------------------------------------------------------------------------------------------------
def _elsewhere() -> Page:
    """Where those go who have no desk in the State."""
    if not tk.g.user:
        return entrances.to_login()
    return tk.redirect_to("msativo_espaco.index") if materias.towns_of(tk.g.user) else entrances.nowhere()


# -- the queue ---------------------------------------------------------------------------------------------------------
@fila.get("/fila")
def index() -> Page:
    return _page([]) if waiting.desks() else _elsewhere()


@fila.post("/fila")
def together() -> Page:
    """The same step for each of the items that were chosen; what became of each is told, none hangs on another."""
    if not waiting.desks():
        asked.refuse(403, tk._("The queue is of the secretariats and the programme coordination."))
    bulk = BULK[asked.choice(request.form, "passo", BULK, "")]
    chosen = [one for one in dict.fromkeys(request.form.getlist("item")) if one.count("/") == 2][:PAGE]
    if not chosen:
        return _page([], tk._("Choose at least one item first.")), 400
    known = {item.matter.id: item for item in waiting.items()}
    done = [_one(bulk, one, known) for one in chosen]
    return _page(done), 200 if any(one["ok"] for one in done) else 400


def _one(bulk: Bulk, chosen: str, known: Mapping[str, Item]) -> dict[str, Any]:
    """Do it for one item, and tell what happened."""
    kind, identifier, version = chosen.split("/")
    item = known.get(identifier)
    if item is None:
        return {"ok": False, "title": identifier, "told": tk._("It does not wait for you any more.")}
    title = pendencias.line(item, may=False)["title"]
    if kind != bulk.kind:
        return {"ok": False, "title": title, "told": tk._("This cannot be done with it.")}
    given = {"id": identifier, "versao": version, **{name: forms.text(name) for name in bulk.fields}}
    try:
        tk.get_action(bulk.action)({}, given)
    except tk.ValidationError as error:
        told = [text for messages in forms.shown(error.error_dict).values() for text in messages]  # pyright: ignore[reportArgumentType]
        return {"ok": False, "title": title, "told": " ".join(told)}
    except (tk.NotAuthorized, tk.ObjectNotFound) as error:
        return {"ok": False, "title": title, "told": str(error)}
    return {"ok": True, "title": title, "told": tk._(bulk.done)}


def _page(done: Sequence[Mapping[str, Any]], problem: str = "") -> str:
    wanted, desks = Asked.of(request.args), waiting.desks()
    everything = waiting.items()
    mine = waiting.mine()
    items = [item for item in everything if wanted.wants(item, mine)]
    page = max(tk.h.get_page_number(request.args), 1)
    url = links.Address(
        links.prefix("msativo_fila.index"), {**wanted.address, "page": page}, {"com": "todas", "page": 1}
    )
    lines = [_line(item, wanted) for item in items[(page - 1) * PAGE : page * PAGE]]
    kinds = {line["kind"] for line in lines if line["versao"]}
    return tk.render(
        "msativo/fila/index.html",
        {
            "rows": lines,
            "count": len(items),
            "total": len(everything),
            "late": sum(item.level == of.OVERDUE for item in items),
            "page": page,
            "last": -(-len(items) // PAGE) or 1,
            "url": url,
            "asked": wanted,
            "types": _types(everything),
            "whose": [(name, tk._(label)) for name, label in WHOSE.items()],
            "towns": _towns(everything),
            "bulk": [(name, tk._(one.label), one) for name, one in BULK.items() if one.kind in kinds],
            "reviewers": _reviewers() if "evidencia" in kinds else [],
            "done": done,
            "problem": problem,
            "coordinates": COORDENACAO in desks,
            "towns_own": materias.towns_of(tk.g.user),
        },
    )


def _line(item: Item, wanted: Asked) -> dict[str, Any]:
    """``versao``: of an item that can be chosen with others."""
    matter = item.matter
    may = matter.kind not in ANSWERS or _may(ANSWERS[matter.kind])
    line = pendencias.line(item, may=may)
    if matter.kind == "evidencia":
        line["href"] = waiting.review(matter.id, wanted)
    chosen = any(one.kind == matter.kind and item.verb in ("revisar", "analisar") for one in BULK.values())
    names = _names()
    return {
        **line,
        "versao": matter.row.get("versao") if may and chosen else None,
        "given": names.get(str(matter.row.get("revisor_id")), "") if matter.kind == "evidencia" else "",
    }


def _may(action: str) -> bool:
    """Whether the reader may at all, asked once per request: what is in the queue is of his or her organisations."""
    known = tk.g.setdefault("msativo_fila_may", {})
    if action not in known:
        known[action] = bool(tk.h.check_access(action))
    return known[action]


def _types(items: Sequence[Item]) -> list[tuple[str, str, int]]:
    """The kinds that are there, with how many of each."""
    counts = {kind: sum(item.matter.kind == kind for item in items) for kind in TYPES}
    return [(kind, tk._(label), counts[kind]) for kind, label in TYPES.items() if counts[kind]]


def _towns(items: Sequence[Item]) -> list[Any]:
    codes = {item.matter.row.get("codigo_ibge") for item in items}
    return [place for place in territory().municipios if place.codigo_ibge in codes]


# -- who reviews -------------------------------------------------------------------------------------------------------
def _people() -> list[dict[str, Any]]:
    """The people of the reader's own organisations, once per request."""
    if "msativo_fila_people" not in tk.g:
        tk.g.msativo_fila_people = tk.get_action("msativo_pessoa_list")({}, {"limit": 5000})["results"]
    return tk.g.msativo_fila_people


def _names() -> dict[str, str]:
    if "msativo_fila_names" not in tk.g:
        tk.g.msativo_fila_names = {one["usuario"]: one["nome"] for one in _people()}
    return tk.g.msativo_fila_names


def _reviewers() -> list[tuple[str, str]]:
    """Who may be given reviews; whether this one, the action says."""
    found = {
        one["usuario"]: one["nome"]
        for one in _people()
        if one["tipo"] != MUNICIPIO and one["papel"] in (EDITOR, ADMIN) and one["estado"] == "active"
    }
    return sorted(found.items(), key=lambda one: fold(one[1]))
