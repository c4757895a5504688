"""The State's named contact of each municipality and each action of the menu."""

from __future__ import annotations

from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk

from ckanext.msativo.logic import clock, people_schema, schema, state_contacts
from ckanext.msativo.logic.territory import find_municipality
from ckanext.msativo.logic.transactions import transaction
from ckanext.msativo.model import ContatoEstado
from ckanext.msativo.model import people_reading as reading

__all__ = ["msativo_contato_estado_list", "msativo_contato_estado_set"]


def msativo_contato_estado_set(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Name the person of the State who answers for a municipality or an action; without a person, nobody does.

    :param objeto: ``municipio/<code or name>`` (by the coordenação) or ``acao/<id or name>`` (also by its secretariat)
    :param usuario: id or name of somebody in a coordenação or secretariat; in that secretariat, when it is the one
        who asks

    :returns: the row of ``msativo_contato_estado_list``, or ``{}``
    """
    tk.check_access("msativo_contato_estado_set", context, data_dict)
    data = schema.validated(data_dict, people_schema.contato_set(), context)
    named = state_contacts.find(data["objeto"])
    if named is None:
        raise tk.ObjectNotFound(tk._("There is no “{name}” to name a contact for.").format(name=data["objeto"]))
    sees = state_contacts.reader(context)
    if not data.get("usuario"):
        with transaction():
            model.Session.query(ContatoEstado).filter_by(objeto_tipo=named.kind, objeto_id=named.id).delete()
        return {}
    only = None if sees.all else {named.owner or ""}
    user = state_contacts.member_of_the_state(data["usuario"], only)
    with transaction():
        row = model.Session.merge(
            ContatoEstado(objeto_tipo=named.kind, objeto_id=named.id, usuario_id=user.id, desde=clock.now(context))
        )
    return state_contacts.shown(sees, [(row, named)], clock.today(context))[0]


@tk.side_effect_free
def msativo_contato_estado_list(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return who in the State answers for which municipality and action.

    :param municipio: code or name
    :param acao: id or name
    :param limit, offset: the page

    :returns: ``{"count", "results": [{"objeto_tipo", "objeto_id", "objeto_titulo", "nome", "organizacao", "desde",
        "substituto"}], "snapshot": null}``, ``substituto`` the name of who covers an absence today; to the members of
        that prefeitura or secretariat and to the coordenação also ``email`` and ``substituto_email``, to the latter
        ``usuario``
    """
    tk.check_access("msativo_contato_estado_list", context, data_dict)
    data = schema.validated(data_dict, people_schema.contato_list(), context)
    sees = state_contacts.reader(context)
    visible = [pair for pair in state_contacts.named_in(_asked(data)) if sees.sees(pair[1])]
    rows = state_contacts.shown(sees, visible, clock.today(context))
    page = rows[data["offset"] : data["offset"] + data["limit"]]
    return {"count": len(rows), "results": page, "snapshot": None}


def _asked(data: dict[str, Any]) -> list[ContatoEstado]:
    if data.get("municipio"):
        return reading.state_contacts("municipio", {find_municipality(data["municipio"]).codigo_ibge})
    if data.get("acao"):
        named = state_contacts.find(f"acao/{data['acao']}")
        return reading.state_contacts("acao", {named.id}) if named else []
    return reading.state_contacts()
