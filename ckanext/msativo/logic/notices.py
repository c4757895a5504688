"""Tells people what happened: in the transaction of what it tells, so both are there or neither is.

    notices.tell(notices.coordenacao(), "adesao_enviada", key, "/adesoes/…", but=author, municipio=…, …)

The row is at once in the person's list in the portal, and waits there for its e-mail (`outbox`), which a background job
sends after the commit. When the job cannot be queued nothing is lost: ``ckan msativo notices`` finds what waits.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime, timezone
from typing import Any

import ckan.model as model
from sqlalchemy import event

from ckanext.msativo.logic import jobs_queue
from ckanext.msativo.logic.validators import organization_kind
from ckanext.msativo.model import notices as table
from ckanext.msativo.model import programme_reading as reading
from ckanext.msativo.programme import notices as kinds
from ckanext.msativo.programme.access import CAPACITIES, EDITOR
from ckanext.msativo.programme.ownership import COORDENACAO, SECRETARIA

log = logging.getLogger(__name__)
TOLD = "msativo_told"
"""Mark in a session's ``info``: its transaction has told somebody something."""


def tell(
    recipients: Iterable[str],
    kind: str,
    key: str,
    url: str,
    /,
    *,
    but: str | None = None,
    at: datetime | None = None,
    **facts: Any,
) -> int:
    """Tell each of the recipients (ids of users) once; a second call with the same kind and key tells only new ones.

    :param kind: a key of `programme.notices.KINDS`, which says what ``facts`` it needs
    :param key: what happened, such as an id with its version
    :param url: path within the portal, without language
    :param but: id of the user who did it, and need not be told
    :param at: the moment it happened (default: now)

    :returns: how many were told. Nothing is sent or kept before the caller commits.
    """
    if not url.startswith("/") or url.startswith(("//", "/\\")):
        raise ValueError(f"The address of a notice is a path within the portal: {url!r}")
    written = kinds.facts(kind, facts)
    moment = at or datetime.now(timezone.utc)
    told = table.add(
        [
            {
                "id": table.make_uuid(),
                "usuario_id": user,
                "tipo": kind,
                "chave": f"{kind}:{key}",
                "fatos": written,
                "url": url,
                "criado_em": moment,
                "email_estado": table.PENDING,
                "tentativas": 0,
                "proxima_em": moment,
            }
            # In one order: of two transactions that tell the same people the second waits, none hangs.
            for user in sorted(set(recipients) - {but})
        ]
    )
    if told:
        model.Session().info[TOLD] = True
    return told


# -- to whom -----------------------------------------------------------------------------------------------------------
def members_of(organization: str | None, capacity: str = EDITOR) -> set[str]:
    """The active people with at least that capacity in an organisation, by its id."""
    return table.members(organization, CAPACITIES[CAPACITIES.index(capacity) :]) if organization else set()


def editors_of_municipality(code: str) -> set[str]:
    """Those who may write for the prefeitura of a municipality, by its IBGE code."""
    return members_of(reading.prefeitura_of(code))


def coordenacao(capacity: str = EDITOR) -> set[str]:
    """Those of the programme coordination."""
    return set().union(*(members_of(organization, capacity) for organization in table.organizations(COORDENACAO)))


def secretaria(organization: str | None, capacity: str = EDITOR) -> set[str]:
    """Those of a secretariat, by its id or name; nobody when it is none."""
    group = model.Group.get(organization) if organization else None
    if group is None or organization_kind(group.id) != SECRETARIA:
        return set()
    return members_of(group.id, capacity)


def active(users: Iterable[str | None]) -> set[str]:
    """Those of some users whose accounts are in use."""
    return table.active({user for user in users if user})


def unread(user: str) -> int:
    """How many notices somebody has not read: one count by an index of unread ones, for the header of each page."""
    return table.unread(user)


# -- after the commit --------------------------------------------------------------------------------------------------
@event.listens_for(model.Session, "after_commit")
def _committed(session: Any) -> None:
    """Queue the sending. A savepoint's end is no commit yet."""
    if not session.info.get(TOLD) or session.in_nested_transaction():
        return
    session.info.pop(TOLD)
    try:
        jobs_queue.enqueue_notices()
    except Exception:
        log.exception("The sending of notices was not queued; `ckan msativo notices` sends them")


@event.listens_for(model.Session, "after_rollback")
def _rolled_back(session: Any) -> None:
    if not session.in_nested_transaction():
        session.info.pop(TOLD, None)
