"""What everyone may see, whoever asks: for answers that go to other sites and into caches."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.lib.i18n import get_lang
from flask import Response, request
from werkzeug.datastructures import HeaderSet, ResponseCacheControl

from ckanext.msativo.logic.territory import territory
from ckanext.msativo.text import readable
from ckanext.msativo.views import asked, framed

SHAPE = "1"
"""Part of every tag: raised when the same facts are shown otherwise."""
SECONDS = 300
"""How long a copy of someone else's serves without being asked about."""


class Private(LookupError):
    """A page that exists and is not public."""


class Unknown(LookupError):
    """No such page."""


def dataset(kind: str, name: str) -> Mapping[str, Any]:
    """A dataset of a type that is public and active. Raises `Private` or `Unknown`."""
    if not readable(name):
        raise Unknown(name)
    try:
        found = tk.get_action("package_show")({"user": ""}, {"id": name})
    except tk.NotAuthorized:
        raise Private(name) from None
    except tk.ObjectNotFound:
        raise Unknown(name) from None
    if found.get("type") != kind or found.get("state") != "active":
        raise Unknown(name)
    if found.get("private"):
        raise Private(name)
    return found


def municipality(slug: str) -> Any:
    found = territory().by_slug.get(slug)
    if found is None:
        raise Unknown(slug)
    return found


def only(known: Collection[str]) -> dict[str, str]:
    """What the address asks for; a name that is not ``known`` is refused, so that no copy is made of nothing."""
    for name in request.args:
        if name not in known:
            asked.refuse(
                400,
                tk._("This address has no “{name}”. It has: {known}.").format(
                    name=name[:60], known=", ".join(known) or "–"
                ),
            )
    return {name: value[: asked.MAX_TEXT] for name, value in request.args.items()}


def tag(*parts: str) -> str:
    """Changes with the newest analysis, the datasets' descriptions, the language and what is asked for."""
    asked_for = repr(sorted(request.args.items()))
    content = "\n".join((SHAPE, request.path, asked_for, framed.snapshot_key(), str(get_lang()), *parts))
    return hashlib.sha256(content.encode()).hexdigest()[:32]


class Answer(Response):
    """CKAN writes after each view anew how long its answer may be kept; here the view's own word stands."""

    @property
    def cache_control(self) -> ResponseCacheControl:
        return ResponseCacheControl()

    @property
    def vary(self) -> HeaderSet:
        """The same for everyone: a copy for one is good for all, whatever cookie comes along."""
        return HeaderSet()


def answer(mark: str, make: Callable[[], Response]) -> Response:
    """The response of ``make``, or that the asker's copy with this tag is still good; other sites may read it."""
    known = mark in request.if_none_match
    response: Response = Answer(status=304) if known else make()
    response.set_etag(mark)
    response.headers["Cache-Control"] = f"public, max-age={SECONDS}"
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
