"""A person's own notices, and which e-mails he or she gets."""

from __future__ import annotations

from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk

from ckanext.msativo.logic import clock, notice_schema, outbox, schema
from ckanext.msativo.logic.told import told
from ckanext.msativo.model import Aviso
from ckanext.msativo.model import notices as table
from ckanext.msativo.programme import notices as kinds

__all__ = [
    "msativo_aviso_list",
    "msativo_aviso_preferencia_show",
    "msativo_aviso_preferencia_update",
    "msativo_aviso_read",
]


@tk.side_effect_free
def msativo_aviso_list(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return the caller's own notices: unread ones first, the newest on top.

    :param lido: only read (false: only unread) ones
    :param limit, offset: the page

    :returns: ``{"count", "nao_lidos", "results": [{"id", "tipo", "gravidade", "titulo", "texto", "url", "fatos",
        "criado_em", "lido_em"}], "snapshot": null}``; ``gravidade`` is ``informa``, ``acao`` or ``alerta``, ``url`` a
        path within the portal, title and text are in the caller's language
    """
    tk.check_access("msativo_aviso_list", context, data_dict)
    data = schema.validated(data_dict, notice_schema.aviso_list(), context)
    user = _user(context)
    count, rows = table.page(user, data.get("lido"), data["limit"], data["offset"])
    return {"count": count, "nao_lidos": table.unread(user), "results": [_row(row) for row in rows], "snapshot": None}


def _row(row: Aviso) -> dict[str, Any]:
    return {
        "id": row.id,
        "tipo": row.tipo,
        "gravidade": kinds.kind(row.tipo).weight,
        "titulo": told(kinds.title(row.tipo, row.fatos)),
        "texto": told(kinds.text(row.tipo, row.fatos)),
        "url": row.url,
        "fatos": row.fatos,
        "criado_em": row.criado_em.isoformat(),
        "lido_em": row.lido_em.isoformat() if row.lido_em else None,
    }


def msativo_aviso_read(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Mark one of the caller's own notices as read, or all of them.

    :param id: the notice
    :param todos: true for all, instead of ``id``

    :returns: ``{"lidos", "nao_lidos"}``: how many it marked, and how many are unread now; with ``id`` also ``url``
    """
    tk.check_access("msativo_aviso_read", context, data_dict)
    data = schema.validated(data_dict, notice_schema.aviso_read(), context)
    identifier, everything = data.get("id"), data.get("todos")
    if bool(identifier) == bool(everything):
        raise tk.ValidationError({"id": [tk._("Say which notice, or “todos” for all of them.")]})
    user, found = _user(context), None
    if identifier:
        found = table.own(user, identifier)
        if found is None:
            raise tk.ObjectNotFound(tk._("You have no notice “{id}”.").format(id=identifier))
    marked = table.mark_read(user, clock.now(context), identifier)
    model.Session.commit()
    return {"lidos": marked, "nao_lidos": table.unread(user), **({"url": found.url} if found else {})}


@tk.side_effect_free
def msativo_aviso_preferencia_show(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return which e-mails the caller gets: ``{"email", "atualizado_em"}``, as of ``msativo_aviso_preferencia_update``.

    ``atualizado_em`` is null while nothing was chosen.
    """
    tk.check_access("msativo_aviso_preferencia_show", context, data_dict)
    return _preference(_user(context))


def msativo_aviso_preferencia_update(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Choose which e-mails one gets.

    :param email: ``imediato`` (one for each notice), ``resumo`` (one a day; what is urgent comes at once) or ``nenhum``
    """
    tk.check_access("msativo_aviso_preferencia_update", context, data_dict)
    data = schema.validated(data_dict, notice_schema.preferencia_update(), context)
    user = _user(context)
    table.prefer(user, data["email"], clock.now(context))
    model.Session.commit()
    return _preference(user)


def _preference(user: str) -> dict[str, Any]:
    row = table.preference(user)
    return {"email": outbox.preferred(user), "atualizado_em": row.atualizado_em.isoformat() if row else None}


def _user(context: Any) -> str:
    """Id of the caller; a sysadmin too reads his own alone."""
    user = model.User.get(context.get("user"))
    if user is None:
        raise tk.NotAuthorized(tk._("Log in to see your notices."))
    return user.id
