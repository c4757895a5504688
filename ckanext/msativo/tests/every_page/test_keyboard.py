"""The keyboard alone: the skip link, a focus that shows and keeps the page's order, and errors that are found.

Also what a reader may set: wider text spacing (WCAG 1.4.12) cuts nothing, less motion means none.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ckanext.msativo.tests.every_page.pages import PAGES
from ckanext.msativo.tests.every_page.test_axe import WIDER, Looker
from ckanext.msativo.tests.every_page.test_axe import live as live
from ckanext.msativo.tests.every_page.test_form_errors import WRONG
from ckanext.msativo.tests.every_page.world import Portal
from ckanext.msativo.tests.test_permissions_world import ANONYMOUS

WALKED = tuple(
    page
    for page in PAGES
    if page.role == ANONYMOUS
    and page.address
    in ("/", "/indicador/alfa", "/municipios/{municipio}", "/desafio/reto", "/quadro", "/agenda", "/dataset/", "/nada")
)
STEPS = 45
"""How many times Tab is pressed on a page: past the header and into what the page is for."""

FOCUSED = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const style = getComputedStyle(one), box = one.getBoundingClientRect();
  const drawn = one.querySelector(':scope > path') || one;
  const stroke = getComputedStyle(drawn).stroke !== 'none' && parseFloat(getComputedStyle(drawn).strokeWidth) >= 2;
  const nodes = [...document.querySelectorAll('*')];
  return {
    place: nodes.indexOf(one),
    name: one.outerHTML.slice(0, 140),
    seen: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight,
    marked: (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2) ||
      style.boxShadow !== 'none' || stroke,
  };
}"""
SPACED = """* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
p { margin-bottom: 2em !important; }"""
CUT = """() => [...document.querySelectorAll('body *')].filter(one => {
  // Under its sign a cell of the heat table has the state's name for those who hear it.
  if (one.closest('.visually-hidden, svg, [hidden], .ms-quadro td')) return false;
  if (!one.innerText || !one.getClientRects().length) return false;
  const style = getComputedStyle(one);
  const across = ['hidden', 'clip'].includes(style.overflowX) && one.scrollWidth > one.clientWidth + 1;
  const down = ['hidden', 'clip'].includes(style.overflowY) && one.scrollHeight > one.clientHeight + 1;
  return (across || down) && style.textOverflow !== 'ellipsis';
}).map(one => one.outerHTML.slice(0, 140))"""
MOVING = """() => [...document.querySelectorAll('*')].filter(one => {
  const style = getComputedStyle(one);
  return [style.transitionDuration, style.animationDuration]
    .some(all => all.split(',').some(d => parseFloat(d) > 0.01));
}).map(one => one.outerHTML.slice(0, 100))"""


@pytest.fixture
def looker(browser: Any, live: str, every: Portal) -> Iterator[Looker]:
    looker = Looker(browser, live, every)
    yield looker
    for tab in looker.tabs.values():
        tab.context.close()


def test_the_first_key_leads_past_the_header(looker: Looker) -> None:
    for page in WALKED:
        tab = looker.open(page)
        tab.keyboard.press("Tab")
        link = tab.evaluate("[document.activeElement.className, document.activeElement.getBoundingClientRect().left]")
        assert link[0] == "ms-skip" and link[1] >= 0, (page.name, link)
        tab.keyboard.press("Enter")
        assert tab.evaluate("location.hash") == "#content"
        tab.keyboard.press("Tab")
        inside = tab.evaluate("document.querySelector('#content').contains(document.activeElement)")
        assert inside, (page.name, tab.evaluate("document.activeElement.outerHTML.slice(0, 120)"))


def test_the_focus_shows_and_goes_the_way_the_page_is_read(looker: Looker) -> None:
    told = []
    for page in WALKED:
        tab, before = looker.open(page), -1
        for _ in range(STEPS):
            tab.keyboard.press("Tab")
            now = tab.evaluate(FOCUSED)
            if now is None:
                break
            told += [f"{page.name}: not seen: {now['name']}"] if not now["seen"] else []
            told += [f"{page.name}: not marked: {now['name']}"] if not now["marked"] else []
            told += [f"{page.name}: out of order: {now['name']}"] if now["place"] <= before else []
            before = now["place"]
    assert not told, "\n".join(told)


def test_wider_spacing_cuts_no_text(looker: Looker) -> None:
    told = []
    for page in WALKED:
        tab = looker.open(page)
        tab.add_style_tag(content=SPACED)
        for width in (1280, 320):
            looker.show(tab, width, "light")
            found = tab.evaluate(CUT) + tab.evaluate(WIDER)
            told += [f"{page.name} at {width}: {one}" for one in found]
    assert not told, "\n".join(told)


def test_nothing_moves_for_those_who_ask_for_less_motion(looker: Looker) -> None:
    for page in WALKED:
        assert looker.open(page).evaluate(MOVING) == [], page.name


def test_after_an_error_the_focus_is_on_the_summary_and_its_lines_lead_to_the_fields(looker: Looker) -> None:
    for page in WRONG:
        tab = looker.open(page)
        tab.wait_for_load_state()
        tab.wait_for_function("document.activeElement.matches('.ms-problems')", timeout=3000)
        link = tab.locator(".ms-problems a[href^='#']").first
        if link.count():
            target = str(link.get_attribute("href"))[1:]
            link.press("Enter")
            focused = tab.evaluate("document.activeElement.id")
            assert focused == target, (page.name, focused, target)


def test_the_errors_of_ckans_forms_are_tied_to_their_fields(looker: Looker) -> None:
    forms = [page for page in PAGES if page.press and page.status == 200 and "/new" in page.address]
    assert forms
    for page in forms:
        tab = looker.open(page)
        assert tab.evaluate("document.activeElement.matches('.error-explanation')"), page.name
        loose = tab.evaluate(
            """() => [...document.querySelectorAll('.form-group.error')].filter(group => {
              const field = group.querySelector('[aria-invalid=true]');
              const told = field && document.getElementById(field.getAttribute('aria-describedby').split(' ').pop());
              return !told || !group.contains(told);
            }).map(group => group.outerHTML.slice(0, 160))"""
        )
        assert loose == [], page.name
        assert tab.locator(".error-explanation li a").count(), page.name
