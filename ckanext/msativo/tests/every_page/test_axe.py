"""axe-core finds no barrier on any page of the registry, in light and dark, wide and narrow.

The rules are those of WCAG 2.0 to 2.2, levels A and AA, and on our own pages axe's best practices. Each page is
opened once and looked at

- 1280 pixels wide with all rules; dark with those that colours decide;
- 640 pixels wide with two device pixels per pixel: what a browser at 1280 shows at 200 % zoom (WCAG 1.4.4);
- 320 pixels wide: 400 % zoom or a small phone (WCAG 1.4.10), where the page itself does not scroll sideways either.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest

from ckanext.msativo.tests.browser.conftest import serving
from ckanext.msativo.tests.every_page.pages import PAGES, Page
from ckanext.msativo.tests.every_page.world import Portal

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
OURS = [*WCAG, "best-practice"]
"""On CKAN's own pages the best practices are CKAN's: how it orders its headings, say."""
COLOURS = ["color-contrast", "link-in-text-block"]
SIZED = [*COLOURS, "target-size", "scrollable-region-focusable"]
"""The rules whose answer depends on how wide the page is; what is hidden at one width is looked at as well."""

LOOK = """async ([rules, tags]) => {
  const asked = rules ? {type: 'rule', values: rules} : {type: 'tag', values: tags};
  const found = await axe.run(document, {runOnly: asked, resultTypes: ['violations']});
  return found.violations.flatMap(one => one.nodes.map(node =>
    [one.id, node.target.join(' '), [...node.any, ...node.all, ...node.none].map(why => why.message).join(' ')]));
}"""
DRAWN = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
WIDER = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
  [...document.querySelectorAll('body *')].filter(one => one.getBoundingClientRect().right > innerWidth + 1)
    .slice(0, 3).map(one => one.outerHTML.slice(0, 120))"""


@pytest.fixture
def live(every: Portal, make_app: Any, ckan_config: Any) -> Iterator[str]:
    with serving(make_app, ckan_config) as address:
        yield address


class Looker:
    """A browser tab that opens pages of the registry as their people and says what axe finds."""

    def __init__(self, browser: Any, live: str, portal: Portal) -> None:
        self.browser, self.live, self.portal = browser, live, portal
        self.tabs: dict[str, Any] = {}

    def tab(self, role: str) -> Any:
        if role not in self.tabs:
            token = self.portal.tokens.get(role)
            headers = {"Authorization": token} if token else {}
            # A colour that is on its way from light to dark is none that anyone reads.
            options = {"extra_http_headers": headers, "reduced_motion": "reduce"}
            context = self.browser.new_context(base_url=self.live, locale="pt-BR", **options)
            self.tabs[role] = context.new_page()
        return self.tabs[role]

    def open(self, page: Page) -> Any:
        tab = self.tab(page.role)
        self.show(tab, 1280, "light")
        answer = tab.goto(page.address.format(**self.portal.names))
        if page.press:
            tab.evaluate("document.querySelectorAll('form').forEach(form => { form.noValidate = true })")
            button = tab.locator(page.press).locator("visible=true").first
            form = button.locator("xpath=ancestor::form")
            for name, value in page.typed.items():
                form.locator(f'[name="{name}"]').evaluate("(one, value) => { one.value = value }", value)
            with tab.expect_navigation() as turned:
                button.click()
            answer = turned.value
        assert answer.status == page.status, (page.name, answer.status)
        tab.evaluate(AXE.read_text())
        return tab

    def show(self, tab: Any, width: int, scheme: str, zoom: int = 1) -> None:
        tab.emulate_media(color_scheme=scheme)
        tab.set_viewport_size({"width": width, "height": 900 // zoom})
        tab.evaluate(DRAWN)

    def look(self, tab: Any, page: Page, rules: Iterable[str] | None = None) -> list[str]:
        found = tab.evaluate(LOOK, [list(rules) if rules else None, OURS if page.ours else WCAG])
        return [" | ".join(one) for one in found]

    def every_way(self, page: Page) -> dict[str, list[str]]:
        """What is wrong with the page, by how it was looked at."""
        tab, told = self.open(page), {}
        told["1280 light"] = self.look(tab, page)
        self.show(tab, 1280, "dark")
        told["1280 dark"] = self.look(tab, page, COLOURS)
        self.show(tab, 640, "light", 2)
        told["200 %"] = self.look(tab, page, SIZED)
        self.show(tab, 320, "light")
        told["320 light"] = self.look(tab, page) + tab.evaluate(WIDER)
        self.show(tab, 320, "dark")
        told["320 dark"] = self.look(tab, page, COLOURS)
        return {how: list(dict.fromkeys(found)) for how, found in told.items() if found}


@pytest.mark.parametrize("role", sorted({page.role for page in PAGES}))
def test_no_page_has_a_barrier(browser: Any, live: str, every: Portal, role: str) -> None:
    looker = Looker(browser, live, every)
    told = {page.name: found for page in PAGES if page.role == role and (found := looker.every_way(page))}
    lines = [f"{name}, {how}: {one}" for name, ways in told.items() for how, found in ways.items() for one in found]
    assert not lines, "\n".join(lines)
