"""An action that answers with what another one shows, for the same caller and moment."""

from __future__ import annotations

from typing import Any, cast

import ckan.plugins.toolkit as tk
from ckan.types import Context

from ckanext.msativo.logic import clock

KEPT = ("user", "ignore_auth", clock.NOW)


def shown(action: str, context: Any, identifier: str) -> dict[str, Any]:
    return tk.get_action(action)(caller(context), {"id": identifier})


def caller(context: Any) -> Context:
    """A fresh context of the same caller."""
    return cast(Context, {key: context[key] for key in KEPT if key in context})
