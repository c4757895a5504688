"""``msativo_analysis_run``, its progress, and ``msativo_snapshot_freeze``."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk

from ckanext.msativo.logic import jobs_queue, schema, snapshots
from ckanext.msativo.logic.action.get import snapshot_of, snapshot_row
from ckanext.msativo.model import Snapshot, snapshot_reading

__all__ = ["msativo_analysis_run", "msativo_analysis_status", "msativo_snapshot_freeze"]


def msativo_analysis_run(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Analyse all indicators and challenges and record a snapshot.

    Only what changed is computed: a result is known by the hash of its data and method. When nothing changed the
    newest snapshot already says so and is returned as it is.

    :param background: put it on the job queue and return at once (default: false)
    :param semente: seed of what is drawn at random (default: the portal's setting)

    :returns: ``{"snapshot", "numero", "criado_em", "novo", "computados", "reaproveitados", "indicadores", "desafios",
        "problemas"}``; in the background ``{"job"}``, whose progress ``msativo_analysis_status`` tells
    """
    tk.check_access("msativo_analysis_run", context, data_dict)
    data = schema.validated(data_dict, schema.analysis_run(), context)
    author = context.get("user") or ""
    if data.get("background"):
        return {"job": jobs_queue.enqueue_run(author, data.get("semente"))}
    try:
        outcome = snapshots.run(author, context.get("msativo_progress") or _silent, data.get("semente"))
        model.Session.commit()
    except BaseException:
        model.Session.rollback()
        raise
    return outcome


def _silent(_done: int, _of: int, _name: str) -> None:
    pass


@tk.side_effect_free
def msativo_analysis_status(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return how far an analysis in the background is.

    :param job: what ``msativo_analysis_run`` returned

    :returns: ``{"estado", "feitos", "total", "agora", "resultado", "erro"}``; ``estado`` is ``na_fila``,
        ``em_andamento``, ``concluida`` or ``falhou``
    """
    tk.check_access("msativo_analysis_status", context, data_dict)
    data = schema.validated(data_dict, schema.analysis_status(), context)
    found = jobs_queue.status(data["job"])
    if found is None:
        raise tk.ObjectNotFound(tk._("There is no such analysis; what is finished is forgotten after some time."))
    return found


def msativo_snapshot_freeze(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Freeze a snapshot for a cycle: from then on it is the published result and never changes.

    A mistake in it is corrected by another snapshot that is frozen for the same cycle and names it.

    :param id: id or number of the snapshot
    :param ciclo: name of the cycle
    :param corrige: id or number of the frozen snapshot of this cycle that it corrects
    :param errata: what is corrected, and why; needed with ``corrige``

    :returns: the row of ``msativo_snapshot_list``
    """
    tk.check_access("msativo_snapshot_freeze", context, data_dict)
    data = schema.validated(data_dict, schema.snapshot_freeze(), context)
    snapshot = snapshot_of(data["id"])
    assert snapshot is not None
    try:
        # Two freezes of one cycle at a time would both find none frozen.
        snapshots.lock()
        snapshots.lock(snapshots.DECISIONS_LOCK)
        model.Session.refresh(snapshot)
        _check_freeze(snapshot, data)
        snapshot.ciclo = data["ciclo"]
        snapshot.congelado_em = datetime.now(timezone.utc)
        snapshot.congelado_por = context.get("user") or ""
        snapshot.corrige = (holding := snapshot_reading.frozen(data["ciclo"])) and holding.id
        snapshot.errata = data.get("errata") or None
        model.Session.commit()
    except BaseException:
        model.Session.rollback()
        raise
    return snapshot_row(snapshot)


def _check_freeze(snapshot: Snapshot, data: dict[str, Any]) -> None:
    if snapshot.congelado_em is not None:
        message = tk._("Snapshot {n} is frozen already, for the cycle {ciclo}; it cannot be changed.")
        raise tk.ValidationError({"id": [message.format(n=snapshot.numero, ciclo=snapshot.ciclo)]})
    held = snapshot_reading.cycles(snapshot.id)
    if held and data["ciclo"] not in held:
        message = tk._("No challenge in snapshot {n} is of the cycle {ciclo}; theirs are: {cycles}.")
        said = message.format(n=snapshot.numero, ciclo=data["ciclo"], cycles=", ".join(sorted(held)))
        raise tk.ValidationError({"ciclo": [said]})
    holding = snapshot_reading.frozen(data["ciclo"])
    corrected = snapshot_of(data["corrige"]) if data.get("corrige") else None
    if holding is None and (corrected is not None or data.get("errata")):
        field = "errata" if corrected is None else "corrige"
        raise tk.ValidationError({field: [tk._("No snapshot of this cycle is frozen; there is nothing to correct.")]})
    if holding is not None and (corrected is None or corrected.id != holding.id):
        message = tk._("Snapshot {n} is frozen for this cycle. To correct it, name it as what is corrected.")
        raise tk.ValidationError({"corrige": [message.format(n=holding.numero)]})
    if holding is not None and not data.get("errata"):
        raise tk.ValidationError({"errata": [tk._("Say what is corrected, and why.")]})
    if holding is not None and holding.numero > snapshot.numero:
        message = tk._("A correction is newer than what it corrects (snapshot {n}).")
        raise tk.ValidationError({"id": [message.format(n=holding.numero)]})
