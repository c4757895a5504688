"""Asks for the form's token where CKAN forgets to.

CKAN 2.12.0 turns the protection against forged requests off for a view, for the whole process, as soon as one request
came in with an API token or without an account. This asks again for everyone who is known by the session's cookie, on
every view: it is the cookie that a foreign page can make the browser send.
"""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.config.middleware.flask_app import csrf
from flask import Blueprint, current_app, request

WRITING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
BY_ADDRESS = frozenset({"msativo_avisos.leave"})
"""Views to which the secret in their address entitles, and no cookie: there is nothing to forge."""

protecao = Blueprint("msativo_protecao", __name__)


@protecao.before_app_request
def ask_for_the_token() -> None:
    by_cookie = tk.current_user.is_authenticated and not tk.g.get("login_via_auth_header")
    if request.endpoint in BY_ADDRESS:
        return
    if request.method in WRITING and by_cookie and current_app.config["WTF_CSRF_ENABLED"]:
        csrf.protect()
