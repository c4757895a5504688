"""Notices: a person's own list, which e-mails he or she gets, and the address that stops them without logging in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.config.middleware.flask_app import csrf
from flask import Blueprint, Response, make_response, request

from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.logic import leaving
from ckanext.msativo.programme.notices import ACT, KNOW, LATE, PREFERENCES, WEIGHT_LABELS
from ckanext.msativo.views import asked, links
from ckanext.msativo.views.adesao_looks import Look

avisos = Blueprint("msativo_avisos", __name__)

PAGE = 50
FILTERS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "todos": (N_("All"), {}),
    "nao_lidos": (N_("Unread"), {"lido": False}),
}
LOOKS: Mapping[str, Look] = {
    LATE: Look("▲", "is-critico", WEIGHT_LABELS[LATE]),
    ACT: Look("●", "is-atencao", WEIGHT_LABELS[ACT]),
    KNOW: Look("○", "is-sem-dado", WEIGHT_LABELS[KNOW]),
}


def _call(action: str, /, **data: Any) -> Any:
    return tk.get_action(f"msativo_aviso_{action}")({}, data)


@avisos.before_request
def own_only() -> None:
    if not tk.g.user and request.endpoint != "msativo_avisos.leave":
        asked.refuse(403, tk._("Log in to see your notices."))


@avisos.get("/avisos")
def index() -> str:
    situacao = asked.choice(request.args, "situacao", FILTERS, "todos")
    page = max(tk.h.get_page_number(request.args), 1)
    found = _call("list", **FILTERS[situacao][1], limit=PAGE, offset=(page - 1) * PAGE)
    url = links.Address(
        links.prefix("msativo_avisos.index"), {"situacao": situacao, "page": page}, {"situacao": "todos", "page": 1}
    )
    return tk.render(
        "msativo/avisos/index.html",
        {
            "rows": [_line(row) for row in found["results"]],
            "count": found["count"],
            "unread": found["nao_lidos"],
            "page": page,
            "last": -(-found["count"] // PAGE) or 1,
            "url": url,
            "situacao": situacao,
            "filters": [(name, tk._(label), url(situacao=name, page=1)) for name, (label, _) in FILTERS.items()],
            "preference": _call("preferencia_show")["email"],
            "preferences": [(name, tk._(label)) for name, label in PREFERENCES.items()],
        },
    )


def _line(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, "look": LOOKS[row["gravidade"]], "href": tk.url_for(row["url"])}


@avisos.post("/avisos")
def mark() -> Response:
    """Mark one or all as read; ``abrir`` goes on to what the notice is about."""
    opened = request.form.get("abrir")
    try:
        if request.form.get("todos"):
            _call("read", todos=True)
            return tk.redirect_to("msativo_avisos.index")
        done = _call("read", id=opened or request.form.get("lido", ""))
    except tk.ValidationError as error:
        asked.refuse(400, "; ".join(error.error_summary.values()))
    except tk.ObjectNotFound as error:
        asked.refuse(404, str(error))
    return tk.redirect_to(done["url"]) if opened else tk.redirect_to("msativo_avisos.index")


@avisos.post("/avisos/preferencia")
def prefer() -> Response:
    email = asked.choice(request.form, "email", PREFERENCES, "")
    _call("preferencia_update", email=email)
    tk.h.flash_success(tk._("Your choice was kept."))
    return tk.redirect_to("msativo_avisos.index")


# The token in the address is what entitles, and no foreign page knows it; mail programs (RFC 8058) send no form token.
@avisos.route("/avisos/sair/<token>", methods=["GET", "POST"])
@csrf.exempt
def leave(token: str) -> Response:
    """Ask, and by POST stop the e-mails of whom the token was made for; a GET, which programs send, changes nothing."""
    if not leaving.known(token):
        asked.refuse(404, tk._("This address is not whole: open the link in the e-mail once more."))
    done = request.method == "POST"
    if done:
        leaving.leave(token)
    response = make_response(tk.render("msativo/avisos/leave.html", {"done": done, "token": token}))
    request.environ["__no_cache__"] = True
    response.cache_control.no_store = True
    # The address entitles: no page that is linked from here may learn it, and no search engine.
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
