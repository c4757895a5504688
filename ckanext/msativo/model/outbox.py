"""The outbox as the sender works it off: what is due, taking it for a while, and keeping how it went.

Whoever takes a mail puts its rows' ``proxima_em`` ahead by a lease and commits before it is sent: no lock is held while
a mail server thinks, and what a killed process had taken is due again when the lease is over.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import ckan.model as model
import sqlalchemy as sa

from ckanext.msativo.model.notices import NONE, PENDING, SENT, Aviso

_CLAIM = 5_104_701
"""Key of the database's advisory lock on taking mails; milliseconds, one sender at a time."""


def one_at_a_time() -> None:
    """Hold the right to take mails until the transaction ends: of two senders none takes half of a digest."""
    model.Session.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _CLAIM})


def next_due(now: datetime) -> str | None:
    """Id of the person whose notice is due first."""
    query = sa.select(Aviso.usuario_id).where(Aviso.email_estado == PENDING, Aviso.proxima_em <= now)
    return model.Session.scalar(query.order_by(Aviso.proxima_em, Aviso.criado_em, Aviso.id).limit(1))


def pending(user_id: str) -> list[Aviso]:
    """Everything that waits for a person's e-mail, the oldest first; the rows are locked."""
    query = model.Session.query(Aviso).populate_existing().filter_by(usuario_id=user_id, email_estado=PENDING)
    return query.order_by(Aviso.criado_em, Aviso.id).with_for_update().all()


def postpone(row: Aviso, until: datetime) -> None:
    row.proxima_em = until


def take(rows: Iterable[Aviso], until: datetime) -> None:
    """Count an attempt, and keep others away until the lease is over."""
    for row in rows:
        row.tentativas += 1
        row.proxima_em = until


def drop(rows: Iterable[Aviso]) -> None:
    """Of these there will be no e-mail."""
    for row in rows:
        row.email_estado = NONE


def sent(identifiers: Iterable[str], at: datetime) -> None:
    _settle(identifiers, email_estado=SENT, enviado_em=at, erro=None)


def failed(identifier: str, state: str, until: datetime, error: str) -> None:
    _settle([identifier], email_estado=state, proxima_em=until, erro=error)


def _settle(identifiers: Iterable[str], **values: object) -> None:
    statement = sa.update(Aviso).where(Aviso.id.in_(list(identifiers)), Aviso.email_estado == PENDING)
    model.Session.execute(statement.values(**values))
