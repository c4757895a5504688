"""Results of the analysis.

A *resultado* is what one method makes of one indicator's observations, a *desafio_resultado* what a challenge's method
makes of the resultados of its indicators. The key of each is the hash of all it depends on, so it never changes and is
never computed twice. A *snapshot* is a list of them: a new run that finds nothing changed finds the snapshot that is
already there, and two snapshots share all that is equal in them. What a result was made of is kept as *dados*, by hash.

Rows per municipality refer to their result without a foreign key: nothing here is ever deleted (triggers see to it),
and checking a key row by row would double the time of a run.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan.model.types import make_uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column


class Dados(tk.BaseModel):  # pyright: ignore[reportUntypedBaseClass]
    """What a result was made of: an indicator's observations as CSV, or the units as JSON; immutable."""

    __tablename__ = "msativo_dados"

    hash: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    """SHA-256 of the content."""
    conteudo: Mapped[bytes] = mapped_column(sa.LargeBinary)


class Snapshot(tk.BaseModel):  # pyright: ignore[reportUntypedBaseClass]
    """One analysis: which result each indicator and each challenge had."""

    __tablename__ = "msativo_snapshot"

    id: Mapped[str] = mapped_column(sa.Text, primary_key=True, default=make_uuid)
    conteudo_hash: Mapped[str] = mapped_column(sa.Text, index=True)
    """SHA-256 of its list of results: the same inputs and methods have the same hash."""
    numero: Mapped[int] = mapped_column(sa.Integer, sa.Identity(), unique=True)
    criado_em: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True))
    autor: Mapped[str] = mapped_column(sa.Text)
    semente: Mapped[int] = mapped_column(sa.Integer)
    unidades_hash: Mapped[str] = mapped_column(sa.ForeignKey("msativo_dados.hash"))
    """The municipalities, their neighbours and regions as they were."""
    versoes: Mapped[dict[str, str]] = mapped_column(JSONB)
    """Versions of the software that computed it."""
    ciclo: Mapped[str | None] = mapped_column(sa.Text)
    congelado_em: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    congelado_por: Mapped[str | None] = mapped_column(sa.Text)
    corrige: Mapped[str | None] = mapped_column(sa.ForeignKey("msativo_snapshot.id"))
    """The frozen snapshot of the same cycle that this one corrects."""
    errata: Mapped[str | None] = mapped_column(sa.Text)
    """What it corrects, and why."""


class Resultado(tk.BaseModel):  # pyright: ignore[reportUntypedBaseClass]
    """One indicator's observations under one method; immutable."""

    __tablename__ = "msativo_resultado"

    id: Mapped[int] = mapped_column(sa.Integer, sa.Identity(), primary_key=True)
    chave: Mapped[str] = mapped_column(sa.Text, unique=True)
    indicador: Mapped[str] = mapped_column(sa.Text, index=True)
    """Id of the indicator's dataset; the name may change."""
    dados_hash: Mapped[str] = mapped_column(sa.ForeignKey("msativo_dados.hash"))
    metodo_hash: Mapped[str] = mapped_column(sa.Text)
    metodo: Mapped[dict[str, Any]] = mapped_column(JSONB)
    grupos: Mapped[list[Any] | None] = mapped_column(JSONB(none_as_null=True))
    """Label of each unit's reference group, or the positions of those it is compared with; None = the state."""
    ano_padrao: Mapped[int | None] = mapped_column(sa.Integer)
    """Reference year when none is asked for; None when there is no value at all."""
    suficiente: Mapped[bool] = mapped_column(sa.Boolean)
    """Whether that year has the coverage that the method asks for."""
    avisos: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    """What the analysis left out when it read the data, and why."""


class ResultadoAno(tk.BaseModel):  # pyright: ignore[reportUntypedBaseClass]
    """A resultado's summary for one reference year."""

    __tablename__ = "msativo_resultado_ano"

    resultado_id: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False)
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

    resultado_id: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False)
    ano: Mapped[int] = mapped_column(sa.Integer, primary_key=True)
    codigo_ibge: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    valor: Mapped[float | None] = mapped_column(sa.Float)
    valor_suavizado: Mapped[float | None] = mapped_column(sa.Float)
    """Pooled and smoothed rate by which a rate of events is judged; None for other kinds."""
    eventos: Mapped[float | None] = mapped_column(sa.Float)
    """Pooled events behind the smoothed rate."""
    populacao: Mapped[float | None] = mapped_column(sa.Float)
    """Pooled population behind the smoothed rate."""
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
    recuo: Mapped[bool] = mapped_column(sa.Boolean)
    """The reference group had too few values, so the state set the limits."""
    motivo: Mapped[str] = mapped_column(sa.Text)
    """Code of the reason; its sentence is made where it is shown."""
    motivos: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB(none_as_null=True))
    """What the reason is made of, of a rule that combines others or says numbers of its own: codes with their facts."""
    faixa: Mapped[str | None] = mapped_column(sa.Text)
    critico_desde: Mapped[int | None] = mapped_column(sa.Integer)
    tendencia_inclinacao: Mapped[float | None] = mapped_column(sa.Float)
    """Change a year up to the default year (Theil–Sen), on the rows of that year."""
    tendencia_inferior: Mapped[float | None] = mapped_column(sa.Float)
    tendencia_superior: Mapped[float | None] = mapped_column(sa.Float)
    tendencia_pontos: Mapped[int | None] = mapped_column(sa.Integer)


