"""What only a browser can tell of the heat table: what stays in view, what the keyboard does, what is said."""

from __future__ import annotations

from typing import Any

import pytest

from ckanext.msativo.tests.views.world import BEST, WORST

BOX, NOW = "[data-ms-quadro]", "[data-ms-quadro-now]"


def place(page: Any, selector: str) -> tuple[float, float]:
    """Of the first such element, from the corner of the box that scrolls."""
    x, y = page.evaluate(
        "([one, of]) => { const [a, b] = [one, of].map(name => document.querySelector(name).getBoundingClientRect());"
        " return [a.x - b.x, a.y - b.y] }",
        [selector, BOX],
    )
    return round(x), round(y)


def test_heads_and_names_stay_in_view_while_the_arrows_scroll(page: Any) -> None:
    page.set_viewport_size({"width": 1280, "height": 600})
    page.goto("/quadro?mostrar=valor")
    page.add_style_tag(content=".ms-quadro { --ms-cell: 60rem !important }")
    page.locator(BOX).focus()
    head, name = place(page, ".ms-quadro thead th"), place(page, ".ms-quadro tbody th")
    for key in ("ArrowDown", "ArrowRight"):
        page.keyboard.press(key)
    page.wait_for_function("() => { const box = document.querySelector('[data-ms-quadro]'); return box.scrollTop }")
    page.wait_for_function("() => { const box = document.querySelector('[data-ms-quadro]'); return box.scrollLeft }")
    assert place(page, ".ms-quadro thead th") == head
    after = place(page, ".ms-quadro tbody th")
    assert after[0] == name[0] and after[1] < name[1]


def test_the_keyboard_walks_the_cells_and_what_is_under_it_is_said(page: Any) -> None:
    page.goto("/quadro?ordem=alfa")
    page.locator(BOX).focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowRight")
    said = page.locator(NOW).inner_text()
    # Name, indicator, value, rank among how many, state: all of it from the table.
    assert all(part in said for part in (WORST.nome, "Taxa alfa", "79,0", "1º", "79", "crítico")), said
    page.keyboard.press("ArrowDown")
    assert WORST.nome not in page.locator(NOW).inner_text()
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.matches('[data-ms-quadro]')")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/indicador/alfa?municipio={WORST.slug}*")


def test_the_cell_that_is_walked_to_is_not_under_the_heads(page: Any) -> None:
    page.set_viewport_size({"width": 1280, "height": 600})
    page.goto("/quadro?ordem=alfa")
    page.locator(BOX).focus()
    page.keyboard.press("Enter")
    for _ in range(40):
        page.keyboard.press("ArrowDown")
    for _ in range(30):
        page.keyboard.press("ArrowUp")
    # The page itself scrolls smoothly.
    page.wait_for_function(
        "() => { const cell = document.activeElement, at = cell.getBoundingClientRect();"
        " return document.elementFromPoint(at.x + at.width / 2, at.y + at.height / 2)?.closest('td') === cell }"
    )


@pytest.mark.parametrize("mode", ["situacao", "valor", "posicao"])
def test_pointing_says_the_same_whatever_the_cells_show(page: Any, mode: str) -> None:
    page.goto(f"/quadro?ordem=-alfa&mostrar={mode}")
    page.locator(".ms-quadro tbody tr").first.locator("td").nth(5).hover()
    said = page.locator(NOW).inner_text()
    assert all(part in said for part in (BEST.nome, "Taxa alfa", "1,0", "79º", "adequado")), said
    page.locator(".ms-quadro tbody tr").first.locator("td").nth(5).click()
    page.wait_for_url(f"**/indicador/alfa?municipio={BEST.slug}*")


def test_a_state_is_a_sign_too_and_the_sign_is_in_the_cell(page: Any) -> None:
    page.goto("/quadro?ordem=alfa")
    signs = page.evaluate(
        "() => ['critico', 'atencao', 'adequado', 'sem_dado'].map(state =>"
        " getComputedStyle(document.querySelector(`.ms-quadro td.${state}`), '::before').content[1])"
    )
    assert signs == ["▲", "●", "✓", "–"]
    large = page.evaluate(
        "() => [...document.querySelectorAll('.ms-quadro td.critico')]"
        ".every(cell => cell.offsetWidth >= 24 && cell.offsetHeight >= 24)"
    )
    assert large


@pytest.mark.parametrize("width", [320, 390])
def test_on_a_phone_only_the_table_scrolls_and_names_leave_it_room(browser: Any, live: str, width: int) -> None:
    context = browser.new_context(
        base_url=live, viewport={"width": width, "height": 800}, locale="pt-BR", has_touch=True
    )
    tab = context.new_page()
    for address in ("/quadro", "/quadro?mostrar=valor", "/indicador/alfa/regras"):
        tab.goto(address)
        assert tab.evaluate("document.documentElement.scrollWidth") <= width, address
    tab.goto("/quadro")
    name = tab.locator(".ms-quadro tbody th").first.bounding_box()
    assert name["width"] < width / 3
    # A finger reads first, and follows with the second tap.
    cell = tab.locator(".ms-quadro tbody tr").first.locator("td.critico").first
    cell.tap()
    assert "/quadro" in tab.url and "crítico" in tab.locator(NOW).inner_text()
    cell.tap()
    tab.wait_for_url("**/indicador/alfa?municipio=*")
    context.close()
