"""Action plans and their deliveries: the state now, the terms over time."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column


class Plano(tk.BaseModel):  # pyright: ignore[reportUntypedBaseClass]
    """A municipality's plan in a cycle; from its approval on a public dataset shows it."""

    __tablename__ = "msativo_plano"

    id: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    """Also the id of the dataset, once there is one."""
    numero: Mapped[int] = mapped_column(sa.Integer, sa.Identity(), unique=True)
    codigo_ibge: Mapped[str] = mapped_column(sa.Text)
    ciclo_id: Mapped[str] = mapped_column(sa.ForeignKey("msativo_ciclo.id"))
    titulo: Mapped[str] = mapped_column(sa.Text)
    inicio: Mapped[date] = mapped_column(sa.Date)
    """The day from which the dates of the template's deliveries were counted."""
    estado: Mapped[str] = mapped_column(sa.Text)
    versao: Mapped[int] = mapped_column(sa.Integer, default=1)
    proposta: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB(none_as_null=True))
    """The deliveries as an amendment wants them, while one is open; as of `logic.entregas.FIELDS`."""
    criada_em: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True))
    enviada_em: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    aprovada_em: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    """First approval; None: only its prefeitura and the State know of it."""
    em_nome_de: Mapped[str | None] = mapped_column(sa.Text)

    __table_args__ = (sa.Index("msativo_plano_municipio", "codigo_ibge", "ciclo_id"),)


class PlanoAcao(tk.BaseModel):  # pyright: ignore[reportUntypedBaseClass]
    """An action that a plan took, in the version it took."""

    __tablename__ = "msativo_plano_acao"

    plano_id: Mapped[str] = mapped_column(sa.ForeignKey("msativo_plano.id"), primary_key=True)
    acao_id: Mapped[str] = mapped_column(sa.ForeignKey("msativo_acao.id"), primary_key=True, index=True)
    acao_versao: Mapped[int] = mapped_column(sa.Integer)


class Entrega(tk.BaseModel):  # pyright: ignore[reportUntypedBaseClass]
    """A delivery of a plan as it is now."""

    __tablename__ = "msativo_entrega"

    id: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    plano_id: Mapped[str] = mapped_column(sa.ForeignKey("msativo_plano.id"), index=True)
    acao_id: Mapped[str] = mapped_column(sa.ForeignKey("msativo_acao.id"), index=True)
    posicao: Mapped[int] = mapped_column(sa.Integer)
    titulo: Mapped[str] = mapped_column(sa.Text)
    prova: Mapped[str] = mapped_column(sa.Text, default="")
    """What proves it."""
    inicio: Mapped[date] = mapped_column(sa.Date)
    prazo: Mapped[date] = mapped_column(sa.Date)
    meta: Mapped[float | None] = mapped_column(sa.Float)
    """In ``unidade``; None: it is done or not."""
    unidade: Mapped[str] = mapped_column(sa.Text, default="")
    peso: Mapped[float] = mapped_column(sa.Float, default=1.0)
    responsavel: Mapped[str] = mapped_column(sa.Text, default="")
    """Personal data: who answers for it. Seen by the prefeitura, the action's secretariat and the coordenação."""
    estado: Mapped[str] = mapped_column(sa.Text)
    versao: Mapped[int] = mapped_column(sa.Integer, default=1)


class EntregaTermos(tk.BaseModel):  # pyright: ignore[reportUntypedBaseClass]
    """What a delivery was to be from a moment on, append-only: the approval writes the first, an amendment the next."""

    __tablename__ = "msativo_entrega_termos"

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    entrega_id: Mapped[str] = mapped_column(sa.ForeignKey("msativo_entrega.id"), index=True)
    desde: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True))
    inicio: Mapped[date] = mapped_column(sa.Date)
    prazo: Mapped[date] = mapped_column(sa.Date)
    meta: Mapped[float | None] = mapped_column(sa.Float)
    peso: Mapped[float] = mapped_column(sa.Float)
