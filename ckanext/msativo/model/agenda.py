"""The improvement agenda: its items, made by rules and by hand, and the secret addresses of calendars.

Nothing is deleted: an item is closed, an address is revoked.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan.model.types import make_uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

ONE_OPEN = "msativo_agenda_item_uma_aberta"
"""Name of the index that allows one open item per rule and object."""
ONE_FEED = "msativo_agenda_feed_um_endereco"
"""Name of the index that allows one address per organisation."""


class AgendaItem(tk.BaseModel):  # pyright: ignore[reportUntypedBaseClass]
    """One thing to do, with its owner, due day and priority."""

    __tablename__ = "msativo_agenda_item"

    id: Mapped[str] = mapped_column(sa.Text, primary_key=True, default=make_uuid)
    numero: Mapped[int] = mapped_column(sa.Integer, sa.Identity(), unique=True)
    regra: Mapped[str | None] = mapped_column(sa.Text)
    """None: by hand."""
    objeto: Mapped[str] = mapped_column(sa.Text, default="")
    """What the rule holds for, as of `programme.agenda.objects`; "" by hand."""
    estado: Mapped[str] = mapped_column(sa.Text)
    versao: Mapped[int] = mapped_column(sa.Integer, default=1)
    """Grows with every step, edit and new matter; a write that names an older one is a conflict."""
    impressao: Mapped[str] = mapped_column(sa.Text, default="")
    """Hash of the facts named in ``base``."""
    fatos: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    base: Mapped[list[str]] = mapped_column(JSONB, default=list)
    """Names of the facts whose change makes it a new matter."""
    dono_tipo: Mapped[str] = mapped_column(sa.Text)
    """``municipio``, ``secretaria`` or ``coordenacao``."""
    dono_id: Mapped[str] = mapped_column(sa.Text)
    """IBGE code of a municipality, else id of the organisation."""
    autoria_id: Mapped[str | None] = mapped_column(sa.Text)
    """The secretariat that made it by hand; None: the coordenação, or a rule."""
    prazo: Mapped[date] = mapped_column(sa.Date)
    prioridade: Mapped[float] = mapped_column(sa.Float)
    peso_classe: Mapped[float] = mapped_column(sa.Float)
    gravidade: Mapped[float] = mapped_column(sa.Float)
    dias_atraso: Mapped[int] = mapped_column(sa.Integer, default=0)
    titulo: Mapped[str] = mapped_column(sa.Text, default="")
    """By hand; a rule's title is made of its facts where it is shown."""
    texto: Mapped[str] = mapped_column(sa.Text, default="")
    publica: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    """By hand: whether everyone sees it. Of rules the table of `programme.agenda.objects` says it."""
    codigo_ibge: Mapped[str | None] = mapped_column(sa.Text)
    """The municipality that it concerns."""
    ciclo_id: Mapped[str | None] = mapped_column(sa.ForeignKey("msativo_ciclo.id"))
    criada_em: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True))
    alterada_em: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True))
    encerrada_em: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    por_regra: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    """Closed because its rule no longer held."""
    metodo: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    """Settings of its rule in the run that wrote it last."""

    __table_args__ = (
        sa.Index(
            ONE_OPEN,
            "regra",
            "objeto",
            unique=True,
            postgresql_where=sa.text("regra IS NOT NULL AND estado IN ('aberta', 'em_andamento')"),
        ),
        sa.Index("msativo_agenda_item_lista", "estado", "prioridade"),
        sa.Index("msativo_agenda_item_regra", "regra", "objeto", "numero"),
    )


class AgendaFeed(tk.BaseModel):  # pyright: ignore[reportUntypedBaseClass]
    """The secret address of an organisation's calendar; of the secret only a hash is kept."""

    __tablename__ = "msativo_agenda_feed"

    id: Mapped[str] = mapped_column(sa.Text, primary_key=True, default=make_uuid)
    organizacao_id: Mapped[str] = mapped_column(sa.Text)
    token_hash: Mapped[str] = mapped_column(sa.Text, unique=True)
    """SHA-256 of the secret, in hexadecimal."""
    criado_em: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True))
    criado_por: Mapped[str] = mapped_column(sa.Text)
    revogado_em: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))

    __table_args__ = (
        sa.Index(ONE_FEED, "organizacao_id", unique=True, postgresql_where=sa.text("revogado_em IS NULL")),
    )
