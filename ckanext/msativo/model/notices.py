"""Notices to people (avisos): the rows are the list in the portal and the outbox of the e-mails at once.

A row is written in the transaction of what it tells, so it is there if and only if that happened; its unique key keeps
a second one of the same away.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan.model.types import make_uuid
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Mapped, mapped_column

from ckanext.msativo.model.programme_reading import GROUP_EXTRAS

PENDING, SENT, GIVEN_UP, NONE = EMAIL_STATES = ("pendente", "enviado", "desistido", "nao")
ONCE = "msativo_aviso_uma_vez"
"""Name of the constraint by which somebody is told a thing once."""


class Aviso(tk.BaseModel):  # pyright: ignore[reportUntypedBaseClass]
    """One notice to one person."""

    __tablename__ = "msativo_aviso"

    id: Mapped[str] = mapped_column(sa.Text, primary_key=True, default=make_uuid)
    usuario_id: Mapped[str] = mapped_column(sa.Text)
    tipo: Mapped[str] = mapped_column(sa.Text)
    """A key of `programme.notices.KINDS`."""
    chave: Mapped[str] = mapped_column(sa.Text)
    """What happened, the same however often it is told."""
    fatos: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    """What the kind's sentences are filled with. No personal data."""
    url: Mapped[str] = mapped_column(sa.Text)
    """Path within the portal, without language."""
    criado_em: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True))
    lido_em: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    email_estado: Mapped[str] = mapped_column(sa.Text, default=PENDING)
    tentativas: Mapped[int] = mapped_column(sa.Integer, default=0)
    proxima_em: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True))
    """Not to be mailed before this moment: a retry, a digest, or another process is at it."""
    enviado_em: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    erro: Mapped[str | None] = mapped_column(sa.Text)
    """Why the newest attempt failed."""

    __table_args__ = (
        sa.UniqueConstraint("usuario_id", "chave", name=ONCE),
        sa.CheckConstraint(
            "email_estado IN ('pendente', 'enviado', 'desistido', 'nao')", name="msativo_aviso_email_estado"
        ),
        sa.Index("msativo_aviso_lista", "usuario_id", "criado_em", "id"),
        sa.Index("msativo_aviso_nao_lidos", "usuario_id", postgresql_where=sa.text("lido_em IS NULL")),
        sa.Index("msativo_aviso_pendentes", "proxima_em", postgresql_where=sa.text("email_estado = 'pendente'")),
    )


class AvisoPreferencia(tk.BaseModel):  # pyright: ignore[reportUntypedBaseClass]
    """Which e-mails somebody wants; without a row the default."""

    __tablename__ = "msativo_aviso_preferencia"

    usuario_id: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    email: Mapped[str] = mapped_column(sa.Text)
    """A key of `programme.notices.PREFERENCES`."""
    atualizado_em: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True))

    __table_args__ = (
        sa.CheckConstraint("email IN ('imediato', 'resumo', 'nenhum')", name="msativo_aviso_preferencia_email"),
    )


# -- writing -----------------------------------------------------------------------------------------------------------
def add(rows: Sequence[Mapping[str, Any]]) -> int:
    """Add those that are not there yet; returns how many."""
    if not rows:
        return 0
    statement = insert(Aviso).on_conflict_do_nothing(constraint=ONCE).returning(Aviso.id)
    return len(model.Session.execute(statement.values(list(rows))).all())


def mark_read(user_id: str, at: datetime, identifier: str | None = None) -> int:
    """Mark one, or all, of a person's unread notices as read; returns how many were."""
    statement = sa.update(Aviso).where(Aviso.usuario_id == user_id, Aviso.lido_em.is_(None))
    if identifier is not None:
        statement = statement.where(Aviso.id == identifier)
    return len(model.Session.execute(statement.values(lido_em=at).returning(Aviso.id)).all())


def prefer(user_id: str, email: str, at: datetime) -> None:
    """Keep which e-mails somebody wants; what waits for a digest is looked at anew."""
    statement = insert(AvisoPreferencia).values(usuario_id=user_id, email=email, atualizado_em=at)
    changed = {"email": email, "atualizado_em": at}
    model.Session.execute(statement.on_conflict_do_update(index_elements=["usuario_id"], set_=changed))
    waiting = sa.update(Aviso).where(
        Aviso.usuario_id == user_id, Aviso.email_estado == PENDING, Aviso.tentativas == 0, Aviso.proxima_em > at
    )
    model.Session.execute(waiting.values(proxima_em=at))


# -- reading -----------------------------------------------------------------------------------------------------------
def page(user_id: str, read: bool | None, limit: int | None, offset: int) -> tuple[int, list[Aviso]]:
    """How many notices a person has (only read or unread ones) and one page of them: unread first, newest first."""
    query = model.Session.query(Aviso).populate_existing().filter_by(usuario_id=user_id)
    if read is not None:
        query = query.filter(Aviso.lido_em.is_not(None) if read else Aviso.lido_em.is_(None))
    ordered = query.order_by(Aviso.lido_em.is_not(None), Aviso.criado_em.desc(), Aviso.id)
    return query.count(), ordered.offset(offset).limit(limit).all()


def unread(user_id: str) -> int:
    query = sa.select(sa.func.count()).where(Aviso.usuario_id == user_id, Aviso.lido_em.is_(None))
    return model.Session.scalar(query) or 0


def own(user_id: str, identifier: str) -> Aviso | None:
    """A person's notice; None when there is none or it is another's."""
    return model.Session.query(Aviso).filter_by(usuario_id=user_id, id=identifier).first()


def preference(user_id: str) -> AvisoPreferencia | None:
    query = model.Session.query(AvisoPreferencia).populate_existing()
    return query.filter_by(usuario_id=user_id).first()


def active(identifiers: Collection[str]) -> set[str]:
    """Those of the ids that belong to people whose accounts are in use."""
    query = sa.select(model.User.id).where(model.User.id.in_(identifiers), model.User.state == "active")
    return set(model.Session.scalars(query))


def organizations(kind: str) -> list[str]:
    """Ids of the active organisations of a kind."""
    query = sa.select(model.Group.id).where(
        model.Group.is_organization.is_(True), model.Group.state == "active", GROUP_EXTRAS["kind"].astext == kind
    )
    return list(model.Session.scalars(query))


def members(organization_id: str, capacities: Collection[str]) -> set[str]:
    """Ids of the active people who have one of the capacities in an active organisation."""
    query = (
        sa.select(model.User.id)
        .join(model.Member, sa.and_(model.Member.table_id == model.User.id, model.Member.table_name == "user"))
        .join(model.Group, model.Group.id == model.Member.group_id)
        .where(
            model.Group.id == organization_id,
            model.Group.is_organization.is_(True),
            model.Group.state == "active",
            model.Member.state == "active",
            model.Member.capacity.in_(capacities),
            model.User.state == "active",
            # The portal itself administers what it has set up, and reads no notices.
            model.User.name != tk.config["ckan.site_id"],
        )
    )
    return set(model.Session.scalars(query))
