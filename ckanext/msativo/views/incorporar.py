"""Pages for frames of other sites: the answer, its picture, its source, and the way back. No script, no cookie."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NoReturn

import ckan.plugins.toolkit as tk
from flask import Blueprint, Response

from ckanext.msativo.views import asked, framed, perfil, public, states

incorporar = Blueprint("msativo_incorporar", __name__)
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors *"
)


def page(template: str, args: tuple[str, ...], make: Callable[[Mapping[str, str]], dict[str, Any]]) -> Response:
    given = public.only(args)

    def made() -> Response:
        response = public.Answer(tk.render(template, make(given)), content_type="text/html; charset=utf-8")
        response.headers["Content-Security-Policy"] = POLICY
        return response

    return public.answer(public.tag(), made)


def _gone() -> NoReturn:
    asked.refuse(404, tk._("This page cannot be embedded: it does not exist or is not public."))


@incorporar.get("/incorporar/indicador/<name>")
def indicador(name: str) -> Response:
    try:
        pkg = public.dataset("indicador", name)
    except LookupError:
        _gone()
    base = tk.url_for("msativo_incorporar.indicador", name=pkg["name"])

    def make(args: Mapping[str, str]) -> dict[str, Any]:
        shown = framed.indicator(pkg, framed.Frame(base, {}, args))
        return {"page": shown, "pkg": pkg, "tabs": framed.tabs(shown), "back": _back("indicador", pkg, args)}

    return page("msativo/incorporar/indicador.html", ("ano", "municipio", "cor", "aba", "ordem"), make)


def _back(kind: str, pkg: Mapping[str, Any], args: Mapping[str, str]) -> str:
    """The page's own address with the same choices."""
    kept = {name: value for name, value in args.items() if name in ("ano", "cor", "municipio") and kind == "indicador"}
    return tk.url_for(f"{kind}.read", id=pkg["name"], _external=True, **kept)


@incorporar.get("/incorporar/desafio/<name>")
def desafio(name: str) -> Response:
    try:
        pkg = public.dataset("desafio", name)
    except LookupError:
        _gone()
    base = tk.url_for("msativo_incorporar.desafio", name=pkg["name"])

    def make(args: Mapping[str, str]) -> dict[str, Any]:
        shown = framed.challenge(pkg, framed.Frame(base, {}, args))
        return {"framed": shown, "pkg": pkg, "back": _back("desafio", pkg, args)}

    return page("msativo/incorporar/desafio.html", ("municipio", "cor", "aba", "ordem"), make)


@incorporar.get("/incorporar/municipio/<name>")
def municipio(name: str) -> Response:
    try:
        found = public.municipality(name)
    except LookupError:
        _gone()
    back = tk.url_for("msativo_municipios.read", id=found.slug, _external=True)

    def make(args: Mapping[str, str]) -> dict[str, Any]:
        profile = perfil.profile(found, {})
        counts = [(states.LOOKS[name], profile.counts[name]) for name in states.ORDER]
        return {"page": profile, "states": counts, "back": back}

    return page("msativo/incorporar/municipio.html", (), make)
