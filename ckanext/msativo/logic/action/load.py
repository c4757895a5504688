"""``msativo_indicador_load``: a file of observations into the DataStore, indicator by indicator, all or nothing."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import numpy as np

from ckanext.msativo import config
from ckanext.msativo.logic import (
    indicators,
    jobs_queue,
    kept_uploads,
    load_report,
    loads,
    observations,
    quality,
    schema,
)
from ckanext.msativo.logic.portal import portal_context
from ckanext.msativo.logic.territory import territory
from ckanext.msativo.logic.validators import LOADER
from ckanext.msativo.sources import Observations, ReadContext, Reading, mapping, read
from ckanext.msativo.sources.changes import changes

__all__ = ["msativo_indicador_load", "msativo_indicador_load_status"]


def msativo_indicador_load(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Load the observations of a file.

    An indicator with a bad row is left wholly as it was; the others of the file are loaded. The same file again
    changes nothing.

    :param upload: the file (an upload, or bytes or a path when called by code)
    :param arquivo: instead of it, the SHA-256 of a file that was sent before (``background`` returns it)
    :param background: leave it to the worker: returns ``{"job", "arquivo"}`` at once; how far it is tells
        `msativo_indicador_load_status`
    :param file_name: its name, when it is not an upload
    :param decimal: ``,`` or ``.``, for a file in which the decimal mark cannot be told
    :param ano: year of the values, for a file that does not say it
    :param obtido_em: date on which the file was retrieved from its agency (default: today)
    :param dry_run: read and check only
    :param source: name of the reader, when the content does not tell
    :param series: which series of an agency's file is which indicator, ``{series: indicator}``; the others are left out
    :param aceitar: codes of the quality report's errors that somebody has looked at and found right (`quality.JUDGED`)

    :returns: ``{"arquivo", "arquivo_hash", "linhas", "indicadores": [{"indicador", "situacao", "observacoes",
        "ano_inicial", "ano_final", "mudancas": [{"ano", "novos", "alterados", "retirados", "detalhes"}], "qualidade"}],
        "series": [{"serie", "titulo", "unidade", "observacoes", "indicador"}], "problemas": [{"arquivo", "linha",
        "coluna", "valor", "motivo", "codigo", "indicador"}], "avisos": [...]}``; ``series`` are those of the file;
        ``situacao`` is ``criado``, ``atualizado``, ``sem_mudanca`` or ``recusado``; ``qualidade`` as of
        `msativo_indicador_quality`. Figures with an error that is not accepted are refused; what they replace is kept
        (`msativo_indicador_revisions`).
    """
    tk.check_access("msativo_indicador_load", context, data_dict)
    data, errors = tk.navl_validate(data_dict, schema.indicador_load(), context)
    if errors:
        raise tk.ValidationError(errors)
    if data.get("background"):
        return _in_background(context, data)
    today = context.get("today") or date.today()
    name, content = _file(data)
    asked = ReadContext(
        territory=territory(),
        today_year=today.year,
        decimal=data.get("decimal"),
        ano=data.get("ano"),
        max_unpacked_bytes=config.max_unpacked_bytes(),
    )
    whole = read(content, name, asked, reader=data.get("source"))
    series = data.get("series")
    reading = mapping.mapped(whole, series) if series else whole
    progress = context.get(jobs_queue.PROGRESS) or _silent
    outcomes = []
    for done, indicador in enumerate(sorted(reading.series)):
        progress(done, len(reading.series), indicador)
        outcomes.append(_load_one(context, indicador, reading, data, today))
    return load_report.told(whole, reading, series or {}, outcomes)


def _silent(_done: int, _of: int, _name: str) -> None:
    pass


def _in_background(context: Any, data: dict[str, Any]) -> dict[str, Any]:
    """Keep the file where the worker finds it, and put the rest on the queue."""
    kept = data.get("arquivo") or kept_uploads.keep(_readable(data))
    job = jobs_queue.enqueue_load(context.get("user") or "", {**_plain(data), "arquivo": kept})
    return {"job": job, "arquivo": kept}


def _plain(data: dict[str, Any]) -> dict[str, Any]:
    """What the worker is to be told: all but the file itself."""
    told = {key: data[key] for key in ("decimal", "ano", "dry_run", "source", "series", "aceitar") if data.get(key)}
    return {**told, "obtido_em": str(data["obtido_em"])[:10]} if data.get("obtido_em") else told


def _readable(data: dict[str, Any]) -> Any:
    name, content = _file(data)
    if isinstance(content, Path):
        content = content.read_bytes()
    sent: Any = io.BytesIO(content)
    sent.filename = name
    return sent


@tk.side_effect_free
def msativo_indicador_load_status(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return how far a load in the background is.

    :param job: what ``msativo_indicador_load`` returned

    :returns: ``{"estado", "feitos", "total", "agora", "resultado", "erro"}``; ``estado`` is ``na_fila``,
        ``em_andamento``, ``concluida`` or ``falhou``, ``resultado`` the report of `msativo_indicador_load`
    """
    tk.check_access("msativo_indicador_load_status", context, data_dict)
    data = schema.validated(data_dict, schema.analysis_status(), context)
    found = jobs_queue.status(data["job"], jobs_queue.LOAD)
    if found is None:
        raise tk.ObjectNotFound(tk._("There is no such load; what is finished is forgotten after a day."))
    return found


def _file(data: dict[str, Any]) -> tuple[str, bytes | Path]:
    if data.get("arquivo"):
        kept = kept_uploads.find(data["arquivo"])
        return kept.name, kept
    upload: Any = data.get("upload")
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
    resource = indicators.resource_of(dataset)
    known = _current(resource)
    report = quality.of(dataset, rows)
    summary = {
        "indicador": indicador,
        "observacoes": len(rows),
        **_years(rows),
        "mudancas": load_report.changed(changes(known, rows)),
        "qualidade": quality.told(report),
    }
    problem = quality.refusal(report, data.get("aceitar") or ())
    if problem:
        return {**summary, "situacao": "recusado", "problema": problem}
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
    retrieved = str(data.get("obtido_em") or today)[:10]
    loads.settle(dataset["id"], known)
    if situation != "sem_mudanca":
        with loads.kept(context, dataset, known, rows, reading, retrieved):
            observations.replace(resource["id"], rows, config.fulltext_rows())
        if len(rows) > config.fulltext_rows():
            jobs_queue.enqueue_fulltext(resource["id"])
    _describe(dataset["id"], rows, reading, retrieved, situation)
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


def _describe(dataset_id: str, rows: Observations, reading: Reading, retrieved: str, situation: str) -> None:
    """Derive the dataset's metadata from the table and the file; also after a crash between the two."""
    dataset = indicators.show(dataset_id)
    provenance: dict[str, str] = {}
    if situation != "sem_mudanca" or dataset.get("dados_hash") != rows.content_hash():
        provenance = {
            "arquivo_nome": reading.file_name,
            "arquivo_hash": reading.file_hash,
            "obtido_em": retrieved,
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
