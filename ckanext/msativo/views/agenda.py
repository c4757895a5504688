"""The agenda: the list with the most urgent on top, the page of one item, its form, and the addresses of calendars."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint, Response, make_response, request

from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.logic import agenda_feed, agenda_items, agenda_running, agenda_texts, clock, people
from ckanext.msativo.logic.territory import territory
from ckanext.msativo.programme.agenda import RULES
from ckanext.msativo.views import agenda_looks, asked, links

agenda = Blueprint("msativo_agenda", __name__)

PAGE = 50
Filter = tuple[str, Mapping[str, Any]]
SITUATIONS: Mapping[str, Filter] = {
    "abertas": (N_("Open"), {"aberta": True}),
    "vencidas": (N_("Past their day"), {"vencida": True}),
    "encerradas": (N_("Closed"), {"aberta": False, "ordenar": "recentes"}),
    "todas": (N_("All"), {}),
}
ORDERS: Mapping[str, str] = {
    "prioridade": N_("By priority"),
    "prazo": N_("Due day"),
    "recentes": N_("Newest"),
}
TEXTS = ("titulo", "texto", "dono", "prazo", "municipio", "prioridade")
PRIORITIES: Mapping[str, str] = {"alta": N_("High"), "media": N_("Medium"), "baixa": N_("Low")}
STEPS: Mapping[str, str] = {
    "iniciar": N_("The item is under way."),
    "concluir": N_("The item is done."),
    "descartar": N_("The item was discarded."),
}
"""Button → what is said when it is done."""


def _call(action: str, /, **data: Any) -> Any:
    return tk.get_action(f"msativo_agenda_{action}")({}, data)


def _may(action: str, **data: Any) -> bool:
    return bool(tk.h.check_access(f"msativo_agenda_{action}", data))


# -- the list ----------------------------------------------------------------------------------------------------------
@agenda.get("/agenda")
def index() -> str:
    situacao = asked.choice(request.args, "situacao", SITUATIONS, "abertas")
    chosen = {name: asked.search_text(request.args, name) for name in ("de", "municipio", "regra", "ciclo")}
    order = asked.choice(request.args, "ordenar", ORDERS, "prioridade")
    page = max(tk.h.get_page_number(request.args), 1)
    wanted = {"ordenar": order, **SITUATIONS[situacao][1], **_narrowed(chosen)}
    try:
        found = _call("list", **wanted, limit=PAGE, offset=(page - 1) * PAGE)
        late = _call("list", **{**wanted, "vencida": True}, limit=0)["count"] if situacao == "abertas" else 0
    except (tk.ValidationError, tk.ObjectNotFound) as error:
        asked.refuse(404, _said(error))
    current = {"situacao": situacao, **chosen, "ordenar": order, "page": page}
    url = links.Address(
        links.prefix("msativo_agenda.index"), current, {"situacao": "abertas", "ordenar": "prioridade", "page": 1}
    )
    return tk.render(
        "msativo/agenda/index.html",
        {
            "rows": [agenda_looks.line(row) for row in found["results"]],
            "count": found["count"],
            "late": late,
            "page": page,
            "last": -(-found["count"] // PAGE) or 1,
            "url": url,
            "situacao": situacao,
            "chosen": chosen,
            "ordenar": order,
            "filters": [(name, tk._(label), url(situacao=name, page=1)) for name, (label, _) in SITUATIONS.items()],
            "orders": [(name, tk._(label)) for name, label in ORDERS.items()],
            "rules": [(name, agenda_texts.rule_label(name)) for name in sorted(RULES)]
            + [("manual", agenda_texts.rule_label(None))],
            "towns": territory().municipios,
            "cycles": tk.get_action("msativo_ciclo_list")({}, {})["results"],
            "has_own": bool(people.roles(tk.g.user)) if tk.g.user else False,
            "may_create": _may("create"),
            "may_run": _may("run"),
            "calendars": _calendars(),
        },
    )


def _narrowed(chosen: Mapping[str, str]) -> dict[str, Any]:
    """The filters of the address as the action names them; ``de``: ``minhas`` or an owner."""
    found: dict[str, Any] = {name: value for name, value in chosen.items() if value and name != "de"}
    if chosen["de"] == "minhas":
        return {**found, "meus": True}
    return {**found, **({"dono": chosen["de"]} if chosen["de"] else {})}


def _said(error: Exception) -> str:
    if isinstance(error, tk.ValidationError):
        problems: Any = error.error_dict
        return "; ".join(message for messages in problems.values() for message in messages)
    return str(error)


@agenda.post("/agenda/atualizar")
def run() -> Response:
    """Run the rules, for the coordenação that does not want to wait for the night."""
    try:
        done = _call("run")
    except tk.NotAuthorized as error:
        asked.refuse(403, str(error))
    counts = {name: len(done[name]) for name in ("abertos", "encerrados")}
    tk.h.flash_success(tk._("The rules have run: {abertos} opened, {encerrados} closed.").format(**counts))
    return tk.redirect_to("msativo_agenda.index")


# -- one item ----------------------------------------------------------------------------------------------------------
@agenda.get("/agenda/<int:numero>")
def read(numero: int) -> str:
    return _page(numero, {}, {})


@agenda.post("/agenda/<int:numero>")
def step(numero: int) -> str | Response | tuple[str, int]:
    """A step of the workflow, or a comment, by the button that was pressed."""
    passo = asked.choice(request.form, "passo", (*STEPS, "comentar"), "")
    typed = {name: request.form.get(name, "") for name in ("nota", "comentario")}
    try:
        if passo == "comentar":
            _call("comment", id=str(numero), texto=typed["comentario"])
            tk.h.flash_success(tk._("The comment was kept."))
            return tk.redirect_to("msativo_agenda.read", numero=numero)
        _call("update", id=str(numero), passo=passo, nota=typed["nota"], versao=request.form.get("versao", ""))
    except tk.ValidationError as error:
        errors: Any = dict(error.error_dict)
        if passo == "comentar" and "texto" in errors:
            errors["comentario"] = errors.pop("texto")
        return _page(numero, typed, errors), 409 if "versao" in errors else 400
    except tk.NotAuthorized as error:
        asked.refuse(403, str(error))
    except tk.ObjectNotFound as error:
        asked.refuse(404, str(error))
    tk.h.flash_success(tk._(STEPS[passo]))
    return tk.redirect_to("msativo_agenda.read", numero=numero)


def _show(numero: int) -> dict[str, Any]:
    try:
        return _call("show", id=str(numero))
    except tk.ObjectNotFound as error:
        asked.refuse(404, str(error))


def _page(numero: int, typed: Mapping[str, str], errors: Mapping[str, Any]) -> str:
    row = _show(numero)
    shown = {name: messages for name, messages in errors.items() if name != "atual"}
    return tk.render(
        "msativo/agenda/read.html",
        {
            "row": agenda_looks.line(row),
            "whole": "versao" in row,
            "steps": [agenda_looks.step(one) for one in row["historico"]],
            "possible": row.get("possiveis", ()),
            "typed": typed,
            "errors": shown,
        },
    )


# -- the form ----------------------------------------------------------------------------------------------------------
@agenda.route("/agenda/novo", methods=["GET", "POST"])
def new() -> str | Response | tuple[str, int]:
    if not _may("create"):
        asked.refuse(403, tk._("Items are added by the secretariats and the programme coordination."))
    if request.method == "GET":
        return _form(None, {"prioridade": "media"}, {})
    typed = _typed()
    try:
        row = _call("create", **typed)
    except tk.ValidationError as error:
        return _form(None, typed, error.error_dict), 400
    tk.h.flash_success(tk._("The item is on the agenda, and its owner is told."))
    return tk.redirect_to("msativo_agenda.read", numero=row["numero"])


@agenda.route("/agenda/<int:numero>/editar", methods=["GET", "POST"])
def edit(numero: int) -> str | Response | tuple[str, int]:
    row = _show(numero)
    if not row.get("editavel"):
        asked.refuse(403, tk._("This item cannot be changed by you."))
    if request.method == "GET":
        return _form(row, _values(row), {})
    typed, seen = _typed(), request.form.get("versao", "")
    try:
        _call("update", id=row["id"], versao=seen, **typed)
    except tk.ValidationError as error:
        # The version that was seen stays in the form: what others wrote is not overwritten by sending it again.
        status = 409 if "versao" in error.error_dict else 400
        return _form({**row, "versao": seen}, typed, error.error_dict), status
    tk.h.flash_success(tk._("The item was kept."))
    return tk.redirect_to("msativo_agenda.read", numero=numero)


def _typed() -> dict[str, Any]:
    texts = {name: request.form.get(name, "") for name in TEXTS}
    return {**texts, "publica": request.form.get("publica") == "sim"}


def _values(row: Mapping[str, Any]) -> dict[str, Any]:
    severities = {value: name for name, value in agenda_items.PRIORITIES.items()}
    return {
        "titulo": row["titulo"],
        "texto": row["porque"],
        "dono": row["dono"]["id"],
        "prazo": row["prazo"],
        "municipio": row["codigo_ibge"],
        "prioridade": severities.get(row["prioridade"], "media"),
        "publica": row["publica"],
    }


def _form(row: Mapping[str, Any] | None, values: Mapping[str, Any], errors: Mapping[str, Any]) -> str:
    towns = [(place.codigo_ibge, place.nome) for place in territory().municipios]
    return tk.render(
        "msativo/agenda/form.html",
        {
            "row": row,
            "values": values,
            "errors": errors,
            "owners": [*agenda_items.state_organizations(), *towns],
            "towns": towns,
            "priorities": [(name, tk._(label)) for name, label in PRIORITIES.items()],
        },
    )


# -- calendars ---------------------------------------------------------------------------------------------------------
def _calendars() -> list[tuple[str, str]]:
    """Id and title of the organisations whose calendar's address the reader may make."""
    roles = people.roles(tk.g.user) if tk.g.user else []
    if not any(role.capacity == "admin" for role in roles):
        return []
    own = tk.get_action("organization_list_for_user")({}, {"permission": "admin"})
    return [(org["id"], org["title"] or org["name"]) for org in own if _may("feed_create", organizacao=org["id"])]


