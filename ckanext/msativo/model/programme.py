"""The programme's own tables: cycles, requests to join (adesões), their contacts, and the history of every state.

States, protocol numbers and people are here and not in datasets: no route of CKAN's can write them, and dataset fields
reach the search index, activities and revisions.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan.model.types import make_uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

CLOSED = ("recusada", "retirada", "encerrada")
"""States of an adesão in which another one may be started in the same cycle."""
ONE_OPEN = "msativo_adesao_uma_aberta"
"""Name of the index that allows one open adesão per municipality and cycle."""


class Ciclo(tk.BaseModel):  # pyright: ignore[reportUntypedBaseClass]
    """A cycle of the programme and its window of adesão; all four days belong to it."""

    __tablename__ = "msativo_ciclo"

    id: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    """A slug: ``2025-2026``."""
    nome: Mapped[str] = mapped_column(sa.Text, unique=True)
    inicio: Mapped[date] = mapped_column(sa.Date)
    fim: Mapped[date] = mapped_column(sa.Date)
    adesao_inicio: Mapped[date] = mapped_column(sa.Date)
    adesao_fim: Mapped[date] = mapped_column(sa.Date)


class Adesao(tk.BaseModel):  # pyright: ignore[reportUntypedBaseClass]
    """A municipality's request to join a cycle: its state now. The description and the term are its dataset's."""

    __tablename__ = "msativo_adesao"

    id: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    """Id of the dataset; no foreign key, the row is written first: its index is what stops a second request."""
    codigo_ibge: Mapped[str] = mapped_column(sa.Text)
    ciclo_id: Mapped[str] = mapped_column(sa.ForeignKey("msativo_ciclo.id"))
    estado: Mapped[str] = mapped_column(sa.Text)
    versao: Mapped[int] = mapped_column(sa.Integer, default=1)
    """Grows with every write; a write that names an older one is a conflict."""
    protocolo: Mapped[str | None] = mapped_column(sa.Text, unique=True)
    """Given when it is first sent; None: it was never sent, and only its prefeitura and the coordenação know of it."""
    criada_em: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True))
    enviada_em: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    """The newest submission."""
    prazo: Mapped[date | None] = mapped_column(sa.Date)
    """Last day of the State's answer to it."""
    respondida_em: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    """The answer to the newest submission, None while it waits."""
    em_nome_de: Mapped[str | None] = mapped_column(sa.Text)
    """IBGE code of the municipality when the coordenação started it in that one's name."""

    __table_args__ = (
        sa.Index(
            ONE_OPEN,
            "codigo_ibge",
            "ciclo_id",
            unique=True,
            postgresql_where=sa.text("estado NOT IN ('recusada', 'retirada', 'encerrada')"),
        ),
    )


class Transicao(tk.BaseModel):  # pyright: ignore[reportUntypedBaseClass]
    """One change of state of one object, append-only: the database refuses to change or delete it."""

    __tablename__ = "msativo_transicao"

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    objeto_tipo: Mapped[str] = mapped_column(sa.Text)
    objeto_id: Mapped[str] = mapped_column(sa.Text)
    acao: Mapped[str] = mapped_column(sa.Text)
    de: Mapped[str | None] = mapped_column(sa.Text)
    para: Mapped[str] = mapped_column(sa.Text)
    papel: Mapped[str] = mapped_column(sa.Text)
    """Kind of the organisation for which the author acted."""
    autor: Mapped[str] = mapped_column(sa.Text)
    """Id of the user; never shown to the public."""
    em_nome_de: Mapped[str | None] = mapped_column(sa.Text)
    em: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True))
    nota: Mapped[str] = mapped_column(sa.Text, default="")
    fatos: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    """What the workflow keeps of the step. No personal data: what is append-only could not be erased."""

    __table_args__ = (sa.Index("msativo_transicao_objeto", "objeto_tipo", "objeto_id", "id"),)

    # What `programme.history` asks of a step.
    @property
    def at(self) -> datetime:
        return self.em

    @property
    def action(self) -> str:
        return self.acao

    @property
    def source(self) -> str | None:
        return self.de

    @property
    def target(self) -> str:
        return self.para


class Contato(tk.BaseModel):  # pyright: ignore[reportUntypedBaseClass]
    """Personal data: who answers for an adesão in the municipality. Seen by its prefeitura and the coordenação."""

    __tablename__ = "msativo_contato"

    id: Mapped[str] = mapped_column(sa.Text, primary_key=True, default=make_uuid)
    adesao_id: Mapped[str] = mapped_column(sa.ForeignKey("msativo_adesao.id"), index=True)
    papel: Mapped[str] = mapped_column(sa.Text)
    """``coordenador`` or ``ponto_focal``."""
    posicao: Mapped[int] = mapped_column(sa.Integer, default=0)
    nome: Mapped[str] = mapped_column(sa.Text)
    cargo: Mapped[str] = mapped_column(sa.Text, default="")
    email: Mapped[str] = mapped_column(sa.Text, default="")
    telefone: Mapped[str] = mapped_column(sa.Text, default="")


class ProtocoloAno(tk.BaseModel):  # pyright: ignore[reportUntypedBaseClass]
    """The last protocol number of each year; whoever takes the next one holds the row until he commits."""

    __tablename__ = "msativo_protocolo_ano"

    ano: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False)
    ultimo: Mapped[int] = mapped_column(sa.Integer)
