"""What a public page adds to the weight of CKAN's own: at most 60 KB as it travels, compressed.

Counted are the whole of the page's HTML (CKAN's frame around it included), and every stylesheet, script and picture
that CKAN itself would not have loaded for a dataset's page. Fonts and what CKAN loads on each of its pages are CKAN's.
"""

from __future__ import annotations

import gzip
from typing import Any
from urllib.parse import urlsplit

from bs4 import BeautifulSoup

from ckanext.msativo.tests.every_page.pages import PAGES, Page
from ckanext.msativo.tests.every_page.reader import Answer, Reader
from ckanext.msativo.tests.every_page.world import Portal
from ckanext.msativo.tests.test_permissions_world import ANONYMOUS

MOST = 60 * 1024
"""Bytes."""
PUBLIC = [page for page in PAGES if page.role == ANONYMOUS and page.ours and not page.press]
EMBEDDED = (("link[rel~=stylesheet]", "href"), ("script[src]", "src"), ("img[src]", "src"), ("image[href]", "href"))


def packed(content: str | bytes) -> int:
    """How many bytes travel."""
    raw = content.encode() if isinstance(content, str) else content
    return len(gzip.compress(raw, 6))


def assets(soup: BeautifulSoup) -> set[str]:
    """Addresses of what a browser loads with the page."""
    found = {str(tag[name]) for selector, name in EMBEDDED for tag in soup.select(selector)}
    return {address for address in found if not address.startswith("data:")}


def of_ckan(address: str) -> bool:
    """Whether an asset is of CKAN or of an extension that comes with it."""
    return not urlsplit(address).path.startswith(("/webassets/msativo/", "/msativo", "/imagem/", "/uploads/"))


class Scale:
    def __init__(self, portal: Portal, app: Any) -> None:
        self.reader, self.app = Reader(portal, app), app
        self.weights: dict[str, int] = {}

    def asset(self, address: str) -> int:
        if address not in self.weights:
            answer = self.app.get(address)
            assert answer.status_code == 200, address
            self.weights[address] = packed(answer.data)
        return self.weights[address]

    def added(self, answer: Answer) -> int:
        own = [address for address in assets(answer.soup) if not of_ckan(address)]
        return packed(answer.text) + sum(map(self.asset, own))


def test_a_public_page_adds_no_more_than_60_kb(every: Portal, app: Any) -> None:
    scale = Scale(every, app)
    weights = {page.name: scale.added(scale.reader.read(page)) for page in PUBLIC}
    assert len(weights) > 50
    heavy = {name: weight for name, weight in weights.items() if weight > MOST}
    assert not heavy, heavy


def test_what_is_loaded_from_ckan_is_what_its_own_pages_load(every: Portal, app: Any) -> None:
    """No page of ours brings a library that a dataset's page does not have already."""
    reader = Reader(every, app)
    stock = _from_ckan(reader, Page("/dataset/{dado}"))
    more = {page.name: found for page in PUBLIC if (found := _from_ckan(reader, page) - stock)}
    assert not more, more


def _from_ckan(reader: Reader, page: Page) -> set[str]:
    """Its stylesheets and scripts; the photo of an evidence is content."""
    found = assets(reader.read(page).soup)
    return {address for address in found if of_ckan(address) and urlsplit(address).path.endswith((".css", ".js"))}


def test_the_boundaries_of_the_state_weigh_no_more_than_60_kb(every: Portal, app: Any) -> None:
    drawn = Reader(every, app).read(Page("/indicador/alfa")).soup.select_one("svg.ms-map")
    assert drawn and len(drawn.select("a path")) == 79
    assert packed(str(drawn)) <= MOST
