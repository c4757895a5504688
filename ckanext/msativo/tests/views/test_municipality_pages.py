"""The list of municipalities and each one's profile."""

from __future__ import annotations

from typing import Any

from ckanext.msativo.tests.factories import TERRITORY
from ckanext.msativo.tests.views.conftest import Get
from ckanext.msativo.tests.views.world import BEST, MISSING, WORST, World

DOURADOS = next(region for region in TERRITORY.regions("imediata") if region.nome == "Dourados")


def names(page: Any) -> list[str]:
    return [cell.a.text for cell in page.select(".ms-municipios tbody th")]


def test_the_list_has_every_municipality_the_most_critical_first(world: World, get: Get) -> None:
    page = get("/municipios")
    assert len(names(page)) == len(page.select(".ms-map a")) == 79
    numbers = [int(row.select_one("b").text) for row in page.select(".ms-municipios tbody tr")]
    # Each of the 20 critical in alfa has one critical indicator, nobody has more.
    assert numbers == [1] * 20 + [0] * 59


def test_the_list_is_narrowed_by_name_and_region(world: World, get: Get) -> None:
    assert names(get("/municipios?q=ponta+pora")) == ["Ponta Porã"]
    assert len(names(get("/municipios?regiao=Dourados"))) == len(DOURADOS.municipios)
    assert not names(get("/municipios?q=zzz")) and get("/municipios?q=zzz").select_one(".ms-empty")
    get("/municipios?regiao=Atlantida", 404)
    get("/municipios?ordem=x", 400)


def test_the_list_is_sorted_by_links(world: World, get: Get) -> None:
    assert names(get("/municipios?ordem=municipio"))[0] == BEST.nome
    assert names(get("/municipios?ordem=-municipio"))[0] == WORST.nome


def test_the_profile_shows_each_indicator_as_a_strip(world: World, get: Get) -> None:
    page = get(f"/municipios/{WORST.slug}")
    assert page.h1.text == WORST.nome and WORST.codigo_ibge in page.text
    rows = page.select(".ms-profile tbody tr")
    assert len(rows) == len(page.select(".ms-strip")) == 2
    alfa = next(row for row in rows if "Taxa alfa" in row.text)
    # The worst stands at the left margin and is critical; the shade ends at 59.5: (79 − 59.5)/78 of the width.
    assert alfa.select_one(".ms-own")["d"] == "M7 6V18" and "is-critico" in alfa.select_one(".ms-own")["class"]
    assert int(alfa.select_one(".ms-strip-shade")["width"]) == round(7 + (79 - 59.5) / 78 * 386)
    assert f"/indicador/alfa?municipio={WORST.slug}" == alfa.a["href"]


def test_areas_with_more_critical_indicators_come_first(world: World, get: Get) -> None:
    first = get(f"/municipios/{WORST.slug}").select_one(".ms-profile tbody tr")
    assert "Taxa alfa" in first.text


def test_reasons_are_shown_when_asked_for(world: World, get: Get) -> None:
    assert "59,5" not in get(f"/municipios/{WORST.slug}").select_one(".ms-profile").text
    assert "59,5" in get(f"/municipios/{WORST.slug}?motivos=1").select_one(".ms-profile").text
    get(f"/municipios/{WORST.slug}?motivos=x", 400)


def test_who_has_no_value_has_a_strip_without_its_own_mark(world: World, get: Get) -> None:
    page = get(f"/municipios/{MISSING.slug}")
    beta = next(row for row in page.select(".ms-profile tbody tr") if "beta" in row.text)
    assert beta.select_one(".ms-strip") and not beta.select_one(".ms-own") and beta.select_one(".ms-pill.is-sem-dado")


def test_neighbours_are_linked(world: World, get: Get) -> None:
    page = get("/municipios/japora")
    linked = {link["href"] for link in page.select(".ms-chips a")}
    expected = {TERRITORY.by_code[code].slug for code in TERRITORY.neighbours()["5004809"]}
    assert linked == {f"/municipios/{slug}" for slug in expected}


def test_other_spellings_and_codes_lead_to_the_address(world: World, app: Any) -> None:
    for spelling in ("5004809", "500480", "Japorã", "JAPORA", "japorã"):
        answer = app.get(f"/municipios/{spelling}", follow_redirects=False)
        assert answer.status_code == 302 and answer.headers["Location"].endswith("/municipios/japora"), spelling


def test_an_unknown_municipality_is_a_page_that_helps(world: World, get: Get) -> None:
    for text in ("japor", "5004808", "9999999", "<b>x</b>", "a/b", "%00", "a" * 500):
        page = get(f"/municipios/{text}", 404)
        assert page.select_one("main form[role=search] input[name=q]"), text
        assert not page.select("main h1 b")


def test_a_name_written_almost_right_is_guessed(world: World, get: Get) -> None:
    assert "Japorã" in [link.text for link in get("/municipios/japor", 404).select(".ms-chips a")]
