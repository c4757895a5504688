"""Meetings of the programme: written by the coordenação, read by whom they concern, and by everyone when public."""

from __future__ import annotations

from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk

from ckanext.msativo.logic import clock, meetings, people_schema, schema, steps
from ckanext.msativo.logic.territory import find_municipality
from ckanext.msativo.logic.transactions import transaction
from ckanext.msativo.model import Reuniao
from ckanext.msativo.model import people_reading as reading

__all__ = ["msativo_reuniao_create", "msativo_reuniao_list", "msativo_reuniao_show", "msativo_reuniao_update"]

FIELDS = ("titulo", "data", "hora", "lugar", "participantes", "pauta", "decisoes", "publica", "cancelada")


def msativo_reuniao_create(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Add a meeting.

    :param titulo: what it is
    :param data: day, ``hora``: ``14:30``, ``lugar``: where, both optional
    :param ciclo: id of the cycle, optional
    :param municipio, regiao: whose it is (code or name): of one of them, or of all without both
    :param participantes: names, one per line or as a list; never shown to the public
    :param pauta: what is to be spoken of; ``decisoes``: what was decided
    :param publica: whether everyone sees title, day, place and decisions

    :returns: as of ``msativo_reuniao_show``
    """
    tk.check_access("msativo_reuniao_create", context, data_dict)
    data = schema.validated(data_dict, people_schema.reuniao_create(), context)
    fields = {**{name: data[name] for name in FIELDS if name in data}, **meetings.about(data)}
    row = Reuniao(criado_em=clock.now(context), autor=steps.author_of(context), versao=1, **fields)
    meetings.check_place(row)
    with transaction():
        model.Session.add(row)
    return meetings.shown(row, meetings.reader(context))


def msativo_reuniao_update(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Change a meeting; what is not given stays. None is deleted: one that does not take place is ``cancelada``.

    :param id: of the meeting
    :param versao: the version that the caller has seen; an older one is refused
    :param cancelada: whether it is cancelled

    :returns: as of ``msativo_reuniao_show``
    """
    tk.check_access("msativo_reuniao_update", context, data_dict)
    data = schema.validated(data_dict, people_schema.reuniao_update(), context)
    fields = {**{name: data[name] for name in FIELDS if name in data}, **meetings.about(data)}
    sees = meetings.reader(context)
    with transaction():
        found = reading.meeting(data["id"], lock=True)
        row = steps.held(found, data, meetings.missing, lambda now: meetings.shown(now, sees))
        for name, value in fields.items():
            setattr(row, name, value)
        meetings.check_place(row)
        row.versao += 1
    return meetings.shown(row, sees)


@tk.side_effect_free
def msativo_reuniao_list(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return meetings: the public ones, those of one's own prefeitura and its regions, to the coordenação all.

    :param municipio: code or name
    :param ciclo: id
    :param quando: ``proximas`` (from today on, the next first) or ``passadas``
    :param limit, offset: the page; the newest come first

    :returns: ``{"count", "results": [row of ``msativo_reuniao_show``], "snapshot": null}``
    """
    tk.check_access("msativo_reuniao_list", context, data_dict)
    data = schema.validated(data_dict, people_schema.reuniao_list(), context)
    sees, today = meetings.reader(context), clock.today(context)
    filters = reading.MeetingFilters(
        codes=None if sees.all else sees.codes,
        regions=sees.regions,
        codigo=find_municipality(data["municipio"]).codigo_ibge if data.get("municipio") else None,
        ciclo=data.get("ciclo") or None,
        since=today if data.get("quando") == "proximas" else None,
        until=today if data.get("quando") == "passadas" else None,
    )
    count, rows = reading.meetings(filters, data["limit"], data["offset"])
    return {"count": count, "results": [meetings.shown(row, sees) for row in rows], "snapshot": None}


@tk.side_effect_free
def msativo_reuniao_show(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return one meeting; one that is not public is not found by those whom it does not concern.

    :param id: of the meeting

    :returns: ``{"id", "titulo", "data", "hora", "lugar", "ciclo", "ciclo_nome", "codigo_ibge", "municipio", "regiao",
        "regiao_nome", "decisoes", "cancelada"}``; to the coordenação and the prefeituras that it is of also
        ``participantes``, ``pauta``, ``publica`` and ``versao``; to the coordenação ``autor`` and ``criado_em``
    """
    tk.check_access("msativo_reuniao_show", context, data_dict)
    data = schema.validated(data_dict, schema.by_id(), context)
    row, sees = reading.meeting(data["id"]), meetings.reader(context)
    if row is None or not (row.publica or sees.is_of(row)):
        raise meetings.missing(data["id"])
    return meetings.shown(row, sees)
