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

LONGEST_STEM = 91
"""Of an address that a part of the id is put behind; CKAN takes 100 characters."""


def publish(fields: Mapping[str, Any]) -> None:
    """Make the public dataset of ``fields["id"]``, or bring it up to date; a part of the caller's transaction.

    The portal acts, not the person: CKAN tells everyone who made a dataset. An address that somebody else's dataset has
    got does not stop it: it then ends in a part of the id, and stays what it was first.
    """
    wanted = {**fields, "private": False, "state": "active"}
    known = _known(fields["id"])
    if known is not None:
        tk.get_action("package_update")(writing({}), {**known, **wanted, "name": known["name"]})
        return
    if model.Package.get(wanted["name"]) is not None:
        wanted["name"] = f"{wanted['name'][:LONGEST_STEM]}-{fields['id'][:8]}"
    tk.get_action("package_create")(writing({}), wanted)


def hide(identifier: str) -> None:
    """Take it out of the public again; its address stays taken."""
    known = _known(identifier)
    if known is not None:
        tk.get_action("package_update")(writing({}), {**known, "private": True})


def _known(identifier: str) -> dict[str, Any] | None:
    if model.Package.get(identifier) is None:
        return None
    return tk.get_action("package_show")({"ignore_auth": True, "use_cache": False}, {"id": identifier})
