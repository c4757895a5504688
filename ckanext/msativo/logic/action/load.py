"""``msativo_indicador_load``: a file of observations into the DataStore, indicator by indicator, all or nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import numpy as np

from ckanext.msativo import config
from ckanext.msativo.logic import indicators, jobs_queue, observations, schema
from ckanext.msativo.logic.portal import portal_context
from ckanext.msativo.logic.territory import territory
from ckanext.msativo.logic.validators import LOADER
from ckanext.msativo.sources import Observations, Problem, ReadContext, Reading, read

__all__ = ["msativo_indicador_load"]


def msativo_indicador_load(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Load the observations of a file.

    An indicator with a bad row is left wholly as it was; the others of the file are loaded. The same file again
    changes nothing.

    :param upload: the file (an upload, or bytes or a path when called by code)
    :param file_name: its name, when it is not an upload
    :param decimal: ``,`` or ``.``, for a file in which the decimal mark cannot be told
    :param obtido_em: date on which the file was retrieved from its agency (default: today)
    :param dry_run: read and check only
    :param source: name of the reader, when the content does not tell
    :param series: which series of an agency's file is which indicator, ``{series: indicator}``; the others are left out

    :returns: ``{"arquivo", "arquivo_hash", "linhas", "indicadores": [{"indicador", "situacao", "observacoes",
        "ano_inicial", "ano_final"}], "problemas": [{"arquivo", "linha", "coluna", "valor", "motivo", "codigo",
        "indicador"}], "avisos": [...]}``; ``situacao`` is ``criado``, ``atualizado``, ``sem_mudanca`` or ``recusado``.
    """
    tk.check_access("msativo_indicador_load", context, data_dict)
    data, errors = tk.navl_validate(data_dict, schema.indicador_load(), context)
    if errors:
        raise tk.ValidationError(errors)
    today = context.get("today") or date.today()
    name, content = _file(data)
    reading = read(
        content,
        name,
        ReadContext(
            territory=territory(),
            today_year=today.year,
            decimal=data.get("decimal"),
            max_unpacked_bytes=config.max_unpacked_bytes(),
        ),
        reader=data.get("source"),
        mapping=data.get("series"),
    )
    loads = [_load_one(context, indicador, reading, data, today) for indicador in sorted(reading.series)]
    return _report(reading, loads)


def _file(data: dict[str, Any]) -> tuple[str, bytes | Path]:
    upload = data["upload"]
    if isinstance(upload, Path):
        return data.get("file_name") or upload.name, upload
    if isinstance(upload, bytes):
        return data.get("file_name") or "arquivo", upload
    if not hasattr(upload, "read"):
        raise tk.ValidationError({"upload": [tk._("Send the file itself, as multipart/form-data.")]})
    return data.get("file_name") or getattr(upload, "filename", None) or "arquivo", upload.read()


def _load_one(context: Any, indicador: str, reading: Reading, data: dict[str, Any], today: date) -> dict[str, Any]:
    rows = reading.accepted.get(indicador)
    if rows is None:
        return _refused(indicador)
    try:
        dataset = indicators.show(indicador)
    except tk.ObjectNotFound:
        message = tk._("There is no indicator “{name}”. Describe it first (form, API or catalogue), then load it.")
        return _refused(indicador, message.format(name=indicador))
    try:
        tk.check_access("package_update", tk.fresh_context(context), {"id": dataset["id"]})
    except tk.NotAuthorized:
        # Not the whole call: other indicators of the file may be the caller's to load.
        message = tk._("You cannot change the indicator “{name}”: it belongs to another organization.")
        return _refused(indicador, message.format(name=indicador))
    summary = {"indicador": indicador, "observacoes": len(rows), **_years(rows)}
    resource = indicators.resource_of(dataset)
    known = _current(resource)
    if known is not None and known.content_hash() == rows.content_hash():
        situation = "sem_mudanca"
    else:
        situation = "criado" if known is None or not len(known) else "atualizado"
    if data.get("dry_run"):
        return {**summary, "situacao": situation}
    if resource is None:
        resource = _create_resource(dataset)
    if known is None:
        _create_table(resource["id"])
    if situation != "sem_mudanca":
        observations.replace(resource["id"], rows, config.fulltext_rows())
        if len(rows) > config.fulltext_rows():
            jobs_queue.enqueue_fulltext(resource["id"])
    _describe(dataset["id"], rows, reading, data.get("obtido_em") or today, situation)
    if situation != "sem_mudanca":
        # Bulk writes pass CKAN by, so CKAN's own signal is sent for it: the analysis and others listen.
        tk.signals.datastore_upsert.send(resource["id"], records=[])
    return {**summary, "situacao": situation}


