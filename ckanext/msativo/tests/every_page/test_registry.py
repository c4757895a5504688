"""No page is forgotten, and each is what the registry says."""

from __future__ import annotations

from typing import Any

from werkzeug.routing import MapAdapter

from ckanext.msativo.tests.every_page.pages import NO_PAGES, PAGES, Page
from ckanext.msativo.tests.every_page.reader import Answer, Reader
from ckanext.msativo.tests.every_page.world import Portal


def test_every_address_of_ours_is_a_page_of_the_registry_or_named_as_none(every: Portal, app: Any) -> None:
    routes = app.flask_app.url_map
    ours = {
        rule.endpoint
        for rule in routes.iter_rules()
        if "GET" in (rule.methods or ()) and rule.endpoint.startswith("msativo_")
    }
    bound: MapAdapter = routes.bind("test.ckan.net")
    seen = {
        bound.match(page.address.format(**every.names).partition("?")[0])[0] for page in PAGES if page.status == 200
    }
    assert sorted(ours - seen - set(NO_PAGES)) == []
    assert sorted(set(NO_PAGES) - ours) == []


def test_every_page_answers_as_the_registry_says(every: Portal, app: Any) -> None:
    reader = Reader(every, app)
    told = {page.name: found for page in PAGES if (found := _odd(page, reader.read(page)))}
    assert not told, "\n".join(f"{name}: {found}" for name, found in told.items())


def _odd(page: Page, answer: Answer) -> list[str]:
    """What is not as a page should be."""
    soup, html = answer.soup, answer.soup.html
    checks = {
        f"answers {answer.status}, not {page.status}": answer.status == page.status,
        f"has {len(soup.select('h1'))} h1": len(soup.select("h1")) == 1 or not page.ours,
        "has no title": bool(soup.title and soup.title.text.strip()),
        "does not say its language": bool(html and html.get("lang") == "pt-BR"),
        "has no main part": len(soup.select("main, [role=main]")) == 1,
    }
    return [text for text, holds in checks.items() if not holds]
