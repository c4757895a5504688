"""The present moment of an action: the clock, or what a test or the portal itself says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timezone
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.msativo.programme.days import aware, local_day

NOW = "msativo_now"
"""Context key: an aware datetime. A context never comes from outside; people's own calls ignore it all the same."""


def now(context: Mapping[str, Any]) -> datetime:
    given = context.get(NOW)
    if given is not None and (context.get("ignore_auth") or tk.asbool(tk.config.get("testing"))):
        return aware(given)
    return datetime.now(timezone.utc)


def today(context: Mapping[str, Any]) -> date:
    """The local day of the programme."""
    return local_day(now(context))
