"""What a page says of itself to those that link to it: description, preview image, its one address, its oEmbed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import ckan.plugins.toolkit as tk
from ckan.lib.i18n import get_lang
from flask import request

from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.logic import pages
from ckanext.msativo.logic.territory import territory
from ckanext.msativo.views import picture

PORTAL = N_(
    "Indicators of all municipalities of {state}: which are in a critical situation, in what, why and since when. "
    "Open data."
)
# Public pages without facts of their own to tell: they show the portal's image.
PLAIN = frozenset(
    {
        *("home.index", "home.about", "indicador.search", "desafio.search", "dataset.search", "msativo_acoes.index"),
        *("msativo_municipios.index", "msativo_monitoramento.index", "msativo_agenda.index", "msativo_dados.index"),
        *("msativo_servico.read", "msativo_servico.index", "msativo_analises.index", "msativo_privacidade.read"),
    }
)
MOST = 200
"""Letters of a description that are shown anywhere."""


@dataclass(frozen=True)
class Social:
    """``image`` and ``url`` are whole addresses; ``oembed`` is "" where the page cannot be embedded."""

    description: str
    url: str
    image: str
    title: str = ""
    """Without it the page's own title is used."""
    alt: str = ""
    oembed: str = ""
    width: int = picture.WIDTH
    height: int = picture.HEIGHT

    @property
    def locale(self) -> str:
        return str(get_lang() or "pt_BR")

    @property
    def other_locale(self) -> str:
        return "en_US" if self.locale.startswith("pt") else "pt_BR"


def external(endpoint: str, **values: Any) -> str:
    """The whole address of a page, in the reader's language."""
    return tk.url_for(endpoint, _external=True, **values)


def image_url(kind: str, name: str, **asked: Any) -> str:
    query = urlencode({key: value for key, value in asked.items() if value})
    return external("msativo_imagens.read", kind=kind, name=name, extension="png") + (f"?{query}" if query else "")


def oembed_url(url: str) -> str:
    return f"{external('msativo_oembed.read')}?{urlencode({'url': url, 'format': 'json'})}"


def social(pkg: Any = None) -> Social | None:
    """Of the page that is being shown; None for one that nobody links to. ``pkg``: its dataset, if it has one."""
    endpoint = request.endpoint or ""
    if endpoint in PLAIN:
        return _portal(endpoint)
    if endpoint == "msativo_municipios.read":
        municipio = territory().by_slug.get((request.view_args or {}).get("id", ""))
        return _municipality(municipio) if municipio else None
    if isinstance(pkg, Mapping) and endpoint in ("dataset.read", f"{pkg.get('type')}.read"):
        return _dataset(pkg)
    return None


def _portal(endpoint: str) -> Social:
    text = tk._(PORTAL).format(state=territory().nome)
    return Social(text, external(endpoint), external("msativo_imagens.portal", extension="png"))


def _municipality(municipio: Any) -> Social:
    url = external("msativo_municipios.read", id=municipio.slug)
    said = tk._("{name}: situation in each indicator, with reasons, challenges and plans.").format(name=municipio.nome)
    return Social(said, url, image_url("municipio", municipio.slug), municipio.nome, oembed=oembed_url(url))


def _dataset(pkg: Mapping[str, Any]) -> Social | None:
    kind = pkg.get("type")
    if pkg.get("private") or pkg.get("state") != "active" or kind not in ("indicador", "desafio"):
        return None
    url = external(f"{kind}.read", id=pkg["name"])
    if kind == "desafio":
        said = _shortened(str(pkg.get("notes") or ""))
        return Social(said, url, image_url(kind, pkg["name"]), pkg["title"], oembed=oembed_url(url))
    said, ano = _indicator(pkg)
    if ano:
        url = f"{url}?ano={ano}"
    return Social(said, url, image_url(kind, pkg["name"], ano=ano), pkg["title"], oembed=oembed_url(url))


def _indicator(pkg: Mapping[str, Any]) -> tuple[str, int | None]:
    """The answer in numbers, and the year when it is not the usual one."""
    newest = pages.snapshot()
    result = pages.result(newest.id, pkg["id"]) if newest else None
    if result is None or result.ano_padrao is None:
        return _shortened(str(pkg.get("notes") or "")), None
    asked = request.args.get("ano")
    year = next((year for year in pages.years(result.id) if str(year.ano) == (asked or str(result.ano_padrao))), None)
    if year is None:
        return _shortened(str(pkg.get("notes") or "")), None
    used = year.criticos + year.atencao + year.adequados
    said = tk._("{n} of {total} municipalities in a critical situation in {year}. Map, ranking and reasons.").format(
        n=year.criticos, total=used, year=year.ano
    )
    return said, year.ano if year.ano != result.ano_padrao else None


def _shortened(markdown: str) -> str:
    text = " ".join(markdown.replace("*", "").replace("#", "").replace("`", "").split())
    return text if len(text) <= MOST else text[:MOST].rsplit(" ", 1)[0] + "…"
