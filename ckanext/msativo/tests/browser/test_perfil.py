"""The profile on paper and the comparison on a phone: what only a browser lays out."""

from __future__ import annotations

import re
from typing import Any

from ckanext.msativo.tests.views.world import BEST, WORST

TWO = f"/comparar?municipios={WORST.slug},{BEST.slug}"


def test_the_profile_is_a_few_sheets_of_a4_with_its_strips_in_colour(page: Any) -> None:
    page.goto(f"/municipios/{WORST.slug}")
    assert not page.locator(".ms-print-only").is_visible()
    page.emulate_media(media="print")
    for hidden in (".ms-actions", ".ms-profile-tabs", "#ms-similar", ".ms-footer"):
        assert not page.locator(hidden).first.is_visible(), hidden
    line = page.locator(".ms-print-only").inner_text()
    assert WORST.nome in line and f"/municipios/{WORST.slug}" in line
    exact = "getComputedStyle(document.querySelector('.ms-strip-shade')).printColorAdjust"
    assert page.evaluate(exact) == "exact"
    sheets = re.findall(rb"/Type\s*/Page\b(?!s)", page.pdf(prefer_css_page_size=True))
    assert 1 <= len(sheets) <= 3


def test_on_a_phone_each_value_stands_beside_its_municipality(browser: Any, live: str) -> None:
    context = browser.new_context(base_url=live, viewport={"width": 390, "height": 844}, locale="pt-BR")
    tab = context.new_page()
    for address in (TWO, "/comparar", f"/municipios/{WORST.slug}", f"/municipios/{WORST.slug}?aba=evolucao"):
        tab.goto(address)
        assert tab.evaluate("document.documentElement.scrollWidth") <= 390, address
    tab.goto(TWO)
    cell = tab.locator(".ms-comparison-main td").first
    named = cell.evaluate("cell => getComputedStyle(cell, '::before').content")
    value = cell.locator("b").bounding_box()
    assert WORST.nome in named and value["x"] > cell.bounding_box()["x"] + 60
    context.close()


def test_two_are_compared_with_the_keyboard_alone(page: Any) -> None:
    page.goto("/municipios")
    for slug in (WORST.slug, BEST.slug):
        page.locator(f"input[type=checkbox][value={slug}]").focus()
        page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url("**/comparar?municipios=*")
    assert {link.inner_text()[2:] for link in page.locator(".ms-chosen a:first-child").all()} == {
        WORST.nome,
        BEST.nome,
    }
    # The names stay in sight above the column one is reading.
    page.locator(".ms-comparison-main tbody tr").last.scroll_into_view_if_needed()
    assert page.locator(".ms-comparison-main thead").is_visible()
