"""The search box while one types: a list that the keyboard, the mouse and a screen reader can use."""

from __future__ import annotations

from typing import Any

BOX = ".ms-header input[name=q]"


def marked(page: Any) -> str | None:
    """The title of the option that the box says is active."""
    active = page.locator(BOX).get_attribute("aria-activedescendant")
    return page.locator(f"#{active}").inner_text().split("\n")[0].strip() if active else None


def test_the_keyboard_chooses_among_what_is_offered(page: Any) -> None:
    page.goto("/about")
    page.locator(BOX).press_sequentially("ponta")
    page.locator(".ms-header [role=option]").first.wait_for()
    assert page.locator(BOX).get_attribute("aria-expanded") == "true" and marked(page) is None
    assert page.locator(".ms-header [role=status]").inner_text() == "Sugestões: 1"
    page.keyboard.press("ArrowDown")
    assert (marked(page) or "").startswith("Ponta Porã")
    page.keyboard.press("Escape")
    assert page.locator(BOX).get_attribute("aria-expanded") == "false" and marked(page) is None
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    # Past the end the text itself is active again, and Enter would search for it.
    assert marked(page) is None or (marked(page) or "").startswith("Ponta Porã")
    if marked(page) is None:
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/municipios/ponta-pora")


def test_a_click_opens_what_is_offered(page: Any) -> None:
    page.goto("/")
    box = page.locator("main input[name=q]")
    box.press_sequentially("alfa")
    page.locator("main [role=option]").first.click()
    page.wait_for_url("**/indicador/alfa")


def test_late_answers_do_not_replace_newer_ones(page: Any) -> None:
    page.goto("/about")

    def slow(route: Any) -> None:
        if "q=ja" in route.request.url and "japor" not in route.request.url:
            page.wait_for_timeout(600)
        route.continue_()

    page.route("**/busca/sugestoes*", slow)
    page.locator(BOX).press_sequentially("japora", delay=200)
    page.wait_for_timeout(900)
    assert page.locator(".ms-header [role=option]").all_inner_texts()[0].startswith("Japorã")
    assert page.locator(".ms-header [role=option]").count() == 1


def test_the_menu_of_a_phone_opens_and_closes_with_the_keyboard(browser: Any, live: str) -> None:
    context = browser.new_context(base_url=live, viewport={"width": 390, "height": 844})
    tab = context.new_page()
    tab.goto("/about")
    summary = tab.locator(".ms-nav-small summary")
    assert summary.is_visible() and not tab.locator(".ms-nav").is_visible()
    summary.focus()
    tab.keyboard.press("Enter")
    assert tab.locator(".ms-nav-small li a").first.is_visible()
    tab.keyboard.press("Tab")
    tab.keyboard.press("Escape")
    assert not tab.locator(".ms-nav-small li a").first.is_visible()
    assert tab.evaluate("document.activeElement.tagName") == "SUMMARY"
    context.close()
