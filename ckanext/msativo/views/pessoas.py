"""People of one's organisation: who they are, invitations and roles, absences, the State's contact, the handover."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint, Response, request

from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.logic import state_contacts, teams
from ckanext.msativo.logic.territory import territory
from ckanext.msativo.logic.validators import municipality_of, organization_kind
from ckanext.msativo.programme.ownership import COORDENACAO
from ckanext.msativo.views import asked

pessoas = Blueprint("msativo_pessoas", __name__)

ALL = 500
ROLES: Mapping[str, tuple[str, str]] = {
    "member": (N_("reader"), N_("reads what is the organization's own, changes nothing")),
    "editor": (N_("editor"), N_("writes and sends: requests, plans, evidence, reviews")),
    "admin": (N_("administrator"), N_("does all that, and looks after the people on this page")),
}
"""Capacity → name and what it may do."""


@dataclass(frozen=True)
class Step:
    """A button: the action behind it, the fields it sends, and what is said when it is done."""

    action: str
    fields: tuple[str, ...]
    done: str
    of_organization: bool = False


STEPS: Mapping[str, Step] = {
    "convidar": Step(
        "pessoa_invite", ("email", "nome", "papel"), N_("The invitation to {email} was sent."), of_organization=True
    ),
    "papel": Step("pessoa_update", ("usuario", "papel"), N_("The role was changed."), of_organization=True),
    "retirar": Step("pessoa_remove", ("usuario",), N_("The person has no role here any more."), of_organization=True),
    "ausencia": Step(
        "ausencia_create", ("usuario", "substituto", "inicio", "fim", "motivo"), N_("The absence was kept.")
    ),
    "voltar": Step("ausencia_delete", ("id",), N_("The absence was deleted.")),
    "contato": Step("contato_estado_set", ("objeto", "usuario"), N_("The State's contact was changed.")),
}


def _call(action: str, **data: Any) -> Any:
    return tk.get_action(f"msativo_{action}")({}, data)


@pessoas.get("/pessoas")
def index() -> str:
    return _page(_chosen(), "", {}, {})


@pessoas.post("/pessoas")
def step() -> str | Response | tuple[str, int]:
    passo = asked.choice(request.form, "passo", STEPS, "")
    wanted, group = STEPS[passo], _chosen()
    typed = {name: request.form.get(name, "").strip() for name in wanted.fields}
    given = {**typed, **({"organizacao": group.id} if wanted.of_organization else {})}
    try:
        _call(wanted.action, **given)
    except tk.ValidationError as error:
        return _page(group, passo, typed, error.error_dict), 400
    except tk.NotAuthorized as error:
        asked.refuse(403, str(error))
    except tk.ObjectNotFound as error:
        asked.refuse(404, str(error))
    tk.h.flash_success(tk._(wanted.done).format(**typed))
    try:
        tk.check_access("msativo_pessoa_list", {}, {"organizacao": group.id})
    except tk.NotAuthorized:
        # Who has just left has nothing to see here any more.
        return tk.redirect_to("home.index")
    return tk.redirect_to("msativo_pessoas.index", organizacao=group.name)


def _chosen() -> Any:
    """The organisation of the address, else the reader's own, else the first that he may see."""
    if not tk.g.user:
        asked.refuse(403, tk._("Log in to see the people of your organization."))
    wanted = asked.search_text(request.values, "organizacao")
    try:
        if wanted:
            group = teams.organization(wanted)
        else:
            own = teams.own_organizations({"user": tk.g.user})
            if not own:
                asked.refuse(403, tk._("You are in no organization of the programme yet: ask to be invited."))
            group = own[0]
        tk.check_access("msativo_pessoa_list", {}, {"organizacao": group.id})
    except tk.ObjectNotFound as error:
        asked.refuse(404, str(error))
    except tk.NotAuthorized as error:
        asked.refuse(403, str(error))
    return group


