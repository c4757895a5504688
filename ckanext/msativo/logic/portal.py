"""The portal acting for itself: a context without a person, whose rights were asked before."""

from __future__ import annotations

from typing import Any, cast

import ckan.plugins.toolkit as tk
from ckan.types import Context


def portal_context(**extra: Any) -> Context:
    """Return a fresh context of CKAN's site user; activities show it as the author."""
    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    return cast(Context, {"ignore_auth": True, "user": user, **extra})
