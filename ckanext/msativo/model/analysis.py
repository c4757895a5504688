"""Results of the analysis.

A *resultado* is what one method makes of one indicator's observations. Its key is the hash of both, so it never
changes and is never computed twice. A *snapshot* is a list of resultados: a new run that finds nothing changed finds
the snapshot that is already there, and two snapshots share all that is equal in them.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan.model.types import make_uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column


class Snapshot(tk.BaseModel):  # pyright: ignore[reportUntypedBaseClass]
    """One analysis: which resultado each indicator had."""

    __tablename__ = "msativo_snapshot"

    id: Mapped[str] = mapped_column(sa.Text, primary_key=True, default=make_uuid)
    conteudo_hash: Mapped[str] = mapped_column(sa.Text, index=True)
    """SHA-256 of its list of resultados: the same inputs and methods have the same hash."""
    numero: Mapped[int] = mapped_column(sa.Integer, sa.Identity(), unique=True)
    criado_em: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True))
    autor: Mapped[str] = mapped_column(sa.Text)


class Resultado(tk.BaseModel):  # pyright: ignore[reportUntypedBaseClass]
    """One indicator's observations under one method; immutable."""

    __tablename__ = "msativo_resultado"

    id: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    indicador: Mapped[str] = mapped_column(sa.Text, index=True)
    """Id of the indicator's dataset; the name may change."""
    dados_hash: Mapped[str] = mapped_column(sa.Text)
    metodo_hash: Mapped[str] = mapped_column(sa.Text)
    metodo: Mapped[dict[str, Any]] = mapped_column(JSONB)
    ano_padrao: Mapped[int | None] = mapped_column(sa.Integer)
    """Reference year when none is asked for; None when there is no value at all."""
    avisos: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    """What the analysis left out when it read the data, and why."""


class ResultadoAno(tk.BaseModel):  # pyright: ignore[reportUntypedBaseClass]
    """A resultado's summary for one reference year."""

    __tablename__ = "msativo_resultado_ano"

    resultado_id: Mapped[str] = mapped_column(
        sa.ForeignKey("msativo_resultado.id", ondelete="CASCADE"), primary_key=True
    )
    ano: Mapped[int] = mapped_column(sa.Integer, primary_key=True)
    observado: Mapped[bool] = mapped_column(sa.Boolean)
    """False for a year without any value of its own, reached only by the tolerance."""
    com_valor: Mapped[int] = mapped_column(sa.Integer)
    """Municipalities with a value of that very year."""
    instalados: Mapped[int] = mapped_column(sa.Integer)
    cobertura: Mapped[float] = mapped_column(sa.Float)
    usados: Mapped[int] = mapped_column(sa.Integer)
    """Municipalities with a value within the tolerance."""
    criticos: Mapped[int] = mapped_column(sa.Integer)
    atencao: Mapped[int] = mapped_column(sa.Integer)
    adequados: Mapped[int] = mapped_column(sa.Integer)
    sem_dado: Mapped[int] = mapped_column(sa.Integer)
    mediana: Mapped[float | None] = mapped_column(sa.Float)
    limite: Mapped[float | None] = mapped_column(sa.Float)
    """The cut of the critical state, in the indicator's unit."""
    limite_atencao: Mapped[float | None] = mapped_column(sa.Float)
    sem_variacao: Mapped[bool] = mapped_column(sa.Boolean)


class Criticidade(tk.BaseModel):  # pyright: ignore[reportUntypedBaseClass]
    """One municipality in one resultado and reference year."""

    __tablename__ = "msativo_criticidade"

    resultado_id: Mapped[str] = mapped_column(
        sa.ForeignKey("msativo_resultado.id", ondelete="CASCADE"), primary_key=True
    )
    ano: Mapped[int] = mapped_column(sa.Integer, primary_key=True)
    codigo_ibge: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    valor: Mapped[float | None] = mapped_column(sa.Float)
    valor_suavizado: Mapped[float | None] = mapped_column(sa.Float)
    """Pooled and smoothed rate by which a rate of events is judged; None for other kinds."""
    confianca: Mapped[str | None] = mapped_column(sa.Text)
    ano_valor: Mapped[int | None] = mapped_column(sa.Integer)
    nota: Mapped[str | None] = mapped_column(sa.Text)
    estado: Mapped[str] = mapped_column(sa.Text)
    posicao: Mapped[int | None] = mapped_column(sa.Integer)
    percentil: Mapped[float | None] = mapped_column(sa.Float)
    limite: Mapped[float | None] = mapped_column(sa.Float)
    limite_atencao: Mapped[float | None] = mapped_column(sa.Float)
    referencia_n: Mapped[int] = mapped_column(sa.Integer)
    """Number of values in the reference group that set the limits."""
    motivo: Mapped[str] = mapped_column(sa.Text)
    """Code of the reason; its sentence is made where it is shown."""
    faixa: Mapped[str | None] = mapped_column(sa.Text)
    critico_desde: Mapped[int | None] = mapped_column(sa.Integer)

    __table_args__ = (sa.Index("msativo_criticidade_municipio", "codigo_ibge", "resultado_id", "ano"),)


class SnapshotResultado(tk.BaseModel):  # pyright: ignore[reportUntypedBaseClass]
    """Which resultado an indicator had in a snapshot."""

    __tablename__ = "msativo_snapshot_resultado"

    snapshot_id: Mapped[str] = mapped_column(sa.ForeignKey("msativo_snapshot.id", ondelete="CASCADE"), primary_key=True)
    indicador: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    resultado_id: Mapped[str] = mapped_column(sa.ForeignKey("msativo_resultado.id"), index=True)