class SnapshotResultado(tk.BaseModel):  # pyright: ignore[reportUntypedBaseClass]
    """Which resultado an indicator had in a snapshot."""

    __tablename__ = "msativo_snapshot_resultado"

    snapshot_id: Mapped[str] = mapped_column(sa.ForeignKey("msativo_snapshot.id"), primary_key=True)
    indicador: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    resultado_id: Mapped[int] = mapped_column(sa.ForeignKey("msativo_resultado.id"), index=True)


class DesafioResultado(tk.BaseModel):  # pyright: ignore[reportUntypedBaseClass]
    """One challenge's method applied to the results of its indicators; immutable."""

    __tablename__ = "msativo_desafio_resultado"

    id: Mapped[int] = mapped_column(sa.Integer, sa.Identity(), primary_key=True)
    chave: Mapped[str] = mapped_column(sa.Text, unique=True)
    desafio: Mapped[str] = mapped_column(sa.Text, index=True)
    """Id of the challenge's dataset."""
    ciclo: Mapped[str] = mapped_column(sa.Text)
    metodo: Mapped[dict[str, Any]] = mapped_column(JSONB)
    limites: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """Ends of the scales (best, worst) by indicator that the cycle froze; None before that."""
    fatos: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """What holds for all municipalities: n, k, the indicators' years, ends and effects, notices."""


class Foco(tk.BaseModel):  # pyright: ignore[reportUntypedBaseClass]
    """One municipality in one challenge's result."""

    __tablename__ = "msativo_foco"

    resultado_id: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False)
    codigo_ibge: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    pontuacao: Mapped[float | None] = mapped_column(sa.Float)
    necessidade: Mapped[float | None] = mapped_column(sa.Float)
    posicao: Mapped[int | None] = mapped_column(sa.Integer)
    percentil: Mapped[float | None] = mapped_column(sa.Float)
    posicao_mediana: Mapped[float | None] = mapped_column(sa.Float)
    posicao_p05: Mapped[int | None] = mapped_column(sa.Integer)
    posicao_p95: Mapped[int | None] = mapped_column(sa.Integer)
    prob_pior_k: Mapped[float | None] = mapped_column(sa.Float)
    peso_disponivel: Mapped[float] = mapped_column(sa.Float)
    """Share of the weight of the indicators that the municipality has a value in."""
    cor: Mapped[str | None] = mapped_column(sa.Text)
    """Colour of its two worst indicators, where they have cuts."""
    classe: Mapped[str] = mapped_column(sa.Text)
    motivos: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    """Codes of the reasons of the class with their facts."""
    notas: Mapped[dict[str, float | None]] = mapped_column(JSONB)
    """Score (0–100) in each indicator."""
    moran_i: Mapped[float | None] = mapped_column(sa.Float)
    moran_vizinhos: Mapped[float | None] = mapped_column(sa.Float)
    moran_p: Mapped[float | None] = mapped_column(sa.Float)
    moran_p_ajustado: Mapped[float | None] = mapped_column(sa.Float)
    agrupamento: Mapped[str | None] = mapped_column(sa.Text)
    agrupamento_significativo: Mapped[bool] = mapped_column(sa.Boolean)

    __table_args__ = (sa.Index("msativo_foco_municipio", "codigo_ibge", "resultado_id"),)


class SnapshotDesafio(tk.BaseModel):  # pyright: ignore[reportUntypedBaseClass]
    """Which result a challenge had in a snapshot."""

    __tablename__ = "msativo_snapshot_desafio"

    snapshot_id: Mapped[str] = mapped_column(sa.ForeignKey("msativo_snapshot.id"), primary_key=True)
    desafio: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    resultado_id: Mapped[int] = mapped_column(sa.ForeignKey("msativo_desafio_resultado.id"), index=True)
