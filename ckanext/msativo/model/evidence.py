"""Evidences of deliveries: what was sent, what of it was accepted."""

from __future__ import annotations

from datetime import date, datetime

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

ONE_WAITING = "msativo_evidencia_uma_espera"
"""Name of the index that allows one evidence per delivery to wait for the State."""


class Evidencia(tk.BaseModel):  # pyright: ignore[reportUntypedBaseClass]
    """An evidence; a public dataset shows it once it was accepted and may be published."""

    __tablename__ = "msativo_evidencia"

    id: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    """Also the id of the dataset, once there is one."""
    numero: Mapped[int] = mapped_column(sa.Integer, sa.Identity(), unique=True)
    entrega_id: Mapped[str] = mapped_column(sa.ForeignKey("msativo_entrega.id"), index=True)
    descricao: Mapped[str] = mapped_column(sa.Text, default="")
    data: Mapped[date | None] = mapped_column(sa.Date)
    """Day of what it shows."""
    lugar: Mapped[str] = mapped_column(sa.Text, default="")
    link: Mapped[str] = mapped_column(sa.Text, default="")
    """Of a video."""
    quantidade: Mapped[float | None] = mapped_column(sa.Float)
    """Declared, in the delivery's unit."""
    quantidade_aceita: Mapped[float | None] = mapped_column(sa.Float)
    publicavel: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    """The prefeitura agrees that it is published once it is accepted."""
    publicada: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    estado: Mapped[str] = mapped_column(sa.Text)
    versao: Mapped[int] = mapped_column(sa.Integer, default=1)
    revisor_id: Mapped[str | None] = mapped_column(sa.Text)
    """User to whom the review was given; None: whoever of the secretariat."""
    criada_em: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True))
    enviada_em: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    """The newest submission."""
    prazo: Mapped[date | None] = mapped_column(sa.Date)
    """Last day of the State's review of it."""
    respondida_em: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))

    __table_args__ = (
        sa.Index(
            ONE_WAITING, "entrega_id", unique=True, postgresql_where=sa.text("estado IN ('enviada', 'em_analise')")
        ),
    )
