"""Absences and who covers them: one's own, and those of the members of an organisation that one administers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk

from ckanext.msativo.logic import clock, people_schema, schema, teams
from ckanext.msativo.logic.transactions import transaction
from ckanext.msativo.model import Ausencia, programme_reading
from ckanext.msativo.model import people_reading as reading

__all__ = ["msativo_ausencia_create", "msativo_ausencia_delete", "msativo_ausencia_list"]


def msativo_ausencia_create(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Tell when somebody is away and who takes the place: reviews and notices go there meanwhile.

    The cover works in an organisation of that person's, and gets no right that he or she has not got already.

    :param usuario: id or name; oneself when it is left out, else a member of an organisation that one administers
    :param substituto: id or name of who covers
    :param inicio, fim: first and last day
    :param motivo: optional, seen by that person and the organisation's administrators

    :returns: the row of ``msativo_ausencia_list``
    """
    tk.check_access("msativo_ausencia_create", context, data_dict)
    data = schema.validated(data_dict, people_schema.ausencia_create(), context)
    sees = teams.viewer(context)
    person = reading.account(data.get("usuario") or sees.user_id)
    if person is None or not _manages(sees, person.id):
        raise tk.NotAuthorized(tk._("Only the person or an administrator of the organization can do this."))
    cover = _cover(person, data["substituto"])
    _check_days(data, clock.today(context))
    with transaction():
        # Two at once for one person wait here.
        reading.lock_email(f"ausencia:{person.id}")
        _check_free(person.id, data)
        row = Ausencia(
            usuario_id=person.id,
            substituto_id=cover.id,
            inicio=data["inicio"],
            fim=data["fim"],
            motivo=data.get("motivo", ""),
            criado_em=clock.now(context),
        )
        model.Session.add(row)
    return _row(row, sees, _names([row]))


def _manages(sees: teams.Viewer, user_id: str) -> bool:
    """Oneself, the members of one's organisations as their administrator, and everyone as the portal."""
    if user_id == sees.user_id or sees.own is None:
        return True
    return bool(reading.organizations_of(user_id).intersection(sees.own))


def _cover(person: Any, reference: str) -> Any:
    cover = reading.account(reference)
    shared = (
        reading.organizations_of(person.id) & reading.organizations_of(cover.id)
        if cover is not None and cover.state == "active"
        else set()
    )
    if cover is None or not shared or cover.id == person.id:
        raise tk.ValidationError({"substituto": [tk._("Name another person of the same organization.")]})
    return cover


def _check_days(data: Mapping[str, Any], today: Any) -> None:
    if data["fim"] < data["inicio"]:
        raise tk.ValidationError({"fim": [tk._("The last day comes before the first.")]})
    if data["fim"] < today:
        raise tk.ValidationError({"fim": [tk._("These days are over.")]})


def _check_free(user_id: str, data: Mapping[str, Any]) -> None:
    other = reading.overlapping(user_id, data["inicio"], data["fim"])
    if other is not None:
        message = tk._("There is an absence from {first} to {last} already: delete it or choose other days.")
        first, last = (tk.h.msativo_date(day.isoformat()) for day in (other.inicio, other.fim))
        raise tk.ValidationError({"inicio": [message.format(first=first, last=last)]})


def msativo_ausencia_delete(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Take an absence back, or end it before its time.

    :param id: of the absence
    """
    tk.check_access("msativo_ausencia_delete", context, data_dict)
    data = schema.validated(data_dict, schema.by_id(), context)
    row, sees = reading.absence(data["id"]), teams.viewer(context)
    if row is None or not _manages(sees, row.usuario_id):
        raise tk.ObjectNotFound(tk._("There is no such absence."))
    with transaction():
        model.Session.delete(row)
    return {}


@tk.side_effect_free
def msativo_ausencia_list(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return absences that are on or to come: one's own, those that one covers, those of whom one administers.

    :param passadas: those that are over as well
    :param limit, offset: the page

    :returns: ``{"count", "results": [{"id", "usuario", "nome", "inicio", "fim", "substituto", "substituto_nome",
        "em_curso", "pode_excluir"}], "snapshot": null}``, with ``motivo`` for that person and the administrators
    """
    tk.check_access("msativo_ausencia_list", context, data_dict)
    data = schema.validated(data_dict, people_schema.ausencia_list(), context)
    sees, today = teams.viewer(context), clock.today(context)
    since = None if data.get("passadas") else today
    user = None if sees.own is None else sees.user_id
    count, rows = reading.absences_of(user, sees.own or (), since, data["limit"], data["offset"])
    names = _names(rows)
    shown = [{**_row(row, sees, names), "em_curso": row.inicio <= today <= row.fim} for row in rows]
    return {"count": count, "results": shown, "snapshot": None}


def _names(rows: list[Ausencia]) -> dict[str, str]:
    return programme_reading.user_names({person for row in rows for person in (row.usuario_id, row.substituto_id)})


def _row(row: Ausencia, sees: teams.Viewer, names: Mapping[str, str]) -> dict[str, Any]:
    shown = {
        "id": row.id,
        "usuario": row.usuario_id,
        "nome": names.get(row.usuario_id, ""),
        "inicio": row.inicio.isoformat(),
        "fim": row.fim.isoformat(),
        "substituto": row.substituto_id,
        "substituto_nome": names.get(row.substituto_id, ""),
        "pode_excluir": _manages(sees, row.usuario_id),
    }
    return {**shown, "motivo": row.motivo} if shown["pode_excluir"] else shown
