"""The files that prove a delivery, as they were sent; the bytes lie in CKAN's storage under the id of the row.

They are not resources of a dataset while the evidence is private (docs/decisions/013).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import datetime

import ckan.model as model
import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

ID = re.compile(r"[0-9a-f-]{36}")


class EvidenciaArquivo(tk.BaseModel):  # pyright: ignore[reportUntypedBaseClass]
    """One file that was sent with an evidence."""

    __tablename__ = "msativo_evidencia_arquivo"

    id: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    """Id of the storage as well; given by whoever stores the bytes, before the row."""
    evidencia_id: Mapped[str] = mapped_column(sa.Text, index=True)
    nome: Mapped[str] = mapped_column(sa.Text)
    """What it was called, with the ending of what it is; may tell names, so only those see it who see the file."""
    formato: Mapped[str] = mapped_column(sa.Text)
    """A key of `logic.uploads.FORMATS`."""
    tipo: Mapped[str] = mapped_column(sa.Text)
    """Media type of that format."""
    tamanho: Mapped[int] = mapped_column(sa.Integer)
    hash: Mapped[str] = mapped_column(sa.Text, index=True)
    """SHA-256 of what was sent, in hex."""
    posicao: Mapped[int] = mapped_column(sa.Integer)
    """Order within the evidence, from 0."""
    criado_em: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True))


def of(evidencia_id: str) -> Sequence[EvidenciaArquivo]:
    """The files of one evidence, in their order."""
    query = model.Session.query(EvidenciaArquivo).filter_by(evidencia_id=evidencia_id)
    return query.order_by(EvidenciaArquivo.posicao, EvidenciaArquivo.id).all()


def file(file_id: str) -> EvidenciaArquivo | None:
    """One file by its id; what is no id of ours is not asked for, the database refuses some characters."""
    return model.Session.get(EvidenciaArquivo, file_id) if ID.fullmatch(file_id) else None


def with_hashes(hashes: Collection[str], except_evidencia: str) -> Sequence[EvidenciaArquivo]:
    """Files of any other evidence with one of these contents, the earliest first."""
    query = model.Session.query(EvidenciaArquivo).filter(EvidenciaArquivo.hash.in_(hashes))
    query = query.filter(EvidenciaArquivo.evidencia_id != except_evidencia)
    return query.order_by(EvidenciaArquivo.criado_em, EvidenciaArquivo.id).all()
