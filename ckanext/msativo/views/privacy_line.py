"""The line of the privacy notice above every page, until the reader has confirmed to have read it."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from flask import request


def pending() -> dict[str, Any] | None:
    """The notice that the reader has not read yet, for the line above the page; None for everyone else."""
    if not tk.g.get("user") or request.blueprint == "msativo_privacidade":
        return None
    shown = tk.get_action("msativo_privacidade_show")({}, {})
    return None if shown["em"] else {**shown, "next": _here()}


def _here() -> str:
    # What was sent is not sent again: after a form the reader comes back to the first page.
    wanted = request.environ["CKAN_CURRENT_URL"] if request.method == "GET" else ""
    return tk.h.url_for(wanted) if wanted else tk.url_for("home.index")
