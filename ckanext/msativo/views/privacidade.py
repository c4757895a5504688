"""The privacy notice: its page, the line above every page until it is read, and the button that says so."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint, Response, request

from ckanext.msativo import config
from ckanext.msativo.views import asked

privacidade = Blueprint("msativo_privacidade", __name__)


@privacidade.get("/privacidade")
def index() -> str:
    shown = tk.get_action("msativo_privacidade_show")({}, {})
    contact = config.privacy_contact() or tk.config.get("email_to") or ""
    return tk.render("msativo/privacidade.html", {"notice": shown, "contact": contact, "next": _next()})


@privacidade.post("/privacidade")
def accept() -> Response:
    """Back to where the reader was, which is a page of this portal and of no other."""
    try:
        tk.get_action("msativo_privacidade_accept")({}, {"versao": request.form.get("aviso_versao", "")})
    except tk.NotAuthorized as error:
        asked.refuse(403, str(error))
    except tk.ValidationError as error:
        tk.h.flash_error("; ".join(message for messages in _problems(error) for message in messages))
        return tk.redirect_to("msativo_privacidade.index")
    return tk.redirect_to(_next() or tk.url_for("msativo_privacidade.index"))


def _problems(error: tk.ValidationError) -> list[list[str]]:
    found: dict[str, Any] = error.error_dict
    return list(found.values())


def _next() -> str:
    """The path to go back to; anything but a plain path of this portal is none."""
    wanted = request.values.get("next", "")
    plain = wanted.startswith("/") and not wanted.startswith("//") and wanted.isprintable()
    return wanted if plain and "\\" not in wanted else ""