def _refused(indicador: str, problem: str | None = None) -> dict[str, Any]:
    """An indicator that is left as it was; without a problem of its own its rows are the problem."""
    row = {"indicador": indicador, "situacao": "recusado", "observacoes": 0}
    return {**row, "problema": problem} if problem else row


def _current(resource: dict[str, Any] | None) -> Observations | None:
    """What the table holds; None without one. A table that breaks the key is replaced like any other."""
    if resource is None:
        return None
    try:
        return observations.read(resource["id"])
    except observations.NotATable:
        return None
    except ValueError:
        return Observations.of([], [], [])


def _create_resource(dataset: dict[str, Any]) -> dict[str, Any]:
    return tk.get_action("resource_create")(
        portal_context(),
        {
            "package_id": dataset["id"],
            "name": "Observações",
            "description": "Uma linha por município e ano, com o código IBGE.",
            "format": "CSV",
            "url": "_datastore_only_resource",
            "url_type": "datastore",
            "papel": observations.ROLE,
        },
    )


def _create_table(resource_id: str) -> None:
    fields = [
        {"id": name, "type": kind, "info": {"label": tk._(observations.LABELS[name])}}
        for name, kind in observations.TYPES.items()
    ]
    tk.get_action("datastore_create")(
        portal_context(),
        {"resource_id": resource_id, "fields": fields, "primary_key": observations.KEY, "force": True},
    )


def _describe(dataset_id: str, rows: Observations, reading: Reading, retrieved: Any, situation: str) -> None:
    """Derive the dataset's metadata from the table and the file; also after a crash between the two."""
    dataset = indicators.show(dataset_id)
    provenance: dict[str, str] = {}
    if situation != "sem_mudanca" or dataset.get("dados_hash") != rows.content_hash():
        provenance = {
            "arquivo_nome": reading.file_name,
            "arquivo_hash": reading.file_hash,
            "obtido_em": str(retrieved)[:10],
        }
    describe_table(dataset_id, rows, provenance)


def describe_table(dataset_id: str, rows: Observations, provenance: Mapping[str, str] | None = None) -> None:
    """Write into the dataset what follows from its table, and ``provenance``; nothing when it is so already."""
    derived = {
        "dados_hash": rows.content_hash(),
        **{key: str(value) for key, value in _years(rows).items()},
        "cobertura": json.dumps(_coverage(rows)),
        **(provenance or {}),
    }
    dataset = indicators.show(dataset_id)
    if any(str(dataset.get(key, "")) != value for key, value in derived.items()):
        tk.get_action("package_patch")(portal_context(**{LOADER: True}), {"id": dataset_id, **derived})


def _years(rows: Observations) -> dict[str, Any]:
    seen = rows.ano[~np.isnan(rows.valor)]
    return (
        {"ano_inicial": int(seen.min()), "ano_final": int(seen.max())}
        if len(seen)
        else {"ano_inicial": "", "ano_final": ""}
    )


def _coverage(rows: Observations) -> dict[str, int]:
    """Municipalities with a value, per year."""
    years, counts = np.unique(rows.ano[~np.isnan(rows.valor)], return_counts=True)
    return {str(year): int(count) for year, count in zip(years.tolist(), counts.tolist(), strict=True)}


def _report(reading: Reading, loads: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "arquivo": reading.file_name,
        "arquivo_hash": reading.file_hash,
        "linhas": reading.rows_read,
        "indicadores": loads,
        "problemas": [_problem(problem) for problem in reading.problems],
        "avisos": [note.text(tk._) for note in reading.notes],
    }


def _problem(problem: Problem) -> dict[str, Any]:
    return {
        "arquivo": problem.file,
        "planilha": problem.sheet,
        "linha": problem.row,
        "coluna": problem.column,
        "valor": problem.value,
        "indicador": problem.indicador,
        "codigo": problem.code,
        "motivo": problem.text(tk._),
        "lugar": problem.where(tk._),
    }
