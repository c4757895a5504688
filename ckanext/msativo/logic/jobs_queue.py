"""Puts work on the job queue, and tells how far it is; a job that waits already is not queued twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import ckan.lib.jobs as ckan_jobs
import ckan.plugins.toolkit as tk
from rq import get_current_job
from rq.exceptions import NoSuchJobError
from rq.job import Job

from ckanext.msativo import config, jobs
from ckanext.msativo.i18n_marker import N_

MINUTE = 60
PROGRESS = "msativo_progress"
RUN = "msativo: analysis"
LOAD = "msativo: load"
FAILED: Mapping[str, str] = {
    RUN: N_("The analysis failed; the portal's log says why."),
    LOAD: N_("The load broke off; the portal's log says why. What it had finished stays, the rest is as it was."),
}
# State of rq → what the reader is told.
STATES: Mapping[str, str] = {
    "queued": "na_fila",
    "scheduled": "na_fila",
    "deferred": "na_fila",
    "started": "em_andamento",
    "finished": "concluida",
}


def enqueue_analysis() -> None:
    """Queue a new analysis, unless ``msativo.analysis.auto`` is off."""
    if config.analysis_auto():
        _enqueue_once(jobs.analyse, "msativo: analyse", [], timeout=60 * MINUTE)


def enqueue_run(author: str, seed: int | None) -> str:
    """Queue an analysis that somebody asked for; returns the job's id, by which its progress is asked."""
    job = tk.enqueue_job(jobs.run, [author, seed], title=RUN, rq_kwargs={"timeout": 60 * MINUTE, "result_ttl": 86400})
    return job.id


def enqueue_load(author: str, data: Mapping[str, Any]) -> str:
    """Queue the loading of a kept file in the name of ``author``; returns the job's id."""
    options = {"timeout": 60 * MINUTE, "result_ttl": 86400}
    return tk.enqueue_job(jobs.load, [author, dict(data)], title=LOAD, rq_kwargs=options).id


def enqueue_fulltext(resource_id: str) -> None:
    """Queue the filling of the full-text column after a large load."""
    _enqueue_once(jobs.fill_fulltext, f"msativo: full text of {resource_id}", [resource_id], timeout=60 * MINUTE)


def enqueue_notices() -> None:
    """Queue the sending of the notices that wait for their e-mails."""
    _enqueue_once(jobs.send_notices, "msativo: notices", [], timeout=30 * MINUTE)


def enqueue_agenda() -> str:
    """Queue a run of the agenda's rules; returns the job's id."""
    job = tk.enqueue_job(jobs.agenda, [], title="msativo: agenda", rq_kwargs={"timeout": 30 * MINUTE})
    return job.id


def _enqueue_once(function: Callable[..., Any], title: str, args: list[Any], timeout: int) -> None:
    waiting = {job.meta.get("title") for job in ckan_jobs.get_queue().jobs}
    if title not in waiting:
        tk.enqueue_job(function, args, title=title, rq_kwargs={"timeout": timeout})


def report(done: int, of: int, name: str) -> None:
    """Say how far the job is that runs here, if one does."""
    job = get_current_job()
    if job is not None:
        job.meta[PROGRESS] = {"feitos": done, "total": of, "agora": name}
        job.save_meta()


def status(job_id: str, title: str = RUN) -> dict[str, Any] | None:
    """How far an analysis, or another kind of job, is; None when there is no such job of that kind."""
    try:
        job = Job.fetch(job_id, connection=ckan_jobs.connect_to_redis())
    except (NoSuchJobError, ValueError):
        # ValueError: no job can have such an id.
        return None
    if job.meta.get("title") != title:
        return None
    progress = job.meta.get(PROGRESS) or {"feitos": 0, "total": None, "agora": None}
    state = STATES.get(str(job.get_status().value), "falhou")
    failed = tk._(FAILED[title]) if state == "falhou" else None
    return {"estado": state, **progress, "resultado": job.return_value(), "erro": failed}
