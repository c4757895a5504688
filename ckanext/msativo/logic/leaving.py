"""The address by which somebody stops the e-mails, without logging in: a signed token that says whose they are."""

from __future__ import annotations

from datetime import datetime, timezone

import ckan.model as model
import ckan.plugins.toolkit as tk
from itsdangerous import BadData, URLSafeSerializer

from ckanext.msativo.model import notices as table

_SALT = "msativo-avisos-sair"


def token(user_id: str) -> str:
    """It has no end: an old e-mail must still stop the next one."""
    return _serializer().dumps(user_id)


def known(token: str) -> bool:
    """Whether the portal made the token, for somebody who still has an account."""
    return _user_of(token) is not None


def leave(token: str) -> None:
    """Stop the e-mails of whom the token was made for. Commits."""
    user = _user_of(token)
    if user is not None:
        table.prefer(user, "nenhum", datetime.now(timezone.utc))
        model.Session.commit()


def _user_of(token: str) -> str | None:
    try:
        found = _serializer().loads(token)
    except BadData:
        return None
    user = model.User.get(found) if isinstance(found, str) else None
    # By the id alone: a name could be another's one day.
    return user.id if user is not None and user.id == found and user.state != "deleted" else None


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(tk.config["SECRET_KEY"], salt=_SALT)
