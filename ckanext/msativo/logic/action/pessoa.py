"""People of organisations: invited, listed, given another role, put out; and the handover of a prefeitura."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk

from ckanext.msativo.logic import agenda_feed, clock, invitations, people, people_schema, schema, steps, teams
from ckanext.msativo.logic.territory import find_municipality, territory
from ckanext.msativo.logic.validators import municipality_of, organization_kind
from ckanext.msativo.model import Passagem, programme_reading
from ckanext.msativo.model import people_reading as reading

__all__ = [
    "msativo_passagem_list",
    "msativo_pessoa_invite",
    "msativo_pessoa_list",
    "msativo_pessoa_remove",
    "msativo_pessoa_update",
    "msativo_prefeitura_handover",
]


def msativo_pessoa_invite(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Invite somebody into an organisation by e-mail.

    Who has no account gets one and a letter with a link to choose a password; when the letter cannot be sent, nothing
    is made. Who has one is added and told. The answer is the same.

    :param organizacao: id or name
    :param email: where the letter goes
    :param nome: of the person, optional
    :param papel: ``member`` (reads), ``editor`` (writes) or ``admin`` (also looks after people)

    :returns: ``{"organizacao", "email", "papel"}``
    """
    tk.check_access("msativo_pessoa_invite", context, data_dict)
    data = schema.validated(data_dict, people_schema.pessoa_invite(), context)
    group = teams.organization(data["organizacao"])
    with teams.changing(group.id):
        user = invitations.account_for(data["email"], data.get("nome", ""))
        if user.state != "pending" and teams.role_of(group.id, user.id) is not None:
            raise tk.ValidationError({"email": [tk._("This person is in the organization already.")]})
        teams.give_role(group.id, user.id, data["papel"])
        invitations.write_to(user, group, data["papel"])
    invitations.tell(user, group)
    return {"organizacao": group.id, "email": data["email"].lower(), "papel": data["papel"]}


