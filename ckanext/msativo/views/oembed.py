"""oEmbed 1.0 (https://oembed.com): from a page's address to the code that embeds it, for the portal's own pages."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, parse_qs, urlencode, urlsplit
from xml.etree import ElementTree

import ckan.plugins.toolkit as tk
from ckan.common import config as portal
from flask import Blueprint, Response, current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from ckanext.msativo.views import asked, embed, picture, public, social

oembed = Blueprint("msativo_oembed", __name__)
AGE = 3600
PORTS = {"http": 80, "https": 443}
LANGUAGE = "{{LANG}}"
"""Where the language stands in CKAN's root path."""


@dataclass(frozen=True)
class Kind:
    """A page that can be embedded: which of its choices are kept, and its title."""

    name: str
    kept: tuple[str, ...]
    title: Callable[[str], tuple[str, str]]
    """Name in the address → (its own name, title); raises as `public` does."""


def _dataset(kind: str) -> Callable[[str], tuple[str, str]]:
    def find(name: str) -> tuple[str, str]:
        found = public.dataset(kind, name)
        return found["name"], found["title"]

    return find


def _municipality(slug: str) -> tuple[str, str]:
    found = public.municipality(slug)
    return found.slug, found.nome


INDICATOR = Kind("indicador", ("ano", "municipio", "cor"), _dataset("indicador"))
CHALLENGE = Kind("desafio", ("municipio", "cor"), _dataset("desafio"))
MUNICIPALITY = Kind("municipio", (), _municipality)
PAGES: Mapping[str, tuple[Kind, str]] = {
    "indicador.read": (INDICATOR, "id"),
    "desafio.read": (CHALLENGE, "id"),
    "msativo_municipios.read": (MUNICIPALITY, "id"),
    "msativo_incorporar.indicador": (INDICATOR, "name"),
    "msativo_incorporar.desafio": (CHALLENGE, "name"),
    "msativo_incorporar.municipio": (MUNICIPALITY, "name"),
}


def _json(described: Mapping[str, Any]) -> bytes:
    return json.dumps(described, ensure_ascii=False).encode()


def _xml(described: Mapping[str, Any]) -> bytes:
    root = ElementTree.Element("oembed")
    for key, value in described.items():
        ElementTree.SubElement(root, key).text = str(value)
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


FORMATS: Mapping[str, tuple[str, Callable[[Mapping[str, Any]], bytes]]] = {
    "json": ("application/json; charset=utf-8", _json),
    "xml": ("text/xml; charset=utf-8", _xml),
}


@oembed.get("/oembed")
def read() -> Response:
    """Answers as the standard says: 404 unknown address, 401 private page, 501 format that is not offered."""
    wanted = request.args.get("format") or "json"
    if wanted not in FORMATS:
        return _said(501, tk._("There is no format “{name}”. The formats are: {known}."), name=wanted[:20])
    found = resolve(request.args.get("url", ""))
    if found is None:
        return _said(404, tk._("This address is no page of this portal that can be embedded."))
    kind, name, chosen, language = found
    try:
        name, title = kind.title(name)
    except public.Private:
        return _said(401, tk._("This page is not public."))
    except public.Unknown:
        return _said(404, tk._("This address is no page of this portal that can be embedded."))
    content_type, write = FORMATS[wanted]
    response = public.Answer(write(_described(kind, name, title, chosen, language)), content_type=content_type)
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cache-Control"] = f"public, max-age={public.SECONDS}"
    return response


def _said(status: int, text: str, **params: str) -> Response:
    message = text.format(known=", ".join(FORMATS), **params)
    response = Response(message, status=status, content_type="text/plain; charset=utf-8")
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def resolve(url: str) -> tuple[Kind, str, dict[str, str], str] | None:
    """Which page of ours an address is: its kind, its name, the choices to keep, its language; None when it is none."""
    try:
        parts, own = urlsplit(url[:2000]), urlsplit(str(portal.get("ckan.site_url") or ""))
        same = (parts.hostname, _port(parts)) == (own.hostname, _port(own))
    except ValueError:
        return None
    if not same or parts.scheme not in PORTS:
        return None
    path, language = _path(parts.path)
    endpoint, values = _matched(path)
    if endpoint not in PAGES:
        return None
    kind, named = PAGES[endpoint]
    given = {key: several[0][: asked.MAX_TEXT] for key, several in parse_qs(parts.query).items()}
    return kind, str(values[named]), {key: given[key] for key in kind.kept if key in given}, language


def _port(address: SplitResult) -> int | None:
    return address.port or PORTS.get(address.scheme)


def _path(path: str) -> tuple[str, str]:
    """The path without what stands before it, the portal's root and a language; and that language, "" if none."""
    root = str(portal.get("ckan.root_path") or "")
    for language in (*tk.aslist(portal.get("ckan.locales_offered")), ""):
        before = root.replace(LANGUAGE, language) if LANGUAGE in root else f"{root}/{language}"
        start = "".join(f"/{part}" for part in before.split("/") if part)
        if path.startswith(f"{start}/"):
            return path[len(start) :], language
    return "", ""


def _matched(path: str) -> tuple[str, Mapping[str, Any]]:
    try:
        return current_app.url_map.bind("").match(path, method="GET")
    except (HTTPException, RequestRedirect):
        return "", {}


def _most(name: str, usual: int) -> int:
    text = request.args.get(name, "")
    if not text:
        return usual
    if not (text.isascii() and text.isdigit() and 1 <= int(text) < 100_000):
        asked.refuse(400, tk._("“{name}” must be a whole number of pixels.").format(name=name))
    return min(usual, int(text))


def _described(kind: Kind, name: str, title: str, chosen: Mapping[str, str], language: str) -> dict[str, Any]:
    width, height = _most("maxwidth", embed.WIDTH), _most("maxheight", embed.HEIGHT)
    address = {"locale": language} if language else {}
    src = social.external(f"msativo_incorporar.{kind.name}", name=name, **address)
    src += f"?{urlencode(chosen)}" if chosen else ""
    described: dict[str, Any] = {
        "type": "rich",
        "version": "1.0",
        "title": title,
        "provider_name": str(portal.get("ckan.site_title") or ""),
        "provider_url": social.external("home.index"),
        "cache_age": AGE,
        "width": width,
        "height": height,
        "html": embed.iframe(src, title, width, height),
    }
    # The standard: a thumbnail respects the greatest size, too.
    if _most("maxwidth", picture.WIDTH) >= picture.WIDTH and _most("maxheight", picture.HEIGHT) >= picture.HEIGHT:
        year = {"ano": chosen["ano"]} if "ano" in chosen else {}
        described |= {
            "thumbnail_url": social.image_url(kind.name, name, **year),
            "thumbnail_width": picture.WIDTH,
            "thumbnail_height": picture.HEIGHT,
        }
    return described
