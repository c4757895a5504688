"""The public face of what the programme keeps in its own tables: one dataset, made when something becomes public.

While an action, a plan or an evidence is private there is no dataset of it: no search, count, activity or file route of
CKAN's can tell of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk

from ckanext.msativo.logic.transactions import writing


def publish(context: Any, fields: Mapping[str, Any]) -> None:
    """Make the public dataset of ``fields["id"]``, or bring it up to date; a part of the caller's transaction."""
    # The portal acts, not the person: CKAN tells everyone who made a dataset.
    wanted = {**fields, "private": False, "state": "active"}
    if model.Package.get(fields["id"]) is None:
        tk.get_action("package_create")(writing({}), wanted)
        return
    known = tk.get_action("package_show")({"ignore_auth": True, "use_cache": False}, {"id": fields["id"]})
    tk.get_action("package_update")(writing({}), {**known, **wanted})


def hide(context: Any, identifier: str) -> None:
    """Take it out of the public again; its address stays taken."""
    if model.Package.get(identifier) is not None:
        known = tk.get_action("package_show")({"ignore_auth": True, "use_cache": False}, {"id": identifier})
        tk.get_action("package_update")(writing({}), {**known, "private": True})