@tk.side_effect_free
def msativo_pessoa_list(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return the people of one's own organisations, to the coordenação those of all.

    :param organizacao: id or name of one of them
    :param limit, offset: the page

    :returns: ``{"count", "results": [{"organizacao", "organizacao_nome", "organizacao_titulo", "tipo", "codigo_ibge",
        "usuario", "nome", "papel", "estado"}], "snapshot": null}``; ``estado`` is ``pending`` until the invitation is
        accepted. ``email`` is there for oneself, for those whom one has invited, and for the coordenação's
        administrators
    """
    tk.check_access("msativo_pessoa_list", context, data_dict)
    data = schema.validated(data_dict, people_schema.pessoa_list(), context)
    sees = teams.viewer(context)
    wanted = {teams.organization(data["organizacao"]).id} if data.get("organizacao") else sees.reads
    count, rows = reading.members(wanted, data["limit"], data["offset"])
    return {"count": count, "results": [_row(sees, *row) for row in rows], "snapshot": None}


def _row(sees: teams.Viewer, role: Any, user: Any, group: Any) -> dict[str, Any]:
    shown = {
        "organizacao": group.id,
        "organizacao_nome": group.name,
        "organizacao_titulo": group.display_name,
        "tipo": organization_kind(group.id),
        "codigo_ibge": municipality_of(group.id),
        "usuario": user.id,
        "nome": user.fullname or user.name,
        "papel": role.capacity,
        "estado": user.state,
    }
    return {**shown, "email": user.email} if sees.sees_email(user, group.id) else shown


def msativo_pessoa_update(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Change somebody's role in an organisation, of which one administrator always stays.

    :param organizacao: id or name
    :param usuario: id or name of a member
    :param papel: ``member``, ``editor`` or ``admin``

    :returns: ``{"organizacao", "usuario", "papel"}``
    """
    tk.check_access("msativo_pessoa_update", context, data_dict)
    data = schema.validated(data_dict, people_schema.pessoa_update(), context)
    group = teams.organization(data["organizacao"])
    with teams.changing(group.id):
        user, row = teams.member(group.id, data["usuario"])
        if data["papel"] != teams.ADMIN:
            teams.keep_an_administrator(group.id, user.id)
        row.capacity = data["papel"]
        identifier = user.id
    return {"organizacao": group.id, "usuario": identifier, "papel": data["papel"]}


def msativo_pessoa_remove(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Take somebody's role in an organisation away, of which one administrator always stays; the account remains.

    :param organizacao: id or name
    :param usuario: id or name of a member

    :returns: ``{"organizacao", "usuario"}``
    """
    tk.check_access("msativo_pessoa_remove", context, data_dict)
    data = schema.validated(data_dict, people_schema.pessoa_remove(), context)
    group = teams.organization(data["organizacao"])
    with teams.changing(group.id):
        user, row = teams.member(group.id, data["usuario"])
        teams.keep_an_administrator(group.id, user.id)
        row.state = "deleted"
        identifier = user.id
    return {"organizacao": group.id, "usuario": identifier}


# -- handover ----------------------------------------------------------------------------------------------------------
def msativo_prefeitura_handover(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Hand a prefeitura over, as when the mayor changes: one new administrator, and nobody else.

    The new one is invited as of ``msativo_pessoa_invite``, everybody else's role ends, and that is kept in a log that
    only grows; all of it or nothing. Requests, plans and drafts are the prefeitura's and stay.

    :param municipio: code or name
    :param email, nome: of the new administrator
    :param nota: why, optional; write no personal data

    :returns: ``{"codigo_ibge", "municipio", "email", "removidos"}``, the last how many lost their role
    """
    tk.check_access("msativo_prefeitura_handover", context, data_dict)
    data = schema.validated(data_dict, people_schema.prefeitura_handover(), context)
    municipio = find_municipality(data["municipio"])
    owner = programme_reading.prefeitura_of(municipio.codigo_ibge)
    if owner is None:
        raise tk.ValidationError({"municipio": [tk._("This municipality has no organization in the portal yet.")]})
    group = teams.organization(owner)
    with teams.changing(owner):
        user = invitations.account_for(data["email"], data["nome"])
        removed = _end_roles(owner, except_id=user.id)
        teams.give_role(owner, user.id, teams.ADMIN)
        model.Session.add(
            Passagem(
                codigo_ibge=municipio.codigo_ibge,
                em=clock.now(context),
                autor=steps.author_of(context),
                novo_usuario_id=user.id,
                removidos=removed,
                nota=data.get("nota", ""),
            )
        )
        # Whoever had the address of the calendar could read on without an account.
        agenda_feed.revoke(owner, clock.now(context))
        invitations.write_to(user, group, teams.ADMIN)
    invitations.tell(user, group)
    return {
        "codigo_ibge": municipio.codigo_ibge,
        "municipio": municipio.nome,
        "email": data["email"].lower(),
        "removidos": len(removed),
    }


def _end_roles(organization: str, except_id: str) -> list[str]:
    ended = [row for row in reading.memberships(organization) if row.state == "active" and row.table_id != except_id]
    for row in ended:
        row.state = "deleted"
    return sorted({row.table_id for row in ended})


@tk.side_effect_free
def msativo_passagem_list(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return the handovers of prefeituras, the newest first: to a prefeitura's administrators its own.

    :param municipio: code or name
    :param limit, offset: the page

    :returns: ``{"count", "results": [{"codigo_ibge", "municipio", "em", "autor", "novo", "removidos", "nota"}],
        "snapshot": null}``; the people by their names now
    """
    tk.check_access("msativo_passagem_list", context, data_dict)
    data = schema.validated(data_dict, people_schema.passagem_list(), context)
    code = find_municipality(data["municipio"]).codigo_ibge if data.get("municipio") else None
    count, rows = reading.handovers(_codes(context, code), data["limit"], data["offset"])
    named = {person for row in rows for person in (row.autor, row.novo_usuario_id, *row.removidos)}
    names = programme_reading.user_names(named)
    return {"count": count, "results": [_handover(row, names) for row in rows], "snapshot": None}


def _codes(context: Any, code: str | None) -> set[str] | None:
    if code is not None:
        return {code}
    user = context.get("user") or ""
    if people.is_portal(context) or people.in_coordenacao(user, teams.ADMIN):
        return None
    return people.municipalities_of(user, teams.ADMIN)


def _handover(row: Passagem, names: Mapping[str, str]) -> dict[str, Any]:
    municipio = territory().by_code.get(row.codigo_ibge)
    return {
        "codigo_ibge": row.codigo_ibge,
        "municipio": municipio.nome if municipio else row.codigo_ibge,
        "em": row.em.isoformat(),
        "autor": names.get(row.autor, ""),
        "novo": names.get(row.novo_usuario_id, ""),
        "removidos": [names.get(person, "") for person in row.removidos],
        "nota": row.nota,
    }
