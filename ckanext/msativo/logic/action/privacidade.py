"""The privacy notice: which version there is, and who has read it."""

from __future__ import annotations

from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
from sqlalchemy.dialects.postgresql import insert

from ckanext.msativo import config
from ckanext.msativo.logic import clock, people_schema, schema
from ckanext.msativo.logic.transactions import transaction
from ckanext.msativo.model import Ciencia
from ckanext.msativo.model import people_reading as reading

__all__ = ["msativo_privacidade_accept", "msativo_privacidade_show"]


@tk.side_effect_free
def msativo_privacidade_show(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return the version of the privacy notice, and when the caller has confirmed to have read it.

    :returns: ``{"versao", "em"}``; ``em`` is null for who has not, and without an account
    """
    tk.check_access("msativo_privacidade_show", context, data_dict)
    version = config.privacy_version()
    user = reading.account(context["user"]) if context.get("user") else None
    row = reading.read_at(user.id, version) if user is not None else None
    return {"versao": version, "em": row.em.isoformat() if row is not None else None}


def msativo_privacidade_accept(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Confirm to have read the privacy notice; doing so again changes nothing.

    :param versao: the version that was read, which must be the one of today

    :returns: as of ``msativo_privacidade_show``
    """
    tk.check_access("msativo_privacidade_accept", context, data_dict)
    data = schema.validated(data_dict, people_schema.privacidade_accept(), context)
    if data["versao"] != config.privacy_version():
        message = tk._("The notice has changed: its version is {version} now. Read it again.")
        raise tk.ValidationError({"versao": [message.format(version=config.privacy_version())]})
    user = reading.account(context["user"]) if context.get("user") else None
    if user is None:
        raise tk.NotAuthorized(tk._("Log in to do this."))
    with transaction():
        _keep(user.id, data["versao"], clock.now(context))
    return msativo_privacidade_show(context, {})


def _keep(user_id: str, version: str, at: Any) -> None:
    row = insert(Ciencia).values(usuario_id=user_id, versao=version, em=at)
    model.Session.execute(row.on_conflict_do_nothing())
