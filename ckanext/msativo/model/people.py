"""People of the programme: the State's named contacts, cover for absences, handovers, notices read, and meetings.

Everything here is about persons, so it is in tables of its own and never a dataset field (docs/people.md).
"""

from __future__ import annotations

from datetime import date, datetime, time

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan.model.types import make_uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column


class ContatoEstado(tk.BaseModel):  # pyright: ignore[reportUntypedBaseClass]
    """The person of the State who answers for a municipality or an action of the menu."""

    __tablename__ = "msativo_contato_estado"

    objeto_tipo: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    """``municipio`` or ``acao``."""
    objeto_id: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    """IBGE code of the municipality, or id of the action."""
    usuario_id: Mapped[str] = mapped_column(sa.Text, index=True)
    desde: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True))


class Ausencia(tk.BaseModel):  # pyright: ignore[reportUntypedBaseClass]
    """Days on which somebody is away, the first and the last included, and who takes the place meanwhile."""

    __tablename__ = "msativo_ausencia"

    id: Mapped[str] = mapped_column(sa.Text, primary_key=True, default=make_uuid)
    usuario_id: Mapped[str] = mapped_column(sa.Text, index=True)
    inicio: Mapped[date] = mapped_column(sa.Date)
    fim: Mapped[date] = mapped_column(sa.Date)
    substituto_id: Mapped[str] = mapped_column(sa.Text, index=True)
    motivo: Mapped[str] = mapped_column(sa.Text, default="")
    """Seen by the person and the administrators of the organisation."""
    criado_em: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True))

    __table_args__ = (sa.CheckConstraint("inicio <= fim", name="msativo_ausencia_dias"),)


class Ciencia(tk.BaseModel):  # pyright: ignore[reportUntypedBaseClass]
    """A person has read a version of the privacy notice."""

    __tablename__ = "msativo_ciencia"

    usuario_id: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    versao: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    em: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True))


class Passagem(tk.BaseModel):  # pyright: ignore[reportUntypedBaseClass]
    """A handover of a prefeitura's accounts, append-only: people by their ids, so that they can be erased."""

    __tablename__ = "msativo_passagem"

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    codigo_ibge: Mapped[str] = mapped_column(sa.Text, index=True)
    em: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True))
    autor: Mapped[str] = mapped_column(sa.Text)
    novo_usuario_id: Mapped[str] = mapped_column(sa.Text)
    removidos: Mapped[list[str]] = mapped_column(JSONB, default=list)
    """Ids of the users who lost their role."""
    nota: Mapped[str] = mapped_column(sa.Text, default="")


class Reuniao(tk.BaseModel):  # pyright: ignore[reportUntypedBaseClass]
    """A meeting of the programme; never deleted, only cancelled."""

    __tablename__ = "msativo_reuniao"

    id: Mapped[str] = mapped_column(sa.Text, primary_key=True, default=make_uuid)
    titulo: Mapped[str] = mapped_column(sa.Text)
    data: Mapped[date] = mapped_column(sa.Date, index=True)
    hora: Mapped[time | None] = mapped_column(sa.Time)
    """Local time of the programme."""
    lugar: Mapped[str] = mapped_column(sa.Text, default="")
    ciclo: Mapped[str | None] = mapped_column(sa.ForeignKey("msativo_ciclo.id"))
    codigo_ibge: Mapped[str | None] = mapped_column(sa.Text, index=True)
    """The municipality it is about; None: of a region or of all."""
    regiao: Mapped[str | None] = mapped_column(sa.Text)
    """Code of a region of the territory."""
    participantes: Mapped[str] = mapped_column(sa.Text, default="")
    """One person per line; personal data, never public."""
    pauta: Mapped[str] = mapped_column(sa.Text, default="")
    decisoes: Mapped[str] = mapped_column(sa.Text, default="")
    publica: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    cancelada: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    criado_em: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True))
    autor: Mapped[str] = mapped_column(sa.Text)
    versao: Mapped[int] = mapped_column(sa.Integer, default=1)
    """Grows with every write; a write that names an older one is a conflict."""
