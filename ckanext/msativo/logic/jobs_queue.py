"""Puts work on the job queue; a job that waits already is not queued twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.lib.jobs as ckan_jobs
import ckan.plugins.toolkit as tk

from ckanext.msativo import config, jobs

MINUTE = 60


def enqueue_analysis() -> None:
    """Queue a new analysis, unless ``msativo.analysis.auto`` is off."""
    if config.analysis_auto():
        _enqueue_once(jobs.analyse, "msativo: analyse", [], timeout=60 * MINUTE)


def enqueue_fulltext(resource_id: str) -> None:
    """Queue the filling of the full-text column after a large load."""
    _enqueue_once(jobs.fill_fulltext, f"msativo: full text of {resource_id}", [resource_id], timeout=60 * MINUTE)


def _enqueue_once(function: Callable[..., Any], title: str, args: list[Any], timeout: int) -> None:
    waiting = {job.meta.get("title") for job in ckan_jobs.get_queue().jobs}
    if title not in waiting:
        tk.enqueue_job(function, args, title=title, rq_kwargs={"timeout": timeout})