@agenda.route("/agenda/calendario", methods=["GET", "POST"])
def calendars() -> str | Response:
    rows = _calendars()
    if not rows:
        asked.refuse(403, tk._("Administrators of an organization make the address of its calendar."))
    made: dict[str, Any] | None = None
    if request.method == "POST":
        passo = asked.choice(request.form, "passo", ("criar", "revogar"), "")
        action = "feed_create" if passo == "criar" else "feed_revoke"
        try:
            made = _call(action, organizacao=request.form.get("organizacao", ""))
        except tk.NotAuthorized as error:
            asked.refuse(403, str(error))
        except tk.ValidationError as error:
            asked.refuse(400, _said(error))
        if passo == "revogar":
            tk.h.flash_success(tk._("The address was revoked: it no longer works."))
            return tk.redirect_to("msativo_agenda.calendars")
    shown = [{"id": org, "title": title, **_call("feed_show", organizacao=org)} for org, title in rows]
    page = make_response(tk.render("msativo/agenda/calendario.html", {"rows": shown, "made": made}))
    # The page with the secret in it is kept nowhere.
    page.headers["Cache-Control"] = "no-store"
    page.headers["Referrer-Policy"] = "no-referrer"
    request.environ["__no_cache__"] = True
    return page


@agenda.get("/agenda/feed/<token>.ics")
def feed(token: str) -> Response:
    """The calendar of the organisation whose secret it is; a wrong secret and a revoked one look the same."""
    organization = agenda_feed.found(token)
    if organization is None:
        asked.refuse(404, tk._("There is no such calendar."))
    with agenda_running.language():
        content = agenda_feed.calendar(organization, clock.today({}))
    response = make_response(content)
    response.headers["Content-Type"] = "text/calendar; charset=utf-8"
    response.headers["Content-Disposition"] = 'inline; filename="agenda.ics"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Referrer-Policy"] = "no-referrer"
    request.environ["__no_cache__"] = True
    response.cache_control.private = True
    response.cache_control.no_cache = True
    response.add_etag()
    response.make_conditional(request)
    return response
