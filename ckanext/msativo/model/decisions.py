"""What people say about a result: the coordenação's decisions on a class, the prefeituras' contests and the answers.

Both are append-only: a later decision stands beside the earlier one, an answered contest is not changed.
"""

from __future__ import annotations

from datetime import datetime

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan.model.types import make_uuid
from sqlalchemy.orm import Mapped, mapped_column


class Decisao(tk.BaseModel):  # pyright: ignore[reportUntypedBaseClass]
    """The coordenação's class of a municipality in a challenge and cycle; the newest one holds."""

    __tablename__ = "msativo_decisao"

    id: Mapped[int] = mapped_column(sa.Integer, sa.Identity(), primary_key=True)
    desafio: Mapped[str] = mapped_column(sa.Text)
    """Id of the challenge's dataset."""
    ciclo: Mapped[str] = mapped_column(sa.Text)
    codigo_ibge: Mapped[str] = mapped_column(sa.Text)
    classe: Mapped[str | None] = mapped_column(sa.Text)
    """None: the decision is taken back, the computed class holds again."""
    classe_calculada: Mapped[str | None] = mapped_column(sa.Text)
    """What the analysis said when it was decided."""
    motivo: Mapped[str] = mapped_column(sa.Text)
    autor: Mapped[str] = mapped_column(sa.Text)
    """Id of the user; never shown to the public."""
    criado_em: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True))

    __table_args__ = (sa.Index("msativo_decisao_objeto", "desafio", "codigo_ibge", "ciclo"),)


class Contestacao(tk.BaseModel):  # pyright: ignore[reportUntypedBaseClass]
    """A prefeitura's objection to a value of an indicator or to its class in a challenge, and the State's answer."""

    __tablename__ = "msativo_contestacao"

    id: Mapped[str] = mapped_column(sa.Text, primary_key=True, default=make_uuid)
    numero: Mapped[int] = mapped_column(sa.Integer, sa.Identity(), unique=True)
    codigo_ibge: Mapped[str] = mapped_column(sa.Text, index=True)
    objeto: Mapped[str] = mapped_column(sa.Text)
    """Id of the dataset of the indicator or the challenge."""
    tipo: Mapped[str] = mapped_column(sa.Text)
    """``indicador`` or ``desafio``."""
    ano: Mapped[int | None] = mapped_column(sa.Integer)
    """Year of the contested value."""
    snapshot_id: Mapped[str] = mapped_column(sa.ForeignKey("msativo_snapshot.id"))
    contestado: Mapped[str | None] = mapped_column(sa.Text)
    """The value or class as it was shown."""
    texto: Mapped[str] = mapped_column(sa.Text)
    autor: Mapped[str] = mapped_column(sa.Text)
    criado_em: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True))
    decisao: Mapped[str | None] = mapped_column(sa.Text)
    """``procedente``, ``parcial`` or ``improcedente``; None while it is open."""
    resposta: Mapped[str | None] = mapped_column(sa.Text)
    respondido_por: Mapped[str | None] = mapped_column(sa.Text)
    respondido_em: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))


class ContestacaoArquivo(tk.BaseModel):  # pyright: ignore[reportUntypedBaseClass]
    """A file that came with a contest."""

    __tablename__ = "msativo_contestacao_arquivo"

    id: Mapped[str] = mapped_column(sa.Text, primary_key=True, default=make_uuid)
    contestacao_id: Mapped[str] = mapped_column(sa.ForeignKey("msativo_contestacao.id"), index=True)
    nome: Mapped[str] = mapped_column(sa.Text)
    formato: Mapped[str] = mapped_column(sa.Text)
    tamanho: Mapped[int] = mapped_column(sa.Integer)
    hash: Mapped[str] = mapped_column(sa.Text)
    conteudo: Mapped[bytes] = mapped_column(sa.LargeBinary, deferred=True)
