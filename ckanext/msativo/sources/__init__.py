"""Readers of open data: bytes or a path in, observations and their provenance out. No CKAN.

A format is one module with a `Reader` that is registered here; its name is then valid everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ckanext.msativo.sources.agregados import Agregados
from ckanext.msativo.sources.atlas_brasil import AtlasBrasil
from ckanext.msativo.sources.atlas_violencia import AtlasViolencia
from ckanext.msativo.sources.base import (
    DecimalMark,
    Note,
    Problem,
    ReadContext,
    Reader,
    Reading,
    Refused,
    Territory,
    Unit,
    readers,
    recognise,
    register,
)
from ckanext.msativo.sources.files import SourceFile
from ckanext.msativo.sources.frictionless import Frictionless
from ckanext.msativo.sources.ideb import Ideb
from ckanext.msativo.sources.ipeadata import Ipeadata
from ckanext.msativo.sources.json_text import described
from ckanext.msativo.sources.localidades import Localidades
from ckanext.msativo.sources.malhas import Malhas
from ckanext.msativo.sources.mapping import mapped
from ckanext.msativo.sources.observations import Observations
from ckanext.msativo.sources.provenance import Provenance
from ckanext.msativo.sources.siconfi import Finbra, Siconfi
from ckanext.msativo.sources.sidra_json import SidraJson
from ckanext.msativo.sources.sidra_xlsx import SidraXlsx
from ckanext.msativo.sources.snis import Snis
from ckanext.msativo.sources.tabnet import Tabnet
from ckanext.msativo.sources.tidy import Tidy
from ckanext.msativo.sources.unpack import unpacked

__all__ = [
    "DecimalMark",
    "Note",
    "Observations",
    "Problem",
    "Provenance",
    "ReadContext",
    "Reader",
    "Reading",
    "Refused",
    "SourceFile",
    "Territory",
    "Unit",
    "read",
    "readers",
    "recognise",
    "register",
]

# The project's own format explains best what is missing in a file that no reader knows.
_FALLBACK = register(Tidy())
for _reader in (
    *(Tabnet(), SidraXlsx(), SidraJson(), Agregados(), Ideb(), AtlasBrasil(), Siconfi(), Finbra(), Snis()),
    *(AtlasViolencia(), Ipeadata(), Localidades(), Malhas(), Frictionless()),
):
    register(_reader)


def read(
    data: bytes | Path,
    file_name: str,
    context: ReadContext,
    reader: str | None = None,
    mapping: Mapping[str, str] | None = None,
) -> Reading:
    """Read a file with the named reader, or with the one that recognises its content.

    `mapping` gives series the names of indicators and leaves out the others. Whatever the bytes
    are, the answer is a `Reading`; only a path that cannot be opened raises (OSError).
    """
    source = SourceFile(data, file_name, context.max_unpacked_bytes)
    name = reader or _FALLBACK.name
    try:
        if reader is not None and reader not in readers():
            raise source.refusal("unknown_reader", reader=reader, known=", ".join(readers()))
        source = unpacked(source)
        chosen = readers()[reader] if reader else _chosen(source)
        name = chosen.name
        reading = chosen.read(source, context)
    except Refused as refused:
        return Reading(name, file_name, source.sha256, problems=(refused.problem,))
    return mapped(reading, mapping) if mapping is not None else reading


def _chosen(source: SourceFile) -> Reader:
    """The reader for this content; refuses what no reader can open."""
    _ = source.kind
    if not source.is_json:
        return recognise(source) or _FALLBACK
    document = source.document
    if document in ([], {}) or (isinstance(document, dict) and [] in (document.get("items"), document.get("value"))):
        raise source.refusal("empty_answer")
    found = recognise(source)
    if found is None:
        raise source.refusal("unknown_json", found=described(document))
    return found
