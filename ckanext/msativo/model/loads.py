"""The loads that changed an indicator's table, and the values that each of them replaced."""

from __future__ import annotations

from datetime import datetime

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan.model.types import make_uuid
from sqlalchemy.orm import Mapped, mapped_column


class Carga(tk.BaseModel):  # pyright: ignore[reportUntypedBaseClass]
    """One load of one indicator that changed its table."""

    __tablename__ = "msativo_carga"

    id: Mapped[str] = mapped_column(sa.Text, primary_key=True, default=make_uuid)
    indicador: Mapped[str] = mapped_column(sa.Text)
    """Id of the dataset."""
    hash_antes: Mapped[str] = mapped_column(sa.Text, default="")
    hash_depois: Mapped[str] = mapped_column(sa.Text)
    """Data version before and after; "" when nothing was there."""
    arquivo_antes: Mapped[str] = mapped_column(sa.Text, default="")
    """SHA-256 of the file from which the old values came."""
    arquivo_nome: Mapped[str] = mapped_column(sa.Text)
    arquivo_hash: Mapped[str] = mapped_column(sa.Text)
    obtido_em: Mapped[str] = mapped_column(sa.Text)
    em: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True))
    por: Mapped[str] = mapped_column(sa.Text, default="")
    """Id of the account; "" for the portal itself."""
    feita: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    """False while the table may not have been written yet: it is in another database."""


class Revisao(tk.BaseModel):  # pyright: ignore[reportUntypedBaseClass]
    """A value that a load replaced or took back: as it was, and as it became."""

    __tablename__ = "msativo_revisao"

    carga_id: Mapped[str] = mapped_column(sa.ForeignKey("msativo_carga.id", ondelete="CASCADE"), primary_key=True)
    codigo_ibge: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    ano: Mapped[int] = mapped_column(sa.Integer, primary_key=True)
    valor_antes: Mapped[float | None] = mapped_column(sa.Float)
    valor_depois: Mapped[float | None] = mapped_column(sa.Float)
    numerador_antes: Mapped[float | None] = mapped_column(sa.Float)
    denominador_antes: Mapped[float | None] = mapped_column(sa.Float)
    nota_antes: Mapped[str | None] = mapped_column(sa.Text)
    nota_depois: Mapped[str | None] = mapped_column(sa.Text)
