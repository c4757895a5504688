"""The files that prove a delivery: checked when they are sent, kept in private, and copied clean for publication.

The bytes lie in CKAN's storage, their facts in our table (docs/decisions/013). Order of writing, so that nothing that a
row names is ever missing and the worst that is left behind is a file without a row, which nobody can reach:

- sent: `keep` stores the bytes, then the caller commits the rows; if that fails: rollback, then `Kept.undo`.
- removed: the caller deletes the rows and commits, then calls `discard` for each.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan.model.types import make_uuid

from ckanext.msativo import config
from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.logic import images, storage, uploads
from ckanext.msativo.logic.uploads import Upload as EvidenceFile
from ckanext.msativo.model import EvidenciaArquivo
from ckanext.msativo.model import evidence_files as table
from ckanext.msativo.programme.messages import Message

__all__ = ["EvidenceFile", "FileError", "Kept", "clean_copy", "content", "discard", "duplicates", "keep", "read"]

FORMATS = ("PDF", "JPEG", "PNG", "XLSX")
IMAGES: Mapping[str, images.Format] = {"JPEG": "JPEG", "PNG": "PNG"}
"""Formats of which clean copies are made; the others are published as they were sent or not at all."""
SUFFIX = ".evidencia"
"""Of a key in the storage. Whoever may make a resource may choose its id, and CKAN hands out what the storage holds
under it: with the dot the key is no UUID, and so never the id of a resource."""


@dataclass(eq=False)
class FileError(ValueError):
    """A file that cannot be published; ``message`` has a code: ``missing``, ``changed``, ``as_sent``, or an image's."""

    message: Message

    def __str__(self) -> str:
        return str(self.message)


@dataclass(frozen=True)
class Kept:
    """What `keep` stored: rows, added to the session and not yet committed, and the ids of their bytes."""

    rows: Sequence[EvidenciaArquivo]
    ids: Sequence[str]

    def undo(self) -> None:
        """Take away the bytes that no committed row names; to be called after the rollback.

        A commit whose answer got lost may have been done, so the database is asked, in a transaction of its own. When
        it does not answer, its error is raised and the bytes stay.
        """
        with model.ensure_engine().connect() as connection:
            known = set(connection.scalars(sa.select(EvidenciaArquivo.id).where(EvidenciaArquivo.id.in_(self.ids))))
        for file_id in self.ids:
            if file_id not in known:
                discard(file_id)


def read(given: Any, already: int = 0) -> list[EvidenceFile]:
    """The files that were sent, for an evidence with ``already`` so many; raises `ValidationError` on ``upload``."""
    limit = config.evidence_max_files()
    files = uploads.read(given, config.evidence_max_bytes(), formats=FORMATS, max_files=limit)
    if files and already + len(files) > limit:
        text = tk._("An evidence holds at most {n} files; this one has {already} and {sent} were sent.")
        raise uploads.wrong(text.format(n=limit, already=already, sent=len(files)))
    for file in files:
        _check_image(file)
    return files


def _check_image(file: EvidenceFile) -> None:
    """Whoever sends a broken photo hears of it at once, and not when it is to be published."""
    if file.format not in IMAGES:
        return
    try:
        images.check(file.content, IMAGES[file.format], config.evidence_max_pixels())
    except images.ImageError as error:
        raise uploads.wrong(f"“{file.name}”: {error.message.text(tk._)}") from error


def keep(evidencia_id: str, files: Sequence[EvidenceFile], at: datetime, first: int = 0) -> Kept:
    """Store the files and add their rows to the session, in positions from ``first`` on; the caller commits.

    Raises `ValidationError` when the storage does not keep one; then none is kept.
    """
    rows = [_row(evidencia_id, file, position, at) for position, file in enumerate(files, first)]
    kept = Kept(rows, tuple(row.id for row in rows))
    try:
        for row, file in zip(rows, files, strict=True):
            # Names tell names, and some storages keep them beside the bytes.
            storage.keep(row.id + SUFFIX, file.content, f"evidencia.{file.format.lower()}", file.media_type)
    except storage.StorageError as error:
        for file_id in kept.ids:
            discard(file_id)
        raise uploads.wrong(tk._("The files could not be stored; try again later.")) from error
    model.Session.add_all(rows)
    return kept


def _row(evidencia_id: str, file: EvidenceFile, position: int, at: datetime) -> EvidenciaArquivo:
    return EvidenciaArquivo(
        id=make_uuid(),
        evidencia_id=evidencia_id,
        nome=file.name,
        formato=file.format,
        tipo=file.media_type,
        tamanho=len(file.content),
        hash=file.hash,
        posicao=position,
        criado_em=at,
    )


def content(file_id: str) -> bytes | None:
    """The bytes as they were sent, for those who may see the evidence; None when the storage has lost them."""
    return storage.read(file_id + SUFFIX)


def discard(file_id: str) -> None:
    """Take the bytes away; after the commit that deleted the row. A failure is logged and leaves an orphan."""
    storage.discard(file_id + SUFFIX)


def clean_copy(row: EvidenciaArquivo, *, as_sent: bool = False) -> bytes:
    """What may be published of a file: a photo without its metadata.

    PDF and XLSX are not rewritten (why: `logic.images`). They are returned unchanged when ``as_sent`` says that a
    reviewer decided to publish this very file; `FileError` otherwise, and for a file that is lost or changed.
    """
    sent = content(row.id)
    if sent is None:
        raise _error("missing", N_("The file “{name}” is not in the storage any more."), row)
    if EvidenceFile(row.nome, row.formato, sent).hash != row.hash:
        raise _error("changed", N_("The file “{name}” in the storage is not the one that was sent."), row)
    if row.formato in IMAGES:
        try:
            return images.cleaned(sent, IMAGES[row.formato], config.evidence_max_pixels())
        except images.ImageError as error:
            raise FileError(error.message) from error
    if not as_sent:
        text = N_("“{name}” may tell names and other personal data; decide whether to publish it as it was sent.")
        raise _error("as_sent", text, row)
    return sent


def _error(code: str, text: str, row: EvidenciaArquivo) -> FileError:
    return FileError(Message(code, text, {"name": row.nome}))


def duplicates(
    hashes: Collection[str], except_evidencia: str, before: datetime | None = None
) -> Sequence[EvidenciaArquivo]:
    """Files of other evidences with the same content, the earliest first; with ``before`` only those sent earlier."""
    found = table.with_hashes(hashes, except_evidencia) if hashes else []
    return [row for row in found if before is None or row.criado_em < before]