def _page(group: Any, passo: str, typed: Mapping[str, str], errors: Mapping[str, Any]) -> str:
    people = _call("pessoa_list", organizacao=group.id, limit=ALL)["results"]
    manages = tk.h.check_access("msativo_pessoa_invite", {"organizacao": group.id})
    code = municipality_of(group.id)
    absences = _call("ausencia_list", limit=ALL)["results"]
    here, user_id = {row["usuario"] for row in people}, tk.current_user.id
    return tk.render(
        "msativo/pessoas/index.html",
        {
            "group": group,
            "choices": teams.visible_organizations({"user": tk.g.user}),
            "people": [_line(row) for row in people],
            "administrators": sum(row["papel"] == "admin" and row["estado"] == "active" for row in people),
            "waiting": sum(row["estado"] == "pending" for row in people),
            "manages": manages,
            "user_id": user_id,
            "roles": _roles(),
            "absences": [row for row in absences if {row["usuario"], row["substituto"]} & here],
            "may_be_absent": [
                row for row in people if row["estado"] == "active" and (manages or row["usuario"] == user_id)
            ],
            "covers": [row for row in people if row["estado"] == "active"],
            "municipio": territory().by_code.get(code or ""),
            "contact": _contact(code),
            "state_people": _state_people(code),
            "hands_over": bool(code) and tk.h.check_access("msativo_prefeitura_handover", {"municipio": code}),
            "is_state": organization_kind(group.id) == COORDENACAO,
            "passo": passo,
            "typed": typed,
            "errors": errors,
        },
    )


def _line(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, "papel_nome": tk._(ROLES[row["papel"]][0]) if row["papel"] in ROLES else row["papel"]}


def _roles() -> list[tuple[str, str, str]]:
    return [(name, tk._(label), tk._(does)) for name, (label, does) in ROLES.items()]


def _contact(code: str | None) -> dict[str, Any] | None:
    return tk.h.msativo_state_contact(municipio=code) if code else None


def _state_people(code: str | None) -> list[tuple[str, str]]:
    """Who could be the contact of a municipality, for who may name one."""
    if not code or not tk.h.check_access("msativo_contato_estado_set", {"objeto": f"municipio/{code}"}):
        return []
    named = state_contacts.state_people().values()
    return [(user.id, f"{user.fullname or user.name}, {group.display_name}") for user, group in named]


# -- handover ----------------------------------------------------------------------------------------------------------
@pessoas.route("/pessoas/passagem/<municipio>", methods=["GET", "POST"])
def handover(municipio: str) -> str | Response | tuple[str, int]:
    """The page that says what a handover does, before it is done."""
    place = next((place for place in territory().municipios if place.slug == municipio), None)
    if place is None:
        asked.refuse(404, tk._("There is no municipality “{name}” in this state.").format(name=municipio[:60]))
    try:
        tk.check_access("msativo_prefeitura_handover", {}, {"municipio": place.codigo_ibge})
    except tk.NotAuthorized as error:
        asked.refuse(403, str(error))
    if request.method == "GET":
        return _handover(place, {}, {})
    typed = {name: request.form.get(name, "").strip() for name in ("nome", "email", "nota")}
    if request.form.get("certeza") != "sim":
        return _handover(place, typed, {"certeza": [tk._("Confirm that you have read what happens.")]}), 400
    try:
        _call("prefeitura_handover", municipio=place.codigo_ibge, **typed)
    except tk.ValidationError as error:
        return _handover(place, typed, error.error_dict), 400
    done = tk._("{name} was handed over; the invitation went to {email}.")
    tk.h.flash_success(done.format(name=place.nome, email=typed["email"]))
    return tk.redirect_to("msativo_municipios.read", id=place.slug)


def _handover(place: Any, typed: Mapping[str, str], errors: Mapping[str, Any]) -> str:
    group = teams.prefeitura(place.codigo_ibge)
    people = _call("pessoa_list", organizacao=group.id, limit=ALL)["results"] if group else []
    return tk.render(
        "msativo/pessoas/passagem.html",
        {
            "municipio": place,
            "group": group,
            "people": [_line(row) for row in people],
            "log": _call("passagem_list", municipio=place.codigo_ibge, limit=20)["results"],
            "typed": typed,
            "errors": errors,
        },
    )
