"""What the worker does in the background. Every job can be run again."""

from __future__ import annotations

import logging
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.msativo.logic.portal import portal_context

log = logging.getLogger(__name__)


def analyse() -> None:
    """Bring the analysis up to date."""
    tk.get_action("msativo_analysis_run")(portal_context(), {})


def run(author: str, seed: int | None) -> dict[str, Any]:
    """The analysis that ``author``, whose right to it was asked, wants to follow."""
    from ckanext.msativo.logic import jobs_queue

    context = portal_context(user=author, msativo_progress=jobs_queue.report)
    return tk.get_action("msativo_analysis_run")(context, {} if seed is None else {"semente": seed})


def load(author: str, data: dict[str, Any]) -> dict[str, Any]:
    """The load of a kept file, with the rights of ``author`` as they are now."""
    from ckanext.msativo.logic import jobs_queue

    context: Any = {"user": author, "ignore_auth": False, jobs_queue.PROGRESS: jobs_queue.report}
    return tk.get_action("msativo_indicador_load")(context, data)


def fill_fulltext(resource_id: str) -> None:
    """Fill the DataStore's full-text column that a large load left empty."""
    from ckanext.msativo.logic import observations

    observations.backfill_fulltext(resource_id)


def fetch_all(names: list[str] | None = None) -> dict[str, Any]:
    """Fetch the named indicators, or all that declare an address; the log names those that could not be."""
    from ckanext.msativo.logic import fetching, jobs_queue

    outcome = fetching.fetch(names or (), progress=jobs_queue.report)
    for row in outcome["indicadores"]:
        for problem in row["problemas"]:
            log.error("fetch %s: %s", row["indicador"], problem)
    return outcome


def send_notices() -> dict[str, int]:
    """Send the e-mails of the notices that wait for them."""
    from ckanext.msativo.logic import outbox

    return outbox.dispatch()


def agenda() -> dict[str, Any]:
    """Run the rules of the agenda."""
    return tk.get_action("msativo_agenda_run")(portal_context(), {})
