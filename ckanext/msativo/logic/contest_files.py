"""Files of contests, for those who may see the contest."""

from __future__ import annotations

from ckanext.msativo.logic import challenges, uploads
from ckanext.msativo.model import focus_reading, reading


def public(identifier: str) -> tuple[str, str, bytes] | None:
    """Name, media type and content of a file whose contest everyone may see; None otherwise."""
    if "\x00" in identifier:
        return None
    file = focus_reading.file(identifier)
    contest = focus_reading.contest(file.contestacao_id) if file else None
    if file is None or contest is None:
        return None
    if contest.objeto not in {*reading.visible(), *reading.visible(challenges.TYPE)}:
        return None
    return file.nome, uploads.FORMATS[file.formato][0], file.conteudo
