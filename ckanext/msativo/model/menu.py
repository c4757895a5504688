"""The menu of actions: what secretariats write, the versions that were published, and who adopted what."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column


class Acao(tk.BaseModel):  # pyright: ignore[reportUntypedBaseClass]
    """An action of the menu as it is being written; its public dataset shows the newest published version."""

    __tablename__ = "msativo_acao"

    id: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    """Also the id of the dataset, once there is one."""
    nome: Mapped[str] = mapped_column(sa.Text, unique=True)
    secretaria_id: Mapped[str] = mapped_column(sa.Text, index=True)
    """Organisation that leads it."""
    estado: Mapped[str] = mapped_column(sa.Text)
    versao: Mapped[int] = mapped_column(sa.Integer, default=1)
    """Grows with every write; a write that names an older one is a conflict."""
    conteudo: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """The working copy, as of `logic.acoes.FIELDS`."""
    publicada: Mapped[int | None] = mapped_column(sa.Integer)
    """Number of the published version; None: it is not in the menu."""
    criada_em: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True))


class AcaoVersao(tk.BaseModel):  # pyright: ignore[reportUntypedBaseClass]
    """A published version, append-only: plans hold the one they took."""

    __tablename__ = "msativo_acao_versao"

    acao_id: Mapped[str] = mapped_column(sa.ForeignKey("msativo_acao.id"), primary_key=True)
    numero: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False)
    conteudo: Mapped[dict[str, Any]] = mapped_column(JSONB)
    publicada_em: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True))


class Adocao(tk.BaseModel):  # pyright: ignore[reportUntypedBaseClass]
    """What a municipality says to an action in a cycle; without a row it is open. The history keeps every change."""

    __tablename__ = "msativo_adocao"

    codigo_ibge: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    ciclo_id: Mapped[str] = mapped_column(sa.ForeignKey("msativo_ciclo.id"), primary_key=True)
    acao_id: Mapped[str] = mapped_column(sa.ForeignKey("msativo_acao.id"), primary_key=True, index=True)
    decisao: Mapped[str] = mapped_column(sa.Text)
    """``adotada``, ``recusada`` or ``aberta``."""
    motivo: Mapped[str] = mapped_column(sa.Text, default="")
    """Why it is declined, optional; read by the coordenação and the secretariat."""
    em: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True))


class Comentario(tk.BaseModel):  # pyright: ignore[reportUntypedBaseClass]
    """What somebody says to an action in the making or to an agenda item; append-only, never public."""

    __tablename__ = "msativo_comentario"

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    objeto_tipo: Mapped[str] = mapped_column(sa.Text)
    objeto_id: Mapped[str] = mapped_column(sa.Text)
    autor: Mapped[str] = mapped_column(sa.Text)
    texto: Mapped[str] = mapped_column(sa.Text)
    em: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True))

    __table_args__ = (sa.Index("msativo_comentario_objeto", "objeto_tipo", "objeto_id", "id"),)
