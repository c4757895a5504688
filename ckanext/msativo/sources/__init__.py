"""Readers of open data: bytes or a path in, observations and their provenance out. No CKAN.

A format is one module with a `Reader` that is registered here; its name is then valid everywhere.
"""

from __future__ import annotations

from pathlib import Path

from ckanext.msativo.sources.base import (
    DecimalMark,
    Note,
    Problem,
    ReadContext,
    Reader,
    Reading,
    Refused,
    Territory,
    readers,
    recognise,
    register,
)
from ckanext.msativo.sources.files import SourceFile
from ckanext.msativo.sources.observations import Observations
from ckanext.msativo.sources.tidy import Tidy

__all__ = [
    "DecimalMark",
    "Note",
    "Observations",
    "Problem",
    "ReadContext",
    "Reader",
    "Reading",
    "Refused",
    "SourceFile",
    "Territory",
    "read",
    "readers",
    "recognise",
    "register",
]

# The project's own format explains best what is missing in a file that no reader knows.
_FALLBACK = register(Tidy())


def read(data: bytes | Path, file_name: str, context: ReadContext, reader: str | None = None) -> Reading:
    """Read a file with the named reader, or with the one that recognises its content.

    Whatever the bytes are, the answer is a `Reading`; only a path that cannot be opened raises
    (OSError).
    """
    source = SourceFile(data, file_name, context.max_unpacked_bytes)
    name = reader or _FALLBACK.name
    try:
        if reader is not None and reader not in readers():
            raise source.refusal("unknown_reader", reader=reader, known=", ".join(readers()))
        _ = source.kind  # refuses what no reader can open
        chosen = readers()[reader] if reader else recognise(source) or _FALLBACK
        name = chosen.name
        return chosen.read(source, context)
    except Refused as refused:
        return Reading(name, file_name, source.sha256, problems=(refused.problem,))
