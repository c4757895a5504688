"""What the worker does in the background. Every job can be run again."""

from __future__ import annotations

import ckan.plugins.toolkit as tk

from ckanext.msativo.logic.portal import portal_context


def analyse() -> None:
    """Bring the analysis up to date."""
    tk.get_action("msativo_analysis_run")(portal_context(), {})


def fill_fulltext(resource_id: str) -> None:
    """Fill the DataStore's full-text column that a large load left empty."""
    from ckanext.msativo.logic import observations

    observations.backfill_fulltext(resource_id)
