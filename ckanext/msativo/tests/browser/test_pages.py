"""What only a browser can tell: keyboard, width, colour scheme, no script, no request to elsewhere."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from ckanext.msativo.tests.views.world import BEST, WORST

PAGES = (
    "/",
    "/indicador/",
    "/indicador/alfa",
    "/indicador/alfa?cor=valor",
    "/indicador/alfa?aba=tabela",
    "/indicador/alfa?aba=evolucao",
    "/indicador/alfa?aba=baixar",
    "/indicador/beta",
    "/indicador/gama",
    "/municipios",
    "/municipios/japora",
    "/municipios/japora?motivos=1",
    "/municipios/nada",
    "/adesao",
    "/dados",
    "/indicador/alfa/qualidade",
    "/municipios/japora?aba=evolucao",
    "/comparar?municipios=japora,tacuru",
    "/quadro",
    "/quadro?mostrar=valor&area=saude",
    "/indicador/alfa/regras",
    "/busca?q=taxa",
    "/busca?q=zzz",
    "/about",
    "/dataset/",
    "/user/login",
    "/acoes",
    "/planos",
    "/evidencias",
    "/ciclos",
    "/adesoes",
    "/monitoramento",
    "/agenda",
    "/reunioes",
    "/privacidade",
)


def classes(page: Any, selector: str) -> Counter[str]:
    found = page.eval_on_selector_all(selector, "found => found.map(one => one.getAttribute('class'))")
    return Counter(next(name for name in text.split() if name.startswith("is-")) for text in found)


def test_the_map_shows_all_municipalities_in_the_states_of_the_table(page: Any) -> None:
    page.goto("/indicador/alfa")
    drawn = page.eval_on_selector_all(
        ".ms-map a path", "paths => paths.filter(path => path.getBBox().width > 0 && path.getBBox().height > 0).length"
    )
    assert drawn == 79
    on_map = classes(page, ".ms-map a")
    page.goto("/indicador/alfa?aba=tabela")
    assert classes(page, ".ms-full tbody .ms-pill") == on_map


def test_the_keyboard_walks_the_map_and_the_description_follows(page: Any) -> None:
    page.goto("/indicador/alfa")
    assert page.locator('.ms-map a[tabindex="0"]').count() == 1
    page.locator(".ms-map a.is-selected").focus()
    said = page.locator("[data-ms-now]").inner_text()
    assert WORST.nome in said
    page.keyboard.press("ArrowUp")
    after = page.locator("[data-ms-now]").inner_text()
    assert after != said and page.locator('.ms-map a[tabindex="0"]').count() == 1
    page.keyboard.press("Enter")
    name = page.locator("[data-ms-now] b").inner_text()
    page.wait_for_function("name => document.querySelector('#porque h3').innerText.includes(name)", arg=name)
    assert "municipio=" in page.url and page.locator(".ms-map a.is-selected").count() == 1
    # The place in the map is kept.
    assert page.evaluate("document.activeElement.classList.contains('is-selected')")


def test_a_click_changes_the_reason_without_a_new_page_and_back_undoes_it(page: Any) -> None:
    page.goto("/indicador/alfa")
    page.evaluate("window.same = true")
    page.locator(f'.ms-map a[href*="municipio={BEST.slug}#"]').click(force=True)
    page.wait_for_function("name => document.querySelector('#porque h3').innerText.includes(name)", arg=BEST.nome)
    assert page.evaluate("window.same") and page.url.endswith(f"municipio={BEST.slug}")
    page.go_back()
    page.wait_for_function("name => document.querySelector('#porque h3').innerText.includes(name)", arg=WORST.nome)
    assert page.evaluate("window.same")


def test_pointing_at_a_shape_describes_it(page: Any) -> None:
    page.goto("/municipios")
    page.locator('.ms-map a[href$="/corumba"]').hover(force=True)
    assert "Corumbá" in page.locator("[data-ms-now]").inner_text()


def test_the_year_is_a_slider_over_the_years_there_are(page: Any) -> None:
    page.goto("/indicador/alfa")
    slider = page.locator("input[type=range]")
    assert slider.get_attribute("max") == "1" and slider.get_attribute("aria-valuetext") == "2020"
    slider.focus()
    with page.expect_navigation():
        page.keyboard.press("ArrowLeft")
    assert "ano=2019" in page.url and page.locator("input[type=range]").get_attribute("aria-valuetext") == "2019"


def test_a_municipality_is_found_by_typing(page: Any) -> None:
    page.goto("/")
    page.locator(".ms-header input[name=q]").fill("ponta pora")
    page.keyboard.press("Enter")
    page.wait_for_url("**/municipios/ponta-pora")
    assert page.locator("h1").inner_text() == "Ponta Porã"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wider_than_a_phone(browser: Any, live: str, scheme: str) -> None:
    context = browser.new_context(base_url=live, viewport={"width": 390, "height": 844}, color_scheme=scheme)
    tab = context.new_page()
    for address in PAGES:
        tab.goto(address)
        width = tab.evaluate("document.documentElement.scrollWidth")
        assert width <= 390, (address, width)
    context.close()


def test_everything_works_without_a_script(browser: Any, live: str) -> None:
    context = browser.new_context(base_url=live, java_script_enabled=False)
    tab = context.new_page()
    tab.goto("/indicador/alfa")
    tab.locator(".ms-tabs a").nth(1).click()
    assert tab.locator(".ms-full tbody tr").count() == 79
    tab.locator(".ms-full thead a").nth(1).click()
    assert tab.locator(".ms-full tbody th a").first.inner_text() == BEST.nome
    tab.locator("#ms-ano").select_option("2019")
    tab.locator(".ms-years button").click()
    assert "ano=2019" in tab.url and "aba=tabela" in tab.url and "ordem=municipio" in tab.url
    tab.locator(".ms-tabs a").nth(0).click()
    tab.locator(".ms-ranked tbody a").nth(1).click()
    assert "municipio=" in tab.url and tab.locator(".ms-map a.is-selected").count() == 1
    tab.locator(".ms-header input[name=q]").fill("japora")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/municipios/japora")
    context.close()


def test_no_request_leaves_the_portal(page: Any) -> None:
    for address in PAGES:
        page.goto(address)
    # The fixture compares every request with the portal's own address.


def test_nothing_moves_while_a_page_loads(page: Any) -> None:
    page.add_init_script(
        "window.moved = 0;"
        "new PerformanceObserver(list => list.getEntries().forEach(entry => window.moved += entry.value))"
        ".observe({type: 'layout-shift', buffered: true})"
    )
    for address in ("/", "/indicador/alfa", "/municipios/japora"):
        page.goto(address)
        page.wait_for_load_state("networkidle")
        # 0.1 is what Web Vitals still calls good.
        assert page.evaluate("window.moved") < 0.1, address


def test_a_profile_prints_on_paper_without_what_only_a_screen_needs(page: Any) -> None:
    page.goto("/municipios/japora")
    page.emulate_media(media="print")
    for hidden in (".ms-nav", ".ms-search", ".ms-menu"):
        assert not page.locator(hidden).first.is_visible()
    assert page.locator(".ms-profile").is_visible()
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
